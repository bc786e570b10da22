/*
 * What the model has no kind for is told by the statement that makes it:
 * whatever else a user can make in a PostgreSQL database is made here, and
 * must be there.
 */
#include "lib/sample.h"
#include "lib/tap.h"

static const struct sample types[] = {
    {"domains",
     "create schema s; create domain d as varchar(5) collate \"C\" default 'x'"
     " not null constraint c check (value <> '') check (length(value) > 1);"
     "create domain s.\"D\" as int; comment on domain d is 'dd';"
     "comment on constraint c on domain d is 'cc'",
     "other constraint c on domain d: definition=comment on constraint c on "
     "domain d is 'cc' what=comment\n"
     "other d: definition=create domain d as character varying(5) collate "
     "\"C\" default 'x'::character varying not null constraint c CHECK "
     "(((VALUE)::text <> ''::text)) constraint d_check CHECK "
     "((length((VALUE)::text) > 1)) what=domain\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other type d: definition=comment on type d is 'dd' what=comment\n"
     "other s.D: definition=create domain s.\"D\" as integer what=domain\n",
     0},
    {"composite types",
     "create schema s; create type s.e as enum ('x'); create type c as"
     " (a int, \"B\" text collate \"C\", e s.e[]); create type s.empty as ();"
     "comment on column c.a is 'aa'",
     "enum s.e: labels='x'\n"
     "other c: definition=create type c as (a integer, \"B\" text collate "
     "\"C\", e s.e[]) what=composite type\n"
     "other column c.a: definition=comment on column c.a is 'aa' "
     "what=comment\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.empty: definition=create type s.empty as () what=composite "
     "type\n",
     0},
    {"ranges, with what is made along",
     "create schema s; create type r as range (subtype = float8, subtype_diff ="
     " float8mi); create type s.r as range (subtype = text, collation = \"C\","
     " subtype_opclass = text_pattern_ops)",
     "other r: definition=create type r as range (subtype = double "
     "precision, subtype_diff = float8mi, multirange_type_name = "
     "r_multirange) what=range type\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.r: definition=create type s.r as range (subtype = text, "
     "subtype_opclass = text_pattern_ops, collation = \"C\", "
     "multirange_type_name = s.r_multirange) what=range type\n",
     14},
    {"base types, and such as are to be one",
     "create type shell; create type b; create function b_in(cstring) returns b"
     " language internal immutable strict as 'textin'; create function b_out(b)"
     " returns cstring language internal immutable strict as 'textout';"
     "create type b (input = b_in, output = b_out, like = text, category = 'S',"
     " default = 'x')",
     "other b: definition=create type b (input = b_in, output = b_out, "
     "internallength = variable, alignment = int4, storage = extended, "
     "category = 'S', default = 'x', delimiter = ',') what=type\n"
     "other b_in(cstring): definition=CREATE OR REPLACE FUNCTION "
     "b_in(cstring)\n"
     " RETURNS b\n"
     " LANGUAGE internal\n"
     " IMMUTABLE STRICT\n"
     "AS $function$textin$function$ what=function\n"
     "other b_out(b): definition=CREATE OR REPLACE FUNCTION b_out(b)\n"
     " RETURNS cstring\n"
     " LANGUAGE internal\n"
     " IMMUTABLE STRICT\n"
     "AS $function$textout$function$ what=function\n"
     "other shell: definition=create type shell what=type\n",
     0},
    {"collations",
     "create schema s; create collation c (provider = icu, locale = 'und',"
     " deterministic = false); create collation s.\"D\" from \"POSIX\"",
     "other c: definition=create collation c (provider = icu, locale = "
     "'und', deterministic = false) what=collation\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.D: definition=create collation s.\"D\" (provider = libc, "
     "lc_collate = 'POSIX', lc_ctype = 'POSIX') what=collation\n",
     15},
};

