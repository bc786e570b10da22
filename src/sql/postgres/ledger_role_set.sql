-- To the end of the transaction the session is that of the user $1 with the
-- role $2, as ledger_role.sql has told them.
select pg_catalog.set_config('session_authorization', $1, true),
       pg_catalog.set_config('role', $2, true)
