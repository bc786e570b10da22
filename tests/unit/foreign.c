/*
 * The ledgers of other tools, in tables as the tools make them, on each
 * engine.
 */
#include "migrate/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "lib/subject.h"
#include "lib/tap.h"

enum { MAX_FILES = 6 };

/* A ledger, a tree, and what the one says of the other. */
struct history {
    const char *title;
    const char *sqlite;   /* the SQL of its table */
    const char *postgres; /* NULL: the same */
    const char *rows;
    struct {
        const char *path;
        const char *text;
    } files[MAX_FILES];
    const char *wanted;
};

static struct arena arena;
static const char *directory;
static int made;

static void
must(bool done, const struct duet_error *err)
{
    if (done)
        return;
    tap_diag("%s", err->text);
    exit(1);
}

static const char *
make_tree(const struct history *history)
{
    const char *dir = arena_printf(&arena, "%s/%d", directory, made++);

    for (size_t i = 0; i < MAX_FILES && history->files[i].path; i++)
        scratch_file(dir, history->files[i].path, history->files[i].text);
    return dir;
}

/* "dbmate schema_migrations: 1_a 2_b! ?3 dirty 4": ! is changed, ? unknown */
static const char *
shown(const struct foreign_ledger *ledger, const struct tree *tree,
      const struct foreign_match *match)
{
    SCOPED(buf_release) struct buf out = {0};
    size_t applied = 0;
    size_t changed = 0;

    buf_printf(&out, "%s %s:", ledger->tool, ledger->table);
    for (size_t i = 0; i < tree->count; i++) {
        if (match->applied[i])
            buf_printf(&out, " %s", tree->list[i].version);
        if (match->changed[i])
            buf_char(&out, '!');
        applied += match->applied[i];
        changed += match->changed[i];
    }
    for (size_t i = 0; i < match->nunknown; i++)
        buf_printf(&out, " ?%s", match->unknown[i]);
    if (ledger->dirty != NULL)
        buf_printf(&out, " dirty %s", ledger->dirty);
    if (applied != match->napplied || changed != match->nchanged)
        buf_text(&out, " miscounted");
    return arena_text(&arena, buf_data(&out));
}

static const char *
read_history(struct db *db, const char *dir, const char *table,
             const struct foreign_map *map)
{
    SCOPED(tree_clear) struct tree tree = {0};
    struct foreign_ledger *ledgers;
    struct foreign_match match;
    struct duet_error err = {0};
    size_t count = 0;

    if (!tree_read(&tree, dir, db_dialect(db)->name, STYLE_AUTO, &err) ||
        !foreign_ledgers(db, &arena, table, &ledgers, &count, &err))
        return arena_printf(&arena, "%s|%s", err.text, err.hint);
    if (count != 1)
        return arena_printf(&arena, "%zu ledgers", count);
    if (!foreign_match(&ledgers[0], &tree, map, &arena, &match, &err))
        return arena_printf(&arena, "%s|%s", err.text, err.hint);
    return shown(&ledgers[0], &tree, &match);
}

/* ------------------------------------------------------------------------
 * Each tool's
 */

#define SQL_TABLE \
    "create table schema_migrations (version varchar(128) primary key)"

#define GOLANG_SQLITE                                              \
    "create table schema_migrations (version uint64, dirty bool);" \
    "create unique index version_unique on schema_migrations (version)"
#define GOLANG_POSTGRES                                                     \
    "create table schema_migrations (version bigint not null primary key, " \
    "dirty boolean not null)"
#define GOLANG_FILES                                            \
    {                                                           \
        {"000001_a.up.sql", ""}, {"000002_b.up.sql", ""},       \
            {"000002_b.down.sql", ""}, {"000010_c.up.sql", ""}, \
    }

#define FLYWAY_SQLITE                                                          \
    "create table flyway_schema_history (installed_rank int not null primary " \
    "key, version varchar(50), description varchar(200) not null, "            \
    "type varchar(20) not null, script varchar(1000) not null, "               \
    "checksum int, installed_by varchar(100) not null, installed_on text "     \
    "not null default (strftime('%Y-%m-%d %H:%M:%f','now')), "                 \
    "execution_time int not null, success boolean not null)"
