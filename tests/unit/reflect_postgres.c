/*
 * PostgreSQL's catalog read into the model: each thing that a table, a view or
 * a sequence can be is made, and must be found as it is and nothing besides.
 */
#include "lib/sample.h"
#include "lib/tap.h"
#include "schema/reflect.h"
#include "sql/type.h"

#define NUMBER "type=integer guard"
#define STRING "type=text guard"

static const struct sample columns[] = {
    {"types have their canonical names",
     "create table t (a int, b varchar(10), c char, d numeric(10,2), e decimal,"
     " f float, g float(20), h timestamptz(3), i bool, j bit varying(5),"
     " k interval day to second(3), l text[][], m time, n bytea, o jsonb)",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=varchar(10) guard\n"
     "  column c: type=char(1) guard\n"
     "  column d: type=numeric(10,2)\n"
     "  column e: type=numeric\n"
     "  column f: type=double precision\n"
     "  column g: type=real\n"
     "  column h: type=timestamptz(3)\n"
     "  column i: type=boolean guard\n"
     "  column j: type=bit varying(5) guard\n"
     "  column k: type=interval day to second(3) guard\n"
     "  column l: type=text[] guard\n"
     "  column m: type=time\n"
     "  column n: type=bytea guard\n"
     "  column o: type=jsonb guard\n",
     0},
    {"a column that was dropped is none, and one that came later is the last",
     "create table t (a int, b int, c int); alter table t drop b, add d int",
     "table t\n"
     "  column a: " NUMBER "\n"
     "  column c: " NUMBER "\n"
     "  column d: " NUMBER "\n",
     0},
    {"defaults are the catalog's own text, in full",
     "create table t (a int not null default -1, b varchar(3) default 'it''s',"
     " c int default (1 + 2) * 3, d text default 'a\\b' || E'\\n',"
     " e timestamptz default '2024-01-02 03:04:05+06')",
     "table t\n"
     "  column a: " NUMBER " not_null default='-1'::integer\n"
     "  column b: type=varchar(3) guard default='it''s'::character varying\n"
     "  column c: " NUMBER " default=((1 + 2) * 3)\n"
     "  column d: " STRING " default=('a\\b'::text || '\n'::text)\n"
     "  column e: type=timestamptz default='2024-01-01 "
     "21:04:05+00'::timestamp with time zone\n",
     0},
    {"a generated column has no default",
     "create table t (a int, b int generated always as (a * 2) stored)",
     "table t\n"
     "  column a: " NUMBER "\n"
     "  column b: " NUMBER " generated=(a * 2) stored\n",
     0},
    {"one that isn't stored says so",
     "create table t (a int, b int generated always as (a * 2) virtual)",
     "table t\n"
     "  column a: " NUMBER "\n"
     "  column b: " NUMBER " generated=(a * 2)\n",
     18},
    {"a collation is told where it isn't the type's",
     "create schema s; create collation s.c from \"C\";"
     "create table t (a text, b text collate \"C\", c text collate \"default\","
     " d varchar(3) collate s.c)",
     "table t\n"
     "  column a: " STRING "\n"
     "  column b: " STRING " collation=C\n"
     "  column c: " STRING "\n"
     "  column d: type=varchar(3) guard collation=s.c\n"
     "other s: definition=create schema if not exists s what=schema\n"
     "other s.c: definition=create collation s.c (provider = libc, lc_collate "
     "= 'C', lc_ctype = 'C') what=collation\n",
     0},
    {"a serial takes its numbers from a sequence that is a part of it",
     "create table t (a serial, b bigserial primary key, c smallserial);"
     "create table u (like t including defaults)",
     "table t\n"
     "  column a: " NUMBER " not_null identity=auto\n"
     "  column b: type=bigint guard not_null identity=auto\n"
     "  column c: type=smallint guard not_null identity=auto\n"
     "  primary key t_pkey (b)\n"
     "table u\n"
     "  column a: " NUMBER " not_null default=nextval('t_a_seq'::regclass)\n"
     "  column b: type=bigint guard not_null "
     "default=nextval('t_b_seq'::regclass)\n"
     "  column c: type=smallint guard not_null "
     "default=nextval('t_c_seq'::regclass)\n",
     0},
    {"what is unusual about the sequence is told",
     "create table t (a serial, b serial, c serial, d serial);"
     "alter sequence t_a_seq start 5 increment 2;"
     "alter sequence t_b_seq rename to \"My numbers\";"
     "alter sequence t_c_seq as bigint; alter table t alter d type bigint",
     "table t\n"
     "  column a: " NUMBER " not_null identity=auto sequence=start 5 increment "
     "2\n"
     "  column b: " NUMBER " not_null identity=auto sequence=sequence name "
     "\"My numbers\"\n"
     "  column c: " NUMBER " not_null identity=auto sequence=as bigint\n"
     "  column d: type=bigint guard not_null identity=auto sequence=as "
     "integer\n",
     0},
    {"the usual name of a sequence is cut to 63 bytes between characters",
     "create table a123456789b123456789c123456789d123456789e123456789"
     " (ä123456789ö123456789ü123456789 serial);"
     "create table ä123456789ö123456789ü123456789ä123456789ö12345"
     " (a serial, ä123456789ö123456789ü1234567 serial)",
     "table a123456789b123456789c123456789d123456789e123456789\n"
     "  column ä123456789ö123456789ü123456789: " NUMBER
     " not_null identity=auto\n"
     "table ä123456789ö123456789ü123456789ä123456789ö12345\n"
     "  column a: " NUMBER " not_null identity=auto\n"
     "  column ä123456789ö123456789ü1234567: " NUMBER
     " not_null identity=auto\n",
     0},
    {"identity columns, and what their sequence has of its own",
     "create table t (a int generated always as identity, b bigint generated"
     " by default as identity (start 7 cycle maxvalue 9),"
     " c int generated always as identity (sequence name numbers))",
     "table t\n"
     "  column a: " NUMBER " not_null identity=always\n"
     "  column b: type=bigint guard not_null identity=by default "
     "sequence=start 7 maxvalue 9 cycle\n"
     "  column c: " NUMBER " not_null identity=always sequence=sequence name "
     "numbers\n",
     0},
    {"a sequence that the column does not own is none of its own",
     "create sequence q; create sequence t_b_seq;"
     "create table t (a int default nextval('q'),"
     " b numeric default nextval('t_b_seq'), c int);"
     "alter sequence t_b_seq owned by t.b; create sequence r owned by t.c",
     "sequence q\n"
     "sequence r\n"
     "sequence t_b_seq\n"
     "table t\n"
     "  column a: " NUMBER " default=nextval('q'::regclass)\n"
     "  column b: type=numeric default=nextval('t_b_seq'::regclass)\n"
     "  column c: " NUMBER "\n"
     "other r: definition=alter sequence r owned by t.c what=owner of "
     "sequence\n"
     "other t_b_seq: definition=alter sequence t_b_seq owned by t.b what=owner "
     "of sequence\n",
     0},
};

