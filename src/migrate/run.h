/*
 * One run over a tree, from inside: what its scripts are run with.
 */
#ifndef DUET_MIGRATE_RUN_H
#define DUET_MIGRATE_RUN_H

#include "migrate/guard.h"
#include "migrate/lock.h"
#include "migrate/migrate.h"
#include "migrate/outline.h"

struct run {
    struct db *db;
    const struct tree *tree;
    const struct migrate_options *options;
    struct migrate_lock *lock; /* NULL where none is needed */
    struct ledger ledger;
    struct history history;
    struct arena arena;
    const char *const *out_of_order; /* versions, NULL at the end; or NULL */
    bool is_joined; /* a transaction is open that all scripts share */
    bool is_unsure; /* others may have written the ledger since it was read */
    size_t unrecorded; /* statements of a script that are done, nowhere noted */
    int64_t position;  /* of the last row in the ledger, unless is_unsure */
    size_t together;   /* so many may go in one message */
    int64_t give_up;   /* when to wait no longer, in milliseconds */
};

struct run run_make(struct db *db, const struct tree *tree,
                    const struct migrate_options *options);

/* The ledger, and the history that it and the tree come to. */
bool run_read(struct run *run, struct duet_error *err);

/*
 * Take the lock, make the ledger where there is none, read it anew: from here
 * on nobody else changes the schema, and what there is to do is certain.
 */
bool run_start(struct run *run, struct duet_error *err);

/* Do WORK in one transaction, with the ledger read anew in it. */
bool run_in_transaction(struct run *run,
                        bool (*work)(struct run *run, void *context,
                                     struct duet_error *err),
                        void *context, struct duet_error *err);

/* The version that is the newest now. */
void run_report(const struct run *run, struct migrate_report *report);

/* The same, read anew once all is done. */
bool run_finish(struct run *run, struct migrate_report *report,
                struct duet_error *err);

/* The same where it failed: what was committed before is so.  Always false. */
bool run_stop(struct run *run, struct migrate_report *report);

void run_clear(struct run *run);

enum task_kind { TASK_UP, TASK_DOWN, TASK_HOOK };

/* A script to run, and what it is to the ledger. */
struct task {
    enum task_kind kind;
    const char *title;
    const struct script_source *script;
    const struct migration *migration; /* NULL: a hook */
    bool no_transaction;
    unsigned lock_timeout; /* milliseconds, or 0 */
};

struct task task_of(enum task_kind kind, const struct migration *migration);

/* Run it to its commit, again where a lock was not had. */
bool task_run(struct run *run, const struct task *task, struct duet_error *err);

/*
 * The first of TASKS, and others behind it that can go along: DONE says how
 * many were committed, also where the one behind those fails.
 */
bool tasks_run(struct run *run, const struct task *tasks, size_t count,
               size_t *done, struct duet_error *err);

/* What its script is made of; GUARD may be NULL. */
bool task_outline(const struct run *run, const struct task *task,
                  struct outline *outline, struct guard *guard,
                  struct duet_error *err);

/* All of it in one transaction, or in that which the run has open. */
bool task_in_transaction(struct run *run, const struct task *task,
                         const struct outline *outline, struct guard *guard,
                         struct duet_error *err);

/*
 * The same in one message, where that is as good; OUTLINE is that of the first
 * of TASKS, and DONE and COUNT are as those of tasks_run().
 */
bool task_fits_at_once(const struct run *run, const struct task *task,
                       const struct outline *outline);
bool tasks_at_once(struct run *run, const struct task *tasks, size_t count,
                   const struct outline *outline, size_t *done,
                   struct duet_error *err);

/* A hook statement by statement, of which nothing is recorded. */
bool task_unrecorded(struct run *run, const struct task *task,
                     struct duet_error *err);

/* A migration statement by statement. */
bool task_by_steps(struct run *run, const struct task *task,
                   const struct outline *outline, struct guard *guard,
                   struct duet_error *err);

/* How long its statements wait for a lock, in milliseconds. */
unsigned task_lock_timeout(const struct run *run, const struct task *task);

/* Run a statement of SCRIPT; an error says where it stands. */
bool statement_run(struct run *run, const struct task *task,
                   struct script *script, const struct statement *statement,
                   struct duet_error *err);

/*
 * Always false: it has failed, at a byte of it as db_error_position() has that,
 * and the error says where in the script that is.
 */
bool statement_failed(const struct run *run, const struct task *task,
                      const struct statement *statement, size_t position,
                      struct duet_error *err);

/*
 * Nobody knows whether TASK was committed, as ERR says: the ledger does.  True
 * where it was.
 */
bool task_settle(struct run *run, const struct task *task,
                 struct duet_error *err);

/*
 * What is to happen together with COMMIT, or NULL.  Names and rights in the
 * ledger are those of the session as it was opened.
 */
const char *task_record_sql(struct run *run, const struct task *task,
                            const struct outline *outline, struct arena *arena,
                            const struct ledger_record *row, bool is_there);

/* Whether the ledger says what it says after the commit of TASK. */
bool task_is_done(struct run *run, const struct task *task,
                  struct ledger_standing *now, bool *out,
                  struct duet_error *err);

/* It is committed, after so many microseconds. */
void task_tell_done(const struct run *run, const struct task *task,
                    int64_t duration);

/* A query that fails where the lock is not held any more. */
const char *run_assertion(const struct run *run, struct arena *arena);

/*
 * COMMIT, and SQL before it, which may be NULL.  Where the server was lost
 * meanwhile it is asked anew whether TASK is done, and the answer is what
 * counts.
 */
bool task_commit(struct run *run, const struct task *task, const char *sql,
                 struct duet_error *err);

/* What the last script set in the session does not reach what comes next. */
bool run_renew(struct run *run, struct duet_error *err);

/* Where the next row of the ledger is to stand. */
bool run_next_position(struct run *run, int64_t *position,
                       struct duet_error *err);

void run_tell(const struct run *run, const struct migrate_event *event);

#endif
