#include "migrate/ledger.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/literal.h"
#include "migrate/lease.h"

static const char *const state_names[] = {
    [LEDGER_APPLIED] = "applied",
    [LEDGER_STAMPED] = "stamped",
    [LEDGER_RUNNING] = "running",
    [LEDGER_REVERTING] = "reverting",
};

enum { STATES = sizeof state_names / sizeof *state_names };

static enum ledger_state
state_of(const char *name)
{
    size_t state = 0;

    while (state + 1 < STATES && strcmp(state_names[state], name) != 0)
        state++;
    return (enum ledger_state)state;
}

/* A query on the ledger, by its full name. */
static const char *
sql(const struct ledger *ledger, struct arena *arena, struct db *db,
    enum sql_id id)
{
    SCOPED(buf_release) struct buf out = {0};

    buf_replace_all(&out, db_sql(db, id), LEDGER_TABLE, ledger->table);
    return arena_text(arena, buf_data(&out));
}

static bool
find(struct ledger *ledger, struct db *db, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    bool has_schema = false;

    if (!db_query(db, &rows, db_sql(db, SQL_LEDGER_EXISTS), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        has_schema = row_text(&rows, 1) != NULL;
        ledger->exists = row_boolean(&rows, 0);
        ledger->table = arena_printf(&ledger->arena, "%s." LEDGER_TABLE,
                                     has_schema ? row_text(&rows, 1) : "");
    }
    if (!rows_ended(&rows))
        return false;
    if (has_schema)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "no schema of the search path is there");
    return err_hint(err, "create the schema first");
}

static void
add(struct ledger *ledger, const struct rows *rows)
{
    struct arena *arena = &ledger->arena;

    ledger->list = arena_grow(arena, ledger->list, ledger->count, &ledger->size,
                              sizeof *ledger->list);
    ledger->list[ledger->count++] = (struct ledger_entry){
        .version = arena_text(arena, row_text(rows, 0)),
        .name = arena_text(arena, row_text(rows, 1)),
        .checksum = arena_text(arena, row_text(rows, 2)),
        .position = row_integer(rows, 3),
        .applied_at = arena_text(arena, row_text(rows, 4)),
        .duration = row_integer(rows, 5),
        .statements = (size_t)row_integer(rows, 6),
        .attempted = (size_t)row_integer(rows, 7),
        .state = state_of(row_text(rows, 8)),
    };
}

static int
by_position(const void *a, const void *b)
{
    const struct ledger_entry *one = a;
    const struct ledger_entry *other = b;

    return (one->position > other->position) -
           (one->position < other->position);
}

/* Sorted here: SQLite would do so in a table that it makes. */
static bool
list(struct ledger *ledger, struct db *db, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(db, &rows, sql(ledger, &arena, db, SQL_LEDGER_LIST), NULL, 0,
                  err))
        return false;
    while (rows_next(&rows))
        add(ledger, &rows);
    if (ledger->count > 1)
        qsort(ledger->list, ledger->count, sizeof *ledger->list, by_position);
    return rows_ended(&rows);
}

/* A table of that name is there, but it is not a ledger. */
static bool
not_ours(struct duet_error *err)
{
    if (err == NULL || err->kind != DUET_ERROR_SQL)
        return false;
    return err_hint(err, "what is called " LEDGER_TABLE " here was not made by "
                         "this duet: rename it, or migrate another database");
}

static bool
may_not(struct duet_error *err)
{
    if (err == NULL || err->kind != DUET_ERROR_DENIED || err->hint[0] != '\0')
        return false;
    return err_hint(err, "grant the role CREATE on the schema, or migrate as "
                         "the owner of the database");
}

static bool
find_and_list(struct ledger *ledger, struct db *db, struct duet_error *err)
{
    return find(ledger, db, err) &&
           (!ledger->exists || list(ledger, db, err) || not_ours(err));
}

bool
ledger_read(struct ledger *ledger, struct db *db, struct duet_error *err)
{
    ledger_clear(ledger);
    if (find_and_list(ledger, db, err))
        return true;
    return err_wrap(err, "ledger");
}

void
ledger_clear(struct ledger *ledger)
{
    statement_free(&ledger->insert);
    arena_clear(&ledger->arena);
    *ledger = (struct ledger){0};
}

const struct ledger_entry *
ledger_find(const struct ledger *ledger, const char *version)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (strcmp(ledger->list[i].version, version) == 0)
            return &ledger->list[i];
    return NULL;
}

