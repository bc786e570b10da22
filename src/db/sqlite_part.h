/*
 * What the parts of the driver for SQLite share.
 */
#ifndef DUET_DB_SQLITE_PART_H
#define DUET_DB_SQLITE_PART_H

#include <sqlite3.h>

#include "db/driver.h"
#include "db/sqlite_session.h"

/* What begins and ends a transaction, prepared when first needed. */
enum frame { FRAME_WRITE, FRAME_READ, FRAME_COMMIT, FRAME_VERSION, FRAMES };

struct sqlite_db {
    struct db base;
    sqlite3 *handle;
    sqlite3_stmt *frames[FRAMES];
    int data_version; /* when db_others_wrote() was called last; or 0 */
    struct sqlite_session session;
    bool attached;         /* the caller closes handle */
    bool guarded;          /* db_guard() was called in this transaction */
    unsigned lock_timeout; /* milliseconds */
    int64_t waiting_since; /* for a lock, in milliseconds */
    int cancels_before;    /* how many there were at that time */
    size_t position;       /* db_error_position() of what failed last */
};

struct sqlite_db *sqlite_of(const struct db *db);

/* Before anything else is asked: TEXT, from AT on, was not understood. */
void sqlite_keep_position(struct sqlite_db *db, const char *text,
                          const char *at);

/* Run what FRAME stands for, FRAME_WRITE or FRAME_READ. */
bool sqlite_begin_frame(struct db *base, enum frame frame,
                        struct duet_error *err);
bool sqlite_commit(struct db *base, struct duet_error *err);
bool sqlite_in_transaction(const struct db *db);

/* ------------------------------------- sqlite_statement.c */

bool sqlite_query(struct db *db, struct rows *rows, const char *sql,
                  const struct db_value *args, size_t nargs,
                  struct duet_error *err);
bool sqlite_prepare(struct db *db, struct db_statement **out, const char *sql,
                    struct duet_error *err);
bool sqlite_statement_query(struct db_statement *base, struct rows *rows,
                            const struct db_value *args, size_t nargs,
                            struct duet_error *err);
void sqlite_statement_free(struct db_statement *base);
bool sqlite_run(struct db *db, struct db_call *calls, size_t count,
                struct duet_error *err);

/* ------------------------------------- sqlite_rows.c */

bool sqlite_next(struct rows *rows);
void sqlite_clear(struct rows *rows);
size_t sqlite_columns(const struct rows *rows);
const char *sqlite_name(const struct rows *rows, size_t column);
const char *sqlite_text(const struct rows *rows, size_t column);
size_t sqlite_len(const struct rows *rows, size_t column);
double sqlite_number(const struct rows *rows, size_t column);
const void *sqlite_blob(struct rows *rows, size_t column, size_t *len);

#endif
