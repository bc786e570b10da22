/**
 * duet: one schema on two databases, SQLite and PostgreSQL.
 *
 * Handles are opaque.  A function that can fail returns false and fills the
 * struct duet_error it was given; it returns true and leaves the error alone
 * otherwise.  Options may be NULL, and an option that is zero has its default.
 * A handle may be used by one thread at a time; different handles are
 * independent of each other.
 */
#ifndef DUET_H
#define DUET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a caller branches on; duet_error_name() gives each as a word. */
enum duet_error_kind {
    DUET_ERROR_NONE = 0,
    DUET_ERROR_USAGE,      /**< the call or its arguments are wrong */
    DUET_ERROR_IO,         /**< a file or directory */
    DUET_ERROR_CONNECT,    /**< the database could not be reached */
    DUET_ERROR_UNCERTAIN,  /**< lost during COMMIT: done or not, unknown */
    DUET_ERROR_BUSY,       /**< a lock was not had in time */
    DUET_ERROR_RETRY,      /**< roll back, then retry the transaction */
    DUET_ERROR_SQL,        /**< the database refused a statement */
    DUET_ERROR_CONSTRAINT, /**< a row breaks a constraint of the schema */
    DUET_ERROR_DENIED,     /**< the role lacks a privilege */
    DUET_ERROR_CANCELLED,  /**< cancelled by duet_cancel() or the server */
    DUET_ERROR_DRIFT       /**< a difference: found, but not as expected */
};

/** What went wrong, where, and what to do about it.  The caller owns it. */
struct duet_error {
    enum duet_error_kind kind;
    char code[8];         /**< SQLSTATE, or SQLite's extended result code */
    char constraint[128]; /**< the constraint that a row broke, or "" */
    char text[1024];      /**< one sentence, no full stop, no newline */
    char hint[512];       /**< what to do about it, or "" */
};

/** The kind as one word, such as "busy"; never NULL. */
const char *duet_error_name(enum duet_error_kind kind);

/** The version of the library, such as "0.1.0". */
const char *duet_version(void);

/* ------------------------------------------------------------------------
 * Connections
 */

/** A connection to a database. */
struct duet_db;

struct duet_open_options {
    unsigned lock_timeout; /**< milliseconds to wait for a lock; 0: 5000 */
};

/**
 * Open the database that a URL names: `sqlite:PATH`, `sqlite::memory:`,
 * `postgres://...` or `postgresql://...` (whatever libpq takes).
 *
 * The file of an SQLite database must exist.  No error ever shows a password.
 */
bool duet_open(struct duet_db **out, const char *url,
               const struct duet_open_options *options, struct duet_error *err);

/**
 * Use a connection that the caller opened and goes on owning: an sqlite3 * or
 * a PGconn *.  Its settings stay as they are, and duet works inside the
 * transaction that is open on it.  Close the result before the connection.
 *
 * libpq is the shared library libpq.so.5, which duet loads when PostgreSQL is
 * first used: that fails where it is not installed, or is older than 14.
 */
struct sqlite3;
struct pg_conn;
void duet_attach_sqlite(struct duet_db **out, struct sqlite3 *handle);
bool duet_attach_postgres(struct duet_db **out, struct pg_conn *handle,
                          struct duet_error *err);

/** Close *DB and set it to NULL; NULL and an empty pointer are accepted. */
void duet_close(struct duet_db **db);

/** Stop what DB is doing; may be called from a signal handler. */
void duet_cancel(struct duet_db *db);

/* ------------------------------------------------------------------------
 * Get or create
 */

/** What became of a row that was asked for. */
enum duet_outcome {
    DUET_FOUND,    /**< it was there, as asked for */
    DUET_CREATED,  /**< it was not there, and is now */
    DUET_DIFFERENT /**< it was there, with other values in other columns */
};

/** Where a row that was found has another value than the one asked for. */
struct duet_difference {
    const char *column;
    const char *stored; /**< as text; NULL is SQL's NULL */
    const char *given;
};

/** The answer to duet_get_or_create(); valid until the next call. */
struct duet_row {
    enum duet_outcome outcome;
    size_t nidentity;            /**< columns of the primary key */
    const char *const *identity; /**< their names */
    const char *const *id;       /**< their values as text */
    size_t ndifferent;           /**< 0 unless the outcome is different */
    const struct duet_difference *different;
};

/** Gets or creates rows of one table: a handle to keep and use again. */
struct duet_getter;

