-- Writes the query of a text that changes with the schema, and no second one:
-- a file has one writer at a time.
select 'pragma schema_version', null
