#include "rows/seed.h"

#include "base/err.h"
#include "sql/script.h"

static bool
open_seed(struct script **out, const struct dialect *dialect, const char *seed,
          struct duet_error *err)
{
    const struct script_source source = {.name = "seed", .text = seed};

    return script_open(
        out, &source,
        dialect->has_dollar_quotes ? LANGUAGE_POSTGRES : LANGUAGE_SQLITE, err);
}

/* The error is in STATEMENT: at that byte of it, or somewhere. */
static bool
wrap(const struct statement *statement, size_t byte, struct duet_error *err)
{
    size_t line;
    size_t column;

    statement_locate(statement, byte, &line, &column);
    return err_wrap(err, "seed:%zu:%zu", line, column);
}

static bool
ends_transaction(const struct statement *statement)
{
    return statement->kind == STATEMENT_BEGIN ||
           statement->kind == STATEMENT_COMMIT ||
           statement->kind == STATEMENT_ROLLBACK;
}

bool
seed_check(const struct dialect *dialect, const char *seed,
           struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (!open_seed(&script, dialect, seed, err))
        return false;
    while (script_next(script, &statement)) {
        if (!ends_transaction(&statement))
            continue;
        (void)err_set(err, DUET_ERROR_USAGE,
                      "'%s' would end the transaction that the seed is part of",
                      statement.text);
        (void)err_hint(err, "leave BEGIN and COMMIT out");
        return wrap(&statement, 0, err);
    }
    return script_ended(script);
}

static bool
read_data(void *script, const char **data, size_t *len)
{
    return script_data(script, data, len);
}

static bool
has_failed(void *script)
{
    return script_failed(script);
}

/* What fails in the data says itself where. */
static bool
copy(struct db *db, struct script *script, const struct statement *statement,
     struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const struct statement copied = {.line = statement->line,
                                     .column = statement->column};
    const struct db_source source = {
        .read = read_data, .failed = has_failed, .context = script};

    if (db_copy(db, arena_text(&arena, statement->text), &source, err))
        return true;
    return script_failed(script) ? false : wrap(&copied, 0, err);
}

static bool
run(struct db *db, struct script *script, const struct statement *statement,
    struct duet_error *err)
{
    if (statement->kind == STATEMENT_COPY)
        return copy(db, script, statement, err);
    return db_exec(db, statement->text, err) ||
           wrap(statement, db_error_position(db, statement->text), err);
}

bool
seed_run(struct db *db, const char *seed, struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (!open_seed(&script, db_dialect(db), seed, err))
        return false;
    while (script_next(script, &statement))
        if (!run(db, script, &statement, err))
            return false;
    return script_ended(script);
}
