/*
 * What the files of the driver for PostgreSQL share.
 */
#ifndef DUET_DB_POSTGRES_PART_H
#define DUET_DB_POSTGRES_PART_H

#include "base/arena.h"
#include "db/driver.h"
#include "db/postgres_libpq.h"

enum {
    POSTGRES_BYTEA_OID = 17,
    POSTGRES_TEXT_OID = 25,
    POSTGRES_TEXTS_OID = 1009, /* text[] */
    POSTGRES_PARAMETERS = 16,  /* so many need no memory of their own */
    POSTGRES_NUMBER_LEN = 32,
    POSTGRES_BLOCKER_LEN = 512
};

/* What each transaction of postgres_transact() has in common. */
struct postgres_usual {
    char *sql; /* NULL: none */
    char name[48];
};

enum { POSTGRES_USUALS = 4 };

struct postgres_db {
    struct db base;
    PGconn *conn;
    _Atomic(PGcancel *) cancel;
    PGcancel **former; /* of connections that were lost */
    size_t nformer;
    char *url;             /* NULL: attached, the caller closes conn */
    unsigned lock_timeout; /* milliseconds, of the session now; 0: for ever */
    unsigned own_lock_timeout; /* the same as it was opened */
    int backend;  /* behind a pooler: the process of our transaction, or 0 */
    int position; /* in the statement that failed last; characters, or 0 */
    bool for_clearing;   /* opened with the option unguarded */
    bool guarded;        /* settings are to be put back after the transaction */
    bool prepared;       /* a script has, by SQL */
    unsigned statements; /* prepared so far */
    struct postgres_usual usuals[POSTGRES_USUALS];
    uint64_t opened; /* makes their names unique */
    char
        blocker[POSTGRES_BLOCKER_LEN]; /* who held the lock waited for, or "" */
};

static inline struct postgres_db *
postgres_of(const struct db *db)
{
    return (struct postgres_db *)(uintptr_t)db;
}

/* ------------------------------------------- postgres_wait.c: answers */

/* Fill ERR from RESULT, which may be NULL; returns false. */
bool postgres_failed(struct postgres_db *db, const PGresult *result,
                     struct duet_error *err);

/* PQgetResult(), and while it waits a look at who is in the way. */
PGresult *postgres_next_result(struct postgres_db *db);

bool postgres_is_success(const PGresult *result);

/* A COPY asked for would wait for ever: nobody would answer it. */
bool postgres_is_copy(const PGresult *result);
void postgres_drop_copy(struct postgres_db *db, const PGresult *result);
bool postgres_no_copy(struct duet_error *err);

/* Read what is left of a statement; keep the first error. */
bool postgres_finish(struct postgres_db *db, bool ok, struct duet_error *err);

size_t postgres_position(const struct db *base, const char *sql);

/* ------------------------------------- postgres_parameters.c: values */

/* Parameters in the form that libpq takes. */
struct postgres_parameters {
    struct arena arena; /* for more than the stack holds */
    size_t count;
    Oid *types;
    const char **values;
    int *lengths;
    int *formats;
    char (*numbers)[POSTGRES_NUMBER_LEN];
    Oid stack_types[POSTGRES_PARAMETERS];
    const char *stack_values[POSTGRES_PARAMETERS];
    int stack_lengths[POSTGRES_PARAMETERS];
    int stack_formats[POSTGRES_PARAMETERS];
    char stack_numbers[POSTGRES_PARAMETERS][POSTGRES_NUMBER_LEN];
};

void postgres_parameters_init(struct postgres_parameters *to,
                              const struct db_value *args, size_t count);
void postgres_parameters_clear(struct postgres_parameters *to);

/* PostgreSQL's text can't hold NUL; libpq would cut it there. */
bool postgres_texts_are_whole(const struct db_value *args, size_t count,
                              struct duet_error *err);

/* ------------------------------------------ slots that stand elsewhere */

/* postgres.c; does not count as a db_cancel() */
void postgres_cancel(struct db *db);

/* What postgres_renew() says to the server, as long as nothing is prepared. */
struct buf;
void postgres_write_renewal(const struct postgres_db *db, struct buf *out);

/* postgres_transact.c */
bool postgres_transact(struct db *db, struct db_transaction *list, size_t count,
                       size_t *done, struct duet_error *err);
/* What it has prepared is gone with the session, or shall be made anew. */
void postgres_forget(struct postgres_db *db);

/* postgres_copy.c */
bool postgres_copy(struct db *db, const char *sql,
                   const struct db_source *source, struct duet_error *err);

/* postgres_run.c */
bool postgres_prepare(struct db *db, struct db_statement **out, const char *sql,
                      struct duet_error *err);
bool postgres_statement_query(struct db_statement *statement, struct rows *rows,
                              const struct db_value *args, size_t nargs,
                              struct duet_error *err);
void postgres_statement_free(struct db_statement *base);
bool postgres_run(struct db *db, struct db_call *calls, size_t count,
                  struct duet_error *err);

/* postgres_rows.c */
int64_t postgres_affected(const PGresult *result);
bool postgres_next(struct rows *rows);
void postgres_clear(struct rows *rows);
size_t postgres_columns(const struct rows *rows);
const char *postgres_name(const struct rows *rows, size_t column);
const char *postgres_text(const struct rows *rows, size_t column);
size_t postgres_len(const struct rows *rows, size_t column);
double postgres_number(const struct rows *rows, size_t column);
const void *postgres_blob(struct rows *rows, size_t column, size_t *len);

#endif
