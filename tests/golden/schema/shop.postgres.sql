create sequence s start 10;
create unique index i on person using btree (email text_pattern_ops nulls first) include (mood);
create function f() returns integer language sql as 'select 1';
