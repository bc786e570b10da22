-- The constraints of tables, a row for each of their columns; what a partition
-- or a table that inherits has from its parent is the parent's.  Exclusion
-- constraints and what only newer versions know (keys over periods,
-- constraints that are not enforced) are told by their definition.
select k.kind,
       k.oid as id,
       k.conrelid as owner,
       case when k.kind = 'other' then k.conname || ' on ' || c.relname
            else k.conname
       end as name,
       case when k.kind <> 'other' then null
            when k.contype = 'x' then 'exclusion constraint'
            when k.contype = 'p' then 'primary key'
            when k.contype = 'u' then 'unique constraint'
            when k.contype = 'f' then 'foreign key'
            when k.contype = 'c' then 'check'
            when k.contype = 'n' then 'not null constraint'
       end as what,
       case when k.kind = 'other'
            then case when k.contype = 'n' and k.convalidated
                      -- the column says only that it is not null
                      then (select pg_catalog.format(
                                       'alter table %s alter column %I'
                                       || E' drop not null;\n',
                                       k.conrelid::pg_catalog.regclass,
                                       n.attname)
                              from pg_catalog.pg_attribute n
                             where n.attrelid = k.conrelid
                               and n.attnum = k.conkey[1])
                      else ''
                 end
                 || pg_catalog.format('alter table %s add constraint %I %s',
                                      k.conrelid::pg_catalog.regclass,
                                      k.conname,
                                      pg_catalog.pg_get_constraintdef(k.oid))
       end as definition,
       case when k.kind = 'other' then null
            when k.condeferred then 'initially deferred'
            when k.condeferrable then 'deferrable'
       end as deferrable,
       case when k.kind = 'unique constraint' and k.indnullsnotdistinct
            then 'yes'
       end as nulls_not_distinct,
       f.references,
       f.on_delete,
       f.on_update,
       f.match,
       case when k.kind in ('foreign key', 'check') and not k.convalidated
            then 'yes'
       end as not_valid,
       case when k.kind = 'check'
            then pg_catalog.pg_get_expr(k.conbin, k.conrelid)
       end as expression,
       case when k.kind = 'check' and k.connoinherit then 'yes'
       end as no_inherit,
       case when k.kind <> 'other' then d.description end as comment,
       a.attname as part_column,
       t.attname as part_target,
       case when u.position > k.indnkeyatts and k.kind <> 'foreign key'
            then 'yes'
       end as part_included
  from (select k.*, x.indkey, x.indnkeyatts,
               (select indnullsnotdistinct from (select x.*) present),
               case when k.contype in ('x', 'n')
                      or k.conexclop is not null
                      or x.indisexclusion
                      -- a column of PostgreSQL 18 and newer
                      or not k.convalidated
                     and pg_catalog.to_jsonb(k) ->> 'conenforced' = 'false'
                    then 'other'
                    when k.contype = 'p' then 'primary key'
                    when k.contype = 'u' then 'unique constraint'
                    when k.contype = 'f' then 'foreign key'
                    when k.contype = 'c' then 'check'
               end as kind
          from pg_catalog.pg_constraint k
          -- a foreign key has that of the key that it refers to
          left join pg_catalog.pg_index x on x.indexrelid = k.conindid
         -- PostgreSQL 14 has no such column, so that this one is meant
         cross join (select false as indnullsnotdistinct) absent
         where k.conrelid >= 16384 -- what initdb has not made
           and k.conparentid = 0
           and (k.conislocal or k.coninhcount = 0)
           -- a column says itself that it is not null
           and (k.contype <> 'n' or not k.convalidated or k.connoinherit)
           and k.contype <> 't'
        offset 0) k
  join pg_catalog.pg_class c on c.oid = k.conrelid and c.relkind in ('r', 'p')
  left join lateral
       (select case when n.nspname = pg_catalog.current_schema() then r.relname
                    else n.nspname || '.' || r.relname
               end as references,
               case k.confdeltype when 'r' then 'restrict'
                                  when 'c' then 'cascade'
                                  when 'n' then 'set null'
                                  when 'd' then 'set default'
               end
               || coalesce(l.list, '') as on_delete,
               case k.confupdtype when 'r' then 'restrict'
                                  when 'c' then 'cascade'
                                  when 'n' then 'set null'
                                  when 'd' then 'set default'
               end as on_update,
               case k.confmatchtype when 'f' then 'full'
                                    when 'p' then 'partial'
               end as match
          from pg_catalog.pg_class r
          join pg_catalog.pg_namespace n on n.oid = r.relnamespace
          left join lateral
               (select ' (' || pg_catalog.string_agg(
                                   pg_catalog.quote_ident(a.attname), ', '
                                   order by s.position) || ')' as list
                  -- a column of PostgreSQL 15 and newer
                  from pg_catalog.jsonb_array_elements_text(
                           nullif(pg_catalog.to_jsonb(k) -> 'confdelsetcols',
                                  'null')) with ordinality s (number, position)
                  join pg_catalog.pg_attribute a
                    on a.attrelid = k.conrelid
                   and a.attnum = s.number::int2
                 where k.confdeltype in ('n', 'd')) l on true
         where k.kind = 'foreign key'
           and r.oid = k.confrelid
        offset 0) f on true
  left join lateral rows from (
                pg_catalog.unnest(case when k.contype = 'f' then k.conkey
                                       else k.indkey::int2[]
                                  end),
                pg_catalog.unnest(k.confkey))
            with ordinality u (number, target, position)
    on k.kind in ('primary key', 'unique constraint', 'foreign key')
  left join pg_catalog.pg_attribute a
    on a.attrelid = k.conrelid
   and a.attnum = u.number
  left join pg_catalog.pg_attribute t
    on t.attrelid = k.confrelid
   and t.attnum = u.target
  left join (select objoid, description
               from pg_catalog.pg_description
              where classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
                and objoid >= 16384
             offset 0) d on d.objoid = k.oid
 order by k.conrelid, k.oid, u.position
