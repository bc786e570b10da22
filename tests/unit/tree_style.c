/*
 * The trees of other tools, as their projects have them, and what is none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "lib/subject.h"
#include "lib/tap.h"
#include "migrate/tree.h"
#include "sql_text.h"

enum { MAX_FILES = 12 };

/* A tree and what it is read as, for each engine. */
struct layout {
    const char *title;
    enum tree_style style;
    struct {
        const char *path;
        const char *text;
    } files[MAX_FILES];
    const char *sqlite;
    const char *postgres; /* NULL: the same */
};

static struct arena arena;
static const char *directory;
static int made;

/* ------------------------------------------------------------------------
 * Making and showing trees
 */

/* An empty one. */
static const char *
make_directory(void)
{
    const char *dir = arena_printf(&arena, "%s/%d", directory, made++);

    if (!path_make_directory(dir, 0700, NULL))
        exit(1);
    return dir;
}

static const char *
make_layout(const struct layout *layout)
{
    const char *dir = make_directory();

    for (size_t i = 0; i < MAX_FILES && layout->files[i].path; i++)
        scratch_file(dir, layout->files[i].path, layout->files[i].text);
    return dir;
}

/* The bytes that are meant, blanks for newlines, none at the end. */
static const char *
text_of(const struct script_source *source)
{
    const char *whole = source->text;
    char *text;
    size_t len;

    if (whole == NULL && !path_read(&arena, source->name, &whole, NULL))
        exit(1);
    len = source->end ? source->end : strlen(whole);
    text = arena_copy(&arena, whole + source->start, len - source->start);
    for (char *at = text; *at != '\0'; at++)
        if (*at == '\n' || *at == '\r')
            *at = ' ';
    for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
        text[len - 1] = '\0';
    return text;
}

static void
show_source(struct buf *out, const char *mark,
            const struct script_source *source)
{
    buf_printf(out, "%s%s", mark, text_of(source));
    if (source->line > 1)
        buf_printf(out, "@%zu", source->line);
}

/* `1_a(no-transaction)+up-down`, with the line where it stands: `+up@2`. */
static void
show(struct buf *out, const struct migration *migration)
{
    buf_printf(out, " %s", migration->version);
    if (migration->no_transaction)
        buf_text(out, "(alone)");
    if (migration->repeatable)
        buf_text(out, "(again)");
    if (migration->is_baseline)
        buf_text(out, "(base)");
    if (migration->out_of_order)
        buf_text(out, "(late)");
    if (migration->lock_timeout)
        buf_printf(out, "(%u)", migration->lock_timeout);
    show_source(out, "+", &migration->up);
    if (!migration->has_down)
        return;
    show_source(out, "-", &migration->down);
    if (migration->down_no_transaction)
        buf_text(out, "(alone)");
    if (migration->down_lock_timeout)
        buf_printf(out, "(%u)", migration->down_lock_timeout);
}

static void
show_hooks(struct buf *out, const struct tree_hooks *hooks)
{
    const struct {
        const char *name;
        const struct script_source *source;
    } all[] = {{" before-up", &hooks->before_up},
               {" after-up", &hooks->after_up},
               {" after-each", &hooks->after_each},
               {" seed", &hooks->seed}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].source->name != NULL) {
            buf_text(out, all[i].name);
            show_source(out, "=", all[i].source);
        }
}

/* What goes down, too, as going down reads it. */
static bool
read_tree(struct tree *tree, const char *dir, const char *engine,
          enum tree_style style, struct duet_error *err)
{
    if (!tree_read(tree, dir, engine, style, err))
        return false;
    for (size_t i = 0; i < tree->count; i++)
        if (!tree_read_down(tree, &tree->list[i], &arena, &tree->list[i], err))
            return false;
    return true;
}

/* "style 1_a+up-down ...", or "error|hint" with the directory as DIR. */
static const char *
shown(const char *dir, const char *engine, enum tree_style style)
{
    SCOPED(tree_clear) struct tree tree = {0};
    SCOPED(buf_release) struct buf out = {0};
    SCOPED(buf_release) struct buf error = {0};
    struct duet_error err = {0};
    const char *text;

    if (read_tree(&tree, dir, engine, style, &err)) {
        buf_text(&out, style_names[tree.style]);
        for (size_t i = 0; i < tree.count; i++)
            show(&out, &tree.list[i]);
        show_hooks(&out, &tree.hooks);
        return arena_text(&arena, buf_data(&out));
    }
    text = arena_printf(&arena, "%s|%s", err.text, err.hint);
    while (strstr(text, dir) != NULL) {
        buf_clear(&error);
        buf_replace(&error, text, dir, "DIR");
        text = arena_text(&arena, buf_data(&error));
    }
    return text;
}

static void
check(const struct layout *layout)
{
    const char *dir = make_layout(layout);

    IS_TEXT(shown(dir, "sqlite", layout->style), layout->sqlite, "%s",
            layout->title);
    IS_TEXT(shown(dir, "postgres", layout->style),
            layout->postgres ? layout->postgres : layout->sqlite,
            "... for PostgreSQL");
}

