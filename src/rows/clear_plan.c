#include "rows/clear_plan.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

/* Where migration tools write down what they have applied. */
static const char *const ledgers[] = {
    "__EFMigrationsHistory", "__diesel_schema_migrations",
    "__drizzle_migrations",  "_prisma_migrations",
    "_sqlx_migrations",      "alembic_version",
    "ar_internal_metadata",  "atlas_schema_revisions",
    "databasechangelog",     "databasechangeloglock",
    "django_migrations",     "duet_lease",
    "duet_migration",        "flyway_schema_history",
    "goose_db_version",      "knex_migrations",
    "knex_migrations_lock",  "refinery_schema_history",
    "schema_migrations",
};

/* A foreign key between two tables of the catalog. */
struct edge {
    const struct clear_table *child;
    const struct clear_table *parent;
    const char *words;
};

/* The catalog as read: all tables, also those that are kept. */
struct catalog {
    struct arena *arena;
    size_t ntables;
    struct clear_table *tables;
    struct clear_table **by_id;
    size_t nedges;
    struct edge *edges;
};

static int
compare_ids(const void *a, const void *b)
{
    return strcmp((*(struct clear_table *const *)a)->id,
                  (*(struct clear_table *const *)b)->id);
}

static struct clear_table *
find_table(const struct catalog *catalog, const char *id)
{
    struct clear_table wanted = {.id = id};
    const struct clear_table *key = &wanted;
    struct clear_table **found = NULL;

    if (catalog->ntables != 0 && id != NULL)
        found = bsearch(&key, catalog->by_id, catalog->ntables,
                        sizeof *catalog->by_id, compare_ids);
    return found ? *found : NULL;
}

static const char *
kept_text(const struct catalog *catalog, const struct rows *rows, size_t column)
{
    return arena_text(catalog->arena, row_text(rows, column));
}

static bool
read_tables(struct catalog *catalog, struct db *db, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    size_t size = 0;

    if (!db_query(db, &rows, db_sql(db, SQL_CLEAR_TABLES), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        catalog->tables =
            arena_grow(catalog->arena, catalog->tables, catalog->ntables, &size,
                       sizeof *catalog->tables);
        catalog->tables[catalog->ntables++] = (struct clear_table){
            .id = kept_text(catalog, &rows, 0),
            .schema = kept_text(catalog, &rows, 1),
            .plain = kept_text(catalog, &rows, 2),
            .name = kept_text(catalog, &rows, 3),
            .probe = kept_text(catalog, &rows, 4),
            .delete = kept_text(catalog, &rows, 5),
            .counted = kept_text(catalog, &rows, 6),
            .may_be_read_only = row_boolean(&rows, 7),
            .why_not = kept_text(catalog, &rows, 8),
            .is_foreign = row_boolean(&rows, 9),
        };
    }
    if (!rows_ended(&rows))
        return false;
    catalog->by_id = arena_array(catalog->arena, catalog->ntables + 1,
                                 sizeof(struct clear_table *));
    for (size_t i = 0; i < catalog->ntables; i++)
        catalog->by_id[i] = &catalog->tables[i];
    if (catalog->ntables != 0)
        qsort(catalog->by_id, catalog->ntables, sizeof *catalog->by_id,
              compare_ids);
    return true;
}

static bool
read_edges(struct catalog *catalog, struct db *db, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    size_t size = 0;

    if (!db_query(db, &rows, db_sql(db, SQL_CLEAR_FOREIGN_KEYS), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        struct edge edge = {
            .child = find_table(catalog, row_text(&rows, 0)),
            .parent = find_table(catalog, row_text(&rows, 1)),
            .words = kept_text(catalog, &rows, 2),
        };

        if (edge.child == NULL || edge.parent == NULL)
            continue;
        catalog->edges =
            arena_grow(catalog->arena, catalog->edges, catalog->nedges, &size,
                       sizeof *catalog->edges);
        catalog->edges[catalog->nedges++] = edge;
    }
    return rows_ended(&rows);
}

/* A pattern without a dot says nothing of the schema: `p*` isn't `public.t`. */
static bool
matches(const struct clear_table *table, const char *pattern,
        struct arena *arena)
{
    const char *whole =
        arena_printf(arena, "%s.%s", table->schema, table->plain);

    return strcmp(pattern, table->plain) == 0 || strcmp(pattern, whole) == 0 ||
           fnmatch(pattern, table->plain, 0) == 0 ||
           (strchr(pattern, '.') != NULL && fnmatch(pattern, whole, 0) == 0);
}

static bool
matches_any(const struct clear_table *table, const char *const *patterns,
            struct arena *arena)
{
    for (; patterns != NULL && *patterns != NULL; patterns++)
        if (matches(table, *patterns, arena))
            return true;
    return false;
}

static bool
is_ledger(const struct clear_table *table)
{
    for (size_t i = 0; i < sizeof ledgers / sizeof *ledgers; i++)
        if (strcmp(table->plain, ledgers[i]) == 0)
            return true;
    return false;
}

/* A pattern without a table is likely a slip of the pen. */
static bool
each_matches(const struct catalog *catalog, const char *const *patterns,
             struct duet_error *err)
{
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        bool found = false;

        for (size_t i = 0; i < catalog->ntables && !found; i++)
            found = matches(&catalog->tables[i], *patterns, catalog->arena);
        if (found)
            continue;
        (void)err_set(err, DUET_ERROR_USAGE, "no table matches '%s'",
                      *patterns);
        return err_hint(err, "duet clear --dry-run shows the tables that have "
                             "rows; a partition goes with its table");
    }
    return true;
}

/* A plain name must not clear tables in two schemas. */
static bool
each_is_clear(const struct catalog *catalog, const char *const *patterns,
              struct duet_error *err)
{
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        const struct clear_table *first = NULL;

        if (strpbrk(*patterns, ".*?[") != NULL)
            continue;
        for (size_t i = 0; i < catalog->ntables; i++) {
            const struct clear_table *table = &catalog->tables[i];

            if (strcmp(table->plain, *patterns) != 0)
                continue;
            if (first != NULL) {
                (void)err_set(err, DUET_ERROR_USAGE,
                              "there is more than one table '%s'", *patterns);
                return err_hint(err, "write %s.%s or %s.%s", first->schema,
                                first->plain, table->schema, table->plain);
            }
            first = table;
        }
    }
    return true;
}

