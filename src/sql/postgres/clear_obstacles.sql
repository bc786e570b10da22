-- The triggers and rules that would act on a DELETE in this session: the
-- table's id, what it is, and the statements that switch it off and back.
-- Before version 15 a partition's copy of a trigger is internal.
with acting as (
    select 'A' as enabled
     union all
    select case pg_catalog.current_setting('session_replication_role')
                when 'replica' then 'R' else 'O'
           end
)
select coalesce(pg_catalog.pg_partition_root(o.table_id), o.table_id)::oid,
       pg_catalog.format('%s %L of %L', o.kind, o.name,
                         o.table_id::pg_catalog.regclass),
       pg_catalog.format('alter table only %s disable %s %I',
                         o.table_id::pg_catalog.regclass, o.kind, o.name),
       pg_catalog.format('alter table only %s enable %s %s %I',
                         o.table_id::pg_catalog.regclass,
                         case o.enabled when 'A' then 'always'
                                        when 'R' then 'replica'
                         end,
                         o.kind, o.name)
  from (select t.tgrelid as table_id, 'trigger' as kind, t.tgname as name,
               t.tgenabled::text as enabled
          from pg_catalog.pg_trigger t
         where (not t.tgisinternal
                or (t.tgparentid <> 0 and t.tgconstraint = 0))
           and t.tgtype & 8 <> 0 -- acts on DELETE
         union all
        select r.ev_class, 'rule', r.rulename, r.ev_enabled::text
          from pg_catalog.pg_rewrite r
          join pg_catalog.pg_class c on c.oid = r.ev_class
         where r.ev_type = '4' -- acts on DELETE
           and c.relkind in ('r', 'p')) o
  join acting using (enabled)
 order by 3