static const struct sample constraints[] = {
    {"a primary key in the order of its columns, which hold no null",
     "create table t (a int, b int, c int, constraint k primary key (c, a)"
     " include (b))",
     "table t\n"
     "  column a: " NUMBER " not_null\n"
     "  column b: " NUMBER "\n"
     "  column c: " NUMBER " not_null\n"
     "  primary key k (c, a, b included)\n",
     0},
    {"unique constraints are no indexes",
     "create table t (a int unique, b int, unique (b, a) deferrable,"
     " constraint \"U\" unique (b) initially deferred)",
     "table t\n"
     "  column a: " NUMBER "\n"
     "  column b: " NUMBER "\n"
     "  unique constraint U (b): deferrable=initially deferred\n"
     "  unique constraint t_a_key (a)\n"
     "  unique constraint t_b_a_key (b, a): deferrable=deferrable\n",
     0},
    {"null may be equal to null",
     "create table t (a int unique nulls not distinct);"
     "create unique index i on t (a) nulls not distinct",
     "table t\n"
     "  column a: " NUMBER "\n"
     "  unique constraint t_a_key (a): nulls_not_distinct\n"
     "  index i (a): nulls_not_distinct unique\n",
     15},
    {"foreign keys: columns, target and what happens",
     "create schema s; create table s.p (x int, y int, primary key (x, y));"
     "create table t (a int primary key, b int references t, c int, d int,"
     " constraint f foreign key (d, c) references s.p (y, x) match full"
     " on delete cascade on update set null deferrable initially deferred,"
     " foreign key (c, d) references s.p on delete restrict on update set"
     " default); alter table t add constraint later foreign key (c)"
     " references t not valid",
     "table t\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=integer guard\n"
     "  column c: type=integer guard\n"
     "  column d: type=integer guard\n"
     "  primary key t_pkey (a)\n"
     "  foreign key f (d -> y, c -> x): deferrable=initially deferred "
     "references=s.p on_delete=cascade on_update=set null match=full\n"
     "  foreign key later (c -> a): references=t not_valid\n"
     "  foreign key t_b_fkey (b -> a): references=t\n"
     "  foreign key t_c_d_fkey (c -> x, d -> y): references=s.p "
     "on_delete=restrict on_update=set default\n"
     "table s.p\n"
     "  column x: type=integer guard not_null\n"
     "  column y: type=integer guard not_null\n"
     "  primary key p_pkey (x, y)\n"
     "other s: definition=create schema if not exists s what=schema\n",
     0},
    {"set null may be for some of the columns",
     "create table p (x int, y int, primary key (x, y));"
     "create table t (a int, \"B\" int, foreign key (a, \"B\") references p"
     " on delete set null (\"B\"))",
     "table p\n"
     "  column x: " NUMBER " not_null\n"
     "  column y: " NUMBER " not_null\n"
     "  primary key p_pkey (x, y)\n"
     "table t\n"
     "  column a: " NUMBER "\n"
     "  column B: " NUMBER "\n"
     "  foreign key t_a_B_fkey (a -> x, B -> y): references=p "
     "on_delete=set null (\"B\")\n",
     15},
    {"checks, of a column or of the table",
     "create table t (a int check (a > 0), b varchar(3) check (b in ('x', "
     "'y')),"
     " constraint \"The check\" check (a < length(b)) no inherit);"
     "alter table t add constraint later check (a <> 3) not valid;"
     "comment on constraint later on t is 'one day'",
     "table t\n"
     "  column a: " NUMBER "\n"
     "  column b: type=varchar(3) guard\n"
     "  check The check: expression=(a < length((b)::text)) no_inherit\n"
     "  check later: not_valid expression=(a <> 3) comment=one day\n"
     "  check t_a_check: expression=(a > 0)\n"
     "  check t_b_check: expression=((b)::text = ANY ((ARRAY['x'::character "
     "varying, 'y'::character varying])::text[]))\n",
     0},
    {"not null is no check",
     "create table t (a int not null, b int constraint nn not null)",
     "table t\n"
     "  column a: " NUMBER " not_null\n"
     "  column b: " NUMBER " not_null\n",
     0},
    {"but one that isn't as others is told",
     "create table t (a int, b int constraint n not null no inherit);"
     "alter table t add constraint m not null a not valid",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard not_null\n"
     "other m on t: definition=alter table t add constraint m NOT NULL a "
     "NOT VALID what=not null constraint\n"
     "other n on t: definition=alter table t alter column b drop not null;\n"
     "alter table t add constraint n NOT NULL b NO INHERIT what=not null "
     "constraint\n",
     18},
    {"an exclusion constraint is told by its definition",
     "create table t (r int4range, constraint x exclude using gist (r with &&)"
     " where (not isempty(r)))",
     "table t\n"
     "  column r: type=int4range guard\n"
     "other x on t: definition=alter table t add constraint x EXCLUDE USING "
     "gist (r WITH &&) WHERE ((NOT isempty(r))) what=exclusion constraint\n",
     0},
    {"so is a key over periods, and what isn't enforced",
     "create table p (r int4range, v daterange,"
     " primary key (r, v without overlaps));"
     "create table t (r int4range, v daterange, a int check (a > 0) not"
     " enforced, foreign key (r, period v) references p (r, period v))",
     "table p\n"
     "  column r: type=int4range guard not_null\n"
     "  column v: type=daterange guard not_null\n"
     "table t\n"
     "  column r: type=int4range guard\n"
     "  column v: type=daterange guard\n"
     "  column a: type=integer guard\n"
     "other p_pkey on p: definition=alter table p add constraint p_pkey "
     "PRIMARY KEY (r, v WITHOUT OVERLAPS) what=primary key\n"
     "other t_a_check on t: definition=alter table t add constraint "
     "t_a_check CHECK ((a > 0)) NOT ENFORCED what=check\n"
     "other t_r_v_fkey on t: definition=alter table t add constraint "
     "t_r_v_fkey FOREIGN KEY (r, PERIOD v) REFERENCES p(r, PERIOD v) "
     "what=foreign key\n",
     18},
};