static void
check_all(const struct layout *layouts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(&layouts[i]);
}

#define CHECK_ALL(layouts) \
    check_all(layouts, sizeof(layouts) / sizeof *(layouts))

/* ------------------------------------------------------------------------
 * duet's own
 */

static void
test_native(void)
{
    static const struct layout layouts[] = {
        {"the native form",
         STYLE_AUTO,
         {{"0001_users.up.sql", "users"},
          {"0001_users.down.sql", "no users"},
          {"0002_labels.sqlite.up.sql", "lite"},
          {"0002_labels.postgres.up.sql", "post"},
          {"0002_labels.down.sql", "no labels"},
          {"0003_x.up.sql", "x"},
          {"0003_x.sqlite.down.sql", "no x"},
          {"README.md", "text"}},
         "duet 0001_users+users-no users 0002_labels+lite-no labels "
         "0003_x+x-no x",
         "duet 0001_users+users-no users 0002_labels+post-no labels "
         "0003_x+x"},
        {"every word for an engine",
         STYLE_AUTO,
         {{"1_a.sqlite3.up.sql", "a"},
          {"1_a.postgresql.up.sql", "A"},
          {"2_b.hiqlite.up.sql", "b"},
          {"2_b.pg.up.sql", "B"}},
         "duet 1_a+a 2_b+b",
         "duet 1_a+A 2_b+B"},
        {"scripts beside the migrations",
         STYLE_AUTO,
         {{"1_a.up.sql", "a"},
          {"before-up.sql", "b"},
          {"after-up.sql", "c"},
          {"after-each.sqlite.sql", "d"},
          {"seed.sql", "e"},
          {"seed.postgres.sql", "f"}},
         "duet 1_a+a before-up=b after-up=c after-each=d seed=e",
         "duet 1_a+a before-up=b after-up=c seed=f"},
        {"directives",
         STYLE_AUTO,
         {{"1_a.up.sql", "-- duet: no-transaction\na"},
          {"2_b.up.sql", "/* a\n licence */\n\n-- what for\n"
                         "--duet:lock-timeout=300ms,  out-of-order\r\n"
                         "-- duet: no-transaction\nb"},
          {"2_b.down.sql", "\xEF\xBB\xBF-- duet: lock-timeout=2m\nb"},
          {"3_c.up.sql", "c\n-- duet: a word to the reader\n"},
          {"4_d.up.sql", "/* x */ d"}},
         "duet 1_a(alone)+-- duet: no-transaction a "
         "2_b(alone)(late)(300)+/* a  licence */  -- what for "
         "--duet:lock-timeout=300ms,  out-of-order  -- duet: no-transaction b-"
         "\xEF\xBB\xBF-- duet: lock-timeout=2m b(120000) "
         "3_c+c -- duet: a word to the reader 4_d+/* x */ d",
         NULL},
        {"numbers of any length, several files of one",
         STYLE_AUTO,
         {{"9_z.up.sql", "c"},
          {"10_a.up.sql", "d"},
          {"0009_b.up.sql", "b"},
          {"0009_a.up.sql", "a"},
          {"20200317160354000001_x.up.sql", "f"},
          {"18446744073709551617.up.sql", "e"},
          {"99999999999999_x.up.sql", "D"}},
         "duet 0009_a+a 0009_b+b 9_z+c 10_a+d 99999999999999_x+D "
         "18446744073709551617+e 20200317160354000001_x+f",
         NULL},
        {"folders of versions",
         STYLE_AUTO,
         {{"0.10/1_a.up.sql", "b"}, {"0.9/1_a.up.sql", "a"}},
         "duet 0.9/1_a+a 0.10/1_a+b",
         NULL},
        {"folders of engines",
         STYLE_AUTO,
         {{"1_a.up.sql", "a"},
          {"migrations_sqlite/1_a.up.sql", "lite"},
          {"postgresql/2_b.up.sql", "post"},
          {"mysql/3_c.up.sql", "mine"}},
         "duet 1_a+lite",
         "duet 1_a+a 2_b+post"},
        {"nothing", STYLE_AUTO, {{"README", ""}}, "duet", NULL},
    };

    CHECK_ALL(layouts);
}

/* ------------------------------------------------------------------------
 * Others'
 */

