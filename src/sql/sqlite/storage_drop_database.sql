-- A file is not taken away by a statement.
select $1
 where false
