/*
 * Bringing a database to where its tree of migrations says:
 *
 *     const struct migrate_options options = {.url = url};
 *     struct migrate_report report;
 *
 *     if (!migrate_up(db, &tree, &options, &report, err))
 *         return false;
 *
 * A migration and its row in the ledger are committed together, so that when
 * something fails the database is where the last finished migration left it.
 * One that can't run in a transaction runs statement by statement, and the
 * next run goes on at the one that failed.
 */
#ifndef DUET_MIGRATE_MIGRATE_H
#define DUET_MIGRATE_MIGRATE_H

#include "migrate/history.h"

enum migrate_event_kind {
    EVENT_WAITING,  /* for another run: TEXT says whose */
    EVENT_STARTED,  /* a script, or what is left of it */
    EVENT_STEP,     /* STATEMENT of a script that runs by steps is done */
    EVENT_APPLIED,  /* and committed, in DURATION */
    EVENT_REVERTED, /* likewise */
    EVENT_RAN,      /* a script that is no migration, likewise */
    EVENT_SKIPPED,  /* another run has done it meanwhile */
    EVENT_RETRY,    /* after a pause, because of TEXT */
    EVENT_NOTE      /* TEXT is a remark about it */
};

struct migrate_event {
    enum migrate_event_kind kind;
    const char *title; /* the version of a migration, or the name of a script */
    const char *text;
    size_t statement;
    int64_t duration; /* microseconds */
};

/* What migrate_repair() is to take a statement for that is in doubt. */
enum migrate_doubt { DOUBT_OPEN, DOUBT_DONE, DOUBT_AGAIN };

struct migrate_options {
    const char *url; /* of the database, to look at it from outside */
    const char *to;  /* a version, or NULL: up all, down STEPS */
    size_t steps;    /* how many to undo; 0 means 1 */
    bool single_transaction;
    enum migrate_doubt doubt;
    bool dry_run;     /* DB is one of record_open(): nothing is changed */
    const char *seed; /* a file to run afterwards, or the tree's; or NULL */
    const char *const *out_of_order; /* NULL at the end, or NULL */
    unsigned lock_timeout; /* milliseconds, as the connection has it; 0: 5 s */
    unsigned wait; /* milliseconds for other runs and locks; 0: 5 minutes */
    void (*event)(void *context, const struct migrate_event *event);
    void *context;
};

/* It is filled in on an error, too: as far as the run came. */
struct migrate_report {
    size_t done;       /* applied, or undone */
    char version[256]; /* the newest that is applied now, or "" */
};

/* Apply what is pending, up to the version options.to if that is given. */
bool migrate_up(struct db *db, const struct tree *tree,
                const struct migrate_options *options,
                struct migrate_report *report, struct duet_error *err);

/*
 * Apply all of TREE in a transaction of the caller's, with the ledger of it:
 * for a database that nobody else changes yet, and whose ledger has no rows.
 */
bool migrate_within(struct db *db, const struct tree *tree,
                    struct duet_error *err);

/* Undo the last ones that were applied, those above options.to if given. */
bool migrate_down(struct db *db, const struct tree *tree,
                  const struct migrate_options *options,
                  struct migrate_report *report, struct duet_error *err);

/* Undo the last one and apply it again. */
bool migrate_redo(struct db *db, const struct tree *tree,
                  const struct migrate_options *options,
                  struct migrate_report *report, struct duet_error *err);

/* Take all up to VERSION for applied, in a database that has no ledger. */
bool migrate_baseline(struct db *db, const struct tree *tree,
                      const char *version,
                      const struct migrate_options *options,
                      struct migrate_report *report, struct duet_error *err);

/*
 * The same for those of which APPLIED, which has as many as the tree has
 * migrations, says so.
 */
bool migrate_stamp(struct db *db, const struct tree *tree, const bool *applied,
                   const struct migrate_options *options,
                   struct migrate_report *report, struct duet_error *err);

/*
 * Accept what is the matter with VERSION: a file that has changed counts as
 * what was applied, a version that is in no tree is forgotten, and a statement
 * that a run was ended in is what options.doubt says.  DONE says what was done
 * to which one, in words, in ARENA.
 */
bool migrate_repair(struct db *db, const struct tree *tree, const char *version,
                    const struct migrate_options *options, struct arena *arena,
                    const char **done, struct duet_error *err);

#endif