static void
test_pairs(void)
{
    static const struct layout layouts[] = {
        {"golang-migrate",
         STYLE_GOLANG_MIGRATE,
         {{"000001_users.up.sql", "a"},
          {"000001_users.down.sql", "b"},
          {"000002_more.up.sql", "c"}},
         "golang-migrate 000001_users+a-b 000002_more+c",
         NULL},
        {"popx: an empty file of a dialect's own means nothing",
         STYLE_AUTO,
         {{"20191100000001000001_a.up.sql", "a"},
          {"20191100000001000001_a.down.sql", "no a"},
          {"20191100000001000001_a.sqlite3.up.sql", ""},
          {"20191100000001000001_a.cockroach.up.sql", "roach"},
          {"20191100000001000002_b.mysql.up.sql", "mine"},
          {"20191100000001000003_c.postgres.autocommit.up.sql", "C"},
          {"20191100000001000003_c.autocommit.up.sql", "c"},
          {"20191100000001000003_c.autocommit.down.sql", "no c"}},
         "popx 20191100000001000001_a+-no a "
         "20191100000001000003_c(alone)+c-no c(alone)",
         "popx 20191100000001000001_a+a-no a "
         "20191100000001000003_c(alone)+C-no c(alone)"},
        {"authelia",
         STYLE_AUTO,
         {{"V0001.Initial_Schema.sqlite.up.sql", "a"},
          {"V0001.Initial_Schema.postgres.up.sql", "A"},
          {"V0001.Initial_Schema.mysql.up.sql", "x"},
          {"V0001.Initial_Schema.all.down.sql", "no a"},
          {"V0010.Duo.all.up.sql", "b"}},
         "popx V0001.Initial_Schema+a-no a V0010.Duo+b",
         "popx V0001.Initial_Schema+A-no a V0010.Duo+b"},
        {"authelia, in folders",
         STYLE_AUTO,
         {{"sqlite/V0001.Initial_Schema.up.sql", "a"},
          {"sqlite/V0001.Initial_Schema.down.sql", "no a"},
          {"postgres/V0001.Initial_Schema.up.sql", "A"},
          {"mssql/V0022.More.up.sql", "x"}},
         "duet V0001.Initial_Schema+a-no a",
         "duet V0001.Initial_Schema+A"},
        {"sqlx, with what goes down",
         STYLE_AUTO,
         {{"1_init.up.sql", "a"},
          {"1_init.down.sql", "b"},
          {"2_x.up.sql", "-- no-transaction\nc"},
          {"3_y.up.sql", "\n-- no-transaction\nd"}},
         "sqlx 1_init+a-b 2_x(alone)+-- no-transaction c "
         "3_y+ -- no-transaction d",
         NULL},
    };

    CHECK_ALL(layouts);
}

static void
test_singles(void)
{
    static const struct layout layouts[] = {
        {"sqlx",
         STYLE_AUTO,
         {{"20230101000000_init.sql", "a"},
          {"20230102000000_x.sql", "-- no-transaction\nb"}},
         "sqlx 20230101000000_init+a "
         "20230102000000_x(alone)+-- no-transaction b",
         NULL},
        {"dbmate",
         STYLE_AUTO,
         {{"20151127184807_users.sql",
           "-- a remark\n\n-- migrate:up\ncreate\n\n-- migrate:down\ndrop\n"},
          {"20151127184808_x.sql",
           "--migrate:up  foo:bar transaction:false\r\na\r\n"
           "-- migrate:down transaction:true\r\nb"},
          {"20151127184809_y.sql",
           "-- migrate:up\nc\n-- migrate:down transaction:false"}},
         "dbmate 20151127184807_users+create@4-drop@7 "
         "20151127184808_x(alone)+a@2-b@4 "
         "20151127184809_y+c@2-@4(alone)",
         NULL},
        {"dbmate runs its files in the order of their names",
         STYLE_AUTO,
         {{"10_b.sql", "-- migrate:up\nb\n-- migrate:down\n"},
          {"9_a.sql", "-- migrate:up\na\n-- migrate:down\n"}},
         "dbmate 10_b+b@2-@4 9_a+a@2-@4",
         NULL},
        {"goose",
         STYLE_AUTO,
         {{"00001_users.sql", "-- +goose Up\n-- +goose StatementBegin\na;\n"
                              "-- +goose StatementEnd\n-- +goose Down\nb"},
          {"00002_x.sql",
           "-- +goose NO TRANSACTION\n--  +GOOSE up\nc\n-- +goose down\nd"},
          {"00010_z.sql", "-- +goose Up\ne"},
          {"00009_y.sql", "-- +goose Up\nf"}},
         "goose 00001_users+-- +goose StatementBegin a; "
         "-- +goose StatementEnd@2-b@6 "
         "00002_x(alone)+c@3-d@5(alone) 00009_y+f@2 00010_z+e@2",
         NULL},
        {"goose, with the environment",
         STYLE_AUTO,
         {{"1_x.sql",
           "-- +goose Up\n${A}\n-- +goose ENVSUB ON\n${TREE_A} ${B:-b} $C "
           "${TREE_E:-e}${TREE_E-f}\n-- +goose ENVSUB OFF\n${D}\n"
           "-- +goose Down\n${E}"}},
         "goose 1_x+${A} -- +goose ENVSUB ON value b $C e "
         "-- +goose ENVSUB OFF ${D}@2-${E}@8",
         NULL},
        {"directives in a section are that section's",
         STYLE_AUTO,
         {{"1_x.sql", "-- duet: lock-timeout=1s\n-- +goose Up\n"
                      "-- duet: out-of-order\na\n-- +goose Down\n"
                      "-- duet: no-transaction, lock-timeout=2s\nb"}},
         "goose 1_x(late)(1000)+-- duet: out-of-order a@3--- duet: "
         "no-transaction, lock-timeout=2s b@6(alone)(2000)",
         NULL},
        {"files of one engine",
         STYLE_AUTO,
         {{"1_x.sql", "x"}, {"1_x.postgres.sql", "X"}, {"2_y.sqlite.sql", "y"}},
         "sqlx 1_x+x 2_y+y",
         "sqlx 1_x+X"},
        {"several files of one number",
         STYLE_AUTO,
         {{"0001_a.sql", "a"}, {"0001_b.sql", "b"}},
         "plain 0001_a+a 0001_b+b",
         NULL},
    };

    (void)setenv("TREE_A", "value", 1);
    (void)setenv("TREE_E", "", 1);
    CHECK_ALL(layouts);
}

