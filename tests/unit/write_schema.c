/*
 * Writing a model: each thing it can hold as SQL that both real engines take,
 * as JSON, as pictures and as a tree.
 */
#include "schema/write.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ground.h"
#include "lib/tap.h"
#include "sql/quote.h"

static struct ground grounds[2];
static bool has_server;

/* ----------------------------------------------------------------- models */

static struct schema model;

static void
start(const char *engine)
{
    schema_clear(&model);
    model.engine = engine;
}

static struct object *
add(enum object_kind kind, struct object *owner, const char *name)
{
    struct object *object = schema_add(&model, kind, owner, name);

    object->language = model.engine && strcmp(model.engine, "sqlite") == 0
                           ? LANGUAGE_SQLITE
                           : LANGUAGE_POSTGRES;
    return object;
}

static struct object *
table(const char *name)
{
    return add(OBJECT_TABLE, NULL, name);
}

static struct object *
column(struct object *owner, const char *name, const char *type)
{
    struct object *object = add(OBJECT_COLUMN, owner, name);

    object->text[ATTRIBUTE_TYPE] = type;
    return object;
}

/* A column that a primary key or a declaration has: it takes no NULL. */
static struct object *
must_column(struct object *owner, const char *name, const char *type)
{
    struct object *object = column(owner, name, type);

    object->text[ATTRIBUTE_NOT_NULL] = "yes";
    return object;
}

static struct object *
key(enum object_kind kind, struct object *owner, const char *name,
    const char *part)
{
    struct object *object = add(kind, owner, name);

    schema_add_part(&model, object)->column = part;
    return object;
}

static struct object *
foreign_key(struct object *owner, const char *name, const char *part,
            const char *other, const char *target)
{
    struct object *object = key(OBJECT_FOREIGN_KEY, owner, name, part);

    object->parts[0].target = target;
    object->text[ATTRIBUTE_REFERENCES] = other;
    return object;
}

static struct object *
check(struct object *owner, const char *name, const char *expression)
{
    struct object *object = add(OBJECT_CHECK, owner, name);

    object->text[ATTRIBUTE_EXPRESSION] = expression;
    return object;
}

static struct object *
defined(enum object_kind kind, struct object *owner, const char *name,
        const char *definition)
{
    struct object *object = add(kind, owner, name);

    object->text[ATTRIBUTE_DEFINITION] = definition;
    return object;
}

static struct object *
other(const char *what, const char *name, const char *definition)
{
    struct object *object = defined(OBJECT_OTHER, NULL, name, definition);

    object->text[ATTRIBUTE_WHAT] = what;
    return object;
}

static struct object *
of_schema(struct object *object, const char *schema)
{
    object->schema = schema;
    return object;
}

static struct object *
with(struct object *object, enum attribute attribute, const char *text)
{
    object->text[attribute] = text;
    return object;
}

/* A table t with columns id, the primary key, and a. */
static struct object *
usual_table(void)
{
    struct object *t = table("t");

    with(must_column(t, "id", "integer"), ATTRIBUTE_IDENTITY, "auto");
    column(t, "a", "text");
    key(OBJECT_PRIMARY_KEY, t, "t_pkey", "id");
    return t;
}

/* -------------------------------------------------------------------- SQL */

static const char *
sql_of(const char *engine, struct buf *buf)
{
    struct duet_error err = {0};

    buf_clear(buf);
    schema_sort(&model);
    if (!write_sql(buf, &model, engine, &err))
        buf_printf(buf, "%s", err.text);
    return buf_data(buf);
}

static struct ground *
ground_of(const char *engine)
{
    return &grounds[strcmp(engine, "postgres") == 0];
}

/*
 * The model is written as WANT for its engine, which takes it; ASKED finds in
 * the catalog what NAME says, if it isn't NULL.
 */
static void
makes(const char *want, const char *asked, const char *name)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct ground *ground = ground_of(model.engine);
    struct duet_error err = {0};
    const char *sql = sql_of(model.engine, &buf);

    SCOPED(buf_release) struct buf again = {0};

    IS_TEXT(sql, want, "%s: %s", model.engine, name);
    OK(strcmp(sql_of(model.engine, &again), sql) == 0, "%s: the same again: %s",
       model.engine, name);
    if (ground->is_server && !has_server) {
        tap_skip(1, "no PostgreSQL server");
        return;
    }
    bool done = db_exec(ground->db, sql, &err);
    bool found = done && (asked == NULL || ground_number(ground, asked) == 1);

    OK(found, "%s takes it: %s", model.engine, name);
    if (!done)
        tap_diag("%s", err.text);
    ground_renew(ground);
}

/* The model can't be had on ENGINE, which the error SAYS. */
static void
refuses(const char *engine, const char *says, const char *name)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct duet_error err = {0};

    schema_sort(&model);
    bool done = write_sql(&buf, &model, engine, &err);

    OK(!done && strstr(err.text, says) != NULL && buf.len == 0 &&
           err.kind == DUET_ERROR_USAGE && err.hint[0] != '\0',
       "%s: %s", engine, name);
    if (done || strstr(err.text, says) == NULL)
        tap_diag("%s", done ? buf_data(&buf) : err.text);
}

