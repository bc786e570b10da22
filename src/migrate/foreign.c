#include "migrate/foreign.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

enum { MAX_COLUMNS = 6 };

/*
 * How a tool keeps its ledger.  The query takes the place of its table's name
 * as TARGET, and gives for each entry, in the order of application: version,
 * checksum, and 'dirty', 'baseline' or '' for what it is.
 */
struct kind {
    const char *tool;
    const char *columns[MAX_COLUMNS]; /* by which it is told */
    const char *sql;
    enum tree_style style;
    bool checksum_is_blob;
    bool needs_map;
};

/* Those with more columns first: a ledger is the first that fits. */
static const struct kind kinds[] = {
    {.tool = "flyway",
     .style = STYLE_FLYWAY,
     .columns = {"installed_rank", "version", "script", "checksum", "success"},
     /* The newest of a version decides: it may have been undone. */
     .sql = "with entry as (\n"
            "    select coalesce(version, script) as version, checksum,\n"
            "           success, type, installed_rank,\n"
            "           max(installed_rank) over (\n"
            "               partition by coalesce(version, script)) as newest\n"
            "      from TARGET\n"
            "     where type <> 'SCHEMA'\n"
            ")\n"
            "select version, checksum,\n"
            "       case when not success then 'dirty'\n"
            "            when type in ('BASELINE', 'SQL_BASELINE')\n"
            "            then 'baseline' else '' end\n"
            "  from entry\n"
            " where installed_rank = newest\n"
            "   and type not like 'UNDO%' and type <> 'DELETE'\n"
            " order by installed_rank"},
    {.tool = "prisma",
     .style = STYLE_PRISMA,
     .columns = {"migration_name", "checksum", "finished_at", "rolled_back_at",
                 "started_at"},
     .sql = "select migration_name, checksum,\n"
            "       case when finished_at is null then 'dirty' else '' end\n"
            "  from TARGET\n"
            " where rolled_back_at is null\n"
            " order by started_at, migration_name"},
    {.tool = "sqlx",
     .style = STYLE_SQLX,
     .columns = {"version", "description", "installed_on", "success",
                 "checksum", "execution_time"},
     .sql = "select version, checksum,\n"
            "       case when success then '' else 'dirty' end\n"
            "  from TARGET\n"
            " order by version",
     .checksum_is_blob = true},
    {.tool = "refinery",
     .style = STYLE_FLYWAY,
     .columns = {"version", "name", "applied_on", "checksum"},
     /* Its checksums are those of its own hash function. */
     .sql = "select version, null, ''\n"
            "  from TARGET\n"
            " order by version"},
    {.tool = "goose",
     .style = STYLE_GOOSE,
     .columns = {"id", "version_id", "is_applied"},
     /* The newest of a version decides; the first is of version 0. */
     .sql = "with entry as (\n"
            "    select version_id, is_applied, id,\n"
            "           max(id) over (partition by version_id) as newest\n"
            "      from TARGET\n"
            "     where version_id > 0\n"
            ")\n"
            "select version_id, null, ''\n"
            "  from entry\n"
            " where id = newest and is_applied\n"
            " order by id"},
    {.tool = "golang-migrate",
     .style = STYLE_GOLANG_MIGRATE,
     .columns = {"version", "dirty"},
     .sql = "select version, null,\n"
            "       case when dirty then 'dirty' else 'baseline' end\n"
            "  from TARGET"},
    {.tool = "diesel",
     .style = STYLE_DIESEL,
     .columns = {"version", "run_on"},
     .sql = "select version, null, ''\n"
            "  from TARGET\n"
            " order by run_on, version"},
    {.tool = "popx",
     .style = STYLE_POPX,
     .columns = {"version", "version_self"},
     .sql = "select version, null, ''\n"
            "  from TARGET\n"
            " order by version"},
    {.tool = "ecto",
     .style = STYLE_AUTO,
     .columns = {"version", "inserted_at"},
     .sql = "select version, null, ''\n"
            "  from TARGET\n"
            " order by inserted_at, version"},
    {.tool = "alembic",
     .style = STYLE_AUTO,
     .columns = {"version_num"},
     .sql = "select version_num, null, 'baseline'\n"
            "  from TARGET\n"
            " order by version_num",
     .needs_map = true},
    {.tool = "dbmate",
     .style = STYLE_DBMATE,
     .columns = {"version"},
     .sql = "select version, null, ''\n"
            "  from TARGET\n"
            " order by version"},
};

/* A table that may be one. */
struct candidate {
    const char *name;
    const char *ident;
    const char **columns;
    size_t count;
    size_t size;
};

struct candidates {
    struct candidate *list;
    size_t count;
    size_t size;
};

static void
add_column(struct candidates *candidates, struct arena *arena, const char *name,
           const char *ident, const char *column)
{
    struct candidate *last =
        candidates->count ? &candidates->list[candidates->count - 1] : NULL;

    if (last == NULL || strcmp(last->ident, ident) != 0) {
        candidates->list =
            arena_grow(arena, candidates->list, candidates->count,
                       &candidates->size, sizeof *candidates->list);
        last = &candidates->list[candidates->count++];
        *last = (struct candidate){.name = arena_text(arena, name),
                                   .ident = arena_text(arena, ident)};
    }
    last->columns = arena_grow(arena, last->columns, last->count, &last->size,
                               sizeof *last->columns);
    last->columns[last->count++] = arena_text(arena, column);
}