static const struct sample routines[] = {
    {"functions and procedures, by their arguments",
     "create schema s; create type s.e as enum ('x');"
     "create function f(a int, variadic c s.e[] default '{x}') returns"
     " setof int language sql stable cost 7 as 'select 1';"
     "create function f() returns int language sql as $$ select 1 $$;"
     "create procedure s.\"P\"(inout a int) language plpgsql as 'begin end';"
     "create function w() returns int language internal window as"
     " 'window_row_number'; comment on function f() is 'ff'",
     "enum s.e: labels='x'\n"
     "other f(): definition=CREATE OR REPLACE FUNCTION f()\n"
     " RETURNS integer\n"
     " LANGUAGE sql\n"
     "AS $function$ select 1 $function$ what=function\n"
     "other f(integer, s.e[]): definition=CREATE OR REPLACE FUNCTION f(a "
     "integer, VARIADIC c s.e[] DEFAULT '{x}'::s.e[])\n"
     " RETURNS SETOF integer\n"
     " LANGUAGE sql\n"
     " STABLE COST 7\n"
     "AS $function$select 1$function$ what=function\n"
     "other function f(): definition=comment on function f() is 'ff' "
     "what=comment\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other w(): definition=CREATE OR REPLACE FUNCTION w()\n"
     " RETURNS integer\n"
     " LANGUAGE internal\n"
     " WINDOW\n"
     "AS $function$window_row_number$function$ what=function\n"
     "other s.P(integer): definition=CREATE OR REPLACE PROCEDURE "
     "s.\"P\"(INOUT a integer)\n"
     " LANGUAGE plpgsql\n"
     "AS $procedure$begin end$procedure$ what=procedure\n",
     0},
    {"aggregates",
     "create schema s; create aggregate a (int) (sfunc = int4pl, stype = int,"
     " initcond = 0, parallel = safe, sortop = <); create aggregate s.a (*)"
     " (sfunc = int8inc, stype = int8, initcond = 0); create aggregate o "
     "(float8 order by"
     " anyelement) (sfunc = ordered_set_transition, stype = internal,"
     " finalfunc = percentile_disc_final, finalfunc_extra)",
     "other a(integer): definition=create aggregate a(integer) (sfunc = "
     "int4pl, stype = integer, initcond = '0', sortop = <, parallel = safe) "
     "what=aggregate\n"
     "other o(double precision, anyelement): definition=create aggregate "
     "o(double precision ORDER BY anyelement) (sfunc = "
     "ordered_set_transition, stype = internal, finalfunc = "
     "percentile_disc_final, finalfunc_extra, finalfunc_modify = "
     "read_write) what=aggregate\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.a(): definition=create aggregate s.a(*) (sfunc = int8inc, "
     "stype = bigint, initcond = '0') what=aggregate\n",
     0},
    {"operators",
     "create schema s; create function eq(int, int) returns bool language sql"
     " immutable as 'select true'; create operator === (function = eq,"
     " leftarg = int, rightarg = int, commutator = ===, negator = !==,"
     " restrict = eqsel, join = eqjoinsel, hashes, merges);"
     "create function s.neg(int) returns int language sql as 'select -1';"
     "create operator s.@@@ (function = s.neg, rightarg = int)",
     "other ===(integer, integer): definition=create operator === (function "
     "= eq, leftarg = integer, rightarg = integer, commutator = ===, "
     "negator = !==, restrict = eqsel, join = eqjoinsel, hashes, merges) "
     "what=operator\n"
     "other eq(integer, integer): definition=CREATE OR REPLACE FUNCTION "
     "eq(integer, integer)\n"
     " RETURNS boolean\n"
     " LANGUAGE sql\n"
     " IMMUTABLE\n"
     "AS $function$select true$function$ what=function\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.@@@(none, integer): definition=create operator s.@@@ "
     "(function = s.neg, rightarg = integer) what=operator\n"
     "other s.neg(integer): definition=CREATE OR REPLACE FUNCTION "
     "s.neg(integer)\n"
     " RETURNS integer\n"
     " LANGUAGE sql\n"
     "AS $function$select -1$function$ what=function\n",
     0},
    {"operator classes, and families with more in them",
     "create function cmp(int, int) returns int language sql immutable as"
     " 'select 1'; create operator class c for type int using btree as"
     " operator 1 <, operator 3 =, function 1 cmp(int, int);"
     "create operator family \"F\" using gist;"
     "alter operator family c using btree add operator 1 < (int, bigint)",
     "other F using gist: definition=create operator family \"F\" using "
     "gist what=operator family\n"
     "other c using btree: definition=create operator family c using "
     "btree;\n"
     "alter operator family c using btree add operator 1 <(integer,bigint) "
     "what=operator family\n"
     "other c using btree: definition=create operator class c for type "
     "integer using btree family c as operator 1 <(integer,integer), "
     "operator 3 =(integer,integer), function 1 (integer, integer) "
     "cmp(integer,integer) what=operator class\n"
     "other cmp(integer, integer): definition=CREATE OR REPLACE FUNCTION "
     "cmp(integer, integer)\n"
     " RETURNS integer\n"
     " LANGUAGE sql\n"
     " IMMUTABLE\n"
     "AS $function$select 1$function$ what=function\n",
     0},
    {"casts and transforms",
     "create type c as (a int); create function f(c) returns int language sql"
     " immutable as 'select 1'; create cast (c as int) with function f(c) as"
     " assignment; create cast (c as text) with inout; create transform for c"
     " language sql (from sql with function prsd_lextype(internal))",
     "other c: definition=create type c as (a integer) what=composite type\n"
     "other c as integer: definition=create cast (c as integer) with "
     "function f(c) as assignment what=cast\n"
     "other c as text: definition=create cast (c as text) with inout "
     "what=cast\n"
     "other c language sql: definition=create transform for c language sql "
     "(from sql with function prsd_lextype(internal)) what=transform\n"
     "other f(c): definition=CREATE OR REPLACE FUNCTION f(c)\n"
     " RETURNS integer\n"
     " LANGUAGE sql\n"
     " IMMUTABLE\n"
     "AS $function$select 1$function$ what=function\n",
     0},
    {"languages, access methods and conversions",
     "create trusted language l handler plpgsql_call_handler inline"
     " plpgsql_inline_handler; create access method m type table handler"
     " heap_tableam_handler; create access method n type index handler"
     " bthandler; create conversion c for 'LATIN1' to 'UTF8' from"
     " iso8859_1_to_utf8",
     "other c: definition=create conversion c for 'LATIN1' to 'UTF8' from "
     "iso8859_1_to_utf8 what=conversion\n"
     "other l: definition=create trusted language l handler "
     "plpgsql_call_handler inline plpgsql_inline_handler what=language\n"
     "other m: definition=create access method m type table handler "
     "heap_tableam_handler what=access method\n"
     "other n: definition=create access method n type index handler "
     "bthandler what=access method\n",
     0},
    {"event triggers",
     "create function f() returns event_trigger language plpgsql as 'begin"
     " end'; create event trigger e on ddl_command_end when tag in ('DROP"
     " TABLE', 'CREATE TABLE') execute function f(); create event trigger \"D\""
     " on sql_drop execute function f(); alter event trigger \"D\" disable;"
     "alter event trigger e enable always",
     "other D: definition=create event trigger \"D\" on sql_drop execute "
     "function f();\n"
     "alter event trigger \"D\" disable what=event trigger\n"
     "other e: definition=create event trigger e on ddl_command_end when "
     "tag in ('CREATE TABLE', 'DROP TABLE') execute function f();\n"
     "alter event trigger e enable always what=event trigger\n"
     "other f(): definition=CREATE OR REPLACE FUNCTION f()\n"
     " RETURNS event_trigger\n"
     " LANGUAGE plpgsql\n"
     "AS $function$begin end$function$ what=function\n",
     0},
};