static bool
choose(struct catalog *catalog, const char *const *keep,
       const char *const *only, struct duet_error *err)
{
    if (!each_matches(catalog, keep, err) ||
        !each_matches(catalog, only, err) || !each_is_clear(catalog, only, err))
        return false;
    for (size_t i = 0; i < catalog->ntables; i++) {
        struct clear_table *table = &catalog->tables[i];

        table->cleared = !table->is_foreign && !is_ledger(table) &&
                         !matches_any(table, keep, catalog->arena) &&
                         (only == NULL || *only == NULL ||
                          matches_any(table, only, catalog->arena));
        if (!table->cleared || table->why_not == NULL)
            continue;
        (void)err_set(err, DUET_ERROR_USAGE, "table '%s' can't be cleared: %s",
                      table->name, table->why_not);
        return err_hint(err, "keep it: --keep %s", table->name);
    }
    return true;
}

static const struct edge *
edge_out_of(const struct catalog *catalog, const struct clear_table *child)
{
    for (size_t i = 0; i < catalog->nedges; i++)
        if (catalog->edges[i].child == child &&
            catalog->edges[i].parent != child &&
            catalog->edges[i].parent->cleared)
            return &catalog->edges[i];
    return NULL;
}

/* All that TABLE references, directly or through others, and is not listed. */
static void
list_parents(const struct catalog *catalog, const struct clear_table *table,
             bool *listed, struct buf *names)
{
    for (size_t i = 0; i < catalog->nedges; i++) {
        const struct clear_table *parent = catalog->edges[i].parent;

        if (catalog->edges[i].child != table || !parent->cleared ||
            listed[parent - catalog->tables])
            continue;
        listed[parent - catalog->tables] = true;
        buf_printf(names, "%s%s", names->len ? "," : "", parent->name);
        list_parents(catalog, parent, listed, names);
    }
}

