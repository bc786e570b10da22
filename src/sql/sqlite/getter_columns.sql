-- The columns of table $1: name, quoted name, type, position in the primary
-- key or 0, whether it is a boolean kept as a number, the value `$?` as the
-- column takes it, the comparison with such a value, and how to sort by it so
-- that all agree.
--
-- In double quotes a name that is no column any more would be a text.  JSON is
-- compared by value: as the list of what stands at each path.
with asked as (
    select json_extract($1, '$[0]') as schema, json_extract($1, '$[1]') as name
), columns as (
    select c.cid, c.name, c.pk, c.type, lower(c.type) as kind,
           '`' || replace(c.name, '`', '``') || '`' as ident
      from asked a
      join pragma_table_xinfo(a.name, a.schema) c
)
select name,
       ident,
       type,
       pk,
       kind like 'bool%',
       '$?',
       case when kind like 'json%'
            then replace('(&L is $?
            or case when json_valid(&L) and json_valid($?)
                    then (select json_group_array(
                                     json_array(fullkey, kind, value))
                            from (select fullkey,
                                         case when type in (''integer'', ''real'')
                                              then ''number'' else type
                                         end as kind,
                                         case when type = ''real''
                                               and atom = cast(atom as integer)
                                               and abs(atom) < 9007199254740992
                                              then cast(atom as integer)
                                              else atom
                                         end as value
                                    from json_tree(&L) order by fullkey))
                       = (select json_group_array(
                                     json_array(fullkey, kind, value))
                            from (select fullkey,
                                         case when type in (''integer'', ''real'')
                                              then ''number'' else type
                                         end as kind,
                                         case when type = ''real''
                                               and atom = cast(atom as integer)
                                               and abs(atom) < 9007199254740992
                                              then cast(atom as integer)
                                              else atom
                                         end as value
                                    from json_tree($?) order by fullkey))
                    else false end)', '&L', ident)
            else ident || ' is $?'
       end,
       ''
  from columns
 order by cid
