/*
 * The drivers without duet, for what duet is measured against: each function
 * ends the program where something fails.
 */
#ifndef DUET_TESTS_BARE_H
#define DUET_TESTS_BARE_H

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

/* A database of the server TEST_POSTGRES, or a file; empty at first. */
struct place {
    char url[1024]; /* as duet_open() takes it */
    char path[512]; /* of SQLite's file, or "" */
    char name[64];  /* of PostgreSQL's database, or "" */
};

/* Make one; place_postgres() is false without a server. */
bool place_postgres(struct place *place, const char *name);
void place_sqlite(struct place *place, const char *name, bool wal);
void place_remove(struct place *place);

PGconn *bare_postgres(const struct place *place);
void bare_run(PGconn *conn, const char *sql);
long bare_number(PGconn *conn, const char *sql);
void bare_prepare(PGconn *conn, const char *name, const char *sql);
/* RESULT is as it should be, else that is the end; frees it. */
void bare_expect(PGconn *conn, PGresult *result, ExecStatusType status);

/* A pipeline of prepared statements: send them, then read what they say. */
void bare_pipeline(PGconn *conn);
void bare_send(PGconn *conn, const char *name, int count,
               const char *const *values);
void bare_sync(PGconn *conn);
/* The next statement's result; the caller frees it. */
PGresult *bare_answer(PGconn *conn);
void bare_end(PGconn *conn);

sqlite3 *bare_sqlite(const struct place *place);
void bare_exec(sqlite3 *handle, const char *sql);
long bare_count(sqlite3 *handle, const char *sql);
sqlite3_stmt *bare_statement(sqlite3 *handle, const char *sql);
/* Run it to its end, and reset it. */
void bare_step(sqlite3_stmt *statement);

/* The libraries and the server, in words. */
const char *bare_versions(void);

#endif
