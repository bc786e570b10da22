-- A session is nobody's in particular.
select $1, $2
