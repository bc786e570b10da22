#include "lib/random_schema.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "lib/soak.h"
#include "sql/quote.h"

enum { TABLES = 5, COLUMNS = 6, DEPTH = 3 };

/* What can be said of a column in an expression depends on it. */
enum sort { SORT_WHOLE, SORT_NUMBER, SORT_TEXT, SORT_FLAG, SORT_OTHER, SORTS };

static const struct {
    const char *name;
    enum sort sort;
    const char *value; /* as a default; NULL: by its sort */
} types[] = {
    {"smallint", SORT_OTHER, "7"},
    {"integer", SORT_WHOLE, NULL},
    {"integer", SORT_WHOLE, NULL},
    {"bigint", SORT_WHOLE, NULL},
    {"real", SORT_OTHER, "0.5"},
    {"double precision", SORT_OTHER, "1e10"},
    {"numeric(8,2)", SORT_NUMBER, NULL},
    {"numeric(20)", SORT_NUMBER, NULL},
    {"text", SORT_TEXT, NULL},
    {"text", SORT_TEXT, NULL},
    {"varchar(40)", SORT_TEXT, NULL},
    {"char(3)", SORT_OTHER, "'abc'"},
    {"boolean", SORT_FLAG, NULL},
    {"timestamptz", SORT_OTHER, "current_timestamp"},
    {"timestamptz(3)", SORT_OTHER, NULL},
    {"timestamp", SORT_OTHER, NULL},
    {"date", SORT_OTHER, "current_date"},
    {"time", SORT_OTHER, "'12:34:56'"},
    {"uuid", SORT_OTHER, NULL},
    {"jsonb", SORT_OTHER, "'{}'"},
    {"json", SORT_OTHER, "'[1, \"it''s\"]'"},
    {"bytea", SORT_OTHER, NULL},
};

enum { TYPES = sizeof types / sizeof *types };

struct column {
    const char *name; /* as SQL writes it */
    enum sort sort;
};

struct table {
    const char *name;
    struct column columns[COLUMNS];
    unsigned ncolumns;
    bool has_key; /* of its first column, an integer */
};

struct maker {
    uint64_t *lots;
    struct arena arena;
    struct buf *out;
    bool is_sqlite;
    unsigned number; /* that makes each name another one */
    struct table tables[TABLES];
    unsigned ntables;
    const char *mood; /* an enum, or NULL */
};

static unsigned
draw(struct maker *maker, unsigned limit)
{
    return lot_draw(maker->lots, limit);
}

static bool
one_in(struct maker *maker, unsigned count)
{
    return draw(maker, count) == 0;
}

#define PICK(maker, list) (list)[draw(maker, sizeof(list) / sizeof *(list))]

/*
 * A name as SQL writes it, a stem and a number; few are such as nobody should
 * choose.
 */
static const char *
any_name(struct maker *maker, const char *stem)
{
    static const char *const between[] = {
        "",
        "",
        "",
        "",
        "_of_",
        " ",
        "\"",
        "'",
        "--",
        "/*",
        ".",
        "\n",
        "%",
        " Order ",
        "gr\xC3\xB6\xC3\x9F",
        "[",
        "`",
        "\\",
        " is as long as it may be on both of the engines "};
    const char *middle = PICK(maker, between);

    return sql_name(&maker->arena, arena_printf(&maker->arena, "%s%s%u", stem,
                                                middle, maker->number++));
}

/* ------------------------------------------------------------ expressions */

static const struct column *
any_column(struct maker *maker, const struct table *table, enum sort sort)
{
    unsigned start = draw(maker, table->ncolumns);

    for (unsigned i = 0; i < table->ncolumns; i++) {
        const struct column *column =
            &table->columns[(start + i) % table->ncolumns];

        if (column->sort == sort)
            return column;
    }
    return NULL;
}

static void
add_literal(struct maker *maker, enum sort sort)
{
    static const char *const texts[] = {"''",   "'x'",        "'it''s'",
                                        "'a%'", "'\xC3\xA4'", "'--'"};

    if (sort == SORT_WHOLE)
        buf_printf(maker->out, "%u", draw(maker, 100));
    else if (sort == SORT_NUMBER)
        buf_printf(maker->out, "%u.5", draw(maker, 100));
    else
        buf_text(maker->out, PICK(maker, texts));
}

static void add_value(struct maker *maker, const struct table *table,
                      enum sort sort, unsigned depth);

static void
add_two(struct maker *maker, const struct table *table, enum sort sort,
        unsigned depth, const char *operator)
{
    buf_char(maker->out, '(');
    add_value(maker, table, sort, depth);
    buf_text(maker->out, operator);
    add_value(maker, table, sort, depth);
    buf_char(maker->out, ')');
}