static bool
find_candidates(struct db *db, struct arena *arena, const char *table,
                struct candidates *out, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value args[] = {db_text(table)};

    if (!db_query(db, &rows, db_sql(db, SQL_FOREIGN_COLUMNS), args, 1, err))
        return false;
    while (rows_next(&rows))
        add_column(out, arena, row_text(&rows, 0), row_text(&rows, 1),
                   row_text(&rows, 2));
    return rows_ended(&rows);
}

static bool
has_column(const struct candidate *candidate, const char *column)
{
    for (size_t i = 0; i < candidate->count; i++)
        if (strcmp(candidate->columns[i], column) == 0)
            return true;
    return false;
}

/* NULL: it is no tool's. */
static const struct kind *
kind_of(const struct candidate *candidate)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t j = 0;

        while (j < MAX_COLUMNS && kinds[i].columns[j] != NULL &&
               has_column(candidate, kinds[i].columns[j]))
            j++;
        if (j == MAX_COLUMNS || kinds[i].columns[j] == NULL)
            return &kinds[i];
    }
    return NULL;
}

/* ------------------------------------------------------------------------
 * Reading
 */

/* As lower-case digits. */
static const char *
blob_text(struct arena *arena, struct rows *rows, size_t column)
{
    static const char digits[] = "0123456789abcdef";
    size_t len;
    const unsigned char *data = row_blob(rows, column, &len);
    char *text = arena_alloc(arena, 2 * len + 1);

    for (size_t i = 0; i < len; i++) {
        text[2 * i] = digits[data[i] >> 4];
        text[2 * i + 1] = digits[data[i] & 0xF];
    }
    return text;
}

static void
add_entry(struct foreign_ledger *ledger, struct arena *arena, size_t *size,
          struct rows *rows, const struct kind *kind)
{
    const char *version = arena_text(arena, row_text(rows, 0));
    const char *what = row_text(rows, 2);

    if (version == NULL)
        return;
    if (strcmp(what, "dirty") == 0) {
        ledger->dirty = version;
        return;
    }
    ledger->applied = arena_grow(arena, ledger->applied, ledger->count, size,
                                 sizeof *ledger->applied);
    ledger->applied[ledger->count++] = (struct foreign_entry){
        .version = version,
        .checksum = kind->checksum_is_blob && row_text(rows, 1) != NULL
                        ? blob_text(arena, rows, 1)
                        : arena_text(arena, row_text(rows, 1)),
        .is_baseline = strcmp(what, "baseline") == 0,
    };
}

/* Of golang-migrate's one row it is known that those before it are applied. */
static void
settle_dirty(struct foreign_ledger *ledger, struct arena *arena, size_t *size)
{
    if (ledger->dirty == NULL || ledger->style != STYLE_GOLANG_MIGRATE ||
        *ledger->dirty == '-')
        return;
    ledger->applied = arena_grow(arena, ledger->applied, ledger->count, size,
                                 sizeof *ledger->applied);
    ledger->applied[ledger->count++] =
        (struct foreign_entry){.version = ledger->dirty, .is_baseline = true};
}

static bool
read_ledger(struct db *db, struct arena *arena,
            const struct candidate *candidate, const struct kind *kind,
            struct foreign_ledger *out, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    SCOPED(buf_release) struct buf sql = {0};
    size_t size = 0;

    *out = (struct foreign_ledger){.tool = kind->tool,
                                   .table = candidate->name,
                                   .style = kind->style,
                                   .needs_map = kind->needs_map};
    buf_replace(&sql, kind->sql, "TARGET", candidate->ident);
    if (!db_query(db, &rows, buf_data(&sql), NULL, 0, err))
        return false;
    while (rows_next(&rows))
        add_entry(out, arena, &size, &rows, kind);
    settle_dirty(out, arena, &size);
    return rows_ended(&rows);
}

static bool
no_ledger(const char *table, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "table '%s' is no ledger that is known", table);
    return err_hint(err, "it is not there, or its columns are no tool's");
}

bool
foreign_ledgers(struct db *db, struct arena *arena, const char *table,
                struct foreign_ledger **list, size_t *count,
                struct duet_error *err)
{
    struct candidates candidates = {0};
    struct foreign_ledger *found;
    size_t nfound = 0;

    if (!find_candidates(db, arena, table, &candidates, err))
        return false;
    found = arena_array(arena, candidates.count + 1, sizeof *found);
    for (size_t i = 0; i < candidates.count; i++) {
        const struct candidate *candidate = &candidates.list[i];
        const struct kind *kind = kind_of(candidate);

        if (kind == NULL)
            continue;
        if (!read_ledger(db, arena, candidate, kind, &found[nfound++], err))
            return err_wrap(err, "ledger '%s' of %s", candidate->name,
                            kind->tool);
    }
    if (table != NULL && nfound == 0)
        return no_ledger(table, err);
    *list = found;
    *count = nfound;
    return true;
}