struct ledger_standing
ledger_standing_of(const struct ledger_entry *entry)
{
    struct ledger_standing standing = {.is_there = true,
                                       .state = entry->state,
                                       .statements = entry->statements,
                                       .attempted = entry->attempted};

    (void)snprintf(standing.checksum, sizeof standing.checksum, "%s",
                   entry->checksum);
    return standing;
}

const char *
ledger_newest(const struct ledger *ledger)
{
    const char *newest = "";

    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->list[i].state != LEDGER_RUNNING)
            newest = ledger->list[i].version;
    return newest;
}

bool
ledger_ensure(struct ledger *ledger, struct db *db, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    if (!ledger->exists &&
        (!find(ledger, db, err) ||
         (!ledger->exists &&
          !db_exec(db, sql(ledger, &arena, db, SQL_LEDGER_CREATE), err) &&
          !not_ours(err) && !may_not(err))))
        return err_wrap(err, "ledger");
    ledger->exists = true;
    return true;
}

bool
ledger_look(const struct ledger *ledger, struct db *db, const char *version,
            struct ledger_standing *out, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value args[] = {db_text(version)};

    *out = (struct ledger_standing){0};
    if (!db_query(db, &rows, sql(ledger, &arena, db, SQL_LEDGER_LOOK), args, 1,
                  err))
        return err_wrap(err, "ledger");
    while (rows_next(&rows)) {
        out->is_there = true;
        out->state = state_of(row_text(&rows, 0));
        out->statements = (size_t)row_integer(&rows, 1);
        out->attempted = (size_t)row_integer(&rows, 2);
        (void)snprintf(out->checksum, sizeof out->checksum, "%s",
                       row_text(&rows, 3));
    }
    return rows_ended(&rows) || err_wrap(err, "ledger");
}

bool
ledger_has(const struct ledger_standing *standing,
           const struct migration *migration)
{
    return standing->is_there && standing->state != LEDGER_RUNNING &&
           (!migration->repeatable ||
            strcmp(standing->checksum, migration->checksum) == 0);
}

static bool
execute(const struct ledger *ledger, struct db *db, enum sql_id id,
        const struct db_value *args, size_t nargs, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return db_execute(db, sql(ledger, &arena, db, id), args, nargs, NULL,
                      err) ||
           err_wrap(err, "ledger");
}

static void
values_of(const struct ledger_record *record, struct db_value *out)
{
    const struct migration *migration = record->migration;

    out[0] = db_text(migration->version);
    out[1] = db_text(migration->name);
    out[2] = db_text(migration->checksum);
    out[3] = db_integer(record->duration);
    out[4] = db_integer((int64_t)record->statements);
    out[5] = db_text(state_names[record->state]);
    out[6] = db_text(DUET_VERSION);
    out[7] = db_text(record->script);
    out[8] = db_integer(record->position);
}

/* A row that is there keeps its position. */
static size_t
values_for(enum sql_id id)
{
    return id == SQL_LEDGER_INSERT ? LEDGER_VALUES : LEDGER_VALUES - 1;
}

static bool
write(const struct ledger *ledger, struct db *db, enum sql_id id,
      const struct ledger_record *record, struct duet_error *err)
{
    struct db_value args[LEDGER_VALUES];

    values_of(record, args);
    return execute(ledger, db, id, args, values_for(id), err);
}

/* Its own texts have a value for each parameter. */
static const char *
filled(const struct ledger *ledger, struct db *db, struct arena *arena,
       enum sql_id id, const struct db_value *args, size_t nargs)
{
    SCOPED(buf_release) struct buf out = {0};

    (void)literal_fill(&out, db_dialect(db), sql(ledger, arena, db, id), args,
                       nargs, NULL);
    return arena_text(arena, buf_data(&out));
}

const char *
ledger_record_sql(const struct ledger *ledger, struct db *db,
                  struct arena *arena, const struct ledger_record *record,
                  bool is_there)
{
    enum sql_id id = is_there ? SQL_LEDGER_UPDATE : SQL_LEDGER_INSERT;
    struct db_value args[LEDGER_VALUES];

    values_of(record, args);
    return filled(ledger, db, arena, id, args, values_for(id));
}

const char *
ledger_delete_sql(const struct ledger *ledger, struct db *db,
                  struct arena *arena, const char *version)
{
    const struct db_value args[] = {db_text(version)};

    return filled(ledger, db, arena, SQL_LEDGER_DELETE, args, 1);
}