#define FLYWAY_POSTGRES                                                        \
    "create table flyway_schema_history (installed_rank int not null primary " \
    "key, version varchar(50), description varchar(200) not null, "            \
    "type varchar(20) not null, script varchar(1000) not null, "               \
    "checksum int, installed_by varchar(100) not null, installed_on "          \
    "timestamp not null default now(), execution_time int not null, "          \
    "success boolean not null)"
#define FLYWAY_ROW                                                        \
    "insert into flyway_schema_history (installed_rank, version, "        \
    "description, type, script, checksum, installed_by, execution_time, " \
    "success) values "

#define SQLX_SQLITE                                                         \
    "create table _sqlx_migrations (version bigint primary key, "           \
    "description text not null, installed_on timestamp not null default "   \
    "current_timestamp, success boolean not null, checksum blob not null, " \
    "execution_time bigint not null)"
#define SQLX_POSTGRES                                                       \
    "create table _sqlx_migrations (version bigint primary key, "           \
    "description text not null, installed_on timestamptz not null default " \
    "now(), success boolean not null, checksum bytea not null, "            \
    "execution_time bigint not null)"

#define PRISMA                                                               \
    "create table _prisma_migrations (id varchar(36) primary key not null, " \
    "checksum varchar(64) not null, finished_at timestamp, "                 \
    "migration_name varchar(255) not null, logs text, "                      \
    "rolled_back_at timestamp, started_at timestamp not null default "       \
    "current_timestamp, applied_steps_count integer not null default 0)"
#define PRISMA_ROW                                                \
    "insert into _prisma_migrations (id, checksum, finished_at, " \
    "migration_name, rolled_back_at, started_at) values "
/* echo -n 'select 1;' | sha256sum, sha384sum */
#define SHA256_OF_SELECT \
    "354b7196c9ba5fb4b21cf615bb6ec4cd5c07503c34229feef033fc081a8c03f4"
#define SHA384_OF_SELECT                                               \
    "bb87975f5b43d0b36ebfcc516dd223f75b63cfd63db47ff4ef4aa65bda2e904a" \
    "ea13cf87a5239c302c1f6b19e59748bf"

