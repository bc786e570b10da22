-- Writes the query of a text that changes with the schema.
select 'pragma schema_version'
