-- There is one schema.
select ''
