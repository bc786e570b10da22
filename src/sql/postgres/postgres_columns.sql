-- The columns of tables; of a partition, or of a table that inherits, those
-- that are not what the parent has.  A sequence that a column owns and takes
-- its values from goes with it: as `absorbs`, and under `sequence` its name and
-- type where they are not the usual ones.
select 'column' as kind,
       a.attrelid as owner,
       a.attname as name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       case when a.attcollation <> 0
             and a.attcollation <> (select typcollation
                                      from pg_catalog.pg_type
                                     where oid = a.atttypid)
            then (select case when pg_catalog.pg_collation_is_visible(l.oid)
                              then l.collname
                              else n.nspname || '.' || l.collname
                         end
                    from pg_catalog.pg_collation l
                    join pg_catalog.pg_namespace n on n.oid = l.collnamespace
                   where l.oid = a.attcollation)
       end as collation,
       -- what PostgreSQL 18 has yet to find out is not so
       case when a.attnotnull
             and (a.attrelid, a.attnum)
                 not in (select conrelid, conkey[1]
                           from pg_catalog.pg_constraint
                          where contype = 'n'
                            and not convalidated)
            then 'yes'
       end as not_null,
       case when a.attgenerated = '' and s.id is null
            then f.expression
       end as default,
       case when a.attgenerated <> '' then f.expression end as generated,
       case when a.attgenerated = 's' then 'yes' end as stored,
       case when a.attidentity = 'a' then 'always'
            when a.attidentity = 'd' then 'by default'
            when s.id is not null then 'auto'
       end as identity,
       s.differences as sequence,
       s.id as absorbs,
       d.description as comment
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  left join (select objoid, objsubid, description
               from pg_catalog.pg_description
              where classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and objoid >= 16384 -- what initdb has not made
             offset 0) d
    on d.objoid = a.attrelid
   and d.objsubid = a.attnum
  left join lateral
       -- no default names a column, and without those it takes half the time
       (select pg_catalog.pg_get_expr(f.adbin,
                                      case when a.attgenerated <> ''
                                           then f.adrelid else 0 end)
               as expression
          from pg_catalog.pg_attrdef f
         where a.atthasdef
           and f.adrelid = a.attrelid
           and f.adnum = a.attnum
        offset 0) f on true
  left join lateral
       (select q.oid as id,
               nullif(pg_catalog.concat_ws(
                   ' ',
                   case when q.relnamespace <> c.relnamespace
                          or q.relname
                             <> cut.relation || '_' || cut.attribute || '_seq'
                        then 'sequence name ' || q.oid::pg_catalog.regclass
                   end,
                   case when s.seqtypid <> a.atttypid
                        then 'as '
                             || pg_catalog.format_type(s.seqtypid, null)
                   end), '') as differences
          from pg_catalog.pg_depend p
          join pg_catalog.pg_class q on q.oid = p.objid
          join pg_catalog.pg_sequence s on s.seqrelid = q.oid
         -- the room for either in a name of 63 bytes; a cast to `name` cuts
         -- what is too long between two characters
         cross join lateral
               (values (pg_catalog.octet_length(c.relname::text),
                        pg_catalog.octet_length(a.attname::text)))
               len (relation, attribute)
         cross join lateral
               (values (63 - greatest(29, 58 - len.attribute),
                        63 - greatest(29, 58 - len.relation)))
               lost (relation, attribute)
         cross join lateral
               (values (pg_catalog.substr(
                            (pg_catalog.repeat('-', lost.relation)
                             || c.relname)::name::text, lost.relation + 1),
                        pg_catalog.substr(
                            (pg_catalog.repeat('-', lost.attribute)
                             || a.attname)::name::text, lost.attribute + 1)))
               cut (relation, attribute)
         where (a.attidentity <> '' or f.expression like 'nextval(%')
           and p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           and p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           and p.refobjid = a.attrelid
           and p.refobjsubid = a.attnum
           and case when a.attidentity <> ''
                    then p.deptype = 'i'
                    else p.deptype = 'a'
                     and a.atttypid in ('int2'::pg_catalog.regtype,
                                        'int4'::pg_catalog.regtype,
                                        'int8'::pg_catalog.regtype)
                     and f.expression
                         = 'nextval('''
                           || pg_catalog.replace(q.oid::pg_catalog.regclass
                                                 ::text, '''', '''''')
                           || '''::regclass)'
               end
        offset 0) s on true
 where a.attrelid >= 16384
   and a.attnum > 0
   and not a.attisdropped
   and c.relkind in ('r', 'p')
   and (a.attislocal
        or not exists
           (select
              from pg_catalog.pg_inherits i
              join pg_catalog.pg_attribute pa on pa.attrelid = i.inhparent
              left join pg_catalog.pg_attrdef pf
                on pf.adrelid = pa.attrelid
               and pf.adnum = pa.attnum
              left join pg_catalog.pg_description pd
                on pd.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
               and pd.objoid = pa.attrelid
               and pd.objsubid = pa.attnum
             where i.inhrelid = a.attrelid
               and pa.attname = a.attname
               and pa.attnotnull = a.attnotnull
               and pa.attcollation = a.attcollation
               and pg_catalog.pg_get_expr(pf.adbin, pf.adrelid)
                   is not distinct from f.expression
               and pd.description is not distinct from d.description))
 order by a.attrelid, a.attnum