static void
add_call(struct maker *maker, const struct table *table, enum sort sort,
         unsigned depth, const char *name)
{
    buf_printf(maker->out, "%s(", name);
    add_value(maker, table, sort, depth);
    buf_char(maker->out, ')');
}

/* Of a column, if there is one, or else a literal. */
static void
add_value(struct maker *maker, const struct table *table, enum sort sort,
          unsigned depth)
{
    static const char *const sums[] = {" + ", " - ", " * "};
    static const char *const cases[] = {"lower", "upper"};
    const struct column *column = any_column(maker, table, sort);
    unsigned form = depth == 0 ? 0 : draw(maker, 8);

    if (form == 1 && sort != SORT_TEXT)
        add_two(maker, table, sort, depth - 1, PICK(maker, sums));
    else if (form == 1)
        add_two(maker, table, sort, depth - 1, " || ");
    else if (form == 2 && sort == SORT_WHOLE)
        add_call(maker, table, SORT_TEXT, depth - 1, "length");
    else if (form == 2 && sort == SORT_TEXT && column != NULL)
        buf_printf(maker->out, "%s(%s)", PICK(maker, cases), column->name);
    else if (form == 3 && column != NULL) {
        buf_printf(maker->out, "coalesce(%s, ", column->name);
        add_literal(maker, sort);
        buf_char(maker->out, ')');
    } else if (column != NULL)
        buf_text(maker->out, column->name);
    else
        add_literal(maker, sort);
}

static void
add_list(struct maker *maker, enum sort sort)
{
    unsigned count = 1 + draw(maker, 3);

    for (unsigned i = 0; i < count; i++) {
        buf_text(maker->out, i > 0 ? ", " : "");
        add_literal(maker, sort);
    }
}

static void
add_comparison(struct maker *maker, const struct table *table, unsigned depth)
{
    static const char *const signs[] = {" = ",  " <> ", " < ",
                                        " <= ", " > ",  " >= "};
    static const enum sort sorts[] = {SORT_WHOLE, SORT_NUMBER, SORT_TEXT,
                                      SORT_TEXT};
    enum sort sort = PICK(maker, sorts);

    add_value(maker, table, sort, depth);
    switch (draw(maker, 6)) {
    case 0:
        buf_text(maker->out, one_in(maker, 2) ? " in (" : " not in (");
        add_list(maker, sort);
        buf_char(maker->out, ')');
        break;
    case 1:
        buf_text(maker->out, " between ");
        add_literal(maker, sort);
        buf_text(maker->out, " and ");
        add_literal(maker, sort);
        break;
    default:
        buf_text(maker->out, PICK(maker, signs));
        add_value(maker, table, sort, one_in(maker, 3) ? depth : 0);
    }
}

static void
add_condition(struct maker *maker, const struct table *table, unsigned depth)
{
    const struct column *flag = any_column(maker, table, SORT_FLAG);
    const struct column *any = &table->columns[draw(maker, table->ncolumns)];

    switch (depth == 0 ? 4 + draw(maker, 6) : draw(maker, 10)) {
    case 0:
    case 1:
        add_condition(maker, table, depth - 1);
        buf_text(maker->out, " and ");
        add_condition(maker, table, depth - 1);
        break;
    case 2:
        buf_char(maker->out, '(');
        add_condition(maker, table, depth - 1);
        buf_text(maker->out, " or ");
        add_condition(maker, table, depth - 1);
        buf_char(maker->out, ')');
        break;
    case 3:
        buf_text(maker->out, "not (");
        add_condition(maker, table, depth - 1);
        buf_char(maker->out, ')');
        break;
    case 4:
        buf_printf(maker->out, "%s is %snull", any->name,
                   one_in(maker, 2) ? "" : "not ");
        break;
    case 5:
        if (flag != NULL) {
            buf_text(maker->out, flag->name);
            break;
        }
        /* fallthrough */
    default:
        add_comparison(maker, table, depth);
    }
}

/* ----------------------------------------------------------------- tables */

static void
add_default(struct maker *maker, unsigned type)
{
    struct buf *out = maker->out;

    if (types[type].value != NULL)
        buf_printf(out, " default %s", types[type].value);
    else if (types[type].sort == SORT_FLAG)
        buf_printf(out, " default %s", one_in(maker, 2) ? "true" : "false");
    else if (types[type].sort != SORT_OTHER) {
        buf_text(out, " default ");
        if (types[type].sort != SORT_TEXT && one_in(maker, 3))
            buf_char(out, '-');
        add_literal(maker, types[type].sort);
    }
}

static struct column *
name_column(struct maker *maker, struct table *table, enum sort sort)
{
    struct column *column = &table->columns[table->ncolumns++];

    column->name = any_name(maker, "c");
    column->sort = sort;
    return column;
}