static void
test_folders(void)
{
    static const struct layout layouts[] = {
        {"diesel",
         STYLE_AUTO,
         {{"00000000000000_diesel_initial_setup/up.sql", "a"},
          {"00000000000000_diesel_initial_setup/down.sql", "b"},
          {"2018-06-01-112529_users/up.sql", "c"},
          {"2018-06-01-112529_users/down.sql", "d"},
          {"2018-06-01-112529_users/metadata.toml",
           "run_in_transaction = false\n"},
          {".keep", ""}},
         "diesel 00000000000000_diesel_initial_setup+a-b "
         "2018-06-01-112529_users(alone)+c-d(alone)",
         NULL},
        {"diesel, in folders of engines",
         STYLE_AUTO,
         {{"sqlite/2018-01-14-171611_a/up.sql", "a"},
          {"postgresql/2019-09-12-100000_b/up.sql", "b"},
          {"mysql/2018-01-14-171611_a/up.sql", "c"}},
         "diesel 2018-01-14-171611_a+a",
         "diesel 2019-09-12-100000_b+b"},
        {"Prisma",
         STYLE_AUTO,
         {{"20240101000000_init/migration.sql", "a"},
          {"20240102000000_x/migration.sql", "b"},
          {"migration_lock.toml", "# no\nprovider = \"sqlite\"\n"}},
         "prisma 20240101000000_init+a 20240102000000_x+b",
         "the migrations in 'DIR' are not for postgres|"
         "'DIR/migration_lock.toml' names another provider"},
        {"memos",
         STYLE_AUTO,
         {{"sqlite/0.10/00__activity.sql", "b"},
          {"sqlite/0.9/00__tag.sql", "a"},
          {"sqlite/0.26/01__x.sql", "d"},
          {"sqlite/0.26/00__y.sql", "c"},
          {"sqlite/LATEST.sql", "all"},
          {"postgres/0.26/00__y.sql", "C"},
          {"mysql/0.26/00__y.sql", "no"}},
         "plain 0.9/00__tag+a 0.10/00__activity+b 0.26/00__y+c 0.26/01__x+d "
         "LATEST(base)+all",
         "plain 0.26/00__y+C"},
        {"synapse",
         STYLE_AUTO,
         {{"delta/56/x.sql", "a"},
          {"delta/56/y.sql.sqlite", "b"},
          {"delta/56/y.sql.postgres", "B"},
          {"delta/9/v9.sql", "c"}},
         "plain delta/9/v9+c delta/56/x+a delta/56/y+b",
         "plain delta/9/v9+c delta/56/x+a delta/56/y+B"},
        {"gitness, in folders of engines",
         STYLE_AUTO,
         {{"sqlite/0001_create_table_a.up.sql", "a"},
          {"sqlite/0001_create_table_b.up.sql", "b"},
          {"sqlite/0001_create_table_a.down.sql", "no a"},
          {"postgres/0001_create_table_a.up.sql", "A"}},
         "duet 0001_create_table_a+a-no a 0001_create_table_b+b",
         "duet 0001_create_table_a+A"},
    };

    CHECK_ALL(layouts);
}

static void
test_flyway(void)
{
    static const struct layout layouts[] = {
        {"Flyway",
         STYLE_AUTO,
         {{"V1__init.sql", "a"},
          {"V1.10__c.sql", "c"},
          {"more/V1_2__b.sql", "b"},
          {"V2__d.sql", "d"},
          {"V2__d.sql.conf", "executeInTransaction=false\n"},
          {"U2__d.sql", "no d"},
          {"B1.2__base.sql", "base"},
          {"R__view.sql", "view"},
          {"R__a_view.sql", "a view"},
          {"beforeMigrate.sql", "before"},
          {"afterEachMigrate__x.sql", "each"},
          {"afterValidate.sql", "nothing"}},
         "flyway 1+a 1.2+b B1.2(base)+base 1.10+c 2(alone)+d-no d(alone) "
         "R__a_view(again)+a view R__view(again)+view before-up=before "
         "after-each=each",
         NULL},
        {"Flyway, afterwards",
         STYLE_AUTO,
         {{"V001__x.sql", "a"}, {"afterMigrate.sql", "after"}},
         "flyway 001+a after-up=after",
         NULL},
    };

    CHECK_ALL(layouts);
}