struct ledger_call
ledger_record_call(const struct ledger *ledger, struct db *db,
                   struct arena *arena, const struct ledger_record *record,
                   const char *previous)
{
    struct ledger_call call = {
        .sql = sql(ledger, arena, db, SQL_POSTGRES_LEDGER_AT_ONCE),
        .nargs = LEDGER_VALUES,
    };

    values_of(record, call.args);
    call.args[3] = db_text(previous);
    return call;
}

struct ledger_call
ledger_delete_call(const struct ledger *ledger, struct db *db,
                   struct arena *arena, const char *version)
{
    return (struct ledger_call){
        .sql = sql(ledger, arena, db, SQL_LEDGER_DELETE),
        .args = {db_text(version)},
        .nargs = 1,
    };
}

bool
ledger_last(const struct ledger *ledger, struct db *db, int64_t *position,
            struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(db, &rows, sql(ledger, &arena, db, SQL_LEDGER_LAST), NULL, 0,
                  err))
        return err_wrap(err, "ledger");
    while (rows_next(&rows))
        *position = row_integer(&rows, 0);
    return rows_ended(&rows) || err_wrap(err, "ledger");
}

static bool
insert_prepared(struct ledger *ledger, struct db *db,
                const struct ledger_record *record, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct db_value args[LEDGER_VALUES];
    struct db_call call = {.args = args, .nargs = LEDGER_VALUES};

    values_of(record, args);
    if (ledger->insert == NULL &&
        !db_prepare(db, &ledger->insert,
                    sql(ledger, &arena, db, SQL_LEDGER_INSERT), err))
        return err_wrap(err, "ledger");
    call.statement = ledger->insert;
    return db_run(db, &call, 1, err) || err_wrap(err, "ledger");
}

/* A server would forget what is prepared when the connection is lost. */
bool
ledger_insert(struct ledger *ledger, struct db *db,
              const struct ledger_record *record, struct duet_error *err)
{
    return db_dialect(db)->has_round_trips
               ? write(ledger, db, SQL_LEDGER_INSERT, record, err)
               : insert_prepared(ledger, db, record, err);
}

bool
ledger_update(const struct ledger *ledger, struct db *db,
              const struct ledger_record *record, struct duet_error *err)
{
    return write(ledger, db, SQL_LEDGER_UPDATE, record, err);
}

bool
ledger_progress(const struct ledger *ledger, struct db *db, const char *version,
                const struct ledger_standing *standing, struct duet_error *err)
{
    const struct db_value args[] = {
        db_text(version),
        db_integer((int64_t)standing->statements),
        db_integer((int64_t)standing->attempted),
        db_text(standing->checksum),
        db_text(state_names[standing->state]),
    };

    return execute(ledger, db, SQL_LEDGER_PROGRESS, args,
                   sizeof args / sizeof *args, err);
}

bool
ledger_delete(const struct ledger *ledger, struct db *db, const char *version,
              struct duet_error *err)
{
    const struct db_value args[] = {db_text(version)};

    return execute(ledger, db, SQL_LEDGER_DELETE, args, 1, err);
}

bool
ledger_script(const struct ledger *ledger, struct db *db, struct arena *arena,
              const char *version, const char **out, struct duet_error *err)
{
    const struct db_value args[] = {db_text(version)};

    return db_ask(db, arena, sql(ledger, arena, db, SQL_LEDGER_SCRIPT), args, 1,
                  out, err) ||
           err_wrap(err, "ledger");
}

bool
ledger_stamp(struct ledger *ledger, struct db *db, const struct tree *tree,
             struct duet_error *err)
{
    int64_t last = 0;

    if (!ledger_last(ledger, db, &last, err))
        return false;
    for (size_t i = 0; i < tree->count; i++)
        if (!ledger_insert(ledger, db,
                           &(struct ledger_record){.migration = &tree->list[i],
                                                   .state = LEDGER_STAMPED,
                                                   .position = ++last},
                           err))
            return false;
    return true;
}

bool
ledger_drop(const struct ledger *ledger, struct db *db, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return db_exec(db, arena_printf(&arena, "drop table %s", ledger->table),
                   err) ||
           err_wrap(err, "ledger");
}

void
ledger_hide(struct schema *schema)
{
    struct object *parts[] = {
        schema_find(schema, OBJECT_TABLE, NULL, LEDGER_TABLE),
        /* Who may read it, where that was granted: see postgres_privileges. */
        schema_find(schema, OBJECT_OTHER, NULL, "table " LEDGER_TABLE),
        schema_find(schema, OBJECT_TABLE, NULL, LEASE_TABLE),
        schema_find(schema, OBJECT_OTHER, NULL, "table " LEASE_TABLE),
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != NULL)
            schema_remove(schema, parts[i]);
}