static void
add_key_column(struct maker *maker, struct table *table)
{
    static const char *const keys[] = {"serial", "bigserial", "integer",
                                       "bigint"};
    struct column *column = name_column(maker, table, SORT_WHOLE);

    buf_printf(maker->out,
               "    %s %s not null,\n    constraint %s primary key"
               " (%s)",
               column->name, PICK(maker, keys), any_name(maker, "pk"),
               column->name);
    table->has_key = true;
}

static void
add_generated(struct maker *maker, struct table *table)
{
    struct column *column = name_column(maker, table, SORT_OTHER);

    buf_printf(maker->out, ",\n    %s text generated always as (",
               column->name);
    add_value(maker, table, SORT_TEXT, 2);
    buf_text(maker->out, ") stored");
}

static void
add_any_column(struct maker *maker, struct table *table)
{
    unsigned type = draw(maker, TYPES);
    struct column *column = name_column(maker, table, types[type].sort);
    bool is_mood = maker->mood != NULL && one_in(maker, 6);

    buf_printf(maker->out, "%s    %s %s", table->ncolumns > 1 ? ",\n" : "",
               column->name, is_mood ? maker->mood : types[type].name);
    if (is_mood)
        column->sort = SORT_OTHER;
    /* PostgreSQL compares no two columns of different collations. */
    if (!is_mood && column->sort == SORT_TEXT && one_in(maker, 6)) {
        buf_text(maker->out, " collate \"C\"");
        column->sort = SORT_OTHER;
    }
    if (one_in(maker, 3))
        buf_text(maker->out, " not null");
    if (!is_mood && one_in(maker, 3))
        add_default(maker, type);
    else if (is_mood && one_in(maker, 3))
        buf_text(maker->out, " default 'sad'");
}

static void
add_uniques(struct maker *maker, struct table *table)
{
    for (unsigned i = 0; i < table->ncolumns; i++) {
        unsigned other = draw(maker, table->ncolumns);

        if (!one_in(maker, 6) || table->columns[i].sort == SORT_OTHER ||
            table->columns[other].sort == SORT_OTHER)
            continue;
        buf_printf(maker->out, ",\n    constraint %s unique (%s",
                   any_name(maker, "uq"), table->columns[i].name);
        if (other != i)
            buf_printf(maker->out, ", %s", table->columns[other].name);
        buf_char(maker->out, ')');
    }
}

static void
add_checks(struct maker *maker, struct table *table)
{
    while (one_in(maker, 2)) {
        buf_printf(maker->out, ",\n    constraint %s check (",
                   any_name(maker, "ck"));
        add_condition(maker, table, DEPTH);
        buf_char(maker->out, ')');
    }
}

static void
add_comments(struct maker *maker, const struct table *table)
{
    static const char *const texts[] = {
        "a comment", "it''s one", "two\nlines",
        "/* none",   "-- x",      "\xE6\xBC\xA2\xE5\xAD\x97"};

    if (one_in(maker, 3))
        buf_printf(maker->out, "comment on table %s is '%s';\n", table->name,
                   PICK(maker, texts));
    for (unsigned i = 0; i < table->ncolumns; i++)
        if (one_in(maker, 5))
            buf_printf(maker->out, "comment on column %s.%s is '%s';\n",
                       table->name, table->columns[i].name, PICK(maker, texts));
}

static void
add_table(struct maker *maker)
{
    struct table *table = &maker->tables[maker->ntables++];
    unsigned count = 1 + draw(maker, COLUMNS - 2);

    *table = (struct table){.name = any_name(maker, "t")};
    buf_printf(maker->out, "create table %s (\n", table->name);
    if (!one_in(maker, 4))
        add_key_column(maker, table);
    for (unsigned i = table->ncolumns; i < count; i++)
        add_any_column(maker, table);
    if (one_in(maker, 5))
        add_generated(maker, table);
    add_uniques(maker, table);
    add_checks(maker, table);
    buf_text(maker->out, "\n);\n");
    add_comments(maker, table);
}

/* From any table to any that has a key: circles and all. */
static void
add_foreign_key(struct maker *maker)
{
    static const char *const actions[] = {
        "", " on delete cascade", " on delete set null on update cascade",
        " on update restrict", " on delete set default"};
    static const char *const whens[] = {"", "", " deferrable",
                                        " deferrable initially deferred"};
    const struct table *from = &maker->tables[draw(maker, maker->ntables)];
    const struct table *to = &maker->tables[draw(maker, maker->ntables)];
    const struct column *column = any_column(maker, from, SORT_WHOLE);

    if (!to->has_key || column == NULL)
        return;
    buf_printf(maker->out,
               "alter table %s add constraint %s foreign key (%s) references"
               " %s (%s)%s%s;\n",
               from->name, any_name(maker, "fk"), column->name, to->name,
               to->columns[0].name, PICK(maker, actions), PICK(maker, whens));
}