/* ------------------------------------------------------------------------
 * What is no tree
 */

#define ONE_OF_EACH                       \
    "one is called 0001_name.up.sql, or " \
    "0001_name.sqlite.up.sql for one engine"

static void
test_strangers(void)
{
    static const struct layout layouts[] = {
        {"a file that is no migration",
         STYLE_AUTO,
         {{"1_a.up.sql", ""}, {"schema.sql", ""}},
         "'DIR/schema.sql' is no migration|" ONE_OF_EACH,
         NULL},
        {"one in capital letters",
         STYLE_AUTO,
         {{"1_a.up.sql", ""}, {"2_B.UP.SQL", ""}},
         "'DIR/2_B.UP.SQL' is no migration|" ONE_OF_EACH,
         NULL},
        {"one in a folder",
         STYLE_AUTO,
         {{"1_a.up.sql", ""}, {"old/0_a.up.sql", ""}},
         "'DIR/old/0_a.up.sql' is no migration|" ONE_OF_EACH,
         NULL},
        {"one of another style",
         STYLE_AUTO,
         {{"1_a.up.sql", ""}, {"2_b.up.sql", ""}, {"3_c.sql", ""}},
         "'DIR/3_c.sql' is no migration|it is in the style of dbmate, goose or "
         "sqlx, and 'DIR/1_a.up.sql' is not: a directory has one style",
         NULL},
        {"one of another style than the one that was named",
         STYLE_FLYWAY,
         {{"1_a.up.sql", ""}},
         "'DIR/1_a.up.sql' is no migration|one is called V1__name.sql or "
         "R__name.sql",
         NULL},
        {"dbmate's without its mark",
         STYLE_AUTO,
         {{"1_a.sql", "-- migrate:up\n-- migrate:down\n"}, {"2_b.sql", "b"}},
         "DIR/2_b.sql:1: a statement stands before the first section|write "
         "'-- migrate:up' above it",
         NULL},
        {"dbmate's without anything",
         STYLE_DBMATE,
         {{"1_a.sql", "-- migrate:no\n"}},
         "'DIR/1_a.sql' has no line '-- migrate:up'|write it above what goes "
         "up",
         NULL},
        {"goose's the wrong way round",
         STYLE_AUTO,
         {{"1_a.sql", "-- +goose Down\nb;\n-- +goose Up\na"}},
         "DIR/1_a.sql:1: the section that goes up must come first|",
         NULL},
        {"goose's twice",
         STYLE_AUTO,
         {{"1_a.sql", "-- +goose Up\nb;\n-- +goose Up\na"}},
         "DIR/1_a.sql:3: a second section that goes up|make it a migration of "
         "its own",
         NULL},
        {"goose's in Go",
         STYLE_AUTO,
         {{"00001_a.sql", "-- +goose Up\n"},
          {"00002_b.go", "package"},
          {"embed.go", "package"},
          {"00002_b_test.go", "package"}},
         "migration 'DIR/00002_b.go' is not written in SQL|write what it does "
         "as SQL, or leave it to the tool that it is for",
         NULL},
        {"synapse's in Python",
         STYLE_AUTO,
         {{"delta/20/pushers.py", "def"}, {"delta/21/x.sql", "x"}},
         "migration 'DIR/delta/20/pushers.py' is not written in SQL|write what "
         "it does as SQL, or leave it to the tool that it is for",
         NULL},
        {"half a pair",
         STYLE_AUTO,
         {{"1_a.up.sql", ""}, {"2_b.down.sql", ""}},
         "'DIR/2_b.down.sql' goes down from what nothing goes up to|the file "
         "that goes up is missing, or called otherwise",
         NULL},
        {"half a pair on one engine",
         STYLE_AUTO,
         {{"1_a.postgres.up.sql", "a"},
          {"1_a.sqlite.down.sql", ""},
          {"2_b.postgres.up.sql", "b"},
          {"2_b.down.sql", "no b"}},
         "'DIR/1_a.sqlite.down.sql' goes down from what nothing goes up to|the "
         "file that goes up is missing, or called otherwise",
         "duet 1_a+a 2_b+b-no b"},
        {"one version twice",
         STYLE_AUTO,
         {{"1_a.sqlite.up.sql", ""}, {"1_a.sqlite3.up.sql", ""}},
         "'DIR/1_a.sqlite.up.sql' and 'DIR/1_a.sqlite3.up.sql' are the same "
         "migration|rename or remove one of them",
         "duet"},
        {"one number twice",
         STYLE_AUTO,
         {{"1_a.sql", "-- migrate:up\n-- migrate:down\n"},
          {"1_b.sql", "-- migrate:up\n-- migrate:down\n"}},
         "migrations 'DIR/1_a.sql' and 'DIR/1_b.sql' have the same "
         "number|dbmate tells them by it: rename one of them",
         NULL},
        {"one number twice, to Flyway",
         STYLE_AUTO,
         {{"V1__a.sql", ""}, {"V1.0__b.sql", ""}},
         "migrations 'DIR/V1__a.sql' and 'DIR/V1.0__b.sql' have the same "
         "number|flyway tells them by it: rename one of them",
         NULL},
        {"a hook of Flyway's that there is not",
         STYLE_AUTO,
         {{"V1__a.sql", ""}, {"beforeEachMigrate.sql", ""}},
         "'DIR/beforeEachMigrate.sql' is no migration|one is called "
         "V1__name.sql or R__name.sql",
         NULL},
        {"another engine where the style has none",
         STYLE_DUET,
         {{"1_a.mysql.up.sql", ""}},
         "'DIR/1_a.mysql.up.sql' is for an engine that there is not|keep it "
         "elsewhere, or give the style of a tool that has such files: --style "
         "popx",
         NULL},
        {"only another engine's folder",
         STYLE_AUTO,
         {{"postgres/1_a.up.sql", "a"}},
         "there are no migrations for sqlite in 'DIR'|'DIR/postgres' is for "
         "another engine",
         "duet 1_a+a"},
        {"a variable that is not set",
         STYLE_AUTO,
         {{"1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\n${TREE_NO}"}},
         "DIR/1_a.sql:3: variable 'TREE_NO' is not set|set it, or write "
         "${TREE_NO:-} if it may be empty",
         NULL},
    };

    CHECK_ALL(layouts);
}

