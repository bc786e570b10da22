-- Writes the query of a text that changes with the schema.
select 'select cast(schema_version as text) from pragma_schema_version'
