-- The owner of a sequence that is there although a column owns it.
select 'other' as kind,
       q.oid as owner,
       'owner of sequence' as what,
       q.relname as name,
       pg_catalog.format('alter sequence %s owned by %s.%I',
                         q.oid::pg_catalog.regclass,
                         p.refobjid::pg_catalog.regclass, a.attname)
       as definition
  from pg_catalog.pg_sequence s
  join pg_catalog.pg_class q on q.oid = s.seqrelid
  join pg_catalog.pg_depend p
    on p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
   and p.objid = q.oid
   and p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  join pg_catalog.pg_attribute a
    on a.attrelid = p.refobjid
   and a.attnum = p.refobjsubid
 where p.deptype = 'a'