static void
test_tables(void)
{
    start("postgres");
    column(with(table("t"), ATTRIBUTE_UNLOGGED, "yes"), "a", "text");
    makes("create unlogged table t (\n    a text\n);\n",
          "select count(*) from pg_class where relpersistence = 'u'"
          " and relname = 't'",
          "an unlogged table");
    start("postgres");
    with(table("t"), ATTRIBUTE_OPTIONS,
         "fillfactor=70, autovacuum_enabled=false");
    makes("create table t () with (fillfactor=70, autovacuum_enabled=false);\n",
          "select count(*) from pg_class where reloptions ="
          " '{fillfactor=70,autovacuum_enabled=false}'",
          "options, and a table without columns");
    start("postgres");
    column(with(table("a"), ATTRIBUTE_INHERITS, "t, u"), "c", "text");
    column(table("t"), "a", "text");
    column(table("u"), "b", "text");
    makes("create table t (\n    a text\n);\n\n"
          "create table u (\n    b text\n);\n\n"
          "create table a (\n    c text\n) inherits (t, u);\n",
          "select (count(*) = 2)::int from pg_inherits",
          "inheritance, the parents first");
    start("sqlite");
    struct object *t = with(table("t"), ATTRIBUTE_STRICT, "yes");
    with(t, ATTRIBUTE_WITHOUT_ROWID, "yes");
    must_column(t, "a", "text");
    column(t, "b", "ANY");
    column(t, "c", "bytea");
    key(OBJECT_PRIMARY_KEY, t, "", "a");
    makes("create table t (\n"
          "    a text not null,\n"
          "    b any,\n"
          "    c blob,\n"
          "    primary key (a)\n"
          ") strict, without rowid;\n",
          "select count(*) from pragma_table_list where name = 't'"
          " and strict and wr",
          "strict, without rowid");
    start("sqlite");
    with(table("t"), ATTRIBUTE_VIRTUAL, "fts5(a, b)");
    makes("create virtual table t using fts5(a, b);\n",
          "select count(*) from pragma_table_list where name = 't'"
          " and type = 'virtual'",
          "a virtual table");
}

static void
test_partitions(void)
{
    start("postgres");
    struct object *t = with(table("t"), ATTRIBUTE_PARTITION_BY, "range (time)");
    must_column(t, "time", "timestamptz");
    with(column(t, "n", "integer"), ATTRIBUTE_DEFAULT, "1");
    with(table("rest"), ATTRIBUTE_PARTITION_OF, "t default");
    struct object *p =
        with(table("p"), ATTRIBUTE_PARTITION_OF,
             "t for values from ('2024-01-01') to ('2025-01-01')");
    with(must_column(p, "n", "integer"), ATTRIBUTE_DEFAULT, "2");
    check(p, "p_n", "n > 0");
    makes("create table t (\n"
          "    time timestamptz not null,\n"
          "    n    integer     default 1\n"
          ") partition by range (time);\n"
          "\n"
          "create table p partition of t (\n"
          "    n with options not null default 2,\n"
          "    constraint p_n check (n > 0)\n"
          ") for values from ('2024-01-01') to ('2025-01-01');\n"
          "\n"
          "create table rest partition of t default;\n",
          "select (count(*) = 2)::int from pg_class where relispartition",
          "partitions, one with a default of its own");
}

static void
test_columns(void)
{
    start("postgres");
    struct object *t = table("t");
    with(must_column(t, "id", "bigint"), ATTRIBUTE_IDENTITY, "auto");
    with(must_column(t, "n", "smallint"), ATTRIBUTE_IDENTITY, "always");
    with(with(must_column(t, "m", "integer"), ATTRIBUTE_IDENTITY, "by default"),
         ATTRIBUTE_SEQUENCE, "start 10 increment 5");
    with(column(t, "c", "varchar(20)"), ATTRIBUTE_COLLATION, "C");
    with(with(column(t, "d", "text"), ATTRIBUTE_GENERATED, "lower((c)::text)"),
         ATTRIBUTE_STORED, "yes");
    with(column(t, "e", "integer"), ATTRIBUTE_DEFAULT, "(1 + 2)");
    with(column(t, "f", "integer"), ATTRIBUTE_DEFAULT, "- 3");
    with(column(t, "g", "text"), ATTRIBUTE_DEFAULT,
         "'x'::character varying(3)");
    with(column(t, "h", "timestamptz"), ATTRIBUTE_DEFAULT,
         "pg_catalog.clock_timestamp()");
    with(column(t, "i", "boolean"), ATTRIBUTE_DEFAULT, "1 > 0 and not false");
    makes("create table t (\n"
          "    id bigserial   not null,\n"
          "    n  smallint    not null generated always as identity,\n"
          "    m  integer     not null generated by default as identity"
          " (start 10 increment 5),\n"
          "    c  varchar(20) collate \"C\",\n"
          "    d  text        generated always as (lower((c)::text)) stored,\n"
          "    e  integer     default (1 + 2),\n"
          "    f  integer     default - 3,\n"
          "    g  text        default 'x'::character varying(3),\n"
          "    h  timestamptz default pg_catalog.clock_timestamp(),\n"
          "    i  boolean     default (1 > 0 and not false)\n"
          ");\n",
          NULL, "columns");
}

