#include "db/db.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "db/driver.h"
#include "db/trace.h"
#include "db/url.h"

static const struct db_driver *const drivers[] = {&db_sqlite, &db_postgres};

static const struct db_driver *
driver_of(const char *url)
{
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
        for (const char *const *s = drivers[i]->schemes; *s != NULL; s++)
            if (strncmp(url, *s, strlen(*s)) == 0)
                return drivers[i];
    return NULL;
}

bool
db_open(struct db **out, const char *url, const struct db_options *options,
        struct duet_error *err)
{
    const struct db_driver *driver = driver_of(url);
    char shown[256];

    if (driver == NULL) {
        url_redact(url, shown, sizeof shown);
        (void)err_set(err, DUET_ERROR_USAGE,
                      "'%s' is not the URL of a database", shown);
        return err_hint(err, "write sqlite:PATH or postgres://HOST/DATABASE");
    }
    if (!driver->open(out, url, options, err))
        return false;
    if (options != NULL && options->trace.statement != NULL)
        *out = trace_open(*out, &options->trace);
    (*out)->patience = lock_timeout(options);
    return true;
}

bool
db_has_threads(void)
{
    return sqlite_has_threads(); /* a libpq that has none is not loaded */
}

void
db_close(struct db **db)
{
    if (db == NULL || *db == NULL)
        return;
    (*db)->driver->close(*db);
    *db = NULL;
}

const struct dialect *
db_dialect(const struct db *db)
{
    return db->dialect;
}

const char *
db_sql(const struct db *db, enum sql_id id)
{
    return db->dialect->sql[id];
}

bool
db_unguarded(const struct db *db)
{
    return db->unguarded;
}

bool
db_pooled(const struct db *db)
{
    return db->pooled;
}

void
db_cancel(struct db *db)
{
    db->cancels++;
    db->driver->cancel(db);
}

/* In slices, as a cancel may come just before one. */
bool
db_pause(struct db *db, unsigned milliseconds, struct duet_error *err)
{
    enum { SLICE = 50 };
    int before = db->cancels;

    while (milliseconds > 0 && db->cancels == before) {
        unsigned slice = milliseconds < SLICE ? milliseconds : SLICE;
        struct timespec pause = {.tv_nsec = (long)slice * 1000000};

        (void)nanosleep(&pause, NULL);
        milliseconds -= slice;
    }
    return db->cancels == before ||
           err_set(err, DUET_ERROR_CANCELLED, "cancelled");
}

bool
db_begin(struct db *db, struct duet_error *err)
{
    return db->driver->begin(db, err);
}

bool
db_commit(struct db *db, struct duet_error *err)
{
    return db->driver->commit(db, err);
}

/* Behind a pooler there is more to a transaction than these words. */
static bool
takes_one_trip(const struct db *db, const char *sql)
{
    return sql != NULL && db->dialect->has_round_trips && !db->pooled;
}

bool
db_begin_with(struct db *db, const char *sql, struct duet_error *err)
{
    SCOPED(buf_release) struct buf both = {0};

    if (!takes_one_trip(db, sql))
        return db_begin(db, err) && (sql == NULL || db_exec(db, sql, err));
    buf_printf(&both, "%s; %s", db->dialect->begin_write, sql);
    return db_exec(db, buf_data(&both), err);
}

bool
db_begin_after(struct db *db, const char *sql, struct duet_error *err)
{
    SCOPED(buf_release) struct buf both = {0};

    if (!takes_one_trip(db, sql))
        return (sql == NULL || db_exec(db, sql, err)) && db_begin(db, err);
    buf_printf(&both, "begin; %s; commit; %s", sql, db->dialect->begin_write);
    return db_exec(db, buf_data(&both), err);
}

bool
db_uncertain(struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_UNCERTAIN,
                  "the server was lost during COMMIT");
    return err_hint(err, "look whether the change is there before you run "
                         "it again");
}

/* Where the server is lost nobody knows how far it came. */
bool
db_commit_with(struct db *db, const char *sql, struct duet_error *err)
{
    SCOPED(buf_release) struct buf both = {0};
    struct duet_error own = {0};

    if (!takes_one_trip(db, sql))
        return (sql == NULL || db_exec(db, sql, err)) && db_commit(db, err);
    if (err == NULL)
        err = &own;
    buf_printf(&both, "%s; commit", sql);
    if (db_exec(db, buf_data(&both), err))
        return true;
    return err->kind == DUET_ERROR_CONNECT && db_uncertain(err);
}

void
db_rollback(struct db *db)
{
    if (db->driver->in_transaction(db))
        db->driver->rollback(db);
}

bool
db_in_transaction(const struct db *db)
{
    return db->driver->in_transaction(db);
}

bool
db_guard(struct db *db, struct duet_error *err)
{
    return db->driver->guard(db, err);
}

bool
db_exec(struct db *db, const char *sql, struct duet_error *err)
{
    return db->driver->exec(db, sql, err);
}

bool
db_lock_timeout(struct db *db, unsigned milliseconds, struct duet_error *err)
{
    if (!db->driver->lock_timeout(db, milliseconds, err))
        return false;
    db->patience = milliseconds;
    return true;
}

unsigned
db_patience(const struct db *db)
{
    return db->patience;
}

size_t
db_error_position(const struct db *db, const char *sql)
{
    return db->driver->position(db, sql);
}

bool
db_renew(struct db *db, struct duet_error *err)
{
    return db->driver->renew(db, err);
}

bool
db_reopen(struct db *db, struct duet_error *err)
{
    return db->driver->reopen(db, err);
}

bool
db_others_wrote(struct db *db)
{
    return db->driver->others_wrote(db);
}

