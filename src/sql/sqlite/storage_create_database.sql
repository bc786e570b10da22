-- A file is not made by a statement.
select $1
 where false
