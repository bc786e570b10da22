-- seed.sql - the rows of a new profile, the same text for both engines.
--
-- The default user.  Run it as often as you like: a user who is there stays.

insert into db_dbuser (email)
values ('duet@localhost')
    on conflict (email) do nothing;