bool
db_copy(struct db *db, const char *sql, const struct db_source *source,
        struct duet_error *err)
{
    return db->driver->copy(db, sql, source, err);
}

void
db_watch(struct db *db, const struct db_watch *watch)
{
    db->driver->watch(db, watch);
}

/* There is nothing to read: what another query has under way is not ours. */
static bool
never_began(struct rows *rows)
{
    rows->failed = true;
    rows_clear(rows);
    return false;
}

bool
db_query(struct db *db, struct rows *rows, const char *sql,
         const struct db_value *args, size_t nargs, struct duet_error *err)
{
    rows_clear(rows);
    rows->db = db;
    rows->err = err;
    return db->driver->query(db, rows, sql, args, nargs, err) ||
           never_began(rows);
}

bool
db_execute(struct db *db, const char *sql, const struct db_value *args,
           size_t nargs, int64_t *affected, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    if (!db_query(db, &rows, sql, args, nargs, err))
        return false;
    while (rows_next(&rows))
        continue;
    if (affected != NULL && rows_ended(&rows))
        *affected = rows_affected(&rows);
    return rows_ended(&rows);
}

bool
db_ask(struct db *db, struct arena *arena, const char *sql,
       const struct db_value *args, size_t nargs, const char **out,
       struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    *out = NULL;
    if (!db_query(db, &rows, sql, args, nargs, err))
        return false;
    while (rows_next(&rows))
        *out = arena_text(arena, row_text(&rows, 0));
    return rows_ended(&rows);
}

bool
db_prepare(struct db *db, struct db_statement **out, const char *sql,
           struct duet_error *err)
{
    return db->driver->prepare(db, out, sql, err);
}

bool
statement_query(struct db_statement *statement, struct rows *rows,
                const struct db_value *args, size_t nargs,
                struct duet_error *err)
{
    rows_clear(rows);
    rows->db = statement->db;
    rows->err = err;
    return statement->db->driver->statement_query(statement, rows, args, nargs,
                                                  err) ||
           never_began(rows);
}

void
statement_free(struct db_statement **statement)
{
    if (statement == NULL || *statement == NULL)
        return;
    (*statement)->db->driver->statement_free(*statement);
    *statement = NULL;
}

void
db_call_answer(struct db_call *call, const char *text)
{
    size_t len = text != NULL ? strnlen(text, sizeof call->answer - 1) : 0;

    if (len != 0)
        memcpy(call->answer, text, len);
    call->answer[len] = '\0';
}

bool
db_run(struct db *db, struct db_call *calls, size_t count,
       struct duet_error *err)
{
    return db->driver->run(db, calls, count, err);
}

bool
rows_next(struct rows *rows)
{
    if (rows->db == NULL || rows->ended || rows->failed)
        return false;
    if (rows->db->driver->next(rows))
        return true;
    rows->ended = !rows->failed;
    return false;
}

bool
rows_ended(const struct rows *rows)
{
    return rows->ended && !rows->failed;
}

void
rows_clear(struct rows *rows)
{
    if (rows->db != NULL)
        rows->db->driver->clear(rows);
    free(rows->blob);
    *rows = (struct rows){0};
}

size_t
rows_columns(const struct rows *rows)
{
    return rows->db->driver->columns(rows);
}

const char *
rows_name(const struct rows *rows, size_t column)
{
    return rows->db->driver->name(rows, column);
}

int64_t
rows_affected(const struct rows *rows)
{
    return rows->affected;
}

const char *
row_text(const struct rows *rows, size_t column)
{
    return rows->db->driver->text(rows, column);
}

size_t
row_len(const struct rows *rows, size_t column)
{
    return rows->db->driver->len(rows, column);
}

int64_t
row_integer(const struct rows *rows, size_t column)
{
    const char *text = row_text(rows, column);

    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

double
row_float(const struct rows *rows, size_t column)
{
    return rows->db->driver->number(rows, column);
}

bool
row_boolean(const struct rows *rows, size_t column)
{
    const char *text = row_text(rows, column);

    return text != NULL && (*text == 't' || *text == '1');
}

const void *
row_blob(struct rows *rows, size_t column, size_t *len)
{
    return rows->db->driver->blob(rows, column, len);
}

unsigned
lock_timeout(const struct db_options *options)
{
    if (options == NULL || options->lock_timeout == 0)
        return DEFAULT_LOCK_TIMEOUT;
    return options->lock_timeout;
}

bool
constraint_error(struct duet_error *err, enum constraint_class class,
                 const char *name, const char *object)
{
    static const struct {
        const char *what, *broken, *hint;
    } say[] = {
        [CONSTRAINT_UNIQUE] = {"unique constraint",
                               "another row has this key already", ""},
        [CONSTRAINT_FOREIGN_KEY] =
            {"foreign key", "a row would reference one that does not exist",
             "write the referenced row first, delete the referencing one "
             "first"},
        [CONSTRAINT_CHECK] = {"check constraint", "the row does not fulfil it",
                              ""},
        [CONSTRAINT_NOT_NULL] = {"not-null constraint",
                                 "the column must have a value", ""},
        [CONSTRAINT_EXCLUSION] = {"exclusion constraint",
                                  "another row excludes this one", ""},
    };

    (void)err_set(err, DUET_ERROR_CONSTRAINT, "%s%s%s%s%s%s%s: %s",
                  say[class].what, *name ? " '" : "", name, *name ? "'" : "",
                  *object ? " of '" : "", object, *object ? "'" : "",
                  say[class].broken);
    if (err != NULL) {
        size_t len = strlen(name);

        if (len >= sizeof err->constraint)
            len = sizeof err->constraint - 1;
        memcpy(err->constraint, name, len);
        err->constraint[len] = '\0';
    }
    return err_hint(err, "%s", say[class].hint);
}
