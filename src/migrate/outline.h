/*
 * What a script is made of, found out before it is run: whether it can run in
 * one transaction, and what has to happen outside that.
 */
#ifndef DUET_MIGRATE_OUTLINE_H
#define DUET_MIGRATE_OUTLINE_H

#include "base/arena.h"
#include "migrate/guard.h"
#include "sql/script.h"

/* A pragma that has no effect in a transaction, or fails there. */
struct hoisted {
    const char *name; /* "foreign_keys" */
    const char *text; /* "pragma foreign_keys = off" */
    size_t number;    /* of its statement */
};

struct outline {
    struct arena arena;
    size_t statements;
    /* Copies of its first ones: of all, unless they are too long. */
    struct statement *list;
    size_t listed;
    /* A COPY, or what says how the rest is read: others can't go along. */
    bool has_loner;
    /*
     * It runs statement by statement, each in a transaction of its own if it
     * can: REASON is the place that demands it, NULL in place of false.
     */
    const char *reason;
    /* The BEGIN and COMMIT around all of it, which ours replace; or 0. */
    size_t begin;
    size_t commit;
    /* To run before the transaction, and behind it. */
    struct hoisted *before;
    size_t nbefore;
    struct hoisted *after;
    size_t nafter;
    /* The place of what is set for longer than a transaction, or NULL. */
    const char *session;
    bool sets_session; /* something in it may outlast its transaction */
    /* What follows is of use while it is read. */
    size_t list_size;
    size_t len; /* of what is listed */
    size_t before_size;
    size_t after_size;
    size_t last; /* the last statement that is no pragma */
    size_t controls;
};

/*
 * Read the outline of SOURCE; what it speaks of is told to GUARD, which may be
 * NULL.  BY_STEPS: its author says that it can't run in a transaction.
 */
bool outline_read(struct outline *outline, const struct script_source *source,
                  enum sql_language language, bool by_steps,
                  struct guard *guard, struct duet_error *err);
void outline_clear(struct outline *outline);

/*
 * STATEMENT begins a transaction and says nothing else of it, so that the way
 * in which duet begins one does as well; on SQLite that waits for no upgrade.
 */
bool outline_begins_plainly(const struct statement *statement,
                            enum sql_language language);

/* Its list has all of its statements. */
bool outline_is_complete(const struct outline *outline);

/* In one transaction a statement is left to what frames that. */
bool outline_leaves_out(const struct outline *outline,
                        const struct statement *statement);

/* Always false: it runs by steps, and so not in a transaction with others. */
bool outline_refuse_joining(const struct outline *outline,
                            struct duet_error *err);

#endif