static const struct history histories[] = {
    {"dbmate",
     SQL_TABLE,
     NULL,
     "insert into schema_migrations values ('20151127184807'), ('3'), ('7')",
     {{"20151127184807_users.sql", "-- migrate:up\n-- migrate:down\n"},
      {"20151127184808_more.sql", "-- migrate:up\n-- migrate:down\n"},
      {"003_x.sql", "-- migrate:up\n-- migrate:down\n"}},
     "dbmate schema_migrations: 003_x 20151127184807_users ?7"},
    {"several files of one number",
     SQL_TABLE,
     NULL,
     "insert into schema_migrations values ('1')",
     {{"1_a.up.sql", ""}, {"0001_b.up.sql", ""}, {"2_c.up.sql", ""}},
     "dbmate schema_migrations: 0001_b 1_a"},
    {"golang-migrate", GOLANG_SQLITE, GOLANG_POSTGRES,
     "insert into schema_migrations values (2, false)", GOLANG_FILES,
     "golang-migrate schema_migrations: 000001_a 000002_b"},
    {"golang-migrate, before the first", GOLANG_SQLITE, GOLANG_POSTGRES, "",
     GOLANG_FILES, "golang-migrate schema_migrations:"},
    {"golang-migrate, failed", GOLANG_SQLITE, GOLANG_POSTGRES,
     "insert into schema_migrations values (10, true)", GOLANG_FILES,
     "golang-migrate schema_migrations: 000001_a 000002_b dirty 10"},
    {"golang-migrate, failed on the way to nothing", GOLANG_SQLITE,
     GOLANG_POSTGRES, "insert into schema_migrations values (-1, true)",
     GOLANG_FILES, "golang-migrate schema_migrations: dirty -1"},
    {"golang-migrate, at one that is missing", GOLANG_SQLITE, GOLANG_POSTGRES,
     "insert into schema_migrations values (9, false)", GOLANG_FILES,
     "golang-migrate schema_migrations: 000001_a 000002_b ?9"},
    {"goose: the newest of a version decides",
     "create table goose_db_version (id integer primary key autoincrement, "
     "version_id integer not null, is_applied integer not null, tstamp "
     "timestamp default (datetime('now')))",
     "create table goose_db_version (id integer primary key generated by "
     "default as identity, version_id bigint not null, is_applied boolean not "
     "null, tstamp timestamp not null default now())",
     "insert into goose_db_version (version_id, is_applied) values (0, "
     "true), (1, true), (2, true), (2, false), (3, true), (3, false), (3, "
     "true), (5, true)",
     {{"00001_a.sql", "-- +goose Up\n"},
      {"00002_b.sql", "-- +goose Up\n"},
      {"00003_c.sql", "-- +goose Up\n"}},
     "goose goose_db_version: 00001_a 00003_c ?5"},
    {"sqlx",
     SQLX_SQLITE,
     SQLX_POSTGRES,
     NULL, /* see make_sqlx_rows() */
     {{"1_a.sql", "select 1;"},
      {"2_b.sql", "select 2;"},
      {"3_c.sql", "select 1;"},
      {"4_d.sql", "select 1;"}},
     "sqlx _sqlx_migrations: 1_a 2_b! dirty 3"},
    {"Flyway: the newest rank of a version decides",
     FLYWAY_SQLITE,
     FLYWAY_POSTGRES,
     /* python3: zlib.crc32(b'select 1;select 2;'), as an int of 32 bits */
     FLYWAY_ROW "(0, null, '<< Flyway Schema Creation >>', 'SCHEMA', 'public', "
                "null, 'x', 0, true), "
                "(1, '1', 'a', 'SQL', 'V1__a.sql', -593479011, 'x', 1, true), "
                "(2, '1.2', 'b', 'SQL', 'V1_2__b.sql', 7, 'x', 1, true), "
                "(3, '2', 'c', 'SQL', 'V2__c.sql', 1, 'x', 1, true), "
                "(4, '2', 'c', 'UNDO_SQL', 'U2__c.sql', 1, 'x', 1, true), "
                "(5, null, 'v', 'SQL', 'R__v.sql', 1, 'x', 1, true), "
                "(6, null, 'v', 'SQL', 'R__v.sql', -690524359, 'x', 1, true), "
                "(7, '3', 'd', 'SQL', 'V3__d.sql', 1, 'x', 1, false)",
     {{"V1.0__a.sql", "\xEF\xBB\xBFselect 1;\r\n\nselect 2;"},
      {"V1_2__b.sql", "select 1;"},
      {"V2__c.sql", ""},
      {"R__v.sql", "select 1;"},
      {"R__w.sql", "select 1;"},
      {"V3__d.sql", ""}},
     "flyway flyway_schema_history: 1.0 1.2! R__v dirty 3"},
    {"Flyway: a baseline stands for what was before it",
     FLYWAY_SQLITE,
     FLYWAY_POSTGRES,
     FLYWAY_ROW "(1, '2', '<< Flyway Baseline >>', 'BASELINE', "
                "'<< Flyway Baseline >>', null, 'x', 0, true)",
     {{"V1__a.sql", ""}, {"V1.9__b.sql", ""}, {"V10__c.sql", ""}},
     "flyway flyway_schema_history: 1 1.9"},
    {"diesel",
     "create table __diesel_schema_migrations (version varchar(50) primary key "
     "not null, run_on timestamp not null default current_timestamp)",
     NULL,
     "insert into __diesel_schema_migrations (version) values "
     "('00000000000000'), ('20180601112529'), ('20180601112530')",
     {{"00000000000000_diesel_initial_setup/up.sql", ""},
      {"2018-06-01-112529_users/up.sql", ""},
      {"2018-06-02-000000_more/up.sql", ""}},
     "diesel __diesel_schema_migrations: 00000000000000_diesel_initial_setup "
     "2018-06-01-112529_users ?20180601112530"},
    {"Prisma: finished and not rolled back",
     PRISMA,
     NULL,
     PRISMA_ROW
     "('a', '" SHA256_OF_SELECT "', '2024-01-01 00:00:01', '20240101_a', null, "
     "'2024-01-01 00:00:00'), "
     "('b', 'x', null, '20240102_b', '2024-01-02 00:00:02', '2024-01-02 "
     "00:00:00'), "
     "('c', 'y', '2024-01-02 00:01:01', '20240102_b', null, '2024-01-02 "
     "00:01:00'), "
     "('d', 'z', null, '20240103_c', null, '2024-01-03 00:01:00')",
     {{"20240101_a/migration.sql", "select 1;"},
      {"20240102_b/migration.sql", "select 2;"},
      {"20240103_c/migration.sql", "select 3;"}},
     "prisma _prisma_migrations: 20240101_a 20240102_b! dirty 20240103_c"},
    {"popx",
     "create table schema_migration (version varchar(48) not null, "
     "version_self int not null default 0)",
     NULL,
     "insert into schema_migration (version) values "
     "('20191100000001000001'), ('20191100000001000003')",
     {{"20191100000001000001_a.up.sql", ""},
      {"20191100000001000002_b.up.sql", ""},
      {"20191100000001000003_c.autocommit.up.sql", ""}},
     "popx schema_migration: 20191100000001000001_a 20191100000001000003_c"},
    {"refinery",
     "create table refinery_schema_history (version int4 primary key, name "
     "varchar(255), applied_on varchar(255), checksum varchar(255))",
     NULL,
     "insert into refinery_schema_history values (1, 'a', '', '17')",
     {{"V1__a.sql", ""}, {"V2__b.sql", ""}},
     "refinery refinery_schema_history: 1"},
    {"Ecto",
     "create table schema_migrations (version bigint not null primary key, "
     "inserted_at timestamp)",
     NULL,
     "insert into schema_migrations (version) values (20200101000000)",
     {{"20200101000000_a.sql", ""}, {"20200102000000_b.sql", ""}},
     "ecto schema_migrations: 20200101000000_a"},
};

