#include "lib/twins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lib/findings.h"
#include "lib/storage_sql.h"
#include "schema/compare.h"
#include "schema/declaration.h"
#include "schema/reflect.h"
#include "schema/write.h"

_Noreturn static void
give_up(const char *doing, const struct duet_error *err)
{
    tap_diag("%s: %s (%s)", doing, err->text, err->hint);
    puts("Bail out!");
    exit(1);
}

/* The SQL of a declaration for ENGINE, then what ENGINE alone has. */
static void
add_base(struct buf *out, const char *engine, const char *declaration,
         const char *own)
{
    SCOPED(schema_clear) struct schema schema = {.engine = engine};
    struct duet_error err;

    if (!declaration_add(&schema, "base", declaration, true, &err))
        give_up(engine, &err);
    schema_sort(&schema);
    if (!write_sql(out, &schema, engine, &err))
        give_up(engine, &err);
    buf_char(out, '\n');
    buf_text(out, own);
}

static void
read_schema(struct schema *out, struct db *db, const char *doing)
{
    struct duet_error err;

    if (!schema_reflect(out, db, &err))
        give_up(doing, &err);
}

/* False: SQLite does not take TEXT. */
static bool
read_sqlite(struct schema *out, const char *text)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err;

    if (!db_open(&db, "sqlite::memory:", NULL, &err))
        give_up("memory", &err);
    if (!db_exec(db, text, &err)) {
        tap_diag("%s", err.text);
        return false;
    }
    read_schema(out, db, "sqlite");
    return true;
}

bool
twins_open(struct twins *out, const struct twins_base *base)
{
    SCOPED(buf_release) struct buf sqlite = {0};
    SCOPED(buf_release) struct buf postgres = {0};
    struct duet_error err = {0};

    *out = (struct twins){0};
    if (!ground_open(&out->server, "postgres"))
        return false;
    buf_text(&sqlite, storage_text(&out->arena, "sqlite"));
    add_base(&sqlite, "sqlite", base->declaration, base->sqlite);
    out->sqlite_text = arena_text(&out->arena, sqlite.data);
    if (!read_sqlite(&out->sqlite, out->sqlite_text))
        give_up("sqlite", &err);

    buf_text(&postgres, storage_text(&out->arena, "postgres"));
    add_base(&postgres, "postgres", base->declaration, base->postgres);
    ground_run(&out->server, "%s", buf_data(&postgres));
    read_schema(&out->postgres, out->server.db, "postgres");
    return true;
}

void
twins_are(const struct twins *twins, const char *found)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(comparison_clear) struct comparison comparison = {0};
    struct lines lines;

    schema_compare(&comparison, &twins->sqlite, &twins->postgres);
    findings_read(&lines, &arena, &comparison, false, false);
    IS_TEXT(lines_text(&arena, &lines), found, "what is found at first");
}

void
twins_close(struct twins *twins)
{
    schema_clear(&twins->sqlite);
    schema_clear(&twins->postgres);
    ground_close(&twins->server);
    arena_clear(&twins->arena);
}

/* ---------------------------------------------------------------- mutations */

/* False: PostgreSQL does not take it. */
static bool
mutate_postgres(struct schema *out, struct twins *twins, const char *change)
{
    struct db *db = twins->server.db;
    struct duet_error err;
    bool done;

    if (!db_begin(db, &err))
        give_up("begin", &err);
    done = db_exec(db, change, &err);
    if (done)
        read_schema(out, db, change);
    else
        tap_diag("%s", err.text);
    db_rollback(db);
    return done;
}

/* What CHANGE says, bit by bit; false: its words are not in the text. */
static bool
edit(struct buf *text, const char *change)
{
    SCOPED(arena_clear) struct arena arena = {0};
    static const char arrow[] = " => ";

    for (const char *at = change; *at != '\0';) {
        size_t len = strcspn(at, "\t");
        const char *line = arena_copy(&arena, at, len);
        const char *to = strstr(line, arrow);
        const char *before = arena_text(&arena, buf_data(text));
        const char *from;

        at += len + (at[len] != '\0');
        if (to == NULL) {
            buf_printf(text, "\n%s", line);
            continue;
        }
        from = arena_copy(&arena, line, (size_t)(to - line));
        if (strstr(before, from) == NULL) {
            tap_diag("there is no '%s'", from);
            return false;
        }
        buf_clear(text);
        buf_replace(text, before, from, to + sizeof arrow - 1);
    }
    return true;
}

static bool
mutate_sqlite(struct schema *out, struct twins *twins, const char *change)
{
    SCOPED(buf_release) struct buf text = {0};

    buf_text(&text, twins->sqlite_text);
    return edit(&text, change) && read_sqlite(out, buf_data(&text));
}

/* What is found on ONE and OTHER, of which CHANGED is what one became. */
static const char *
found(struct arena *arena, const struct schema *one,
      const struct schema *changed, const struct schema *other)
{
    SCOPED(comparison_clear) struct comparison before = {0};
    SCOPED(comparison_clear) struct comparison after = {0};
    struct lines lines[2];

    schema_compare(&before, one, other);
    schema_compare(&after, changed, other);
    findings_read(&lines[0], arena, &before, false, false);
    findings_read(&lines[1], arena, &after, false, false);
    return lines_change(arena, &lines[0], &lines[1]);
}

static void
try_one(struct twins *twins, bool postgres, const struct mutation *mutation)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(schema_clear) struct schema changed = {0};
    const struct schema *own = postgres ? &twins->postgres : &twins->sqlite;
    const struct schema *other = postgres ? &twins->sqlite : &twins->postgres;
    bool done = postgres ? mutate_postgres(&changed, twins, mutation->change)
                         : mutate_sqlite(&changed, twins, mutation->change);

    if (!OK(done, "%s: %.70s", own->engine, mutation->change))
        return;
    IS_TEXT(found(&arena, own, &changed, own), mutation->alike,
            "found against the same engine");
    IS_TEXT(found(&arena, own, &changed, other),
            mutation->across ? mutation->across : mutation->alike,
            "found against the other engine");
}

void
twins_try(struct twins *twins, const char *engine,
          const struct mutation *mutations, size_t count)
{
    for (size_t i = 0; i < count; i++)
        try_one(twins, strcmp(engine, "postgres") == 0, &mutations[i]);
}
