/*
 * What a declaration says in either language is in the model that it is read
 * into.
 */
#include "schema/declaration.h"
#include "lib/shown.h"
#include "lib/tap.h"

static const struct {
    const char *title;
    const char *engine; /* whose own file it is; NULL: a common one */
    const char *text;
    const char *model;
} cases[] = {
    {"a column has a type, a default, a collation and may not be null", NULL,
     "create table t (a varchar(255) not null default 'x'::character varying "
     "collate \"C\", b integer null)",
     "table t\n"
     "  column a: type=varchar(255) guard collation=C not_null "
     "default='x'::character varying\n"
     "  column b: type=integer guard\n"},
    {"the types of a common file have one name each", NULL,
     "create table t (a int, b int8, c bool, d float8, e decimal(10, 2), f "
     "character varying (3), g char, h timestamp with time zone, i "
     "timestamp(3), j double precision, k time without time zone)",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=bigint guard\n"
     "  column c: type=boolean guard\n"
     "  column d: type=double precision guard\n"
     "  column e: type=numeric(10,2) guard\n"
     "  column f: type=varchar(3) guard\n"
     "  column g: type=char(1) guard\n"
     "  column h: type=timestamptz guard\n"
     "  column i: type=timestamp(3) guard\n"
     "  column j: type=double precision guard\n"
     "  column k: type=time guard\n"},
    {"names are lower case but in quotes", NULL,
     "create table T (Label integer, \"Quoted \"\"x\"\"\" text, constraint U "
     "unique (LABEL, \"Quoted \"\"x\"\"\"))",
     "table t\n"
     "  column label: type=integer guard\n"
     "  column Quoted \"x\": type=text guard\n"
     "  unique constraint u (label, Quoted \"x\")\n"},
    {"if not exists says nothing", NULL,
     "create table if not exists t (a integer); create index if not exists i "
     "on t (a)",
     "table t\n"
     "  column a: type=integer guard\n"
     "  index i (a)\n"},
    {"a default ends where the next clause begins", NULL,
     "create table t (a integer default - 1 not null, b date default (now() at "
     "time zone 'utc')::date, c integer default case when true then null else "
     "1 end unique, d text default null null, e timestamptz default "
     "current_timestamp not null, f boolean default 1 is not distinct from 2 "
     "not null, g text default ('a') || 'b' check (g <> ''), h text default "
     "('a'))",
     "table t\n"
     "  column a: type=integer guard not_null default=- 1\n"
     "  column b: type=date guard default=(now() at time zone 'utc')::date\n"
     "  column c: type=integer guard default=case when true then null else 1 "
     "end\n"
     "  column d: type=text guard default=null\n"
     "  column e: type=timestamptz guard not_null default=current_timestamp\n"
     "  column f: type=boolean guard not_null default=1 is not distinct from "
     "2\n"
     "  column g: type=text guard default=('a') || 'b'\n"
     "  column h: type=text guard default='a'\n"
     "  unique constraint  (c)\n"
     "  check : expression=g <> ''\n"},
    {"a serial counts by itself", NULL,
     "create table t (a bigserial primary key)",
     "table t\n"
     "  column a: type=bigint guard not_null identity=auto\n"
     "  primary key  (a)\n"},
    {"a generated column is stored", NULL,
     "create table t (a integer, b integer generated always as ((a + 1) * 2) "
     "stored)",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard generated=(a + 1) * 2 stored\n"},
    {"the columns of a primary key are not null", NULL,
     "create table t (a integer, b integer, primary key (b, a))",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=integer guard not_null\n"
     "  primary key  (b, a)\n"},
    {"keys and checks stand with a column or with the table, with a name or "
     "without",
     NULL,
     "create table t (a integer constraint u unique, b integer check (b > "
     "(0)), c integer constraint ck check (c in (1, 2)) primary key, "
     "constraint u2 unique (a, b), check (a < b))",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard\n"
     "  column c: type=integer guard not_null\n"
     "  primary key  (c)\n"
     "  unique constraint u (a)\n"
     "  unique constraint u2 (a, b)\n"
     "  check : expression=a < b\n"
     "  check : expression=b > (0)\n"
     "  check ck: expression=c in (1, 2)\n"},
    {"a foreign key has a target, actions and a time", NULL,
     "create table p (id integer primary key, a integer, b text); create table "
     "c (a integer references p, b integer constraint f references p (id) on "
     "delete cascade on update set null deferrable, foreign key (a) references "
     "P (ID) match simple on delete set default on update restrict initially "
     "deferred, constraint g foreign key (b) references p on delete no action "
     "not deferrable initially immediate)",
     "table c\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard\n"
     "  foreign key  (a): references=p\n"
     "  foreign key  (a -> id): deferrable=initially deferred references=p "
     "on_delete=set default on_update=restrict\n"
     "  foreign key f (b -> id): deferrable=deferrable references=p "
     "on_delete=cascade on_update=set null\n"
     "  foreign key g (b): references=p\n"
     "table p\n"
     "  column id: type=integer guard not_null\n"
     "  column a: type=integer guard\n"
     "  column b: type=text guard\n"
     "  primary key  (id)\n"},
    {"a foreign key may reference what comes later, and a unique index", NULL,
     "create table c (a integer references p (a)); create table p (a integer); "
     "create unique index u on p (a)",
     "table c\n"
     "  column a: type=integer guard\n"
     "  foreign key  (a -> a): references=p\n"
     "table p\n"
     "  column a: type=integer guard\n"
     "  index u (a): unique\n"},
    {"an index has columns, expressions, directions and a predicate", NULL,
     "create table t (a integer, b text); create unique index i on t (a desc, "
     "lower(b), (b || 'x') desc, ((a)), b collate \"C\" asc) where a > 0 and b "
     "<> 'where'; create index j on t using btree (a asc nulls last, b desc "
     "nulls first)",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=text guard\n"
     "  index i (a desc nulls first, <lower(b)>, <b || 'x'> desc nulls first, "
     "a, b collate C): unique predicate=a > 0 and b <> 'where'\n"
     "  index j (a, b desc nulls first)\n"},
    {"a view is its query", NULL,
     "create view v as select 'a;b' as x; create or replace view w (a, \"B\") "
     "as (select 1, 2);",
     "view v: definition=select 'a;b' as x\n"
     "view w: definition=with w (a, \"B\") as ((select 1, 2)) select * from "
     "w\n"},
    {"an enum has labels, and columns may have it", NULL,
     "create table t (a mood not null default 'sad'); create type mood as enum "
     "('sad', 'it''s ok', E'b\\tc')",
     "enum mood: labels='sad', 'it''s ok', 'b\tc'\n"
     "table t\n"
     "  column a: type=mood guard not_null default='sad'\n"},
    {"comments are on what was declared before", NULL,
     "create table t (a integer); create view v as select 1; create index i on "
     "t (a); comment on table t is 'it''s'; comment on column t.a is $$a$$; "
     "comment on view v is 'v'; comment on index i is E'i\\x41'; comment on "
     "table t is 'later'; comment on view v is null",
     "table t: comment=later\n"
     "  column a: type=integer guard comment=a\n"
     "  index i (a): comment=iA\n"
     "view v: definition=select 1 comment=v\n"},
    {"PostgreSQL: comments", "postgres",
     "create type e as enum (); create table t (a integer, constraint u unique "
     "(a)); create sequence s; comment on constraint u on t is 'u'; comment on "
     "type e is 'e'; comment on sequence s is 's'",
     "enum e: labels= comment=e\n"
     "sequence s: comment=s\n"
     "table t\n"
     "  column a: type=integer guard\n"
     "  unique constraint u (a): comment=u\n"},
    {"a table can be added to", NULL,
     "create table t (a integer); alter table only t add b text not null "
     "default 'x', add constraint c check (a > 0); alter table if exists t add "
     "column if not exists c integer unique; alter table t add primary key (a)",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=text guard not_null default='x'\n"
     "  column c: type=integer guard\n"
     "  primary key  (a)\n"
     "  unique constraint  (c)\n"
     "  check c: expression=a > 0\n"},
    {"statements may be empty, comments nest", NULL,
     ";; /* a /* b */ ; */ create table t (a integer) ; -- c",
     "table t\n"
     "  column a: type=integer guard\n"},
    {"PostgreSQL: other schemas", "postgres",
     "create type s.e as enum ('a'); create table s.t (a s.e, b \"S\".x "
     "primary key); create domain \"S\".x as text; create table t (a text "
     "references s.t); create index i on s.t (a); comment on column s.t.a is "
     "'a'",
     "enum s.e: labels='a'\n"
     "table t\n"
     "  column a: type=text guard\n"
     "  foreign key  (a): references=s.t\n"
     "table s.t\n"
     "  column a: type=s.e guard comment=a\n"
     "  column b: type=\"S\".x guard not_null\n"
     "  primary key  (b)\n"
     "  index i (a)\n"
     "other S.x: definition=create domain \"S\".x as text what=domain\n"},
    {"PostgreSQL: the current schema is public", "postgres",
     "create table public.t (a integer primary key); create table c (a integer "
     "references t references public.t)",
     "table c\n"
     "  column a: type=integer guard\n"
     "  foreign key  (a): references=t\n"
     "  foreign key  (a): references=public.t\n"
     "table public.t\n"
     "  column a: type=integer guard not_null\n"
     "  primary key  (a)\n"},
    {"PostgreSQL: an identity and its sequence", "postgres",
     "create table t (a bigint generated always as identity, b int generated "
     "by default as identity (start with 10 increment by 5 no minvalue "
     "maxvalue 100 cache 1 cycle), c smallint generated always as identity "
     "(sequence name s increment -1 start -1), d int generated always as "
     "identity (sequence name t_d_seq as bigint))",
     "table t\n"
     "  column a: type=bigint guard not_null identity=always\n"
     "  column b: type=integer guard not_null identity=by default "
     "sequence=start 10 increment 5 maxvalue 100 cycle\n"
     "  column c: type=smallint guard not_null identity=always "
     "sequence=sequence name s increment -1\n"
     "  column d: type=integer guard not_null identity=always sequence=as "
     "bigint\n"},
    {"PostgreSQL: sequences", "postgres",
     "create sequence a; create sequence if not exists s.b as integer start 3 "
     "increment 2 minvalue 3 maxvalue 2147483647 cache 20; create sequence c "
     "increment by -2 cycle owned by none",
     "sequence a\n"
     "sequence c: sequence=increment -2 cycle\n"
     "sequence s.b: type=integer sequence=increment 2 minvalue 3 cache 20\n"},
    {"PostgreSQL: types that SQLite has not", "postgres",
     "create table t (a text[], b int[3][4], c integer array, d interval day "
     "to second(3), e inet, f bit varying(5), g \"char\", h pg_catalog.int4, i "
     "timetz, j numrange)",
     "table t\n"
     "  column a: type=text[] guard\n"
     "  column b: type=integer[] guard\n"
     "  column c: type=integer[] guard\n"
     "  column d: type=interval day to second(3) guard\n"
     "  column e: type=inet guard\n"
     "  column f: type=bit varying(5) guard\n"
     "  column g: type=\"char\" guard\n"
     "  column h: type=integer guard\n"
     "  column i: type=timetz guard\n"
     "  column j: type=numrange guard\n"},
    {"PostgreSQL: the types of the user, and of an extension", "postgres",
     "create extension citext; create table t (a citext, b p, c \"Odd Name\", "
     "d p[]); create type p as (a integer); create domain \"Odd Name\" as "
     "integer check (value > 0)",
     "table t\n"
     "  column a: type=citext guard\n"
     "  column b: type=p guard\n"
     "  column c: type=\"Odd Name\" guard\n"
     "  column d: type=p[] guard\n"
     "other Odd Name: definition=create domain \"Odd Name\" as integer check "
     "(value > 0) what=domain\n"
     "other citext: definition=create extension citext what=extension\n"
     "other p: definition=create type p as (a integer) what=composite type\n"},
    {"PostgreSQL: storage of a table", "postgres",
     "create unlogged table t (a integer) with (fillfactor = 70, "
     "autovacuum_enabled)",
     "table t: unlogged options=autovacuum_enabled=true, fillfactor=70\n"
     "  column a: type=integer guard\n"},
    {"PostgreSQL: partitions", "postgres",
     "create table t (time timestamptz, region text) partition by RANGE (time, "
     "LOWER(region)); create table p partition of t for values from "
     "('2020-01-01', MINVALUE) to ('2021-01-01', maxvalue) partition by list "
     "(region); create table q partition of t default; create index i on p "
     "(time)",
     "table p: partition_by=list (region) partition_of=t for values from "
     "('2020-01-01', minvalue) to ('2021-01-01', maxvalue)\n"
     "  index i (time)\n"
     "table q: partition_of=t default\n"
     "table t: partition_by=range (time, lower(region))\n"
     "  column time: type=timestamptz\n"
     "  column region: type=text guard\n"},
    {"PostgreSQL: inheritance", "postgres",
     "create table a (x integer); create table s.b (y integer); create table c "
     "(z integer, unique (x)) inherits (a, s.b)",
     "table a\n"
     "  column x: type=integer guard\n"
     "table c: inherits=a, s.b\n"
     "  column z: type=integer guard\n"
     "  unique constraint  (x)\n"
     "table s.b\n"
     "  column y: type=integer guard\n"},
    {"PostgreSQL: keys", "postgres",
     "create table t (a integer unique nulls not distinct, b integer, primary "
     "key (a) include (b), unique (b) deferrable initially deferred, unique "
     "(a, b) deferrable)",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=integer guard not_null\n"
     "  primary key  (a, b included)\n"
     "  unique constraint  (a): nulls_not_distinct\n"
     "  unique constraint  (a, b): deferrable=deferrable\n"
     "  unique constraint  (b): deferrable=initially deferred\n"},
    {"PostgreSQL: foreign keys", "postgres",
     "create table p (id integer primary key, a integer, b text); create table "
     "t (a integer references p match full on delete set null (a), b integer); "
     "alter table t add constraint f foreign key (b) references p (id) on "
     "delete set default (\"b\") not valid",
     "table p\n"
     "  column id: type=integer guard not_null\n"
     "  column a: type=integer guard\n"
     "  column b: type=text guard\n"
     "  primary key  (id)\n"
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard\n"
     "  foreign key  (a): references=p on_delete=set null (a) match=full\n"
     "  foreign key f (b -> id): references=p on_delete=set default (b) "
     "not_valid\n"},
    {"PostgreSQL: checks", "postgres",
     "create table t (a integer check (a > 0) no inherit, check (a < 9) no "
     "inherit); alter table t add check (a <> 5) not valid",
     "table t\n"
     "  column a: type=integer guard\n"
     "  check : expression=a < 9 no_inherit\n"
     "  check : not_valid expression=a <> 5\n"
     "  check : expression=a > 0 no_inherit\n"},
    {"PostgreSQL: exclusion constraints", "postgres",
     "create table t (a int4range, constraint n exclude using gist (a with &&) "
     "where (not isempty(a)) deferrable)",
     "table t\n"
     "  column a: type=int4range guard\n"
     "other n on t: definition=alter table t add constraint n exclude using "
     "gist (a with &&) where (not isempty(a)) deferrable what=exclusion "
     "constraint\n"},
    {"PostgreSQL: indexes", "postgres",
     "create table t (a text, b jsonb, c text); create index concurrently i on "
     "t using gin (b jsonb_path_ops, a gin_trgm_ops (siglen = 32)) with "
     "(fastupdate = off); create unique index j on t (a collate \"de_DE\" "
     "s.ops desc nulls last, (a || c) collate pg_catalog.\"C\", c nulls first, "
     "pg_catalog.lower(a)) include (b, c) nulls not distinct where a > ''",
     "table t\n"
     "  column a: type=text guard\n"
     "  column b: type=jsonb guard\n"
     "  column c: type=text guard\n"
     "  index i (b jsonb_path_ops, a gin_trgm_ops (siglen = 32)): "
     "options=fastupdate=off method=gin\n"
     "  index j (a collate de_DE s.ops desc, <a || c> collate C, c nulls "
     "first, <pg_catalog.lower(a)>, b included, c included): "
     "nulls_not_distinct unique predicate=a > ''\n"},
    {"PostgreSQL: views", "postgres",
     "create materialized view m as select 1 as x with no data; create unique "
     "index i on m (x); create view v with (security_barrier, security_invoker "
     "= true) as select 1 with cascaded check option; create recursive view r "
     "(n) as values (1) union all select n + 1 from r where n < 9; create view "
     "w as select 2 with local check option; comment on materialized view m is "
     "'m'",
     "view m: definition=select 1 as x materialized comment=m\n"
     "  index i (x): unique\n"
     "view r: definition=with recursive r (n) as (values (1) union all select "
     "n + 1 from r where n < 9) select * from r\n"
     "view v: options=check_option=cascaded, security_barrier=true, "
     "security_invoker=true definition=select 1\n"
     "view w: options=check_option=local definition=select 2\n"},
    {"PostgreSQL: triggers", "postgres",
     "create table t (a integer, \"B\" integer); create view v as select 1; "
     "create trigger x before update of a, \"B\" or truncate or insert on t "
     "for each row when (new.a > 0) execute function f('x'); create constraint "
     "trigger y after delete on t deferrable for each row execute procedure "
     "f(); create or replace trigger x instead of insert on v for each row "
     "execute function f(); comment on trigger x on t is 'x'",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column B: type=integer guard\n"
     "  trigger x: definition=create trigger x before update of a, \"B\" or "
     "truncate or insert on t for each row when (new.a > 0) execute function "
     "f('x') timing=before events=insert, truncate, update of a, \"B\" "
     "comment=x\n"
     "  trigger y: definition=create constraint trigger y after delete on t "
     "deferrable for each row execute procedure f() timing=after "
     "events=delete\n"
     "view v: definition=select 1\n"
     "  trigger x: definition=create or replace trigger x instead of insert on "
     "v for each row execute function f() timing=instead of events=insert\n"},
    {"PostgreSQL: functions, of old and of new", "postgres",
     "create function f(a integer, b text default 'x;') returns integer "
     "language sql begin atomic select case when a > 1 then 1 end; select 2; "
     "end; create or replace function g() returns trigger language plpgsql as "
     "$$ begin return new; end; $$; create procedure s.h() language sql as "
     "'select 1;'",
     "other f(a integer, b text default 'x;'): definition=create function f(a "
     "integer, b text default 'x;') returns integer language sql begin atomic "
     "select case when a > 1 then 1 end; select 2; end what=function\n"
     "other g(): definition=create or replace function g() returns trigger "
     "language plpgsql as $$ begin return new; end; $$ what=function\n"
     "other s.h(): definition=create procedure s.h() language sql as 'select "
     "1;' what=procedure\n"},
    {"PostgreSQL: what the model keeps as text", "postgres",
     "create schema s; create table t (a integer); create policy p on t using "
     "(true); create rule r as on insert to t do instead (select 1; select 2); "
     "alter table t enable row level security; grant select on t to public; "
     "create cast (integer as text) with function f(integer); create operator "
     "=== (leftarg = integer, procedure = f); create statistics st on a, b "
     "from t; create event trigger et on ddl_command_start execute function "
     "f(); comment on function f() is 'f; g'",
     "table t\n"
     "  column a: type=integer guard\n"
     "other ( integer as text ): definition=create cast (integer as text) with "
     "function f(integer) what=cast\n"
     "other ===: definition=create operator === (leftarg = integer, procedure "
     "= f) what=operator\n"
     "other et: definition=create event trigger et on ddl_command_start "
     "execute function f() what=event trigger\n"
     "other function f(): definition=comment on function f() is 'f; g' "
     "what=comment\n"
     "other p on t: definition=create policy p on t using (true) what=policy\n"
     "other r on t: definition=create rule r as on insert to t do instead "
     "(select 1; select 2) what=rule\n"
     "other s: definition=create schema s what=schema\n"
     "other select on t to public: definition=grant select on t to public "
     "what=grant\n"
     "other st: definition=create statistics st on a, b from t "
     "what=statistics\n"
     "other t: definition=alter table t enable row level security what=row "
     "security\n"},
    {"SQLite: names in every quotes", "sqlite",
     "create table [a b] (`c``d` int, \"e\"\"f\" int, 'g''h' int, i int, "
     "constraint [n m] unique (`c``d`, I), check (\"e\"\"f\" > 0))",
     "table a b\n"
     "  column c`d: type=INT guard\n"
     "  column e\"f: type=INT guard\n"
     "  column g'h: type=INT guard\n"
     "  column i: type=INT guard\n"
     "  unique constraint n m (c`d, i)\n"
     "  check : expression=\"e\"\"f\" > 0\n"},
    {"SQLite: types of any words, or none", "sqlite",
     "create table t (a, b long text of words(5), c varchar ( 10 , 2 ), d "
     "\"double precision\", e int generated always, f decimal(+10, -2), g "
     "boolean)",
     "table t\n"
     "  column a: type= guard\n"
     "  column b: type=LONG TEXT OF WORDS(5) guard\n"
     "  column c: type=VARCHAR(10,2) guard\n"
     "  column d: type=double precision\n"
     "  column e: type=INT guard\n"
     "  column f: type=DECIMAL(+ 10,-2) guard\n"
     "  column g: type=boolean\n"},
    {"SQLite: defaults", "sqlite",
     "create table t (a default -5, b default + 1.5e3, c default "
     "(datetime('now')), d default x'00ff', e default current_timestamp, f "
     "default foo, g default \"dq\", h default null not null, i default true "
     "collate nocase)",
     "table t\n"
     "  column a: type= guard default=-5\n"
     "  column b: type= guard default=+ 1.5e3\n"
     "  column c: type= guard default=datetime('now')\n"
     "  column d: type= guard default=x'00ff'\n"
     "  column e: type= guard default=current_timestamp\n"
     "  column f: type= guard default='foo'\n"
     "  column g: type= guard default='dq'\n"
     "  column h: type= guard not_null default=null\n"
     "  column i: type= guard collation=nocase default=true\n"},
    {"SQLite: the rowid by another name", "sqlite",
     "create table a (x integer primary key); create table b (x INTEGER, "
     "primary key (X desc)); create table c (x integer primary key asc "
     "autoincrement); create table d (x \"integer\", primary key (x "
     "autoincrement))",
     "table a\n"
     "  column x: type=integer not_null identity=auto\n"
     "  primary key  (x)\n"
     "table b\n"
     "  column x: type=integer not_null identity=auto\n"
     "  primary key  (x)\n"
     "table c\n"
     "  column x: type=integer not_null identity=autoincrement\n"
     "  primary key  (x)\n"
     "table d\n"
     "  column x: type=integer not_null identity=autoincrement\n"
     "  primary key  (x)\n"},
    {"SQLite: what is not the rowid", "sqlite",
     "create table a (x int primary key); create table b (x integer primary "
     "key desc); create table c (x integer, y integer, primary key (x, y)); "
     "create table d (x integer primary key) without rowid; create table e (x "
     "integer(4) primary key)",
     "table a\n"
     "  column x: type=INT guard\n"
     "  primary key  (x)\n"
     "table b\n"
     "  column x: type=integer\n"
     "  primary key  (x desc nulls first)\n"
     "table c\n"
     "  column x: type=integer\n"
     "  column y: type=integer\n"
     "  primary key  (x, y)\n"
     "table d: without_rowid\n"
     "  column x: type=integer not_null\n"
     "  primary key  (x)\n"
     "table e\n"
     "  column x: type=INTEGER(4) guard\n"
     "  primary key  (x)\n"},
    {"SQLite: where a primary key is not null", "sqlite",
     "create table a (x text primary key); create table b (x text primary key) "
     "without rowid; create table c (x text primary key) strict; create table "
     "d (x text, y any, primary key (y, x)) strict, without rowid",
     "table a\n"
     "  column x: type=text\n"
     "  primary key  (x)\n"
     "table b: without_rowid\n"
     "  column x: type=text not_null\n"
     "  primary key  (x)\n"
     "table c: strict\n"
     "  column x: type=text not_null\n"
     "  primary key  (x)\n"
     "table d: strict without_rowid\n"
     "  column x: type=text not_null\n"
     "  column y: type=ANY guard not_null\n"
     "  primary key  (y, x)\n"},
    {"SQLite: on conflict", "sqlite",
     "create table t (a integer primary key on conflict replace, b text not "
     "null on conflict ignore unique on conflict fail, c text null on conflict "
     "abort, unique (a, b) on conflict rollback, check (a > 0) on conflict "
     "abort)",
     "table t\n"
     "  column a: type=integer not_null identity=auto\n"
     "  column b: type=text not_null on_conflict=ignore\n"
     "  column c: type=text\n"
     "  primary key  (a): on_conflict=replace\n"
     "  unique constraint  (a, b): on_conflict=rollback\n"
     "  unique constraint  (b): on_conflict=fail\n"
     "  check : expression=a > 0\n"},
    {"SQLite: collations", "sqlite",
     "create table t (a text collate nocase collate RTRIM, b text collate "
     "binary, unique (a collate binary, b collate BINARY)); create index i on "
     "t (a collate rtrim, b collate \"NoCase\" desc, lower(a) collate nocase, "
     "a || b collate nocase)",
     "table t\n"
     "  column a: type=text collation=rtrim\n"
     "  column b: type=text\n"
     "  unique constraint  (a collate binary, b)\n"
     "  index i (a, b collate nocase desc nulls first, <lower(a)> collate "
     "nocase, <a || b collate nocase>)\n"},
    {"SQLite: generated columns", "sqlite",
     "create table t (a int, b as (a + 1), c int generated always as (a * 2) "
     "stored, d int as (a) virtual not null)",
     "table t\n"
     "  column a: type=INT guard\n"
     "  column b: type= guard generated=a + 1\n"
     "  column c: type=INT guard generated=a * 2 stored\n"
     "  column d: type=INT guard not_null generated=a\n"},
    {"SQLite: constraints without commas, and names for nothing", "sqlite",
     "create table t (a int constraint x constraint y check (a > 0) constraint "
     "z, b int constraint w not null, unique (a) constraint ck check (b > 0) "
     "primary key (b) constraint last)",
     "table t\n"
     "  column a: type=INT guard\n"
     "  column b: type=INT guard not_null\n"
     "  primary key  (b)\n"
     "  unique constraint  (a)\n"
     "  check ck: expression=b > 0\n"
     "  check y: expression=a > 0\n"},
    {"SQLite: foreign keys", "sqlite",
     "create table p (a integer primary key, b text unique); create table c (x "
     "integer references P on delete cascade on update set null match full on "
     "insert restrict not null deferrable initially deferred, y text "
     "references p (B) deferrable, z integer references p not deferrable "
     "initially deferred, foreign key (y) references p (b) on delete set "
     "default deferrable initially immediate)",
     "table c\n"
     "  column x: type=integer not_null\n"
     "  column y: type=text\n"
     "  column z: type=integer\n"
     "  foreign key  (x): deferrable=initially deferred references=p "
     "on_delete=cascade on_update=set null\n"
     "  foreign key  (y -> b): deferrable=deferrable references=p\n"
     "  foreign key  (y -> b): deferrable=deferrable references=p "
     "on_delete=set default\n"
     "  foreign key  (z): references=p\n"
     "table p\n"
     "  column a: type=integer not_null identity=auto\n"
     "  column b: type=text\n"
     "  primary key  (a)\n"
     "  unique constraint  (b)\n"},
    {"SQLite: indexes", "sqlite",
     "create table t (a, b text, c); create unique index if not exists main.i "
     "on t (B desc, a || c, (b), 'a', lower(b)) where a is not null and b <> "
     "')'; create index j on t (a asc)",
     "table t\n"
     "  column a: type= guard\n"
     "  column b: type=text\n"
     "  column c: type= guard\n"
     "  index i (b desc nulls first, <a || c>, b, a, <lower(b)>): unique "
     "predicate=a is not null and b <> ')'\n"
     "  index j (a)\n"},
    {"SQLite: views and triggers", "sqlite",
     "create table t (a, b); create view if not exists v (x, \"Y\") as select "
     "a, b from t; create trigger if not exists main.r after update of a, B on "
     "t for each row when new.a > 0 begin select case when 1 then 2 end; "
     "insert into t values (1, 2); end; create trigger s instead of insert on "
     "v begin select 1; end; create trigger [d e] delete on t begin delete "
     "from t where a = 'end;'; END;",
     "table t\n"
     "  column a: type= guard\n"
     "  column b: type= guard\n"
     "  trigger d e: definition=CREATE TRIGGER [d e] delete on t begin delete "
     "from t where a = 'end;'; END timing=before events=delete\n"
     "  trigger r: definition=CREATE TRIGGER r after update of a, B on t for "
     "each row when new.a > 0 begin select case when 1 then 2 end; insert into "
     "t values (1, 2); end timing=after events=update of a, b\n"
     "view v: definition=with v (x, \"Y\") as (select a, b from t) select * "
     "from v\n"
     "  trigger s: definition=CREATE TRIGGER s instead of insert on v begin "
     "select 1; end timing=instead of events=insert\n"},
    {"SQLite: virtual tables", "sqlite",
     "create virtual table if not exists f using fts5(a, b, tokenize = "
     "'porter; x'); create virtual table g using echo",
     "table f: virtual=fts5(a, b, tokenize = 'porter; x')\n"
     "table g: virtual=echo\n"},
    {"SQLite: comments in the text", "sqlite",
     "create table t (/** the table */\n  /** the key\n* / too */\n  a integer "
     "primary key, /* none */ b text, /** c */ c text); create index i on /** "
     "by b */ t (b); create view v as /** all */ select 1; create table u (\n  "
     "/** first */ a int)",
     "table t: comment=the table\n"
     "  column a: type=integer not_null identity=auto comment=the key\n"
     "*/ too\n"
     "  column b: type=text\n"
     "  column c: type=text comment=c\n"
     "  primary key  (a)\n"
     "  index i (b): comment=by b\n"
     "table u\n"
     "  column a: type=INT guard comment=first\n"
     "view v: definition=select 1 comment=all\n"},
    {"SQLite: guards and enums are known again", "sqlite",
     "create table t (a mood_enum_text, b text, c blob, constraint ck_t_a_enum "
     "check (a in ('x', 'it''s')), constraint own check (a <> ''), constraint "
     "ck_t_b_text check (b <> ''))",
     "enum mood: labels='x', 'it''s'\n"
     "table t\n"
     "  column a: type=mood guard\n"
     "  column b: type=text\n"
     "  column c: type=bytea\n"
     "  check ck_t_b_text: expression=b <> ''\n"
     "  check own: expression=a <> ''\n"},
    {"SQLite: a table can get a constraint", "sqlite",
     "create table t (a integer); alter table t add constraint c check (a > 0)",
     "table t\n"
     "  column a: type=integer\n"
     "  check c: expression=a > 0\n"},
};

static void
test_case(size_t i)
{
    SCOPED(schema_clear) struct schema schema = {.engine = cases[i].engine};
    SCOPED(buf_release) struct buf shown = {0};
    struct duet_error err = {0};

    if (!declaration_add(&schema, "t.sql", cases[i].text,
                         cases[i].engine == NULL, &err))
        buf_printf(&shown, "%s\n", err.text);
    schema_sort(&schema);
    show_schema(&shown, &schema);
    IS_TEXT(buf_data(&shown), cases[i].model, "%s", cases[i].title);
}

/* Where an object is declared, for those who have something to say of it. */
static void
test_places(void)
{
    SCOPED(schema_clear) struct schema schema = {0};
    struct duet_error err = {0};
    const struct object *table;
    const struct object *column;

    OK(declaration_add(&schema, "t.sql",
                       "create table t (\n  a integer, -- ä\n  /* ä "
                       "*/ b text check (b <> ''))",
                       true, &err),
       "a declaration of several lines is read");
    table = schema_find(&schema, OBJECT_TABLE, NULL, "t");
    column = object_find(table, OBJECT_COLUMN, "b");
    IS_TEXT(column->place.file, "t.sql", "a column knows its file,");
    IS_INT(column->place.line, 3, "its line");
    IS_INT(column->place.column, 11, "and its column, in characters");
    IS_INT(table->place.column, 14, "a table stands where its name does");
    IS_INT(object_find(table, OBJECT_CHECK, "")->place.column, 18,
           "a check without a name stands at its first word");
}

/* A text may refer to what another one has declared before. */
static void
test_additions(void)
{
    SCOPED(schema_clear) struct schema schema = {.engine = "sqlite"};
    struct duet_error err = {0};

    OK(declaration_add(&schema, "a.sql",
                       "create table t (a serial primary key, b text unique)",
                       true, &err) &&
           declaration_add(
               &schema, "a.sqlite.sql",
               "alter table T add constraint c check (a > 0);"
               "create index i on t (B);"
               "create table u (a references t, b references T (B))",
               false, &err),
       "a second text refers to the first one's tables");
    if (err.kind != DUET_ERROR_NONE)
        tap_diag("%s", err.text);
    OK(!declaration_add(&schema, "b.sqlite.sql", "create table T (a)", false,
                        &err),
       "but can't declare them again");
    IS_TEXT(err.text, "b.sqlite.sql:1:14: there is table 't' already",
            "and is told so");
    IS_TEXT(err.hint, "it is declared at a.sql:1:14", "and where they are");
}

int
main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_case(i);
    test_places();
    test_additions();
    return tap_done();
}