static void
add_index(struct maker *maker)
{
    const struct table *table = &maker->tables[draw(maker, maker->ntables)];
    const struct column *column =
        any_column(maker, table, (enum sort)draw(maker, SORT_OTHER));

    if (column == NULL)
        return;
    buf_printf(maker->out, "create %sindex %s on %s (%s",
               one_in(maker, 4) ? "unique " : "", any_name(maker, "ix"),
               table->name, column->name);
    if (one_in(maker, 4))
        buf_text(maker->out, " desc");
    if (column->sort == SORT_TEXT && one_in(maker, 2)) {
        buf_printf(maker->out, ", (%s || ", column->name);
        add_value(maker, table, SORT_TEXT, 2);
        buf_char(maker->out, ')');
    }
    buf_char(maker->out, ')');
    if (one_in(maker, 3)) {
        buf_text(maker->out, " where ");
        add_condition(maker, table, 1);
    }
    buf_text(maker->out, ";\n");
}

/* ------------------------------------------------- what one engine alone has
 */

static void
add_sqlite(struct maker *maker)
{
    static const char *const ends[] = {"", " strict", " without rowid",
                                       " strict, without rowid"};
    static const char *const ways[] = {"rollback", "fail", "ignore", "replace"};
    const char *name = any_name(maker, "own");
    struct table table = {.name = name,
                          .columns = {{"a", SORT_TEXT}, {"b", SORT_WHOLE}},
                          .ncolumns = 2};

    buf_printf(maker->out,
               "create table %s (a text collate nocase primary key on conflict"
               " %s, b integer not null on conflict %s, c text as (",
               name, PICK(maker, ways), PICK(maker, ways));
    add_value(maker, &table, SORT_TEXT, 2);
    buf_text(maker->out, ") virtual, check (");
    add_condition(maker, &table, 2);
    buf_printf(maker->out, "))%s;\n", PICK(maker, ends));
    buf_printf(maker->out,
               "create trigger %s after insert on %s begin select 1; end;\n",
               any_name(maker, "tr"), name);
    if (one_in(maker, 2))
        buf_printf(maker->out,
                   "create table %s (id integer primary key autoincrement,"
                   " x DATETIME, y);\n",
                   any_name(maker, "own"));
    if (one_in(maker, 4))
        buf_printf(maker->out, "create virtual table %s using fts5(a, b);\n",
                   any_name(maker, "own"));
}

static void
add_postgres(struct maker *maker)
{
    const char *name = any_name(maker, "own");

    buf_printf(maker->out,
               "create %stable %s (a integer generated %s as identity,"
               " b text, c jsonb);\n",
               one_in(maker, 2) ? "unlogged " : "", name,
               one_in(maker, 2) ? "always" : "by default");
    buf_printf(maker->out,
               "create unique index %s on %s (b text_pattern_ops%s) include"
               " (a)%s;\n",
               any_name(maker, "ix"), name,
               one_in(maker, 2) ? " desc nulls last" : "",
               one_in(maker, 2) ? " with (fillfactor=80)" : "");
    buf_printf(maker->out, "create index %s on %s using gin (c);\n",
               any_name(maker, "ix"), name);
    if (one_in(maker, 2))
        buf_printf(maker->out,
                   "alter table %s add constraint %s check (a > 1) not"
                   " valid;\n",
                   name, any_name(maker, "ck"));
    if (one_in(maker, 2))
        buf_printf(maker->out, "create sequence %s start %u;\n",
                   any_name(maker, "sq"), 2 + draw(maker, 9));
}

void
random_schema(struct buf *common, struct buf *own, const char *engine,
              uint64_t *lots)
{
    struct maker maker = {.lots = lots,
                          .out = common,
                          .is_sqlite = strcmp(engine, "sqlite") == 0};
    unsigned tables = 1 + draw(&maker, TABLES);

    if (one_in(&maker, 2)) {
        maker.mood = any_name(&maker, "mood");
        buf_printf(common, "create type %s as enum ('sad', 'it''s ok');\n",
                   maker.mood);
    }
    for (unsigned i = 0; i < tables; i++)
        add_table(&maker);
    /* SQLite has an enum only where a column is of it. */
    if (maker.mood != NULL)
        buf_printf(common, "create table %s (m %s);\n", any_name(&maker, "t"),
                   maker.mood);
    for (unsigned i = draw(&maker, 2 * tables + 1); i > 0; i--)
        add_foreign_key(&maker);
    for (unsigned i = draw(&maker, 2 * tables + 1); i > 0; i--)
        add_index(&maker);
    maker.out = own;
    if (one_in(&maker, 3))
        (maker.is_sqlite ? add_sqlite : add_postgres)(&maker);
    arena_clear(&maker.arena);
}
