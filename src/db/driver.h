/*
 * What an engine must do.  Every slot is required.
 *
 * struct db holds the driver and is the first member of each driver's own
 * struct, as struct db_statement is of each driver's statement.
 */
#ifndef DUET_DB_DRIVER_H
#define DUET_DB_DRIVER_H

#include <stdatomic.h>

#include "db/db.h"

struct db {
    const struct db_driver *driver;
    const struct dialect *dialect;
    bool unguarded;
    bool pooled;        /* db_pooled() */
    unsigned patience;  /* db_patience() */
    atomic_int cancels; /* how many db_cancel() there were */
};

struct db_statement {
    struct db *db;
};

struct db_driver {
    const char *const *schemes; /* of URLs, NULL at the end */

    /* OUT is set only on success. */
    bool (*open)(struct db **out, const char *url,
                 const struct db_options *options, struct duet_error *err);
    /* Free DB; a transaction that is open is rolled back. */
    void (*close)(struct db *db);
    /* Async-signal-safe. */
    void (*cancel)(struct db *db);

    bool (*begin)(struct db *db, struct duet_error *err);
    bool (*commit)(struct db *db, struct duet_error *err);
    void (*rollback)(struct db *db);
    bool (*in_transaction)(const struct db *db);
    bool (*transact)(struct db *db, struct db_transaction *list, size_t count,
                     size_t *done, struct duet_error *err);
    bool (*guard)(struct db *db, struct duet_error *err);
    bool (*lock_timeout)(struct db *db, unsigned milliseconds,
                         struct duet_error *err);
    size_t (*position)(const struct db *db, const char *sql);

    bool (*exec)(struct db *db, const char *sql, struct duet_error *err);
    bool (*renew)(struct db *db, struct duet_error *err);
    bool (*reopen)(struct db *db, struct duet_error *err);
    bool (*others_wrote)(struct db *db);
    bool (*copy)(struct db *db, const char *sql, const struct db_source *source,
                 struct duet_error *err);
    void (*watch)(struct db *db, const struct db_watch *watch);
    /* ROWS is empty but for db and err. */
    bool (*query)(struct db *db, struct rows *rows, const char *sql,
                  const struct db_value *args, size_t nargs,
                  struct duet_error *err);
    bool (*prepare)(struct db *db, struct db_statement **out, const char *sql,
                    struct duet_error *err);
    bool (*statement_query)(struct db_statement *statement, struct rows *rows,
                            const struct db_value *args, size_t nargs,
                            struct duet_error *err);
    void (*statement_free)(struct db_statement *statement);
    bool (*run)(struct db *db, struct db_call *calls, size_t count,
                struct duet_error *err);

    /* A row follows; at the end and on failure false, rows->failed set. */
    bool (*next)(struct rows *rows);
    /* Free what ROWS holds; it may be half read. */
    void (*clear)(struct rows *rows);
    size_t (*columns)(const struct rows *rows);
    const char *(*name)(const struct rows *rows, size_t column);
    const char *(*text)(const struct rows *rows, size_t column);
    size_t (*len)(const struct rows *rows, size_t column);
    double (*number)(const struct rows *rows, size_t column);
    const void *(*blob)(struct rows *rows, size_t column, size_t *len);
};

/* The server was lost in a COMMIT; always false. */
bool db_uncertain(struct duet_error *err);

/* The first one in as many steps as it has, for who has no better way. */
bool transact_by_steps(struct db *db, struct db_transaction *list, size_t count,
                       size_t *done, struct duet_error *err);

extern const struct db_driver db_sqlite;
extern const struct db_driver db_postgres;

/* How the library was built: threads may have a connection each. */
bool sqlite_has_threads(void);

/* Which rule of the schema a row broke. */
enum constraint_class {
    CONSTRAINT_UNIQUE,
    CONSTRAINT_FOREIGN_KEY,
    CONSTRAINT_CHECK,
    CONSTRAINT_NOT_NULL,
    CONSTRAINT_EXCLUSION
};

/*
 * The error for a broken constraint, in the same words on every engine.  NAME
 * is the constraint's, or "" where it has none; OBJECT the table, or for NOT
 * NULL the table and column (`t.c`), or "".
 */
bool constraint_error(struct duet_error *err, enum constraint_class class,
                      const char *name, const char *object);

/* OPTIONS, or the defaults for NULL. */
unsigned lock_timeout(const struct db_options *options);

#endif
