-- Whether there is a ledger, and the name of the schema that it belongs to.
select exists (select 1
                 from main.sqlite_schema
                where type = 'table'
                  and name = 'duet_migration'),
       'main'