static void
test_directives(void)
{
    static const struct layout layouts[] = {
        {"an unknown directive",
         STYLE_AUTO,
         {{"1_a.up.sql", "-- why\n-- duet: no-transactions\n"}},
         "DIR/1_a.up.sql:2: there is no directive 'no-transactions'|there are "
         "no-transaction, lock-timeout=5s and out-of-order",
         NULL},
        {"a directive of no time",
         STYLE_AUTO,
         {{"1_a.up.sql", "-- duet: out-of-order lock-timeout=5\n"}},
         "DIR/1_a.up.sql:1: there is no directive 'lock-timeout=5'|there are "
         "no-transaction, lock-timeout=5s and out-of-order",
         NULL},
        {"a directive that comes too late",
         STYLE_AUTO,
         {{"1_a.up.sql", "/* x */ select 1;\n-- duet: no-transaction\n"}},
         "DIR/1_a.up.sql:2: directive 'no-transaction' stands behind a "
         "statement|write it at the head of the file",
         NULL},
        {"... on the way down, too",
         STYLE_AUTO,
         {{"1_a.up.sql", "a"}, {"1_a.down.sql", "-- duet: up"}},
         "DIR/1_a.down.sql:1: there is no directive 'up'|there are "
         "no-transaction, lock-timeout=5s and out-of-order",
         NULL},
    };

    CHECK_ALL(layouts);
}

/* ------------------------------------------------------------------------
 * What is no file
 */

static void
test_files(void)
{
    static const char nul[] = "select 1;\0";
    const char *dir = make_directory();
    const char *file = path_join(&arena, dir, "1_a.up.sql");
    FILE *open;

    IS_TEXT(shown(path_join(&arena, dir, "none"), "sqlite", STYLE_AUTO),
            "migrations in 'DIR': No such file or directory|name the directory "
            "of the migrations with --migrations or DUET_MIGRATIONS",
            "a directory that is not there");
    if (mkdir(file, 0700) != 0)
        exit(1);
    IS_TEXT(shown(dir, "sqlite", STYLE_AUTO),
            "migration 'DIR/1_a.up.sql' is no file|", "a directory for a file");
    (void)rmdir(file);
    if (mkfifo(file, 0600) != 0)
        exit(1);
    IS_TEXT(shown(dir, "sqlite", STYLE_AUTO),
            "migration 'DIR/1_a.up.sql' is no file|", "a pipe for a file");
    (void)unlink(file);
    if (symlink("nowhere", file) != 0)
        exit(1);
    IS_TEXT(shown(dir, "sqlite", STYLE_AUTO),
            "'DIR/1_a.up.sql': No such file or directory|",
            "a link to nowhere");
    (void)unlink(file);
    open = fopen(file, "w");
    if (open == NULL || fwrite(nul, 1, sizeof nul, open) != sizeof nul ||
        fclose(open) != 0)
        exit(1);
    IS_TEXT(shown(dir, "sqlite", STYLE_AUTO),
            "'DIR/1_a.up.sql' has a NUL byte|SQL is a text: save it as UTF-8",
            "a NUL in a file");
    IS_TEXT(shown(file, "sqlite", STYLE_AUTO),
            "migrations in 'DIR': Not a directory|name the directory of the "
            "migrations with --migrations or DUET_MIGRATIONS",
            "a file for a directory");
    IS_TEXT(shown(dir, "mysql", STYLE_AUTO), "there is no engine 'mysql'|",
            "an engine that there is not");
    (void)unlink(file);
    (void)symlink(".", path_join(&arena, dir, "1"));
    OK(strstr(shown(dir, "sqlite", STYLE_AUTO), "in too many folders") != NULL,
       "a folder in itself");
}

