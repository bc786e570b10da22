-- A session is nobody's in particular.
select '', ''