static bool
refuse(const struct catalog *catalog, const struct edge *edge,
       struct duet_error *err)
{
    SCOPED(buf_release) struct buf path = {0};
    SCOPED(buf_release) struct buf names = {0};
    const struct clear_table *kept = edge->child;
    bool *listed =
        arena_array(catalog->arena, catalog->ntables, sizeof *listed);

    /* The path ends where it runs out or would come round. */
    for (size_t i = 0; edge != NULL && i < catalog->ntables; i++) {
        buf_printf(&path, "%s%s", path.len ? ", " : "", edge->words);
        if (listed[edge->parent - catalog->tables])
            break;
        listed[edge->parent - catalog->tables] = true;
        edge = edge_out_of(catalog, edge->parent);
    }
    memset(listed, 0, catalog->ntables * sizeof *listed);
    list_parents(catalog, kept, listed, &names);
    (void)err_set(err, DUET_ERROR_USAGE,
                  "table '%s' is kept but references what would be cleared: "
                  "%s",
                  kept->name, buf_data(&path));
    return err_hint(err, "keep these too: --keep %s; or clear %s",
                    buf_data(&names), kept->name);
}

static bool
nothing_dangles(const struct catalog *catalog, struct duet_error *err)
{
    for (size_t i = 0; i < catalog->nedges; i++)
        if (!catalog->edges[i].child->cleared &&
            catalog->edges[i].parent->cleared)
            return refuse(catalog, &catalog->edges[i], err);
    return true;
}

/*
 * A virtual table that can't be written has no rows of its own: they are a
 * view of something else.
 */
static bool
drop_read_only(struct catalog *catalog, struct db *db, struct duet_error *err)
{
    for (size_t i = 0; i < catalog->ntables; i++) {
        struct clear_table *table = &catalog->tables[i];
        struct db_statement *statement = NULL;
        const char *read;

        if (!table->cleared || !table->may_be_read_only)
            continue;
        read = arena_printf(catalog->arena, "select 1 from %s", table->probe);
        if (!db_prepare(db, &statement, read, err)) {
            (void)err_wrap(err, "table '%s' can't be read", table->name);
            return err_hint(err, "keep it: --keep %s", table->name);
        }
        statement_free(&statement);
        table->cleared = db_prepare(db, &statement, table->delete, NULL);
        statement_free(&statement);
    }
    return true;
}

static void
take_tables(struct clear_plan *plan, const struct catalog *catalog)
{
    plan->tables =
        arena_array(&plan->arena, catalog->ntables + 1, sizeof *plan->tables);
    for (size_t i = 0; i < catalog->ntables; i++)
        if (catalog->tables[i].cleared)
            plan->tables[plan->ntables++] = catalog->tables[i];
}

static size_t
position_of(const struct clear_plan *plan, const char *id)
{
    size_t i = 0;

    while (i < plan->ntables && strcmp(plan->tables[i].id, id) != 0)
        i++;
    return i;
}

/*
 * The sequences of the tables to clear.  They come sorted by their restart
 * statement, so that one which a kept table uses too is found next to it.
 */