static void
test_sqlite_columns(void)
{
    start("sqlite");
    struct object *t = table("t");
    with(must_column(t, "id", "bigint"), ATTRIBUTE_IDENTITY, "auto");
    with(with(must_column(t, "c", "VARCHAR"), ATTRIBUTE_COLLATION, "nocase"),
         ATTRIBUTE_ON_CONFLICT, "replace");
    with(column(t, "d", "text"), ATTRIBUTE_COLLATION, "C");
    with(with(column(t, "e", "text"), ATTRIBUTE_GENERATED, "lower(c)"),
         ATTRIBUTE_STORED, "yes");
    with(column(t, "f", NULL), ATTRIBUTE_GENERATED, "upper(c)");
    with(column(t, "g", "bigint"), ATTRIBUTE_DEFAULT, "-1");
    with(column(t, "h", "text"), ATTRIBUTE_DEFAULT, "datetime('now')");
    with(column(t, "i", "text"), ATTRIBUTE_DEFAULT, "current_timestamp");
    with(column(t, "j", "bytea"), ATTRIBUTE_DEFAULT, "x'41'");
    column(t, "k", "");
    key(OBJECT_PRIMARY_KEY, t, "t_pkey", "id");
    makes("create table t (\n"
          "    id integer not null,\n"
          "    c  VARCHAR collate nocase not null on conflict replace,\n"
          "    d  text,\n"
          "    e  text    generated always as (lower(c)) stored,\n"
          "    f          generated always as (upper(c)) virtual,\n"
          "    g  bigint  default -1,\n"
          "    h  text    default (datetime('now')),\n"
          "    i  text    default current_timestamp,\n"
          "    j  blob    default x'41',\n"
          "    k,\n"
          "    constraint t_pkey primary key (id)\n"
          ");\n",
          "select count(*) = 10 from pragma_table_xinfo('t')", "columns");
}

static void
test_identity(void)
{
    start("sqlite");
    struct object *t = table("t");
    with(must_column(t, "id", "integer"), ATTRIBUTE_IDENTITY, "autoincrement");
    with(key(OBJECT_PRIMARY_KEY, t, "t_pkey", "id"), ATTRIBUTE_ON_CONFLICT,
         "ignore");
    makes("create table t (\n"
          "    id integer not null constraint t_pkey primary key"
          " on conflict ignore autoincrement\n"
          ");\n",
          "select count(*) from sqlite_schema where name = 'sqlite_sequence'",
          "a key that never comes twice");
    start("sqlite");
    must_column(table("t"), "id", "integer");
    key(OBJECT_PRIMARY_KEY, model.objects[0], "", "id");
    makes("create table t (\n"
          "    id int4 not null,\n"
          "    primary key (id)\n"
          ");\n",
          "select count(*) from sqlite_schema where name like 'sqlite_auto%'",
          "a key that has to be given is no row number");
    start("postgres");
    t = of_schema(table("t"), "s");
    with(column(t, "a", "integer"), ATTRIBUTE_IDENTITY, "auto");
    with(with(must_column(t, "b", "integer"), ATTRIBUTE_IDENTITY, "auto"),
         ATTRIBUTE_SEQUENCE, "sequence name s.\"q 1\" as bigint start 10");
    makes("create schema if not exists s;\n"
          "\n"
          "create sequence s.t_a_seq as integer;\n"
          "create sequence s.\"q 1\" as bigint start 10;\n"
          "create table s.t (\n"
          "    a integer default nextval('s.t_a_seq'::regclass),\n"
          "    b integer not null default nextval('s.\"q 1\"'::regclass)\n"
          ");\n"
          "alter sequence s.t_a_seq owned by s.t.a;\n"
          "alter sequence s.\"q 1\" owned by s.t.b;\n",
          "select (count(*) = 2)::int from pg_depend where deptype = 'a'"
          " and classid = 'pg_class'::regclass and objid in"
          " (select seqrelid from pg_sequence)",
          "sequences that aren't those of serial");
}

static void
test_guards(void)
{
    start("sqlite");
    with(add(OBJECT_ENUM, NULL, "mood"), ATTRIBUTE_LABELS, "'sad', 'it''s ok'");
    struct object *t = usual_table();
    with(t->children[0], ATTRIBUTE_GUARD, "yes");
    with(column(t, "m", "mood"), ATTRIBUTE_GUARD, "yes");
    with(with(column(t, "b", "boolean"), ATTRIBUTE_GUARD, "yes"),
         ATTRIBUTE_DEFAULT, "true")
        ->language = LANGUAGE_SQLITE;
    check(t, "aa", "a <> ''");
    makes("create table t (\n"
          "    id integer        not null,\n"
          "    a  text,\n"
          "    m  mood_enum_text,\n"
          "    b  boolean        default true,\n"
          "    constraint t_pkey primary key (id),\n"
          "    constraint ck_t_id_integer check (id is null or (typeof(id) ="
          " 'integer' and id between -2147483648 and 2147483647)),\n"
          "    constraint ck_t_m_enum check (m in ('sad', 'it''s ok')),\n"
          "    constraint ck_t_b_boolean check (b in (0, 1)),\n"
          "    constraint aa check (a <> '')\n"
          ");\n",
          NULL, "guards come before the table's own checks");
    start("postgres");
    t = table("t");
    with(column(t, "a", "date"), ATTRIBUTE_GUARD, "yes");
    check(t, "ck_t_a_time", "a > '2000-01-01'");
    refuses("postgres", "check 'ck_t_a_time' of table 't': duet itself has",
            "a check of a guard's name");
}