static void
test_permissions(void)
{
    const char *dir = make_directory();
    const char *file = path_join(&arena, dir, "1_a.up.sql");

    scratch_file(dir, "1_a.up.sql", "a");
    if (geteuid() == 0) {
        tap_skip(2, "root may read everything");
        return;
    }
    (void)chmod(file, 0);
    IS_TEXT(shown(dir, "sqlite", STYLE_AUTO),
            "'DIR/1_a.up.sql': Permission denied|", "a file of others'");
    (void)chmod(dir, 0);
    IS_TEXT(shown(dir, "sqlite", STYLE_AUTO),
            "migrations in 'DIR': Permission denied|",
            "a directory of others'");
    (void)chmod(dir, 0700);
}

/* Longer than what is kept: it is read where it stands. */
static void
test_long_file(void)
{
    SCOPED(buf_release) struct buf text = {0};
    SCOPED(tree_clear) struct tree tree = {0};
    const char *dir = make_directory();
    struct duet_error err = {0};

    buf_text(&text, "-- +goose Up\n-- duet: lock-timeout=1s\n");
    while (text.len < 3 << 20)
        buf_text(&text, "insert into t values ('a text that is long');\n");
    buf_text(&text, "-- +goose Down\ndelete from t;\n");
    scratch_file(dir, "1_a.sql", buf_data(&text));
    OK(tree_read(&tree, dir, "sqlite", STYLE_AUTO, &err) && tree.count == 1 &&
           tree.style == STYLE_GOOSE,
       "a long file is read");
    OK(tree.list[0].up.text == NULL && tree.list[0].up.start == 13 &&
           tree.list[0].lock_timeout == 1000,
       "... where it stands");
    IS_TEXT(text_of(&tree.list[0].down), "delete from t;",
            "... to its last section");
    scratch_file(dir, "1_a.sql", "-- +goose Up\nx");
    tree_clear(&tree);
}

/* ------------------------------------------------------------------------
 * Order and finding
 */

