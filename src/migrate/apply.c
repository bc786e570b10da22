/*
 * A script in one transaction, with what has to happen around that.
 */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "migrate/kept.h"
#include "migrate/run.h"

/* ------------------------------------------------------------------------
 * Statements
 */

struct copying {
    struct script *script;
};

static bool
read_data(void *context, const char **data, size_t *len)
{
    return script_data(((struct copying *)context)->script, data, len);
}

static bool
data_failed(void *context)
{
    return script_failed(((struct copying *)context)->script);
}

static bool
copy(struct run *run, struct script *script, const struct statement *statement,
     struct duet_error *err)
{
    struct copying copying = {script};
    const struct db_source source = {read_data, data_failed, &copying};

    return db_copy(run->db, statement->text, &source, err);
}

/* What an engine says of a statement that must stand alone. */
static bool
wants_no_transaction(const struct duet_error *err)
{
    static const char *const codes[] = {"25001", "2D000", "55P04"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(err->code, codes[i]) == 0)
            return true;
    return strstr(err->text, "within a transaction") != NULL ||
           strstr(err->text, "inside a transaction") != NULL;
}

/* What is put off to the COMMIT is in the way, and waiting is no help. */
static bool
waits_for_itself(const struct duet_error *err)
{
    return strcmp(err->code, "55006") == 0 &&
           strstr(err->text, "pending trigger events") != NULL;
}

static void
advise(struct duet_error *err)
{
    static const char directive[] =
        "write '-- duet: no-transaction' at the head of the file";

    if (wants_no_transaction(err))
        (void)err_hint(err, "%s", directive);
    if (!waits_for_itself(err))
        return;
    err->kind = DUET_ERROR_SQL;
    (void)err_hint(err,
                   "write 'set constraints all immediate' before it, or "
                   "%s",
                   directive + strlen("write "));
}

/* Where the engine has found it, else where the statement begins. */
bool
statement_failed(const struct run *run, const struct task *task,
                 const struct statement *statement, size_t position,
                 struct duet_error *err)
{
    size_t line;
    size_t column;

    if (db_in_transaction(run->db))
        advise(err);
    statement_locate(statement, position, &line, &column);
    return err_wrap(err, "%s:%zu:%zu", task->script->name, line, column);
}

bool
statement_run(struct run *run, const struct task *task, struct script *script,
              const struct statement *statement, struct duet_error *err)
{
    struct duet_error own = {0};

    if (err == NULL)
        err = &own;
    if (statement->kind == STATEMENT_COPY
            ? copy(run, script, statement, err)
            : db_exec(run->db, statement->text, err))
        return true;
    if (script != NULL && script_failed(script))
        return false;
    return statement_failed(run, task, statement,
                            db_error_position(run->db, statement->text), err);
}

/* ------------------------------------------------------------------------
 * COMMIT
 */

bool
task_is_done(struct run *run, const struct task *task,
             struct ledger_standing *now, bool *out, struct duet_error *err)
{
    if (!ledger_look(&run->ledger, run->db, task->migration->version, now, err))
        return false;
    *out = task->kind == TASK_DOWN ? !now->is_there
                                   : ledger_has(now, task->migration);
    return true;
}

/* A lock of the session is gone with it. */
static bool
reconnect(struct run *run, struct duet_error *err)
{
    const struct migrate_lock_options lock = {.wait = run->options->wait};

    migrate_lock_release(&run->lock);
    run->is_unsure = true;
    return db_reopen(run->db, err) &&
           migrate_lock_take(&run->lock, run->db, run->options->url, &lock,
                             err);
}

bool
task_settle(struct run *run, const struct task *task, struct duet_error *err)
{
    struct duet_error uncertain = *err;
    struct ledger_standing now;
    bool done = false;

    if (task->migration == NULL || !reconnect(run, err) ||
        !task_is_done(run, task, &now, &done, err)) {
        *err = uncertain;
        return false;
    }
    if (done)
        return true;
    (void)err_set(err, DUET_ERROR_RETRY,
                  "the server was lost during COMMIT, and nothing was changed");
    return err_hint(err, "run it again");
}

bool
task_commit(struct run *run, const struct task *task, const char *sql,
            struct duet_error *err)
{
    struct duet_error own = {0};

