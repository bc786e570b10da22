-- How texts sort that have no collation of their own.
select 'C'