static const struct sample indexes[] = {
    {"columns and expressions, each with its order",
     "create table t (a int, b text, \"C\" text collate \"C\");"
     "create index i on t (a desc, lower(b) desc nulls last, (a + 1),"
     " \"C\" nulls first, (b || \"C\"))",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=text guard\n"
     "  column C: type=text guard collation=C\n"
     "  index i (a desc nulls first, <lower(b)> desc, <a + 1>, C nulls "
     "first, <b || \"C\">)\n",
     0},
    {"collations and operator classes where they aren't the usual ones",
     "create table t (a text, b text collate \"C\", c varchar(9), d int[]);"
     "create index i on t (a collate \"C\", b, b collate \"POSIX\","
     " a text_pattern_ops, c varchar_pattern_ops, c text_ops,"
     " lower(a) collate \"C\", (a collate \"C\"), upper(b))",
     "table t\n"
     "  column a: type=text guard\n"
     "  column b: type=text guard collation=C\n"
     "  column c: type=varchar(9) guard\n"
     "  column d: type=integer[] guard\n"
     "  index i (a collate C, b, b collate POSIX, a text_pattern_ops, c "
     "varchar_pattern_ops, c, <lower(a)> collate C, a collate C, "
     "<upper(b)>)\n",
     0},
    {"unique, partial, including, with options, commented on",
     "create table t (a int, b int, c int);"
     "create unique index i on t (a) include (c, b) with (fillfactor = 70)"
     " where b > 3 and c is not null; comment on index i is 'why'",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column b: type=integer guard\n"
     "  column c: type=integer guard\n"
     "  index i (a, c included, b included): options=fillfactor=70 unique "
     "predicate=((b > 3) AND (c IS NOT NULL)) comment=why\n",
     0},
    {"other methods, and their parameters",
     "create table t (a int[], b int4range, c tsvector);"
     "create index g on t using gin (a) with (fastupdate = off);"
     "create index h on t using gist (b, c tsvector_ops (siglen = 100));"
     "create index br on t using brin (b range_inclusion_ops)",
     "table t\n"
     "  column a: type=integer[] guard\n"
     "  column b: type=int4range guard\n"
     "  column c: type=tsvector guard\n"
     "  index br (b): method=brin\n"
     "  index g (a): options=fastupdate=off method=gin\n"
     "  index h (b, c tsvector_ops (siglen=100)): method=gist\n",
     0},
    {"one on a partitioned table that lacks its parts isn't valid",
     "create table p (a int) partition by range (a);"
     "create table q partition of p default; create index i on only p (a)",
     "table p: partition_by=range (a)\n"
     "  column a: type=integer guard\n"
     "  index i (a): invalid\n"
     "table q: partition_of=p default\n",
     0},
};