static const struct sample extras[] = {
    {"policies, and whether they are heeded",
     "create role duet_someone; create table t (a int); create table \"U\" (b"
     " text); create policy p on t using (a > 0); create policy \"Q\" on \"U\""
     " as restrictive for update to duet_someone, current_user using (b = 'x')"
     " with check (true); alter table t enable row level security;"
     "alter table \"U\" force row level security; comment on policy p on t is"
     " 'pp'",
     "table U\n"
     "  column b: type=text guard\n"
     "table t\n"
     "  column a: type=integer guard\n"
     "other Q on U: definition=create policy \"Q\" on \"U\" as restrictive "
     "for update to duet_someone, postgres using ((b = 'x'::text)) with "
     "check (true) what=policy\n"
     "other U: definition=alter table \"U\" force row level security "
     "what=forced row security\n"
     "other p on t: definition=create policy p on t using ((a > 0)) "
     "what=policy\n"
     "other policy p on t: definition=comment on policy p on t is 'pp' "
     "what=comment\n"
     "other t: definition=alter table t enable row level security what=row "
     "security\n",
     0},
    {"rules",
     "create table t (a int); create view v as select 1 as one;"
     "create rule r as on insert to v do instead insert into t values (1);"
     "create rule \"S\" as on delete to t where old.a > 1 do instead nothing;"
     "alter table t disable rule \"S\"; comment on rule r on v is 'rr'",
     "table t\n"
     "  column a: type=integer guard\n"
     "view v: definition=SELECT 1 AS one\n"
     "other S on t: definition=CREATE RULE \"S\" AS\n"
     "    ON DELETE TO t\n"
     "   WHERE old.a > 1 DO INSTEAD NOTHING;\n"
     "alter table t disable rule \"S\" what=rule\n"
     "other r on v: definition=CREATE RULE r AS\n"
     "    ON INSERT TO v DO INSTEAD  INSERT INTO t (a)\n"
     "  VALUES (1) what=rule\n"
     "other rule r on v: definition=comment on rule r on v is 'rr' "
     "what=comment\n",
     0},
    {"triggers that are switched off or on always",
     "create function f() returns trigger language plpgsql as 'begin end';"
     "create table t (a int primary key); create trigger a before insert on t"
     " execute function f(); create trigger b before insert on t execute"
     " function f(); alter table t disable trigger a, enable always trigger b;"
     "create table u (a int references t); alter table u disable trigger all",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  primary key t_pkey (a)\n"
     "  trigger a: definition=CREATE TRIGGER a BEFORE INSERT ON t FOR EACH "
     "STATEMENT EXECUTE FUNCTION f() timing=before events=insert\n"
     "  trigger b: definition=CREATE TRIGGER b BEFORE INSERT ON t FOR EACH "
     "STATEMENT EXECUTE FUNCTION f() timing=before events=insert\n"
     "table u\n"
     "  column a: type=integer guard\n"
     "  foreign key u_a_fkey (a -> a): references=t\n"
     "other a on t: definition=alter table t disable trigger a what=trigger "
     "setting\n"
     "other b on t: definition=alter table t enable always trigger b "
     "what=trigger setting\n"
     "other f(): definition=CREATE OR REPLACE FUNCTION f()\n"
     " RETURNS trigger\n"
     " LANGUAGE plpgsql\n"
     "AS $function$begin end$function$ what=function\n"
     "other u_a_fkey on u: definition=alter table u disable trigger all "
     "what=trigger setting\n",
     0},
    {"how rows are identified, ordered and stored",
     "create table t (a int primary key, b text, c int); create table u (a int"
     " not null unique); create table v (a int); alter table t replica identity"
     " full, cluster on t_pkey, alter b set storage external, alter c set"
     " statistics 7, alter c set (n_distinct = 3); alter table u replica"
     " identity using index u_a_key; alter table v replica identity nothing;"
     "alter index t_pkey set (fillfactor = 60); create index i on t ((c + 1));"
     "alter index i alter column 1 set statistics 9; create view w as select 1"
     " as one; alter view w alter one set default 5; comment on column w.one is"
     " 'oo'; comment on index t_pkey is 'kk'",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=text guard\n"
     "  column c: type=integer guard\n"
     "  primary key t_pkey (a)\n"
     "  index i (<c + 1>)\n"
     "table u\n"
     "  column a: type=integer guard not_null\n"
     "  unique constraint u_a_key (a)\n"
     "table v\n"
     "  column a: type=integer guard\n"
     "view w: definition=SELECT 1 AS one\n"
     "other column w.one: definition=comment on column w.one is 'oo' "
     "what=comment\n"
     "other i.1: definition=alter index i alter column 1 set statistics 9 "
     "what=statistics of index\n"
     "other index t_pkey: definition=comment on index t_pkey is 'kk' "
     "what=comment\n"
     "other t: definition=alter table t replica identity full what=replica "
     "identity\n"
     "other t: definition=alter table t cluster on t_pkey what=clustering\n"
     "other t.b: definition=alter table t alter column b set storage "
     "external what=storage of column\n"
     "other t.c: definition=alter table t alter column c set statistics 7 "
     "what=statistics of column\n"
     "other t.c: definition=alter table t alter column c set (n_distinct=3) "
     "what=options of column\n"
     "other t_pkey: definition=alter index t_pkey set (fillfactor=60) "
     "what=options of index\n"
     "other u: definition=alter table u replica identity using index "
     "u_a_key what=replica identity\n"
     "other v: definition=alter table v replica identity nothing "
     "what=replica identity\n"
     "other w.one: definition=alter table w alter column one set default 5 "
     "what=default of view column\n",
     0},
    {"compression, which the server may not know",
     "create table t (a text compression pglz)",
     "table t\n"
     "  column a: type=text guard\n"
     "other t.a: definition=alter table t alter column a set compression "
     "pglz what=compression of column\n",
     14},
    {"tables of a type",
     "create type c as (a int); create table t of c (primary key (a))",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  primary key t_pkey (a)\n"
     "other c: definition=create type c as (a integer) what=composite type\n"
     "other t: definition=alter table t of c what=type of the table\n",
     0},
    {"tables by another access method",
     "create access method m type table handler heap_tableam_handler;"
     "create table u (a int) using m",
     "table u\n"
     "  column a: type=integer guard\n"
     "other m: definition=create access method m type table handler "
     "heap_tableam_handler what=access method\n"
     "other u: definition=alter table u set access method m what=access "
     "method\n",
     15},
    {"sequences that are not logged",
     "create unlogged sequence s; create unlogged table t (a serial);"
     "comment on sequence t_a_seq is 'ss'",
     "sequence s\n"
     "table t: unlogged\n"
     "  column a: type=integer guard not_null identity=auto\n"
     "other s: definition=alter sequence s set unlogged what=unlogged "
     "sequence\n"
     "other sequence t_a_seq: definition=comment on sequence t_a_seq is "
     "'ss' what=comment\n",
     15},
};