static void
test_keys(void)
{
    start("postgres");
    struct object *t = table("t");
    must_column(t, "a", "integer");
    column(t, "b", "integer");
    schema_add_part(&model, key(OBJECT_PRIMARY_KEY, t, "k", "a"))->column = "b";
    t->children[2]->parts[1].included = true;
    with(t->children[2], ATTRIBUTE_DEFERRABLE, "initially deferred");
    with(key(OBJECT_UNIQUE, t, "u", "b"), ATTRIBUTE_NULLS_NOT_DISTINCT, "yes");
    with(key(OBJECT_UNIQUE, t, "", "a"), ATTRIBUTE_DEFERRABLE, "deferrable");
    makes("create table t (\n"
          "    a integer not null,\n"
          "    b integer,\n"
          "    constraint k primary key (a) include (b) deferrable initially"
          " deferred,\n"
          "    unique (a) deferrable,\n"
          "    constraint u unique nulls not distinct (b)\n"
          ");\n",
          "select (count(*) = 3)::int from pg_constraint where conrelid ="
          " 't'::regclass",
          "keys");
    start("sqlite");
    t = table("t");
    column(t, "a", "text");
    struct object *u =
        with(key(OBJECT_UNIQUE, t, "u", "a"), ATTRIBUTE_ON_CONFLICT, "fail");
    u->parts[0].collation = "nocase";
    u->parts[0].descending = u->parts[0].nulls_first = true;
    with(check(t, "c", "a > ''"), ATTRIBUTE_ON_CONFLICT, "ignore");
    makes("create table t (\n"
          "    a text,\n"
          "    constraint u unique (a collate nocase desc) on conflict fail,\n"
          "    constraint c check (a > '') on conflict ignore\n"
          ");\n",
          NULL, "a key with an order of its own");
}

static void
test_checks(void)
{
    start("postgres");
    struct object *t = table("t");
    column(t, "a", "integer");
    with(check(t, "c", "a > 0"), ATTRIBUTE_NO_INHERIT, "yes");
    with(check(t, "d", "a > 1"), ATTRIBUTE_NOT_VALID, "yes");
    check(t, "", "a > 2");
    makes("create table t (\n"
          "    a integer,\n"
          "    check (a > 2),\n"
          "    constraint c check (a > 0) no inherit\n"
          ");\n"
          "alter table t add constraint d check (a > 1) not valid;\n",
          "select count(*) from pg_constraint where not convalidated",
          "checks, one not valid");
}

static void
test_foreign_keys(void)
{
    start("postgres");
    struct object *p = of_schema(table("p"), "s");
    must_column(p, "x", "integer");
    must_column(p, "y", "integer");
    schema_add_part(&model, key(OBJECT_PRIMARY_KEY, p, "p_pkey", "x"))->column =
        "y";
    struct object *t = table("a");
    column(t, "i", "integer");
    column(t, "J", "integer");
    struct object *f = foreign_key(t, "f", "i", "s.p", "x");
    schema_add_part(&model, f)->column = "J";
    f->parts[1].target = "y";
    with(f, ATTRIBUTE_ON_DELETE, "set null (J)");
    with(f, ATTRIBUTE_ON_UPDATE, "cascade");
    with(f, ATTRIBUTE_MATCH, "full");
    with(f, ATTRIBUTE_DEFERRABLE, "initially deferred");
    makes("create schema if not exists s;\n"
          "\n"
          "create table s.p (\n"
          "    x integer not null,\n"
          "    y integer not null,\n"
          "    constraint p_pkey primary key (x, y)\n"
          ");\n"
          "\n"
          "create table a (\n"
          "    i   integer,\n"
          "    \"J\" integer,\n"
          "    constraint f foreign key (i, \"J\") references s.p (x, y)"
          " match full on update cascade on delete set null (\"J\")"
          " deferrable initially deferred\n"
          ");\n",
          NULL, "a foreign key with all there is");
    start("sqlite");
    t = usual_table();
    with(foreign_key(t, "f", "id", "u", NULL), ATTRIBUTE_DEFERRABLE,
         "deferrable");
    key(OBJECT_PRIMARY_KEY, table("u"), "", "id");
    column(model.objects[1], "id", "text");
    makes("create table t (\n"
          "    id integer not null,\n"
          "    a  text,\n"
          "    constraint t_pkey primary key (id),\n"
          "    constraint f foreign key (id) references u deferrable\n"
          ");\n"
          "\n"
          "create table u (\n"
          "    id text,\n"
          "    primary key (id)\n"
          ");\n",
          NULL, "a table may be referenced before it is there");
}