static const struct sample relations[] = {
    {"names need not be plain",
     "create schema \"S 1\"; create table \"S 1\".\"a.\"\"b''c\" (\"Ünï cödé\""
     " int primary key, \"select\" \"char\", \"x$\" int references"
     " \"S 1\".\"a.\"\"b''c\"); create type \"S 1\".\"Ty pe\" as enum"
     " ('it''s', '\\', ''); create table \"T\" (c \"S 1\".\"Ty pe\","
     " d \"S 1\".\"Ty pe\"[])",
     "enum S 1.Ty pe: labels='it''s', '\\', ''\n"
     "table T\n"
     "  column c: type=\"S 1\".\"Ty pe\" guard\n"
     "  column d: type=\"S 1\".\"Ty pe\"[] guard\n"
     "table S 1.a.\"b''c\n"
     "  column Ünï cödé: type=integer guard not_null\n"
     "  column select: type=\"char\" guard\n"
     "  column x$: type=integer guard\n"
     "  primary key a.\"b''c_pkey (Ünï cödé)\n"
     "  foreign key a.\"b''c_x$_fkey (x$ -> Ünï cödé): references=S "
     "1.a.\"b''c\n"
     "other S 1: definition=create schema if not exists \"S 1\" "
     "what=schema\n",
     0},
    {"a table without columns, unlogged, with options, with a comment",
     "create unlogged table t () with (fillfactor = 50);"
     "create table u (a text) with (autovacuum_enabled = off,"
     " toast.autovacuum_enabled = off); comment on table u is E'it''s\\n2';"
     "comment on column u.a is 'é'",
     "table t: unlogged options=fillfactor=50\n"
     "table u: options=autovacuum_enabled=off, toast.autovacuum_enabled=off "
     "comment=it's\n"
     "2\n"
     "  column a: type=text guard comment=é\n",
     0},
    {"partitions repeat nothing of their parent",
     "create table p (a int primary key, b text default 'x' check (b <> ''),"
     " c int references p) partition by range (a);"
     "create index on p (b); create table p1 partition of p for values from (1)"
     " to (10); create table p2 partition of p for values from (minvalue) to"
     " (1) partition by list (a); create table p3 partition of p2 default",
     "table p: partition_by=range (a)\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=text guard default='x'::text\n"
     "  column c: type=integer guard\n"
     "  primary key p_pkey (a)\n"
     "  foreign key p_c_fkey (c -> a): references=p\n"
     "  check p_b_check: expression=(b <> ''::text)\n"
     "  index p_b_idx (b)\n"
     "table p1: partition_of=p for values from (1) to (10)\n"
     "table p2: partition_by=list (a) partition_of=p for values from "
     "(minvalue) to (1)\n"
     "table p3: partition_of=p2 default\n",
     0},
    {"but what they have of their own",
     "create table p (a int, b text default 'x') partition by hash (a);"
     "create table p1 partition of p (b default 'y', a not null)"
     " for values with (modulus 2, remainder 0)",
     "table p: partition_by=hash (a)\n"
     "  column a: type=integer guard\n"
     "  column b: type=text guard default='x'::text\n"
     "table p1: partition_of=p for values with (modulus 2, remainder 0)\n"
     "  column a: type=integer guard not_null\n"
     "  column b: type=text guard default='y'::text\n",
     0},
    {"a partition that was a table before",
     "create table p (a int, b text) partition by list (b);"
     "create table q (a serial, b text check (b = 'Q'), unique (a));"
     "alter table q alter a drop not null;"
     "alter table p attach partition q for values in ('Q')",
     "table p: partition_by=list (b)\n"
     "  column a: type=integer guard\n"
     "  column b: type=text guard\n"
     "table q: partition_of=p for values in ('Q')\n"
     "  column a: type=integer guard identity=auto\n"
     "  unique constraint q_a_key (a)\n"
     "  check q_b_check: expression=(b = 'Q'::text)\n",
     0},
    {"keys of partitions by expressions",
     "create table p (a int, \"B\" text) partition by range (a, (lower(\"B\")))"
     "; create table q partition of p for values from (1, 'A') to (2, 'TO')",
     "table p: partition_by=range (a, lower(\"B\"))\n"
     "  column a: type=integer guard\n"
     "  column B: type=text guard\n"
     "table q: partition_of=p for values from (1, 'A') to (2, 'TO')\n",
     0},
    {"tables that inherit",
     "create table a (x int not null check (x > 0), y int default 1);"
     "create table b (z int); create table c (own int, y int default 2)"
     " inherits (b, a); create table d () inherits (b);"
     "create index on c (x)",
     "table a\n"
     "  column x: type=integer guard not_null\n"
     "  column y: type=integer guard default=1\n"
     "  check a_x_check: expression=(x > 0)\n"
     "table b\n"
     "  column z: type=integer guard\n"
     "table c: inherits=b, a\n"
     "  column y: type=integer guard default=2\n"
     "  column own: type=integer guard\n"
     "  index c_x_idx (x)\n"
     "table d: inherits=b\n",
     0},
    {"enums and their labels in order",
     "create type e as enum ('b', 'a'); alter type e add value 'it''s' before"
     " 'a'; create type f as enum (); comment on type e is 'of it'",
     "enum e: labels='b', 'it''s', 'a' comment=of it\n"
     "enum f: labels=\n",
     0},
    {"sequences",
     "create sequence a; create sequence b as smallint start 5 increment 3"
     " minvalue 2 maxvalue 100 cache 7 cycle; create sequence c increment -1"
     " minvalue -10; create sequence d as int increment -2;"
     "create sequence e minvalue 10; comment on sequence e is 'why'",
     "sequence a\n"
     "sequence b: type=smallint sequence=start 5 increment 3 minvalue 2 "
     "maxvalue 100 cache 7 cycle\n"
     "sequence c: sequence=increment -1 minvalue -10\n"
     "sequence d: type=integer sequence=increment -2\n"
     "sequence e: sequence=minvalue 10 comment=why\n",
     0},
    {"views",
     "create table t (a int); create view v as select 1 as one;"
     "create view w (\"X\") with (security_barrier) as select x.a from t x, t"
     " where x.a > t.a; comment on view v is 'vv';"
     "alter view v rename one to uno",
     "table t\n"
     "  column a: type=integer guard\n"
     "view v: definition=SELECT 1 AS uno comment=vv\n"
     "view w: options=security_barrier=true definition=SELECT x.a AS \"X\"\n"
     "   FROM t x,\n"
     "    t\n"
     "  WHERE x.a > t.a\n",
     0},
    {"materialized views",
     "create materialized view v with (fillfactor = 50) as select 1 as one, 2"
     " as two with no data; create unique index i on v (one);"
     "comment on materialized view v is 'mv'",
     "view v: options=fillfactor=50 definition=SELECT 1 AS one,\n"
     "    2 AS two materialized comment=mv\n"
     "  index i (one): unique\n",
     0},
    {"triggers",
     "create table t (a int, \"B\" int); create view v as select 1 as one;"
     "create function f() returns trigger language plpgsql as 'begin end';"
     "create trigger one before insert or delete or update of \"B\", a on t"
     " for each row when (pg_trigger_depth() < 3) execute function f('x');"
     "create trigger two after truncate on t execute function f();"
     "create trigger three instead of update on v for each row execute"
     " function f(); create constraint trigger four after insert on t"
     " deferrable for each row execute function f();"
     "create trigger five after update on t referencing old table as o"
     " execute function f(); comment on trigger two on t is 'tt'",
     "table t\n"
     "  column a: type=integer guard\n"
     "  column B: type=integer guard\n"
     "  trigger five: definition=CREATE TRIGGER five AFTER UPDATE ON t "
     "REFERENCING OLD TABLE AS o FOR EACH STATEMENT EXECUTE FUNCTION f() "
     "timing=after events=update\n"
     "  trigger four: definition=CREATE CONSTRAINT TRIGGER four AFTER "
     "INSERT ON t DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE "
     "FUNCTION f() timing=after events=insert\n"
     "  trigger one: definition=CREATE TRIGGER one BEFORE INSERT OR DELETE "
     "OR UPDATE OF \"B\", a ON t FOR EACH ROW WHEN (pg_trigger_depth() < 3) "
     "EXECUTE FUNCTION f('x') timing=before events=insert, delete, update "
     "of \"B\", a\n"
     "  trigger two: definition=CREATE TRIGGER two AFTER TRUNCATE ON t FOR "
     "EACH STATEMENT EXECUTE FUNCTION f() timing=after events=truncate "
     "comment=tt\n"
     "view v: definition=SELECT 1 AS one\n"
     "  trigger three: definition=CREATE TRIGGER three INSTEAD OF UPDATE ON "
     "v FOR EACH ROW EXECUTE FUNCTION f() timing=instead of events=update\n"
     "other f(): definition=CREATE OR REPLACE FUNCTION f()\n"
     " RETURNS trigger\n"
     " LANGUAGE plpgsql\n"
     "AS $function$begin end$function$ what=function\n",
     0},
    {"triggers of a partition that are its parent's",
     "create table p (a int) partition by list (a);"
     "create table q partition of p default;"
     "create function f() returns trigger language plpgsql as 'begin end';"
     "create trigger t after insert on p for each row execute function f();"
     "create trigger u after insert on q for each row execute function f()",
     "table p: partition_by=list (a)\n"
     "  column a: type=integer guard\n"
     "  trigger t: definition=CREATE TRIGGER t AFTER INSERT ON p FOR EACH "
     "ROW EXECUTE FUNCTION f() timing=after events=insert\n"
     "table q: partition_of=p default\n"
     "  trigger u: definition=CREATE TRIGGER u AFTER INSERT ON q FOR EACH "
     "ROW EXECUTE FUNCTION f() timing=after events=insert\n"
     "other f(): definition=CREATE OR REPLACE FUNCTION f()\n"
     " RETURNS trigger\n"
     " LANGUAGE plpgsql\n"
     "AS $function$begin end$function$ what=function\n",
     0},
    {"what is temporary is not there",
     "create temp table t (a serial primary key); create temp view v as select"
     " 1 as one; create table u (a int); create temp table u (b int);"
     "create view w as select a from public.u, (select 1) x",
     "table u\n"
     "  column a: type=integer guard\n"
     "view w: definition=SELECT u.a\n"
     "   FROM u,\n"
     "    ( SELECT 1 AS \"?column?\") x\n",
     0},
};