    if (err == NULL)
        err = &own;
    if (db_commit_with(run->db, sql, err))
        return true;
    return err->kind == DUET_ERROR_UNCERTAIN && task_settle(run, task, err);
}

/* ------------------------------------------------------------------------
 * The whole
 */

static bool
run_hoisted(struct run *run, const struct hoisted *list, size_t count,
            struct duet_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!db_exec(run->db, list[i].text, err))
            return err_wrap(err, "'%s'", list[i].text);
    }
    return true;
}

/* SCRIPT may be NULL. */
static bool
run_statement(struct run *run, const struct task *task,
              const struct outline *outline, struct script *script,
              const struct statement *statement, struct kept *kept,
              struct duet_error *err)
{
    kept_add(kept, statement);
    if (outline_leaves_out(outline, statement))
        return true;
    if (!statement_run(run, task, script, statement, err))
        return false;
    if (db_in_transaction(run->db))
        return true;
    (void)err_set(err, DUET_ERROR_SQL,
                  "%s:%zu:%zu: the statement ended the transaction of the "
                  "migration",
                  task->script->name, statement->line, statement->column);
    return err_hint(err, "write '-- duet: no-transaction' at the head of the "
                         "file");
}

static bool
run_listed(struct run *run, const struct task *task,
           const struct outline *outline, struct kept *kept,
           struct duet_error *err)
{
    for (size_t i = 0; i < outline->listed; i++)
        if (!run_statement(run, task, outline, NULL, &outline->list[i], kept,
                           err))
            return false;
    return true;
}

static bool
run_statements(struct run *run, const struct task *task,
               const struct outline *outline, struct kept *kept,
               struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (outline_is_complete(outline))
        return run_listed(run, task, outline, kept, err);
    if (!script_open(&script, task->script, run->tree->language, err))
        return false;
    while (script_next(script, &statement))
        if (!run_statement(run, task, outline, script, &statement, kept, err))
            return false;
    return script_ended(script);
}

const char *
task_record_sql(struct run *run, const struct task *task,
                const struct outline *outline, struct arena *arena,
                const struct ledger_record *row, bool is_there)
{
    const char *session =
        db_sql(run->db, db_pooled(run->db) ? SQL_POSTGRES_SESSION_END
                                           : SQL_LEDGER_SESSION);
    const char *sql;

    if (task->migration == NULL || run->options->dry_run)
        return outline->sets_session && db_pooled(run->db) ? session : NULL;
    sql = task->kind == TASK_DOWN
              ? ledger_delete_sql(&run->ledger, run->db, arena,
                                  task->migration->version)
              : ledger_record_sql(&run->ledger, run->db, arena, row, is_there);
    return outline->sets_session ? arena_printf(arena, "%s;\n%s", session, sql)
                                 : sql;
}

/* The same at once. */
static bool
record(struct run *run, const struct task *task,
       const struct ledger_record *row, bool is_there, struct duet_error *err)
{
    if (task->migration == NULL || run->options->dry_run)
        return true;
    if (task->kind == TASK_DOWN)
        return ledger_delete(&run->ledger, run->db, task->migration->version,
                             err);
    return is_there ? ledger_update(&run->ledger, run->db, row, err)
                    : ledger_insert(&run->ledger, run->db, row, err);
}

/* Since it read the ledger nobody else has written it. */
static bool
is_alone(struct run *run)
{
    if (db_dialect(run->db)->one_writer && db_others_wrote(run->db))
        run->is_unsure = true;
    return !run->is_unsure;
}

/*
 * Another run may have done it since the ledger was read, where no lock keeps
 * it from that.
 */
static bool
is_superfluous(struct run *run, const struct task *task,
               struct ledger_standing *now, bool *out, struct duet_error *err)
{
    *now = (struct ledger_standing){0};
    *out = false;
    if (task->kind == TASK_HOOK || run->options->dry_run)
        return true;
    if (!is_alone(run))
        return task_is_done(run, task, now, out, err);
    now->is_there = ledger_find(&run->ledger, task->migration->version) != NULL;
    return true;
}

/* SQL gets what is to be run together with COMMIT, if it spares a round trip.
 */