static void
add_circle(const char *name, const char *next)
{
    struct object *t = table(name);

    must_column(t, "id", "integer");
    key(OBJECT_PRIMARY_KEY, t, "", "id");
    if (next != NULL)
        foreign_key(t, "f", "id", next, "id");
}

static void
test_circles(void)
{
    start("postgres");
    add_circle("a", "b");
    add_circle("b", "c");
    add_circle("c", "b");
    with(foreign_key(model.objects[2], "own", "id", "c", "id"),
         ATTRIBUTE_COMMENT, "its own");
    with(model.objects[2]->children[2], ATTRIBUTE_COMMENT, "the circle's");
    makes("create table c (\n"
          "    id integer not null,\n"
          "    primary key (id),\n"
          "    constraint own foreign key (id) references c (id)\n"
          ");\n"
          "comment on constraint own on c is 'its own';\n"
          "\n"
          "create table b (\n"
          "    id integer not null,\n"
          "    primary key (id),\n"
          "    constraint f foreign key (id) references c (id)\n"
          ");\n"
          "\n"
          "create table a (\n"
          "    id integer not null,\n"
          "    primary key (id),\n"
          "    constraint f foreign key (id) references b (id)\n"
          ");\n"
          "\n"
          "alter table c add constraint f foreign key (id) references b (id);\n"
          "comment on constraint f on c is 'the circle''s';\n",
          "select (count(*) = 4)::int from pg_constraint where contype = 'f'",
          "only what closes a circle is added later");
    start("postgres");
    struct object *t = usual_table();
    with(key(OBJECT_INDEX, t, "ix", "a"), ATTRIBUTE_UNIQUE, "yes");
    column(t, "b", "text");
    foreign_key(t, "f", "b", "t", "a");
    makes("create table t (\n"
          "    id serial not null,\n"
          "    a  text,\n"
          "    b  text,\n"
          "    constraint t_pkey primary key (id)\n"
          ");\n"
          "create unique index ix on t (a);\n"
          "\n"
          "alter table t add constraint f foreign key (b) references t (a);\n",
          NULL, "and what needs an index of the table itself");
}

static void
test_indexes(void)
{
    start("postgres");
    struct object *t = of_schema(usual_table(), "s");
    struct object *index = key(OBJECT_INDEX, t, "i", "a");
    index->parts[0].collation = "C";
    index->parts[0].operator_class = "text_pattern_ops";
    index->parts[0].descending = true;
    schema_add_part(&model, index)->expression = "lower(a)";
    index->parts[1].nulls_first = true;
    schema_add_part(&model, index)->expression = "a || 'x'";
    schema_add_part(&model, index)->column = "id";
    index->parts[3].included = true;
    with(index, ATTRIBUTE_UNIQUE, "yes");
    with(index, ATTRIBUTE_NULLS_NOT_DISTINCT, "yes");
    with(index, ATTRIBUTE_OPTIONS, "fillfactor=80");
    with(index, ATTRIBUTE_PREDICATE, "a <> ''");
    with(index, ATTRIBUTE_COMMENT, "first");
    with(key(OBJECT_INDEX, t, "j", "a"), ATTRIBUTE_METHOD, "hash");
    makes("create schema if not exists s;\n"
          "\n"
          "create table s.t (\n"
          "    id serial not null,\n"
          "    a  text,\n"
          "    constraint t_pkey primary key (id)\n"
          ");\n"
          "create unique index i on s.t (a collate \"C\" text_pattern_ops desc"
          " nulls last, lower(a) nulls first, (a || 'x')) include (id)"
          " nulls not distinct with (fillfactor=80) where a <> '';\n"
          "comment on index s.i is 'first';\n"
          "create index j on s.t using hash (a);\n",
          NULL, "indexes");
    start("sqlite");
    t = usual_table();
    index = key(OBJECT_INDEX, t, "i", "a");
    index->parts[0].collation = "nocase";
    index->parts[0].descending = index->parts[0].nulls_first = true;
    schema_add_part(&model, index)->expression = "not (a > 'x')";
    with(index, ATTRIBUTE_PREDICATE, "a like 'x%'");
    with(index, ATTRIBUTE_COMMENT, "a */ b");
    makes("create table t (\n"
          "    id integer not null,\n"
          "    a  text,\n"
          "    constraint t_pkey primary key (id)\n"
          ");\n"
          "create index i on /** a * / b */ t (a collate nocase desc,"
          " (not (a > 'x'))) where a like 'x%';\n",
          "select sql like '%/** a * / b */%' from sqlite_schema"
          " where name = 'i'",
          "indexes");
}

