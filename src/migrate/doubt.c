#include "migrate/doubt.h"

#include "base/arena.h"
#include "base/err.h"
#include "db/token.h"

/* What to ask the catalog about, and what it means that it is there. */
static const struct {
    const char *kind; /* in postgres_probe.sql; NULL: no matter, run it again */
    bool is_done_if_there;
} probes[] = {
    [OUTSIDE_AGAIN] = {0},
    [OUTSIDE_CREATE_INDEX] = {"valid index", true},
    [OUTSIDE_DROP_INDEX] = {"relation", false},
    [OUTSIDE_REINDEX] = {0},
    [OUTSIDE_DETACH_PARTITION] = {"partition", false},
    [OUTSIDE_CREATE_DATABASE] = {"database", true},
    [OUTSIDE_DROP_DATABASE] = {"database", false},
    [OUTSIDE_CREATE_TABLESPACE] = {"tablespace", true},
    [OUTSIDE_DROP_TABLESPACE] = {"tablespace", false},
    [OUTSIDE_CREATE_SUBSCRIPTION] = {"subscription", true},
    [OUTSIDE_DROP_SUBSCRIPTION] = {"subscription", false},
    [OUTSIDE_ALTER_SUBSCRIPTION] = {0},
    [OUTSIDE_COMMIT_PREPARED] = {"prepared", false},
    [OUTSIDE_ROLLBACK_PREPARED] = {"prepared", false},
    [OUTSIDE_WRITE_FILE] = {0},
};

/* A relation is looked up as it is written, anything else by its bare name. */
static const char *
name_of(struct arena *arena, const char *kind, const char *object)
{
    struct tokens tokens = {.at = object, .postgres = true};
    struct token token;

    if (strcmp(kind, "relation") == 0 || strcmp(kind, "partition") == 0 ||
        strcmp(kind, "valid index") == 0 || strcmp(kind, "invalid index") == 0)
        return object;
    if (!token_next(&tokens, &token))
        return object;
    return token.kind == TOKEN_TEXT ? token_string(arena, &token)
                                    : token_name(arena, &token);
}

static bool
is_there(struct db *db, const char *kind, const char *object, bool *out,
         struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value args[] = {db_text(kind),
                                    db_text(name_of(&arena, kind, object))};

    if (!db_query(db, &rows, db_sql(db, SQL_POSTGRES_PROBE), args, 2, err))
        return false;
    while (rows_next(&rows))
        *out = row_boolean(&rows, 0);
    return rows_ended(&rows);
}

static bool
cannot_tell(struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_UNCERTAIN,
                  "a run was ended while it did this statement, and nobody "
                  "knows whether it is done");
    return err_hint(err, "look, then tell by 'duet repair VERSION --statement "
                         "done' or '--statement again'");
}

bool
doubt_settle(struct db *db, const struct statement *statement, bool *done,
             struct duet_error *err)
{
    const char *kind = probes[statement->outside].kind;
    bool there = false;

    *done = false;
    if (statement->kind != STATEMENT_OUTSIDE)
        return cannot_tell(err);
    if (kind == NULL)
        return true;
    if (statement->object == NULL)
        return cannot_tell(err);
    if (!is_there(db, kind, statement->object, &there, err))
        return false;
    *done = there == probes[statement->outside].is_done_if_there;
    return true;
}

static bool
creates_index(const struct statement *statement)
{
    return statement->kind == STATEMENT_OUTSIDE &&
           statement->outside == OUTSIDE_CREATE_INDEX &&
           statement->object != NULL;
}

static bool
drop_index(struct db *db, const char *name, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return db_exec(
        db, arena_printf(&arena, "drop index concurrently if exists %s", name),
        err);
}

static bool
clean_reindex(struct db *db, const struct statement *statement,
              struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct db_value args[] = {db_text(statement->object),
                                    db_text(statement->table)};
    const char *left;

    do {
        left = NULL;
        if (!db_ask(db, &arena, db_sql(db, SQL_POSTGRES_REINDEX_LEFT), args, 2,
                    &left, err) ||
            (left != NULL && !drop_index(db, left, err)))
            return false;
    } while (left != NULL);
    return true;
}

bool
doubt_clean(struct db *db, const struct statement *statement,
            struct duet_error *err)
{
    bool there = false;

    if (statement->kind == STATEMENT_OUTSIDE &&
        statement->outside == OUTSIDE_REINDEX)
        return clean_reindex(db, statement, err);
    if (!creates_index(statement))
        return true;
    return is_there(db, "invalid index", statement->object, &there, err) &&
           (!there || drop_index(db, statement->object, err));
}

bool
doubt_check(struct db *db, const struct statement *statement,
            struct duet_error *err)
{
    bool there = false;

    if (!creates_index(statement))
        return true;
    if (!is_there(db, "invalid index", statement->object, &there, err))
        return false;
    if (!there)
        return true;
    (void)err_set(err, DUET_ERROR_SQL, "index %s is invalid",
                  statement->object);
    return err_hint(err, "the next 'duet up' drops it and builds it again");
}
