-- A text that changes with the schema.
select cast(schema_version as text)
  from pragma_schema_version