static void
test_views(void)
{
    start("postgres");
    usual_table();
    with(defined(OBJECT_VIEW, NULL, "a", "select * from z where a > ''\n;"),
         ATTRIBUTE_OPTIONS, "security_barrier=true");
    struct object *z =
        defined(OBJECT_VIEW, NULL, "z", "select a from t -- all of it");
    with(with(z, ATTRIBUTE_MATERIALIZED, "yes"), ATTRIBUTE_COMMENT, "kept");
    key(OBJECT_INDEX, z, "ix", "a");
    makes("create table t (\n"
          "    id serial not null,\n"
          "    a  text,\n"
          "    constraint t_pkey primary key (id)\n"
          ");\n"
          "\n"
          "create materialized view z as\n"
          "select a from t;\n"
          "comment on materialized view z is 'kept';\n"
          "create index ix on z (a);\n"
          "\n"
          "create view a with (security_barrier=true) as\n"
          "select * from z where a > '';\n",
          NULL, "views, by what they need");
    start("sqlite");
    with(defined(OBJECT_VIEW, NULL, "a", "select * from \"Z\""),
         ATTRIBUTE_COMMENT, "a comment");
    defined(OBJECT_VIEW, NULL, "z", "select 1");
    makes("create view z as\n"
          "select 1;\n"
          "\n"
          "create view a as /** a comment */\n"
          "select * from \"Z\";\n",
          "select count(*) from a", "views, whatever the case of letters");
    start("sqlite");
    defined(OBJECT_VIEW, NULL, "v", "select 'x'::text")->language =
        LANGUAGE_POSTGRES;
    refuses("sqlite", "view 'v': its query is not in SQLite's language",
            "a query in the other's language");
}

static void
test_others(void)
{
    start("postgres");
    other("extension", "citext", "create extension citext;");
    other("function", "one()",
          "create function one() returns integer language sql as"
          " $$select max(id) from t;$$ -- one");
    other("function", "touch()",
          "create function touch() returns trigger language plpgsql as"
          " 'begin return new; end'");
    other("domain", "short",
          "create domain short as citext check (length(value) < 9)");
    other("policy", "a", "create policy a on t using (a = current_user)");
    with(with(add(OBJECT_SEQUENCE, NULL, "seq"), ATTRIBUTE_SEQUENCE,
              "start 5 cycle"),
         ATTRIBUTE_TYPE, "smallint");
    with(
        with(add(OBJECT_ENUM, NULL, "precision"), ATTRIBUTE_LABELS, "'b', 'a'"),
        ATTRIBUTE_COMMENT, "not that one");
    struct object *t = usual_table();
    with(column(t, "b", "integer"), ATTRIBUTE_DEFAULT, "one()");
    column(t, "c", "short");
    with(column(t, "d", "\"precision\""), ATTRIBUTE_DEFAULT, "'b'");
    with(column(t, "e", "integer"), ATTRIBUTE_DEFAULT, "nextval('seq')");
    with(defined(OBJECT_TRIGGER, t, "g",
                 "create trigger g before insert on t for each row"
                 " execute function touch()"),
         ATTRIBUTE_COMMENT, "g is");
    makes("set check_function_bodies = off;\n"
          "\n"
          "create extension citext;\n"
          "\n"
          "create type \"precision\" as enum ('b', 'a');\n"
          "comment on type \"precision\" is 'not that one';\n"
          "\n"
          "create sequence seq as smallint start 5 cycle;\n"
          "\n"
          "create function one() returns integer language sql as"
          " $$select max(id) from t;$$;\n"
          "\n"
          "create domain short as citext check (length(value) < 9);\n"
          "\n"
          "create function touch() returns trigger language plpgsql as"
          " 'begin return new; end';\n"
          "\n"
          "create table t (\n"
          "    id serial      not null,\n"
          "    a  text,\n"
          "    b  integer     default one(),\n"
          "    c  short,\n"
          "    d  \"precision\" default 'b',\n"
          "    e  integer     default nextval('seq'),\n"
          "    constraint t_pkey primary key (id)\n"
          ");\n"
          "\n"
          "create trigger g before insert on t for each row execute function"
          " touch();\n"
          "comment on trigger g on t is 'g is';\n"
          "\n"
          "create policy a on t using (a = current_user);\n"
          "\n"
          "reset check_function_bodies;\n",
          "select count(*) from pg_policy", "what the model has as text only");
    start("sqlite");
    t = defined(OBJECT_VIEW, NULL, "v", "select 1 as x");
    defined(OBJECT_TRIGGER, t, "g",
            "CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN select 1; END");
    makes("create view v as\n"
          "select 1 as x;\n"
          "\n"
          "CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN select 1; END;\n",
          NULL, "a trigger");
}

static void
test_comments(void)
{
    for (int i = 0; i < 2; i++) {
        start(grounds[i].who);
        struct object *t = with(usual_table(), ATTRIBUTE_COMMENT, "it's t");
        with(t->children[0], ATTRIBUTE_COMMENT, "first");
        with(t->children[1], ATTRIBUTE_COMMENT, "two\nlines");
        with(t->children[2], ATTRIBUTE_COMMENT, "the key");
        makes(i == 0 ? "create table t ( /** it's t */\n"
                       "    /** first */\n"
                       "    id integer not null,\n"
                       "    /** two\n"
                       "lines */\n"
                       "    a  text,\n"
                       "    /** the key */\n"
                       "    constraint t_pkey primary key (id)\n"
                       ");\n"
                     : "create table t (\n"
                       "    id serial not null,\n"
                       "    a  text,\n"
                       "    constraint t_pkey primary key (id)\n"
                       ");\n"
                       "comment on table t is 'it''s t';\n"
                       "comment on column t.id is 'first';\n"
                       "comment on column t.a is 'two\nlines';\n"
                       "comment on constraint t_pkey on t is 'the key';\n",
              NULL, "comments");
    }
}