/* A blob is written otherwise by each engine: a parameter is by none. */
static void
make_sqlx_rows(struct db *db)
{
    unsigned char sum[48];
    struct duet_error err = {0};

    for (size_t i = 0; i < sizeof sum; i++) {
        char digits[3] = {SHA384_OF_SELECT[2 * i], SHA384_OF_SELECT[2 * i + 1],
                          '\0'};

        sum[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    for (int i = 1; i <= 3; i++) {
        const struct db_value args[] = {db_integer(i), db_boolean(i != 3),
                                        db_blob(sum, sizeof sum)};

        must(db_execute(db,
                        "insert into _sqlx_migrations (version, description, "
                        "success, checksum, execution_time) values ($1, 'x', "
                        "$2, $3, -1)",
                        args, 3, NULL, &err),
             &err);
    }
}

static void
test_history(struct subject *subject, const struct history *history)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    const char *sql = history->sqlite;

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    if (subject->is_server && history->postgres != NULL)
        sql = history->postgres;
    must(db_exec(db, sql, &err), &err);
    if (history->rows == NULL)
        make_sqlx_rows(db);
    else
        must(*history->rows == '\0' || db_exec(db, history->rows, &err), &err);
    IS_TEXT(read_history(db, make_tree(history), NULL, NULL), history->wanted,
            "%s: %s", subject->who, history->title);
}

/* ------------------------------------------------------------------------
 * Alembic
 */

static const char *
read_mapped(struct db *db, const char *dir, const char *text)
{
    struct foreign_map map;
    struct duet_error err = {0};

    scratch_file(directory, "map", text);
    if (!foreign_map_read(&map, &arena, path_join(&arena, directory, "map"),
                          &err))
        return arena_printf(&arena, "%s|%s", strrchr(err.text, '/') + 1,
                            err.hint);
    return read_history(db, dir, NULL, &map);
}

static void
test_alembic(struct subject *subject)
{
    static const struct history history = {
        .files = {{"1_a.up.sql", ""}, {"2_b.up.sql", ""}, {"3_c.up.sql", ""}}};
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};
    const char *dir = make_tree(&history);

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    must(db_exec(db,
                 "create table alembic_version (version_num varchar(32) not "
                 "null primary key);"
                 "insert into alembic_version values ('1975ea83b712')",
                 &err),
         &err);
    IS_TEXT(read_history(db, dir, NULL, NULL),
            "alembic alembic_version: ?1975ea83b712",
            "%s: Alembic's revision means nothing by itself", subject->who);
    IS_TEXT(read_mapped(db, dir,
                        "# ours\n\nae1027a6acf 1\n1975ea83b712\t 2 # b\r\n"),
            "alembic alembic_version: 1_a 2_b",
            "... but with a map what is up to it");
    OK(strstr(read_mapped(db, dir, "1975ea83b712 7"),
              "revision '1975ea83b712': there is no migration '7' in") != NULL,
       "... which names what there is");
    IS_TEXT(read_mapped(db, dir, "a 1\n1975ea83b712\n"),
            "map:2: a line has two words|write a revision of the other tool, a "
            "blank and the version that it stands for",
            "... and has lines of two words");
}