static bool
read_sequences(struct clear_plan *plan, const struct catalog *catalog,
               struct db *db, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char *shared = ""; /* the last one that is used by a kept table */
    size_t size = 0;

    if (!db_query(db, &rows, db_sql(db, SQL_CLEAR_SEQUENCES), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        const struct clear_table *table =
            find_table(catalog, row_text(&rows, 0));
        struct clear_sequence sequence = {
            .is_used = kept_text(catalog, &rows, 1),
            .restart = kept_text(catalog, &rows, 2),
        };
        struct clear_sequence *last =
            plan->nsequences ? &plan->sequences[plan->nsequences - 1] : NULL;
        bool again = last && strcmp(last->restart, sequence.restart) == 0;

        if (table == NULL || !table->cleared) {
            shared = sequence.restart;
            plan->nsequences -= again;
        } else if (!again && strcmp(shared, sequence.restart) != 0) {
            plan->sequences =
                arena_grow(&plan->arena, plan->sequences, plan->nsequences,
                           &size, sizeof *plan->sequences);
            plan->sequences[plan->nsequences++] = sequence;
        }
    }
    return rows_ended(&rows);
}

static bool
read_obstacles(struct clear_plan *plan, struct db *db, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    size_t size = 0;

    if (!db_query(db, &rows, db_sql(db, SQL_CLEAR_OBSTACLES), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        size_t table = position_of(plan, row_text(&rows, 0));

        if (table == plan->ntables)
            continue;
        plan->obstacles =
            arena_grow(&plan->arena, plan->obstacles, plan->nobstacles, &size,
                       sizeof *plan->obstacles);
        plan->obstacles[plan->nobstacles++] = (struct clear_obstacle){
            .table = table,
            .name = arena_text(&plan->arena, row_text(&rows, 1)),
            .disable = arena_text(&plan->arena, row_text(&rows, 2)),
            .enable = arena_text(&plan->arena, row_text(&rows, 3)),
        };
    }
    return rows_ended(&rows);
}

/* The tables that are not cleared: "16384,16390". */
static const char *
kept_ids(const struct catalog *catalog)
{
    SCOPED(buf_release) struct buf ids = {0};

    for (size_t i = 0; i < catalog->ntables; i++)
        if (!catalog->tables[i].cleared)
            buf_printf(&ids, "%s%s", ids.len ? "," : "", catalog->tables[i].id);
    return arena_text(catalog->arena, buf_data(&ids));
}

/* The two columns of a row, NULL for SQL's NULL. */
static bool
read_pair(struct db *db, struct arena *arena, const char *sql,
          const struct db_value *args, size_t nargs, const char *texts[2],
          struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    texts[0] = texts[1] = NULL;
    if (!db_query(db, &rows, sql, args, nargs, err))
        return false;
    while (rows_next(&rows))
        for (size_t i = 0; i < 2; i++)
            if (row_text(&rows, i) != NULL)
                texts[i] = arena_text(arena, row_text(&rows, i));
    return rows_ended(&rows);
}

static bool
read_mark(struct clear_plan *plan, const struct catalog *catalog, struct db *db,
          bool sequences, struct duet_error *err)
{
    const struct db_value args[] = {db_text(kept_ids(catalog)),
                                    db_boolean(sequences)};
    const char *queries[2];
    const char *answers[2];

    if (!read_pair(db, &plan->arena, db_sql(db, SQL_SCHEMA_MARK), args, 2,
                   queries, err))
        return false;
    plan->mark_query = queries[0];
    plan->proof_query = queries[1];
    if (plan->proof_query == NULL)
        return db_ask(db, &plan->arena, plan->mark_query, NULL, 0, &plan->mark,
                      err);
    if (!read_pair(db, &plan->arena, plan->proof_query, NULL, 0, answers, err))
        return false;
    plan->proof = answers[0];
    plan->mark = answers[1];
    return true;
}

bool
clear_plan_confirm(struct clear_plan *plan, struct db *db, bool *fits,
                   struct duet_error *err)
{
    const char *answers[2];

    *fits = false;
    if (plan->proof_query == NULL)
        return true;
    if (!read_pair(db, &plan->arena, plan->proof_query, NULL, 0, answers, err))
        return false;
    *fits = strcmp(answers[0], plan->proof) == 0;
    if (*fits)
        plan->mark = answers[1];
    return true;
}

bool
clear_plan_load(struct clear_plan *plan, struct db *db, const char *const *keep,
                const char *const *only, bool sequences, struct duet_error *err)
{
    struct catalog catalog = {.arena = &plan->arena};

    clear_plan_clear(plan);
    if (!read_tables(&catalog, db, err) || !read_edges(&catalog, db, err) ||
        !choose(&catalog, keep, only, err) ||
        !drop_read_only(&catalog, db, err) || !nothing_dangles(&catalog, err))
        return false;
    take_tables(plan, &catalog);
    return (!sequences || read_sequences(plan, &catalog, db, err)) &&
           read_obstacles(plan, db, err) &&
           read_mark(plan, &catalog, db, sequences, err);
}

void
clear_plan_clear(struct clear_plan *plan)
{
    arena_clear(&plan->arena);
    *plan = (struct clear_plan){0};
}