static bool
run_within(struct run *run, const struct task *task,
           const struct outline *outline, struct guard *guard, bool is_there,
           struct arena *arena, const char **sql, struct duet_error *err)
{
    SCOPED(kept_release) struct kept kept = {0};
    struct ledger_record row = {.migration = task->migration,
                                .state = LEDGER_APPLIED,
                                .statements = outline->statements};
    int64_t started = clock_microseconds();

    *sql = NULL;
    if (!guard_start(guard, run->db, err) ||
        !run_statements(run, task, outline, &kept, err) ||
        !guard_check(guard, err))
        return false;
    row.duration = clock_microseconds() - started;
    row.script = kept_text(&kept);
    if (task->kind == TASK_UP && !is_there &&
        !run_next_position(run, &row.position, err))
        return false;
    if (!db_dialect(run->db)->has_round_trips)
        return record(run, task, &row, is_there, err);
    *sql = task_record_sql(run, task, outline, arena, &row, is_there);
    return true;
}

void
task_tell_done(const struct run *run, const struct task *task, int64_t duration)
{
    static const enum migrate_event_kind kinds[] = {
        [TASK_UP] = EVENT_APPLIED,
        [TASK_DOWN] = EVENT_REVERTED,
        [TASK_HOOK] = EVENT_RAN,
    };

    run_tell(run, &(struct migrate_event){.kind = kinds[task->kind],
                                          .title = task->title,
                                          .duration = duration});
}

const char *
run_assertion(const struct run *run, struct arena *arena)
{
    SCOPED(buf_release) struct buf sql = {0};
    const struct dialect *dialect = db_dialect(run->db);

    buf_printf(&sql, "select %s", dialect->assert_open);
    buf_text(&sql, migrate_lock_condition(run->lock));
    buf_text(&sql, dialect->assert_close);
    return arena_text(arena, buf_data(&sql));
}

/*
 * BEGIN, and the lock is still held.  What is the session's is looked at first,
 * as the script may say of what kind its transaction is before any query.
 */
static bool
begin(struct run *run, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *assertion;

    if (run->lock == NULL || db_dialect(run->db)->one_writer)
        return db_begin(run->db, err);
    assertion = run_assertion(run, &arena);
    if (migrate_lock_is_session(run->lock)
            ? db_begin_after(run->db, assertion, err)
            : db_begin_with(run->db, assertion, err))
        return true;
    db_rollback(run->db);
    if (err->kind == DUET_ERROR_SQL)
        (void)migrate_lock_check(run->lock, run->db, err);
    return false;
}

static bool
run_and_commit(struct run *run, const struct task *task,
               const struct outline *outline, struct guard *guard,
               struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    int64_t started = clock_microseconds();
    struct ledger_standing now;
    const char *sql;
    bool superfluous;

    if (!begin(run, err) || !is_superfluous(run, task, &now, &superfluous, err))
        return false;
    if (superfluous) {
        db_rollback(run->db);
        run_tell(run, &(struct migrate_event){.kind = EVENT_SKIPPED,
                                              .title = task->title});
        return true;
    }
    if (!run_within(run, task, outline, guard, now.is_there, &arena, &sql,
                    err) ||
        !task_commit(run, task, sql, err))
        return false;
    task_tell_done(run, task, clock_microseconds() - started);
    return true;
}

/* In a transaction that was begun before the ledger was read. */
static bool
run_joined(struct run *run, const struct task *task,
           const struct outline *outline, struct guard *guard,
           struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    bool is_there = task->migration != NULL &&
                    ledger_find(&run->ledger, task->migration->version) != NULL;
    const char *sql;

    return run_within(run, task, outline, guard, is_there, &arena, &sql, err) &&
           (sql == NULL || db_exec(run->db, sql, err));
}

bool
task_in_transaction(struct run *run, const struct task *task,
                    const struct outline *outline, struct guard *guard,
                    struct duet_error *err)
{
    if (run->is_joined)
        return run_joined(run, task, outline, guard, err);
    if (run_hoisted(run, outline->before, outline->nbefore, err) &&
        run_and_commit(run, task, outline, guard, err))
        return run_hoisted(run, outline->after, outline->nafter, err);
    db_rollback(run->db);
    return false;
}
