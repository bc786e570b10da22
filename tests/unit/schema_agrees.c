/*
 * The profile's storage, made on each engine from one declaration: it is what
 * was declared, on both engines the same, and the same as it was when each
 * engine had a declaration of its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/path.h"
#include "lib/findings.h"
#include "lib/ground.h"
#include "lib/same_schema.h"
#include "lib/storage_sql.h"
#include "lib/tap.h"
#include "schema/accepted.h"
#include "schema/compare.h"
#include "schema/declaration.h"
#include "schema/reflect.h"
#include "schema/write.h"

struct engine {
    const char *name;
    const char *before; /* what made it on this engine alone */
    const char *since;  /* what is different from that */
    struct ground ground;
    struct schema schema; /* as it is there now */
};

static struct engine sqlite = {
    .name = "sqlite",
    .before = "tests/golden/storage/before.sqlite.sql",
    .since = "",
};

/* Three rules say the same in words that SQLite has, too. */
static struct engine postgres = {
    .name = "postgres",
    .before = "tests/golden/storage/before.postgres.sql",
    .since = "different strictness check db_dbcomputer."
             "ck_db_dbcomputer_default_memory_positive expression\n"
             "different strictness check db_dblink."
             "ck_db_dblink_label_form expression\n"
             "different strictness check db_dbuser."
             "ck_db_dbuser_email_domain_lower expression",
};

_Noreturn static void
give_up(const struct duet_error *err)
{
    tap_diag("%s (%s)", err->text, err->hint);
    puts("Bail out!");
    exit(1);
}

/* What is there when SQL has run; nothing of it stays. */
static void
make(struct engine *engine, const char *sql, struct schema *out)
{
    struct db *db = engine->ground.db;
    struct duet_error err = {0};

    if (!db_begin(db, &err) || !db_exec(db, sql, &err) ||
        !schema_reflect(out, db, &err))
        give_up(&err);
    db_rollback(db);
}

static const char *
written(struct arena *arena, const struct engine *engine,
        const struct schema *schema)
{
    SCOPED(buf_release) struct buf sql = {0};
    struct duet_error err = {0};

    if (!write_sql(&sql, schema, engine->name, &err))
        give_up(&err);
    return arena_text(arena, buf_data(&sql));
}

/* ------------------------------------------------------------- one engine */

static void
test_declared(const struct engine *engine)
{
    SCOPED(schema_clear) struct schema declared = {0};
    SCOPED(buf_release) struct buf why = {0};
    struct duet_error err = {0};

    if (!declaration_read(&declared, "schema", engine->name, &err))
        give_up(&err);
    if (!OK(same_schema(&declared, &engine->schema, &why),
            "%s: what is there is what was declared", engine->name))
        tap_diag("%s", buf_data(&why));
}

/* PostgreSQL prints some expressions otherwise once it has read its own. */
static void
test_written(struct engine *engine)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(schema_clear) struct schema second = {0};
    SCOPED(schema_clear) struct schema third = {0};
    SCOPED(buf_release) struct buf why = {0};
    const char *sql;

    make(engine, written(&arena, engine, &engine->schema), &second);
    if (!OK(same_schema(&engine->schema, &second, &why),
            "%s: what is there makes the same again", engine->name))
        tap_diag("%s", buf_data(&why));
    sql = written(&arena, engine, &second);
    make(engine, sql, &third);
    IS_TEXT(written(&arena, engine, &third), sql, "%s: and again, to the byte",
            engine->name);
}

static void
test_before(struct engine *engine)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(schema_clear) struct schema before = {0};
    SCOPED(comparison_clear) struct comparison comparison = {0};
    struct duet_error err = {0};
    struct lines lines;
    const char *sql;

    if (!path_read(&arena, engine->before, &sql, &err))
        give_up(&err);
    make(engine, sql, &before);
    schema_compare(&comparison, &before, &engine->schema);
    findings_read(&lines, &arena, &comparison, false, false);
    IS_TEXT(lines_text(&arena, &lines), engine->since,
            "%s: one that was made before is not taken for another",
            engine->name);
}

static bool
test_engine(struct engine *engine)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (!ground_open(&engine->ground, engine->name))
        return false;
    make(engine, storage_text(&arena, engine->name), &engine->schema);
    test_declared(engine);
    test_written(engine);
    test_before(engine);
    return true;
}

/* ------------------------------------------------------------------- both */

static void
test_both(void)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(comparison_clear) struct comparison comparison = {0};
    SCOPED(accepted_clear) struct accepted accepted = {0};
    struct duet_error err = {0};
    struct lines lines;

    if (!accepted_read(&accepted, "schema", &err))
        give_up(&err);
    schema_compare(&comparison, &sqlite.schema, &postgres.schema);
    accepted_apply(&accepted, &comparison);
    for (size_t i = 0; i < comparison.nfindings; i++)
        if (comparison.findings[i].accepted != NULL)
            comparison.findings[i].verdict = VERDICT_EQUIVALENT;
    findings_read(&lines, &arena, &comparison, false, false);
    IS_TEXT(lines_text(&arena, &lines), "",
            "both engines have the same, but for what is accepted");
    for (size_t i = 0; i < accepted.nrules; i++)
        OK(accepted.rules[i].used > 0 && accepted.rules[i].reason[0] != '\0',
           "'%s' is accepted for a reason", accepted.rules[i].text);
}

static void
engine_release(struct engine *engine)
{
    schema_clear(&engine->schema);
    ground_close(&engine->ground);
}

int
main(void)
{
    (void)test_engine(&sqlite);
    if (test_engine(&postgres))
        test_both();
    else
        tap_skip(1, "no PostgreSQL server");
    engine_release(&sqlite);
    engine_release(&postgres);
    return tap_done();
}
