select pg_catalog.format('drop database if exists %I', $1::text)