/* ------------------------------------------------------------------ names */

/* As a table, a column, a constraint, an index and a view. */
static void
add_named(const char *name)
{
    struct arena *arena = &model.arena;
    const char *written = sql_name(arena, name);
    struct object *t = table(name);

    column(t, name, "integer");
    key(OBJECT_PRIMARY_KEY, t, arena_printf(arena, "%s pk", name), name);
    foreign_key(t, name, name, name, name);
    check(t, arena_printf(arena, "%s ck", name),
          arena_printf(arena, "%s > 0", written));
    key(OBJECT_INDEX, t, arena_printf(arena, "%s ix", name), name);
    defined(OBJECT_VIEW, NULL, arena_printf(arena, "%s v", name),
            arena_printf(arena, "select t.%s from %s t", written, written));
}

/* The engine takes all that is called NAME. */
static bool
takes_name(const char *engine, const char *name)
{
    SCOPED(buf_release) struct buf buf = {0};
    struct duet_error err = {0};
    struct db *db = ground_of(engine)->db;

    start(engine);
    add_named(name);
    schema_sort(&model);
    bool taken = write_sql(&buf, &model, engine, &err) && db_begin(db, &err) &&
                 db_exec(db, buf_data(&buf), &err);

    db_rollback(db);
    if (!taken)
        tap_diag("%s: %s\n%s", name, err.text, buf_data(&buf));
    return taken;
}

static void
test_hostile_names(const char *engine)
{
    static const char *const names[] = {
        "a b",  "a\"b", "a'b",   "a;b",      "a--b",  "a/*b",
        "a*/b", "a\nb", "A",     "\xC3\xA4", "1a",    "a.b",
        "a$b",  "a\\b", "[a]",   "`a`",      "$$a$$", "%s",
        "a, b", "(a)",  "a) --", "null",     "\t",    "\xF0\x9F\xA6\x86",
        "true"};
    bool all = true;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        all = takes_name(engine, names[i]) && all;
    OK(all, "%s: hostile names", engine);
}

static size_t
add_sqlite_words(struct arena *arena, const char **words)
{
    size_t count = (size_t)sqlite3_keyword_count();

    for (size_t i = 0; i < count; i++) {
        const char *word = NULL;
        int len = 0;
        char *lower;

        (void)sqlite3_keyword_name((int)i, &word, &len);
        words[i] = lower = arena_copy(arena, word, (size_t)len);
        for (; *lower != '\0'; lower++)
            *lower = (char)tolower(*lower);
    }
    return count;
}

/* Whatever is a word to one of the engines, both take as a name. */
static void
test_words(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    const char *words[1024];
    size_t count = add_sqlite_words(&arena, words);
    struct duet_error err = {0};
    bool all = true;

    if (has_server &&
        db_query(grounds[1].db, &rows, "select word from pg_get_keywords()",
                 NULL, 0, &err))
        while (rows_next(&rows) && count < sizeof words / sizeof *words)
            words[count++] = arena_text(&arena, row_text(&rows, 0));
    rows_clear(&rows);
    for (size_t i = 0; i < count; i++)
        all = takes_name("sqlite", words[i]) &&
              (!has_server || takes_name("postgres", words[i])) && all;
    OK(all && count > 100, "both engines take each word of either as a name");
}

/* ---------------------------------------------- what one engine can't have */

/* On the usual table: KIND with ATTRIBUTE. */
static void
refuses_attribute(const char *engine, enum object_kind kind,
                  enum attribute attribute, const char *text)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct object *object;
    struct object *t;

    start(NULL);
    t = usual_table();
    object = kind == OBJECT_TABLE    ? t
             : kind == OBJECT_COLUMN ? column(t, "x", "text")
                                     : key(kind, t, "x", "a");
    with(object, attribute, text);
    if (kind == OBJECT_FOREIGN_KEY)
        with(object, ATTRIBUTE_REFERENCES, "t");
    refuses(engine, arena_printf(&arena, "%s: ", object_title(&arena, object)),
            arena_printf(&arena, "%s of a %s", attribute_specs[attribute].name,
                         kind_specs[kind].name));
}