static const struct sample database[] = {
    {"schemas and extensions, but nothing of what those have",
     "create schema \"S\"; create extension hstore version '1.8';"
     " create extension citext schema \"S\" version '1.6'; comment on schema "
     "\"S\" is 'ss'; comment on extension"
     " hstore is 'hh'; create table t (a hstore, b \"S\".citext)",
     "table t\n"
     "  column a: type=hstore guard\n"
     "  column b: type=\"S\".citext guard\n"
     "other S: definition=create schema if not exists \"S\" what=schema\n"
     "other citext: definition=create extension citext schema \"S\" version "
     "'1.6' what=extension\n"
     "other extension hstore: definition=comment on extension hstore is "
     "'hh' what=comment\n"
     "other hstore: definition=create extension hstore version '1.8' "
     "what=extension\n"
     "other schema \"S\": definition=comment on schema \"S\" is 'ss' "
     "what=comment\n",
     14},
    {"statistics",
     "create schema s; create table t (a int, b int); create statistics x on"
     " a, b from t; create statistics s.\"Y\" (ndistinct) on b, a from t;"
     "alter statistics x set statistics 9",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other x: definition=CREATE STATISTICS x ON a, b FROM t;\n"
     "alter statistics x set statistics 9 what=statistics\n"
     "other s.Y: definition=CREATE STATISTICS s.\"Y\" (ndistinct) ON a, b "
     "FROM t what=statistics\n",
     0},
    {"what is elsewhere, without the passwords for it",
     "create foreign data wrapper w options (a 'it''s');"
     "create server s type 't' version '1' foreign data wrapper w options (host"
     " 'h'); create user mapping for public server s options (password"
     " 'secret'); create foreign table f (a int not null default 3, \"B\" text"
     " options (x 'y') collate \"C\", check (a > 0)) server s options (c 'd');"
     "create table p (a int) partition by list (a); create foreign table g"
     " partition of p for values in (1) server s; create function tf() returns"
     " trigger language plpgsql as 'begin end'; create trigger tr before insert"
     " on f for each row execute function tf(); comment on foreign table f is"
     " 'ff'; comment on column f.a is 'aa'",
     "table p: partition_by=list (a)\n"
     "  column a: type=integer guard\n"
     "other column f.a: definition=comment on column f.a is 'aa' "
     "what=comment\n"
     "other f: definition=create foreign table f (a integer default 3 not "
     "null, \"B\" text options (x 'y') collate \"C\", constraint f_a_check "
     "CHECK ((a > 0))) server s options (c 'd') what=foreign table\n"
     "other foreign table f: definition=comment on foreign table f is 'ff' "
     "what=comment\n"
     "other g: definition=create foreign table g partition of p (a) FOR "
     "VALUES IN (1) server s what=foreign table\n"
     "other public on s: definition=create user mapping for public server s "
     "what=user mapping\n"
     "other s: definition=create server s type 't' version '1' foreign data "
     "wrapper w options (host 'h') what=foreign server\n"
     "other tf(): definition=CREATE OR REPLACE FUNCTION tf()\n"
     " RETURNS trigger\n"
     " LANGUAGE plpgsql\n"
     "AS $function$begin end$function$ what=function\n"
     "other tr on f: definition=CREATE TRIGGER tr BEFORE INSERT ON f FOR "
     "EACH ROW EXECUTE FUNCTION tf() what=trigger\n"
     "other w: definition=create foreign data wrapper w options (a 'it''s') "
     "what=foreign data wrapper\n",
     0},
    {"publications",
     "create table t (a int); create table \"U\" (b int); create publication p"
     " for table t, \"U\"; create publication \"Q\" for all tables with"
     " (publish = 'insert, delete', publish_via_partition_root); create"
     " publication r",
     "table U\n"
     "  column b: type=integer guard\n"
     "table t\n"
     "  column a: type=integer guard\n"
     "other Q: definition=create publication \"Q\" for all tables with "
     "(publish = 'insert, delete', publish_via_partition_root = true) "
     "what=publication\n"
     "other p: definition=create publication p for table \"U\", t "
     "with (publish = 'insert, update, delete, truncate') what=publication\n"
     "other r: definition=create publication r with (publish = 'insert, "
     "update, delete, truncate') what=publication\n",
     0},
    {"publications of some rows, columns and schemas",
     "create schema \"S\"; create table t (a int primary key, b int, \"C\" "
     "int);"
     "create publication p for table t (a, \"C\") where (b > 3);"
     "create publication q for tables in schema \"S\", table t",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=integer guard\n"
     "  column C: type=integer guard\n"
     "  primary key t_pkey (a)\n"
     "other S: definition=create schema if not exists \"S\" what=schema\n"
     "other p: definition=create publication p for table t (a, \"C\") where "
     "(b > 3) with (publish = 'insert, update, delete, truncate') "
     "what=publication\n"
     "other q: definition=create publication q for table t, tables in "
     "schema \"S\" with (publish = 'insert, update, delete, truncate') "
     "what=publication\n",
     15},
    {"subscriptions, without the passwords for them",
     "create subscription s connection 'host=h password=secret' publication"
     " b, \"A\" with (connect = false, slot_name = 'x')",
     "other s: definition=create subscription s connection '' publication "
     "\"A\", b with (connect = false, slot_name = 'x') what=subscription\n",
     0},
    {"text search",
     "create schema s; create text search parser p (start = prsd_start,"
     " gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);"
     "create text search template t (lexize = dsimple_lexize, init ="
     " dsimple_init); create text search dictionary s.\"D\" (template = t,"
     " stopwords = 'english'); create text search configuration c (parser ="
     " default); alter text search configuration c add mapping for word,"
     " asciiword with s.\"D\", simple",
     "other c: definition=create text search configuration c (parser = "
     "\"default\");\n"
     "alter text search configuration c add mapping for asciiword with "
     "s.\"D\", simple;\n"
     "alter text search configuration c add mapping for word with s.\"D\", "
     "simple what=text search configuration\n"
     "other p: definition=create text search parser p (start = prsd_start, "
     "gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype) "
     "what=text search parser\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other t: definition=create text search template t (init = "
     "dsimple_init, lexize = dsimple_lexize) what=text search template\n"
     "other s.D: definition=create text search dictionary s.\"D\" (template "
     "= t, stopwords = 'english') what=text search dictionary\n",
     0},
    {"privileges",
     "create role duet_someone; create role \"Some one\"; create schema s;"
     "create table t (a int, \"B\" int); create table s.t (a int);"
     "create sequence q; create function f(text) returns int language sql as"
     " 'select 1'; create type e as enum ('x'); create view v as select 1 as"
     " one; grant select, insert on t to duet_someone with grant option;"
     "grant update (\"B\", a) on t to \"Some one\"; grant select on s.t to "
     "public;"
     "revoke execute on function f from public; grant usage on schema s to"
     " duet_someone; grant usage on sequence q to duet_someone; revoke usage on"
     " type e from public; grant select on v to public; revoke select on v"
     " from current_user; grant select on t to current_user; grant create on"
     " schema public to duet_someone; grant usage on language plpgsql to"
     " duet_someone; create extension hstore version '1.8'; revoke execute on "
     "function"
     " hstore_in from public",
     "enum e: labels='x'\n"
     "sequence q\n"
     "table t\n"
     "  column a: type=integer guard\n"
     "  column B: type=integer guard\n"
     "table s.t\n"
     "  column a: type=integer guard\n"
     "view v: definition=SELECT 1 AS one\n"
     "other f(text): definition=CREATE OR REPLACE FUNCTION f(text)\n"
     " RETURNS integer\n"
     " LANGUAGE sql\n"
     "AS $function$select 1$function$ what=function\n"
     "other function f(text): definition=revoke execute on function f(text) "
     "from public what=privileges\n"
     "other function hstore_in(cstring): definition=revoke execute on "
     "function hstore_in(cstring) from public what=privileges\n"
     "other hstore: definition=create extension hstore version '1.8' "
     "what=extension\n"
     "other language plpgsql: definition=grant usage on language plpgsql to "
     "duet_someone what=privileges\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other schema public: definition=grant create on schema public to "
     "duet_someone what=privileges\n"
     "other schema s: definition=grant usage on schema s to duet_someone "
     "what=privileges\n"
     "other sequence q: definition=grant usage on sequence q to "
     "duet_someone what=privileges\n"
     "other table s.t: definition=grant select on table s.t to public "
     "what=privileges\n"
     "other table t: definition=grant insert, select on table t to "
     "duet_someone with grant option;\n"
     "grant update (\"B\") on table t to \"Some one\";\n"
     "grant update (a) on table t to \"Some one\" what=privileges\n"
     "other table v: definition=grant select on table v to public;\n"
     "revoke select on table v from postgres what=privileges\n"
     "other type e: definition=revoke usage on type e from public "
     "what=privileges\n",
     15},
    {"default privileges",
     "create role duet_someone; create schema s; alter default privileges for"
     " role duet_someone grant select on tables to public; alter default"
     " privileges for role duet_someone in schema s grant all on sequences to"
     " current_user with grant option; alter default privileges for role"
     " duet_someone revoke execute on functions from public",
     "other functions of duet_someone: definition=alter default privileges "
     "for role duet_someone revoke execute on functions from public "
     "what=default privileges\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other sequences of duet_someone in s: definition=alter default "
     "privileges for role duet_someone in schema s grant select on "
     "sequences to postgres with grant option;\n"
     "alter default privileges for role duet_someone in schema s grant "
     "update on sequences to postgres with grant option;\n"
     "alter default privileges for role duet_someone in schema s grant "
     "usage on sequences to postgres with grant option what=default "
     "privileges\n"
     "other tables of duet_someone: definition=alter default privileges for "
     "role duet_someone grant select on tables to public what=default "
     "privileges\n",
     0},
    {"comments on everything else",
     "create schema s; create type s.c as (a int); create function eq(s.c, s.c)"
     " returns bool language sql immutable as 'select true'; create operator"
     " s.=== (function = eq, leftarg = s.c, rightarg = s.c); create aggregate"
     " agg (int) (sfunc = int4pl, stype = int); create cast (s.c as text) with"
     " inout; create table t (a int, b int4range, exclude using gist (b with"
     " &&)); create statistics x on a, b from t; create publication p;"
     "comment on type s.c is '1'; comment on function eq(s.c, s.c) is '2';"
     "comment on operator s.=== (s.c, s.c) is '3'; comment on aggregate"
     " agg(int) is '4'; comment on cast (s.c as text) is '5';"
     "comment on constraint t_b_excl on t is '6'; comment on statistics x is"
     " '7'; comment on publication p is '8'; comment on schema public is 'it''s"
     " 9'",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=int4range guard\n"
     "other agg(integer): definition=create aggregate agg(integer) (sfunc = "
     "int4pl, stype = integer) what=aggregate\n"
     "other aggregate agg(integer): definition=comment on aggregate "
     "agg(integer) is '4' what=comment\n"
     "other cast (s.c AS text): definition=comment on cast (s.c AS text) is "
     "'5' what=comment\n"
     "other constraint t_b_excl on t: definition=comment on constraint "
     "t_b_excl on t is '6' what=comment\n"
     "other eq(s.c, s.c): definition=CREATE OR REPLACE FUNCTION eq(s.c, "
     "s.c)\n"
     " RETURNS boolean\n"
     " LANGUAGE sql\n"
     " IMMUTABLE\n"
     "AS $function$select true$function$ what=function\n"
     "other function eq(s.c,s.c): definition=comment on function "
     "eq(s.c,s.c) is '2' what=comment\n"
     "other operator s.===(s.c,s.c): definition=comment on operator "
     "s.===(s.c,s.c) is '3' what=comment\n"
     "other p: definition=create publication p with (publish = 'insert, "
     "update, delete, truncate') what=publication\n"
     "other publication p: definition=comment on publication p is '8' "
     "what=comment\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.c as text: definition=create cast (s.c as text) with inout "
     "what=cast\n"
     "other schema public: definition=comment on schema public is 'it''s 9' "
     "what=comment\n"
     "other statistics x: definition=comment on statistics x is '7' "
     "what=comment\n"
     "other t_b_excl on t: definition=alter table t add constraint t_b_excl "
     "EXCLUDE USING gist (b WITH &&) what=exclusion constraint\n"
     "other type s.c: definition=comment on type s.c is '1' what=comment\n"
     "other x: definition=CREATE STATISTICS x ON a, b FROM t "
     "what=statistics\n"
     "other s.===(s.c, s.c): definition=create operator s.=== (function = "
     "eq, leftarg = s.c, rightarg = s.c) what=operator\n"
     "other s.c: definition=create type s.c as (a integer) what=composite "
     "type\n",
     0},
};

int
main(void)
{
    struct ground ground;

    if (!ground_open(&ground, "postgres"))
        tap_skip_all("no PostgreSQL server");
    TRY_SAMPLES(&ground, types, true);
    TRY_SAMPLES(&ground, routines, true);
    TRY_SAMPLES(&ground, extras, true);
    TRY_SAMPLES(&ground, database, true);
    ground_close(&ground);
    return tap_done();
}
