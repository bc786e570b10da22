/*
 * The ledger of a database, its table duet_migration: which migrations were
 * applied to it, in which order, and how far one has come that can't run in a
 * transaction.
 */
#ifndef DUET_MIGRATE_LEDGER_H
#define DUET_MIGRATE_LEDGER_H

#include "db/db.h"
#include "migrate/tree.h"
#include "schema/model.h"

#define LEDGER_TABLE "duet_migration"

enum ledger_state {
    LEDGER_APPLIED,
    LEDGER_STAMPED,  /* counts as applied, without having been run here */
    LEDGER_RUNNING,  /* some of its statements are done */
    LEDGER_REVERTING /* some of the statements that undo it are */
};

struct ledger_entry {
    const char *version;
    const char *name;
    /* Of its tokens; while it runs, of the tokens of what is done. */
    const char *checksum;
    int64_t position;
    const char *applied_at; /* "2026-11-26 12:00:00.000", in UTC */
    int64_t duration;       /* microseconds */
    size_t statements;      /* done */
    size_t attempted;       /* begun: one more where one is in doubt */
    enum ledger_state state;
};

struct ledger {
    struct arena arena;
    bool exists;
    const char *table;         /* its name as SQL, with its schema */
    struct ledger_entry *list; /* in the order of application */
    size_t count;
    size_t size;
    struct db_statement *insert; /* that of ledger_insert(), or NULL */
};

/* What becomes a row of it. */
struct ledger_record {
    const struct migration *migration;
    enum ledger_state state;
    int64_t duration; /* microseconds */
    size_t statements;
    const char *script; /* or NULL */
    int64_t position;   /* of a new row */
};

/* How far a version has come, as of now. */
struct ledger_standing {
    bool is_there;
    enum ledger_state state;
    size_t statements;
    size_t attempted;
    char checksum[DIGEST_LEN]; /* of what is done */
};

/* Read all of it anew; where there is none it is empty. */
bool ledger_read(struct ledger *ledger, struct db *db, struct duet_error *err);
/* Before the connection is closed. */
void ledger_clear(struct ledger *ledger);

const struct ledger_entry *ledger_find(const struct ledger *ledger,
                                       const char *version);

/* How far it had come when the ledger was read. */
struct ledger_standing ledger_standing_of(const struct ledger_entry *entry);

/* The version that was applied last, or "". */
const char *ledger_newest(const struct ledger *ledger);

/*
 * What follows is for a ledger that was read, and happens in the transaction
 * of the caller, or by itself.
 */

/* Make an empty one, unless it is there by now. */
bool ledger_ensure(struct ledger *ledger, struct db *db,
                   struct duet_error *err);

bool ledger_look(const struct ledger *ledger, struct db *db,
                 const char *version, struct ledger_standing *out,
                 struct duet_error *err);

/* It is applied there, one that is repeated as it is now. */
bool ledger_has(const struct ledger_standing *standing,
                const struct migration *migration);

/* The position of its last row now, or 0. */
bool ledger_last(const struct ledger *ledger, struct db *db, int64_t *position,
                 struct duet_error *err);

/* A new row; a version that is there already is an error. */
bool ledger_insert(struct ledger *ledger, struct db *db,
                   const struct ledger_record *record, struct duet_error *err);

/* The row of a version that is there. */
bool ledger_update(const struct ledger *ledger, struct db *db,
                   const struct ledger_record *record, struct duet_error *err);

/* How far a version has come, whose row is there. */
bool ledger_progress(const struct ledger *ledger, struct db *db,
                     const char *version,
                     const struct ledger_standing *standing,
                     struct duet_error *err);

/*
 * The same as SQL that can be run together with COMMIT: of ledger_insert(), or
 * of ledger_update() for one that IS_THERE.  In ARENA.
 */
const char *ledger_record_sql(const struct ledger *ledger, struct db *db,
                              struct arena *arena,
                              const struct ledger_record *record,
                              bool is_there);
const char *ledger_delete_sql(const struct ledger *ledger, struct db *db,
                              struct arena *arena, const char *version);

/*
 * The same as SQL with parameters, for what db_transact() runs at once, so that
 * nobody here can tell how long it takes: the server does, for whom it begins
 * with the row of the version PREVIOUS or, if that is NULL, with the message.
 * The row tells the duration.
 */
enum { LEDGER_VALUES = 9 };

struct ledger_call {
    const char *sql;
    struct db_value args[LEDGER_VALUES];
    size_t nargs;
};

struct ledger_call ledger_record_call(const struct ledger *ledger,
                                      struct db *db, struct arena *arena,
                                      const struct ledger_record *record,
                                      const char *previous);
struct ledger_call ledger_delete_call(const struct ledger *ledger,
                                      struct db *db, struct arena *arena,
                                      const char *version);

bool ledger_delete(const struct ledger *ledger, struct db *db,
                   const char *version, struct duet_error *err);

/* The statements that were run for VERSION, in ARENA; NULL: not kept. */
bool ledger_script(const struct ledger *ledger, struct db *db,
                   struct arena *arena, const char *version, const char **out,
                   struct duet_error *err);

/* Record every migration of TREE as one that need not be run any more. */
bool ledger_stamp(struct ledger *ledger, struct db *db, const struct tree *tree,
                  struct duet_error *err);

bool ledger_drop(const struct ledger *ledger, struct db *db,
                 struct duet_error *err);

/* Take the ledger out of a schema: it is duet's, not the user's. */
void ledger_hide(struct schema *schema);

#endif