/*
 * A column of TYPE with the checks that guard it, but for the last MISSING of
 * them.
 */
static void
make_guarded(struct ground *ground, const char *type, unsigned missing)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct type_guard guards[TYPE_GUARDS];
    unsigned count =
        type_guards(&arena, LANGUAGE_POSTGRES, type, "c", NULL, guards);

    ground_run(ground, "create table t (c %s)", type);
    for (unsigned i = 0; i + missing < count; i++)
        ground_run(ground,
                   "alter table t add constraint ck_t_c_%s"
                   " check (%s)",
                   guards[i].kind, guards[i].expression);
}

static void
try_guards(struct ground *ground)
{
    static const char *const types[] = {"timestamptz", "double precision",
                                        "real", "date"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (unsigned missing = 0; missing < 2; missing++) {
            SCOPED(schema_clear) struct schema schema = {0};
            struct duet_error err = {0};
            const struct object *table = NULL;
            const struct object *column = NULL;

            ground_run(ground, "begin");
            make_guarded(ground, types[i], missing);
            if (reflect_postgres(&schema, ground->db, &err))
                table = schema_find(&schema, OBJECT_TABLE, NULL, "t");
            if (table != NULL)
                column = object_find(table, OBJECT_COLUMN, "c");
            OK(column != NULL &&
                   object_is(column, ATTRIBUTE_GUARD) == (missing == 0) &&
                   (missing > 0 || table->nchildren == 1),
               "%s with %s is %s", types[i],
               missing > 0 ? "a guard less" : "all guards",
               missing > 0 ? "not guarded" : "guarded");
            ground_run(ground, "rollback");
        }
}

int
main(void)
{
    struct ground ground;

    if (!ground_open(&ground, "postgres"))
        tap_skip_all("no PostgreSQL server");
    TRY_SAMPLES(&ground, columns, false);
    TRY_SAMPLES(&ground, constraints, false);
    TRY_SAMPLES(&ground, indexes, false);
    TRY_SAMPLES(&ground, relations, false);
    try_guards(&ground);
    ground_close(&ground);
    return tap_done();
}