/**
 * Prepare to get or create rows of TABLE (`name` or `schema.name`).
 *
 * The row is looked up by the KEY columns alone, which must be the columns of
 * one unique index or constraint of the table (a partial index too, when the
 * SET columns tell that its predicate holds): otherwise two callers could both
 * miss and both insert.  The SET columns are written to a row that is created
 * and compared with a row that is found.  What neither names gets its default.
 *
 * NKEY is at least 1, NSET may be 0.  The names are copied; DB must outlive
 * the handle.  An error of kind USAGE tells which unique indexes there are.
 */
bool duet_getter_open(struct duet_getter **out, struct duet_db *db,
                      const char *table, const char *const *key, size_t nkey,
                      const char *const *set, size_t nset,
                      struct duet_error *err);

/**
 * Get the row with KEY's values, or create it with SET's too.  Values are in
 * the order of the columns; a NULL is SQL's NULL, which only a key declared
 * NULLS NOT DISTINCT takes.
 *
 * Outside a transaction it has no race: of any number of callers one creates
 * the row and the others find it.  Inside a transaction of the caller a
 * conflict that this transaction can't see comes back as DUET_ERROR_RETRY:
 * roll back and run the whole transaction again.
 */
bool duet_get_or_create(struct duet_getter *getter, const char *const *key,
                        const char *const *set, struct duet_row *row,
                        struct duet_error *err);

/** Free *GETTER and set it to NULL; NULL and an empty pointer are accepted. */
void duet_getter_close(struct duet_getter **getter);

/* ------------------------------------------------------------------------
 * Clear and reset
 */

struct duet_clear_options {
    /**
     * Tables to keep, or the only ones to clear; NULL at the end, NULL for
     * none.  `name`, `schema.name` or `schema.*`; one that matches no table is
     * an error.  The ledgers of migration tools are always kept.
     */
    const char *const *keep;
    const char *const *only;
    bool restart_sequences; /**< ids start again at 1, too */
    unsigned lock_timeout;  /**< milliseconds to wait for a lock; 0: 5000 */
};

/** A table and how many rows of it were deleted. */
struct duet_cleared {
    const char *table;
    int64_t rows;
};

/** What duet_clear() did; valid until the next call on the handle. */
struct duet_clear_report {
    size_t ntables; /**< those that had rows, in name order */
    const struct duet_cleared *tables;
    int64_t rows;      /**< of all of them */
    int64_t sequences; /**< how many were restarted */
};

/**
 * Empties a database again and again, on a connection of its own: open one and
 * keep it for as long as the test process runs.  Others may write and alter
 * the schema meanwhile; each call finds what they did.
 *
 * After DUET_ERROR_CONNECT or DUET_ERROR_UNCERTAIN the connection is gone and
 * every further call fails: close the handle and open another.
 */
struct duet_cleaner;

/**
 * Open URL and read which tables there are to clear.  An error of kind USAGE
 * tells the foreign keys by which a table that is kept references one that
 * would be cleared.
 */
bool duet_cleaner_open(struct duet_cleaner **out, const char *url,
                       const struct duet_clear_options *options,
                       struct duet_error *err);

/**
 * Delete every row.  All of it happens or nothing.  REPORT may be NULL.
 * DUET_ERROR_BUSY: a lock was not had in time; the hint names its holder.
 */
bool duet_clear(struct duet_cleaner *cleaner, struct duet_clear_report *report,
                struct duet_error *err);

/** The same report without deleting anything. */
bool duet_clear_preview(struct duet_cleaner *cleaner,
                        struct duet_clear_report *report,
                        struct duet_error *err);

/**
 * Clear, then run SEED (SQL statements, may be NULL), in one transaction,
 * which SEED must not end: no BEGIN, COMMIT or ROLLBACK.  Foreign keys and
 * triggers act on what it writes.  An error in it begins with
 * "seed:LINE:COLUMN: ".
 */
bool duet_reset(struct duet_cleaner *cleaner, const char *seed,
                struct duet_clear_report *report, struct duet_error *err);

/** Stop what CLEANER is doing; may be called from a signal handler. */
void duet_cleaner_cancel(struct duet_cleaner *cleaner);

/** Free *CLEANER and set it to NULL. */
void duet_cleaner_close(struct duet_cleaner **cleaner);

/* ------------------------------------------------------------------------
 * Fixtures for tests
 */

/** When a label gets the worker's id behind it. */
enum duet_label_policy {
    DUET_LABEL_DEFAULT = 0, /**< what DUET_LABELS says, else always */
    DUET_LABEL_ALWAYS, /**< `localhost-gw0`, outside a run `localhost-master` */
    DUET_LABEL_AUTO,   /**< in a parallel run only */
    DUET_LABEL_NEVER   /**< `localhost` */
};

