-- Whose the session is: its user, and the role that it has taken.
select pg_catalog.current_setting('session_authorization'),
       pg_catalog.current_setting('role')