/* ------------------------------------------------------------------------
 * Which there are
 */

static void
test_names(struct subject *subject)
{
    static const struct history history = {.files = {{"1_a.sql", "a"}}};
    SCOPED(db_close) struct db *db = NULL;
    struct foreign_ledger *ledgers;
    struct duet_error err = {0};
    const char *dir = make_tree(&history);
    size_t count = 7;

    subject_wrap(subject, WRAP_NOT);
    db = subject_open(subject, NULL);
    OK(foreign_ledgers(db, &arena, NULL, &ledgers, &count, &err) && count == 0,
       "%s: an empty database has no ledger", subject->who);
    must(db_exec(db,
                 "create table \"my \"\"own\"\" versions\" (version bigint "
                 "primary key, dirty boolean);"
                 "insert into \"my \"\"own\"\" versions\" values (1, false);"
                 "create table goose_db_version (x integer);"
                 "create view schema_migrations as select 1 as version",
                 &err),
         &err);
    OK(foreign_ledgers(db, &arena, NULL, &ledgers, &count, &err) && count == 0,
       "... nor one with other columns, or a view");
    IS_TEXT(read_history(db, dir, "my \"own\" versions", NULL),
            "golang-migrate my \"own\" versions: 1_a",
            "... but one that is named");
    IS_TEXT(read_history(db, dir, "goose_db_version", NULL),
            "table 'goose_db_version' is no ledger that is known|it is not "
            "there, or its columns are no tool's",
            "... unless it is none");
    must(
        db_exec(db,
                "create table __diesel_schema_migrations (version varchar(50), "
                "run_on timestamp);" PRISMA,
                &err),
        &err);
    OK(foreign_ledgers(db, &arena, NULL, &ledgers, &count, &err) &&
           count == 2 && strcmp(ledgers[0].tool, "diesel") == 0 &&
           strcmp(ledgers[1].tool, "prisma") == 0 && ledgers[0].count == 0,
       "... and two where there are two");
}

static void
test_subject(struct subject *subject)
{
    for (size_t i = 0; i < sizeof histories / sizeof *histories; i++)
        test_history(subject, &histories[i]);
    test_alembic(subject);
    test_names(subject);
}

int
main(void)
{
    struct subject subject;

    directory = scratch_make();
    subject_sqlite(&subject, NULL);
    test_subject(&subject);
    subject_release(&subject);
    if (subject_postgres(&subject)) {
        test_subject(&subject);
        subject_release(&subject);
    }
    scratch_remove();
    arena_clear(&arena);
    return tap_done();
}
