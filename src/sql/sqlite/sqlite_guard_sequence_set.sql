-- Let the highest id that table $1 has given be $2.
update main.sqlite_sequence
   set seq = cast($2 as integer)
 where name = $1 collate nocase