static void
test_refused_attributes(void)
{
    static const struct {
        const char *engine;
        enum object_kind kind;
        enum attribute attribute;
        const char *text;
    } cases[] = {
        {"sqlite", OBJECT_TABLE, ATTRIBUTE_UNLOGGED, "yes"},
        {"sqlite", OBJECT_TABLE, ATTRIBUTE_PARTITION_BY, "range (a)"},
        {"sqlite", OBJECT_TABLE, ATTRIBUTE_PARTITION_OF, "t default"},
        {"sqlite", OBJECT_TABLE, ATTRIBUTE_INHERITS, "u"},
        {"sqlite", OBJECT_TABLE, ATTRIBUTE_OPTIONS, "fillfactor=70"},
        {"sqlite", OBJECT_COLUMN, ATTRIBUTE_COLLATION, "de_DE"},
        {"sqlite", OBJECT_COLUMN, ATTRIBUTE_IDENTITY, "auto"},
        {"sqlite", OBJECT_COLUMN, ATTRIBUTE_SEQUENCE, "start 5"},
        {"sqlite", OBJECT_COLUMN, ATTRIBUTE_DEFAULT, "f(1) @@ 2"},
        {"sqlite", OBJECT_UNIQUE, ATTRIBUTE_DEFERRABLE, "deferrable"},
        {"sqlite", OBJECT_UNIQUE, ATTRIBUTE_NULLS_NOT_DISTINCT, "yes"},
        {"sqlite", OBJECT_FOREIGN_KEY, ATTRIBUTE_MATCH, "full"},
        {"sqlite", OBJECT_FOREIGN_KEY, ATTRIBUTE_NOT_VALID, "yes"},
        {"sqlite", OBJECT_FOREIGN_KEY, ATTRIBUTE_ON_DELETE, "set null (a)"},
        {"sqlite", OBJECT_CHECK, ATTRIBUTE_NO_INHERIT, "yes"},
        {"sqlite", OBJECT_INDEX, ATTRIBUTE_METHOD, "gin"},
        {"sqlite", OBJECT_INDEX, ATTRIBUTE_OPTIONS, "fillfactor=70"},
        {"postgres", OBJECT_TABLE, ATTRIBUTE_STRICT, "yes"},
        {"postgres", OBJECT_TABLE, ATTRIBUTE_WITHOUT_ROWID, "yes"},
        {"postgres", OBJECT_TABLE, ATTRIBUTE_VIRTUAL, "fts5(a)"},
        {"postgres", OBJECT_COLUMN, ATTRIBUTE_TYPE, NULL},
        {"postgres", OBJECT_COLUMN, ATTRIBUTE_COLLATION, "nocase"},
        {"postgres", OBJECT_COLUMN, ATTRIBUTE_GENERATED, "a"},
        {"postgres", OBJECT_COLUMN, ATTRIBUTE_IDENTITY, "auto"},
        {"postgres", OBJECT_COLUMN, ATTRIBUTE_ON_CONFLICT, "ignore"},
        {"postgres", OBJECT_UNIQUE, ATTRIBUTE_ON_CONFLICT, "ignore"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses_attribute(cases[i].engine, cases[i].kind, cases[i].attribute,
                          cases[i].text);
}

static void
test_refused_objects(void)
{
    start(NULL);
    add(OBJECT_SEQUENCE, NULL, "s");
    refuses("sqlite", "sequence 's': SQLite can't have", "a sequence");
    start(NULL);
    of_schema(table("t"), "s")->place = (struct origin){"x.sql", 3, 7};
    refuses("sqlite", "x.sql:3:7: table 's.t': SQLite can't have schemas",
            "a schema, with where it was declared");
    start(NULL);
    other("policy", "p", "create policy p on t");
    refuses("sqlite", "policy 'p': SQLite can't have its definition",
            "what is text in the other's language");
    start("sqlite");
    defined(OBJECT_TRIGGER, usual_table(), "g", "create trigger g");
    refuses("postgres", "trigger 'g' of table 't': PostgreSQL can't have",
            "a trigger in the other's language");
    start(NULL);
    key(OBJECT_INDEX, usual_table(), "i", "a")->parts[0].included = true;
    refuses("sqlite", "index 'i' of table 't'", "an included column");
    model.objects[0]->children[3]->parts[0] =
        (struct key_part){.column = "a", .operator_class = "text_ops"};
    refuses("sqlite", "index 'i' of table 't'", "an operator class");
    model.objects[0]->children[3]->parts[0] =
        (struct key_part){.column = "a", .nulls_first = true};
    refuses("sqlite", "index 'i' of table 't'", "nulls elsewhere");
    start("sqlite");
    key(OBJECT_UNIQUE, usual_table(), "u", "a")->parts[0].descending = true;
    refuses("postgres", "unique constraint 'u'", "a constraint with an order");
    start("sqlite");
    column(table("t"), "a", "DATETIME");
    refuses("postgres",
            "column 'a' of table 't': PostgreSQL can't have type "
            "DATETIME",
            "a type of SQLite's alone");
    start("sqlite");
    column(with(table("t"), ATTRIBUTE_STRICT, "yes"), "a", "uuid");
    refuses("sqlite", "column 'a' of table 't': SQLite's strict tables",
            "a type that a strict table can't have");
    start("sqlite");
    table("this name is one that has more than sixty-three bytes in all, no?");
    refuses("postgres", "names longer than 63", "a name that would be cut");
}

int
main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    ground_open(&grounds[0], "sqlite");
    has_server = ground_open(&grounds[1], "postgres");
    grounds[1].is_server = true;
    test_tables();
    test_partitions();
    test_columns();
    test_sqlite_columns();
    test_identity();
    test_guards();
    test_keys();
    test_checks();
    test_foreign_keys();
    test_circles();
    test_indexes();
    test_views();
    test_others();
    test_comments();
    test_hostile_names("sqlite");
    if (has_server)
        test_hostile_names("postgres");
    test_words();
    test_refused_attributes();
    test_refused_objects();
    ground_close(&grounds[0]);
    ground_close(&grounds[1]);
    schema_clear(&model);
    return tap_done();
}
