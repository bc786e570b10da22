-- The highest id that table $1 has given.
select seq
  from main.sqlite_sequence
 where name = $1 collate nocase
