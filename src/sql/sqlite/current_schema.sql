-- The schema where what is made without naming one goes.
select 'main'
