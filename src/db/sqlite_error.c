#include "db/sqlite_error.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

/* Result codes to kinds; the first that fits. */
static const struct {
    int code; /* a primary code, or an extended one */
    enum duet_error_kind kind;
    const char *text; /* NULL: SQLite's message */
    const char *hint;
} kinds[] = {
    {SQLITE_BUSY_SNAPSHOT, DUET_ERROR_RETRY,
     "another connection has written since this transaction began to read",
     "roll back and run the transaction again"},
    {SQLITE_BUSY, DUET_ERROR_BUSY, "the database is locked", ""},
    {SQLITE_LOCKED, DUET_ERROR_BUSY,
     "a statement of this process still uses the table",
     "finish or reset that statement first"},
    {SQLITE_INTERRUPT, DUET_ERROR_CANCELLED, "cancelled", ""},
    {SQLITE_READONLY_DBMOVED, DUET_ERROR_IO,
     "the database's file was moved or deleted", "connect again"},
    {SQLITE_READONLY, DUET_ERROR_DENIED, "the database is read-only",
     "look at the permissions of the file and of its directory"},
    {SQLITE_PERM, DUET_ERROR_DENIED, NULL, ""},
    {SQLITE_AUTH, DUET_ERROR_DENIED, NULL, ""},
    {SQLITE_FULL, DUET_ERROR_IO, "the disk is full",
     "the transaction is rolled back: make room and run it again"},
    {SQLITE_CANTOPEN, DUET_ERROR_CONNECT, "the file can't be opened",
     "look at the permissions of the file and of its directory"},
    {SQLITE_NOTADB, DUET_ERROR_CONNECT, "the file is not a SQLite database",
     "name another file, or move this one away"},
    {SQLITE_CORRUPT, DUET_ERROR_IO, "the database file is damaged",
     "restore it from a copy; sqlite3's .recover may save rows"},
    {SQLITE_IOERR, DUET_ERROR_IO, NULL,
     "the transaction is rolled back: look at the disk and at its system's "
     "log"},
};

/* Full is also a database that has as many pages as it may have. */
static void
full_hint(sqlite3 *handle, struct duet_error *err)
{
    enum { LEAST_DEFAULT = 1073741823 };
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(handle, "pragma max_page_count", -1, &statement,
                           NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        sqlite3_column_int64(statement, 0) < LEAST_DEFAULT) {
        (void)err_set(err, DUET_ERROR_IO, "the disk or the database is full");
        (void)err_hint(err,
                       "the transaction is rolled back: pragma max_page_count "
                       "allows it %s pages",
                       (const char *)sqlite3_column_text(statement, 0));
    }
    (void)sqlite3_finalize(statement);
}

/* ALTER TABLE reads every view and trigger, and refuses to leave one broken. */
static void
schema_hint(const char *message, struct duet_error *err)
{
    if (strncmp(message, "error in view ", 14) == 0 ||
        strncmp(message, "error in trigger ", 17) == 0)
        (void)err_hint(err, "drop it first and create it again afterwards");
}

/*
 * A transaction that has read and now can't write may be waiting for one that
 * waits for it: more patience does not help.
 */
static bool
is_stuck(sqlite3 *handle, int code, bool at_commit)
{
    return (code & 0xFF) == SQLITE_BUSY && !at_commit &&
           sqlite3_get_autocommit(handle) == 0 &&
           sqlite3_txn_state(handle, "main") == SQLITE_TXN_READ;
}

bool
sqlite_error(sqlite3 *handle, sqlite3_stmt *statement, bool at_commit,
             struct duet_error *err)
{
    int code = sqlite3_extended_errcode(handle);
    char message[sizeof err->text];
    char number[sizeof err->code];

    (void)snprintf(message, sizeof message, "%s", sqlite3_errmsg(handle));
    (void)snprintf(number, sizeof number, "%d", code % 1000000);
    if (is_stuck(handle, code, at_commit))
        code = SQLITE_BUSY_SNAPSHOT;
    (void)err_set(err, DUET_ERROR_SQL, "%s", message);
    schema_hint(message, err);
    if ((code & 0xFF) == SQLITE_CONSTRAINT) {
        (void)sqlite_constraint_error(handle, statement, code, message, err);
    } else {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            if (kinds[i].code != code && kinds[i].code != (code & 0xFF))
                continue;
            (void)err_set(err, kinds[i].kind, "%s",
                          kinds[i].text ? kinds[i].text : message);
            (void)err_hint(err, "%s", kinds[i].hint);
            break;
        }
    }
    if ((code & 0xFF) == SQLITE_BUSY && code != SQLITE_BUSY_SNAPSHOT)
        sqlite_lock_hint(handle, err);
    if (code == SQLITE_FULL)
        full_hint(handle, err);
    if (err != NULL)
        (void)snprintf(err->code, sizeof err->code, "%s", number);
    return false;
}