static void
test_versions(void)
{
    static const struct {
        enum tree_style style;
        const char *less;
        const char *more;
    } pairs[] = {
        {STYLE_DUET, "9_b", "10_a"},
        {STYLE_DUET, "0009_a", "10_a"},
        {STYLE_DUET, "1_10", "1_9"},
        {STYLE_DUET, "18446744073709551616_a", "18446744073709551617_a"},
        {STYLE_DUET, "2018-06-01-112529_a", "2018-10-01-000000_a"},
        {STYLE_PLAIN, "0.9/1_a", "0.10/0_a"},
        {STYLE_PLAIN, "0.9/1_a", "0.9.1/0_a"},
        {STYLE_PLAIN, "delta/9/z", "delta/10/a"},
        {STYLE_PLAIN, "99/a", "LATEST"},
        {STYLE_DBMATE, "10_a", "9_a"},
        {STYLE_FLYWAY, "1", "1.0.1"},
        {STYLE_FLYWAY, "1.9", "1.10"},
        {STYLE_FLYWAY, "2.1", "11"},
        {STYLE_FLYWAY, "99", "R__a"},
        {STYLE_FLYWAY, "1.0", "B1"},
        {STYLE_FLYWAY, "B1", "1.1"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        OK(version_compare(pairs[i].style, pairs[i].less, pairs[i].more) < 0 &&
               version_compare(pairs[i].style, pairs[i].more, pairs[i].less) >
                   0,
           "%s: %s before %s", style_names[pairs[i].style], pairs[i].less,
           pairs[i].more);
    OK(version_compare(STYLE_FLYWAY, "1", "1.0") == 0 &&
           version_compare(STYLE_FLYWAY, "001.0", "1") == 0,
       "flyway: 1 = 1.0 = 001");
}

/* What TEXT is resolved to, or the error and its hint. */
static const char *
resolved(const struct tree *tree, const char *text)
{
    const struct migration *found;
    struct duet_error err = {0};

    if (tree_resolve(tree, text, &found, &err))
        return found->version;
    return arena_printf(&arena, "%s|%s", err.text, err.hint);
}

static void
test_resolve(void)
{
    static const struct layout layout = {.files = {{"0001_users.up.sql", ""},
                                                   {"0002_labels.up.sql", ""},
                                                   {"0002_more.up.sql", ""},
                                                   {"0010_labels.up.sql", ""},
                                                   {"0020_7.up.sql", ""}}};
    SCOPED(tree_clear) struct tree tree = {0};
    struct duet_error err = {0};

    OK(tree_read(&tree, make_layout(&layout), "sqlite", STYLE_AUTO, &err),
       "a tree is read");
    tree.dir = "DIR";
    IS_TEXT(resolved(&tree, "0002_labels"), "0002_labels", "by version");
    IS_TEXT(resolved(&tree, "1"), "0001_users", "by number");
    IS_TEXT(resolved(&tree, "00010"), "0010_labels", "... whatever its zeros");
    IS_TEXT(resolved(&tree, "users"), "0001_users", "by name");
    IS_TEXT(resolved(&tree, "7"), "0020_7", "... that is a number");
    IS_TEXT(resolved(&tree, "2"),
            "more than one migration in 'DIR' is called '2'|write which: "
            "'0002_labels', '0002_more'",
            "two of a number");
    IS_TEXT(resolved(&tree, "labels"),
            "more than one migration in 'DIR' is called 'labels'|write which: "
            "'0002_labels', '0010_labels'",
            "two of a name");
    IS_TEXT(resolved(&tree, "lab"),
            "there is no migration 'lab' in 'DIR'|did you mean '0002_labels', "
            "'0010_labels'?",
            "what is like others");
    IS_TEXT(resolved(&tree, "3"),
            "there is no migration '3' in 'DIR'|the first is '0001_users', the "
            "last '0020_7'",
            "what is like none");
    OK(tree_find(&tree, "0010_labels") == &tree.list[3] &&
           tree_find(&tree, "0001_users") == &tree.list[0] &&
           tree_find(&tree, "0020_7") == &tree.list[4] &&
           tree_find(&tree, "0010_label") == NULL &&
           tree_find(&tree, "10_labels") == NULL &&
           tree_find(&tree, "") == NULL,
       "a version is found as it is");
}

/* Blanks and comments are nothing to a checksum, sections are. */
static void
test_checksums(void)
{
    static const struct layout layout = {
        .files = {{"1_a.sql", "-- +goose Up\nselect 1;\n-- +goose Down\nx"},
                  {"2_a.sql", "-- y\n-- +goose Up\n\nselect  1 ;\n"},
                  {"3_a.sql", "-- +goose ENVSUB ON\n-- +goose Up\nselect 1;\n"},
                  {"4_a.sql", "-- +goose Up\nselect 2;\n"}}};
    SCOPED(tree_clear) struct tree tree = {0};
    struct duet_error err = {0};

    OK(tree_read(&tree, make_layout(&layout), "sqlite", STYLE_AUTO, &err) &&
           tree.count == 4,
       "a tree of goose's is read");
    IS_TEXT(tree.list[0].checksum, tree.list[1].checksum,
            "a checksum is of tokens");
    IS_TEXT(tree.list[0].checksum, tree.list[2].checksum,
            "... whatever the environment");
    OK(strcmp(tree.list[0].checksum, tree.list[3].checksum) != 0,
       "... and of those alone");
}

/* What StatementBegin and StatementEnd enclose is one to us without them. */
static void
test_statements(void)
{
    static const struct layout layout = {
        .files = {
            {"1_a.sqlite.sql",
             "-- +goose Up\n-- +goose StatementBegin\n"
             "create trigger g after insert on t begin\n"
             "  update t set a = 1; delete from t; end;\n"
             "-- +goose StatementEnd\nselect 2;\n-- +goose Down\nx;\ny"},
            {"1_a.postgres.sql",
             "-- +goose Up\n-- +goose StatementBegin\n"
             "create function f() returns int language plpgsql as $$\n"
             "begin perform 1; return 1; end; $$;\n"
             "-- +goose StatementEnd\nselect 2;\n-- +goose Down\nx;\ny"}}};
    static const char *const engines[] = {"sqlite", "postgres"};
    const char *dir = make_layout(&layout);

    for (size_t i = 0; i < 2; i++) {
        SCOPED(tree_clear) struct tree tree = {0};
        SCOPED(script_close) struct script *script = NULL;
        struct statement statement = {0};
        struct duet_error err = {0};
        size_t count = 0;

        OK(tree_read(&tree, dir, engines[i], STYLE_AUTO, &err) &&
               script_open(&script, &tree.list[0].up, tree.language, &err),
           "%s: a script of goose's is opened", engines[i]);
        while (script_next(script, &statement))
            count++;
        OK(script_ended(script) && count == 2 && statement.line == 6,
           "... and has the statements that goose would run");
    }
}

static void
test_embedded(void)
{
    SCOPED(tree_clear) struct tree tree = {0};
    struct duet_error err = {0};
    size_t files = 0;
    bool kept = true;

    for (const struct sql_migration *at = sql_migrations; at->path; at++)
        files++;
    OK(tree_embedded(&tree, "sqlite", &err), "the program's own is read");
    for (size_t i = 0; i < tree.count; i++)
        kept = kept && tree.list[i].up.text != NULL;
    OK(kept && (tree.count > 0) == (files > 0), "... from its texts");
}

int
main(void)
{
    directory = scratch_make();
    test_native();
    test_pairs();
    test_singles();
    test_folders();
    test_flyway();
    test_strangers();
    test_directives();
    test_files();
    test_permissions();
    test_long_file();
    test_versions();
    test_resolve();
    test_checksums();
    test_statements();
    test_embedded();
    scratch_remove();
    arena_clear(&arena);
    return tap_done();
}
