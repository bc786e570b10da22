-- A text that changes when a table, a constraint or a trigger is made, or the
-- newest of them dropped: oids grow, and an index knows the largest.
select pg_catalog.concat_ws(',',
           (select max(oid) from pg_catalog.pg_class),
           (select max(oid) from pg_catalog.pg_constraint),
           (select max(oid) from pg_catalog.pg_trigger))