struct duet_worker_options {
    /** "sqlite" or "postgres"; NULL: DUET_ENGINE, else "sqlite". */
    const char *engine;
    /** Its id; NULL: DUET_WORKER, else what the test runner says. */
    const char *worker;
    /** The migrations; NULL: DUET_MIGRATIONS, else ./migrations, else
        ./db/migrations, else those of a profile's storage. */
    const char *migrations;
    /** SQL that each clean profile begins with; NULL: the tree's own seed, or
        the default user of a profile's storage. */
    const char *seed;
    enum duet_label_policy labels;
    /** The PostgreSQL server's programs; NULL: PG_BIN, else the newest. */
    const char *pg_bin;
    bool keep; /**< leave the files, to look at them */
};

/**
 * A test worker: a process of a test suite with a profile of its own, migrated
 * and on the engine asked for, that no other process has.  It is taken away
 * when the worker is closed, and when its process ends in any other way.
 */
struct duet_worker;

/** Open one; a session fixture does, once. */
bool duet_worker_open(struct duet_worker **out,
                      const struct duet_worker_options *options,
                      struct duet_error *err);

/** Its id, such as "gw0"; "master" outside a parallel run. */
const char *duet_worker_id(const struct duet_worker *worker);

/** "sqlite" or "postgres". */
const char *duet_worker_engine(const struct duet_worker *worker);

/** The URL of its profile's database, and the profile's name. */
const char *duet_worker_url(const struct duet_worker *worker);
const char *duet_worker_profile(const struct duet_worker *worker);

/** The directory of its files, the value for DUET_HOME. */
const char *duet_worker_home(const struct duet_worker *worker);

/**
 * The variables that lead other programs to this profile, "NAME=value" each,
 * NULL at the end: DATABASE_URL, DUET_PROFILE, DUET_HOME, DUET_WORKER,
 * DUET_RUN, DUET_ENGINE and on PostgreSQL PGHOST, PGPORT, PGUSER, PGDATABASE
 * and an empty PGHOSTADDR.
 */
const char *const *duet_worker_environment(const struct duet_worker *worker);

/**
 * A clean profile, for a test: delete every row, then run the seed, in one
 * transaction.  REPORT may be NULL.
 */
bool duet_worker_clean(struct duet_worker *worker,
                       struct duet_clear_report *report,
                       struct duet_error *err);

/**
 * The worker's own connection to its profile, opened when it is first asked
 * for; duet_worker_close() closes it.  In a fork of the process that opened
 * WORKER this and what follows is an error of kind USAGE.
 */
bool duet_worker_db(struct duet_worker *worker, struct duet_db **db,
                    struct duet_error *err);

/**
 * STEM with the worker's id behind it, `localhost-gw0`, as the policy says;
 * one that has it already stays as it is.  Valid as long as WORKER.
 */
const char *duet_worker_label(struct duet_worker *worker, const char *stem);

struct duet_computer_options {
    const char *label;     /**< NULL: "localhost"; the suffix is added */
    const char *hostname;  /**< NULL: "localhost" */
    const char *scheduler; /**< NULL: "core.direct" */
    const char *transport; /**< NULL: "core.local" */
    const char *workdir;   /**< NULL: a temporary folder of this worker */
    bool literal;          /**< LABEL as it is, without the suffix */
};

/**
 * Get or create a computer in a profile's storage, and the default user's
 * access to it.  It is looked up by its label alone; one that is there with
 * another hostname, scheduler, transport or working directory comes back as
 * DUET_DIFFERENT.
 * ROW is valid until the next call.
 */
bool duet_worker_computer(struct duet_worker *worker,
                          const struct duet_computer_options *options,
                          struct duet_row *row, struct duet_error *err);

/**
 * Make a new, empty folder that is gone with the worker.  PATH is valid as
 * long as WORKER; NAME, which may be NULL, is part of its own.
 */
bool duet_worker_folder(struct duet_worker *worker, const char *name,
                        const char **path, struct duet_error *err);

/**
 * Rows under labels without this worker's suffix, which a test has made:
 * "TABLE.COLUMN<tab>LABEL" each, NULL at the end, valid until the next call.
 * LABELLED are the columns to look at, "table.column" each, NULL at the end;
 * NULL: db_dbcomputer.label.
 */
bool duet_worker_audit(struct duet_worker *worker, const char *const *labelled,
                       const char *const **found, struct duet_error *err);

/** End it, and take away its profile. */
void duet_worker_close(struct duet_worker **worker);

#ifdef __cplusplus
}
#endif

#endif
