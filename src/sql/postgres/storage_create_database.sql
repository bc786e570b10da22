-- The statement that makes the database $1.  template0, because what a site
-- has put into template1 might be in the way, and somebody connected there is.
select pg_catalog.format(
           'create database %I template template0 encoding ''UTF8''', $1::text)
