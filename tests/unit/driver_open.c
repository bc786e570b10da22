/*
 * Opening: what can go wrong with each error's kind and hint, and connections
 * that the caller has opened.
 */
#include "lib/subject.h"
#include "lib/tap.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct duet_error err;
static const char *dir;

static const char *
in_scratch(const char *before, const char *name)
{
    static char text[512];

    snprintf(text, sizeof text, "%s%s/%s", before, dir, name);
    return text;
}

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        exit(1);
}

static void
fails(const char *url, bool create, enum duet_error_kind kind, const char *what)
{
    struct db_options options = {.create = create, .lock_timeout = 100};
    struct db *db = NULL;

    err = (struct duet_error){0};
    OK(!db_open(&db, url, &options, &err) && db == NULL, "%s: is refused",
       what);
    IS_INT(err.kind, kind, "%s: with its kind", what);
    if (!OK(*err.hint != '\0' && strchr(err.text, '\n') == NULL &&
                strstr(err.text, "secret") == NULL &&
                strstr(err.hint, "secret") == NULL,
            "%s: one line, a hint, no password", what))
        tap_diag("%s: %s / %s", what, err.text, err.hint);
    db_close(&db);
}

static void
test_files(void)
{
    struct db *db = NULL;

    fails(in_scratch("sqlite:", "none.db"), false, DUET_ERROR_CONNECT,
          "a file that is missing");
    OK(access(in_scratch("", "none.db"), F_OK) != 0, "and is not made");
    fails(in_scratch("sqlite:", "no/where.db"), true, DUET_ERROR_CONNECT,
          "a file in a directory that is missing");
    fails(in_scratch("sqlite:", ""), true, DUET_ERROR_CONNECT, "a directory");
    write_file(in_scratch("", "text.db"),
               "this is no database, but a text "
               "that is longer than the header of a database, which is a "
               "hundred bytes long");
    fails(in_scratch("sqlite:", "text.db"), true, DUET_ERROR_CONNECT,
          "a file that is no database");
    fails("sqlite:", true, DUET_ERROR_USAGE, "a URL without a file");
    fails("sqlite://host/x.db", true, DUET_ERROR_USAGE, "a URL with a host");
    write_file(in_scratch("", "empty.db"), "");
    OK(db_open(&db, in_scratch("sqlite:", "empty.db"), NULL, &err),
       "an empty file is an empty database");
    db_close(&db);
    OK(db == NULL, "a closed connection is gone");
    db_close(&db);
    db_close(NULL);
}

static void
test_permission(void)
{
    if (geteuid() == 0) {
        tap_skip(1, "root may read anything");
        return;
    }
    write_file(in_scratch("", "closed.db"), "");
    chmod(in_scratch("", "closed.db"), 0);
    fails(in_scratch("sqlite:", "closed.db"), false, DUET_ERROR_CONNECT,
          "a file that may not be read");
}

static void
test_urls(void)
{
    fails("", false, DUET_ERROR_USAGE, "no URL");
    fails("nonsense", false, DUET_ERROR_USAGE, "nonsense");
    fails("mysql://ada:secret@host/db", false, DUET_ERROR_USAGE,
          "another engine");
    fails("host=x password=secret", false, DUET_ERROR_USAGE,
          "libpq's other form");
    fails("postgres:secret@host/db", false, DUET_ERROR_USAGE,
          "a URL without its slashes");
}

static void
test_servers(void)
{
    fails("postgres://ada:secret@127.0.0.1:1/db", false, DUET_ERROR_CONNECT,
          "no server at a port");
    fails("postgresql://ada:secret@/db?host=/nowhere", false,
          DUET_ERROR_CONNECT, "no server at a socket");
    fails("postgres://ada:sec%zzsecret@host/db", false, DUET_ERROR_USAGE,
          "a percent sign that is none");
    fails("postgres://ada:secret@[::1/db", false, DUET_ERROR_USAGE,
          "a bracket that is not closed");
    fails("postgres://ada:x@secret@127.0.0.1:1/db", false, DUET_ERROR_CONNECT,
          "an '@' in the password");
    fails("postgres://ada:x/secret@127.0.0.1:1/db", false, DUET_ERROR_CONNECT,
          "a '/' in the password");
    fails("postgres://ada:secret/db", false, DUET_ERROR_CONNECT,
          "a host that was forgotten");
    fails("postgres://127.0.0.1:1/db?nonsense=1&password=secret", false,
          DUET_ERROR_USAGE, "a parameter that is none");
    OK(strstr(err.text, "\"nonsense\"") != NULL, "which is named");
}

static void
test_journal_mode(void)
{
    struct db_options options = {.create = true};
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(rows_clear) struct rows rows = {0};

    OK(db_open(&db, in_scratch("sqlite:", "new.db"), &options, &err) &&
           db_query(db, &rows, "pragma journal_mode", NULL, 0, &err) &&
           rows_next(&rows),
       "a new file is made");
    IS_TEXT(row_text(&rows, 0), "wal", "with a write-ahead log");
    rows_clear(&rows);
    OK(db_exec(db, "pragma journal_mode = delete; create table t (i)", &err),
       "it may be set to another mode");
    db_close(&db);
    OK(db_open(&db, in_scratch("sqlite:", "new.db"), &options, &err) &&
           db_query(db, &rows, "pragma journal_mode", NULL, 0, &err) &&
           rows_next(&rows),
       "it is opened again");
    IS_TEXT(row_text(&rows, 0), "delete", "and keeps its mode");
}

static int
handle_number(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement;
    int number = -1;

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void
test_attached_sqlite(void)
{
    struct db *db = NULL;
    sqlite3 *handle;

    sqlite3_open(":memory:", &handle);
    sqlite3_busy_timeout(handle, 1234);
    sqlite3_exec(handle, "pragma foreign_keys = off; begin", NULL, NULL, NULL);
    db_attach_sqlite(&db, handle);
    OK(db_in_transaction(db), "an attached handle keeps its transaction");
    OK(db_exec(db, "create table t (i unique); insert into t values (1)",
               &err) &&
           !db_exec(db, "insert into t values (1)", &err) &&
           err.kind == DUET_ERROR_CONSTRAINT,
       "and can be used");
    db_close(&db);
    IS_INT(handle_number(handle, "select i from t"), 1,
           "it is not closed with the connection");
    IS_INT(sqlite3_get_autocommit(handle), 0, "nor its transaction ended");
    IS_INT(handle_number(handle, "pragma foreign_keys"), 0,
           "its foreign keys are as they were");
    IS_INT(handle_number(handle, "pragma busy_timeout"), 1234,
           "and its patience");
    sqlite3_close(handle);
}

static const char *
conn_text(PGconn *conn, const char *sql)
{
    static char text[128];
    PGresult *result = PQexec(conn, sql);

    snprintf(text, sizeof text, "%s",
             PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return text;
}

static void
test_attached_postgres(const char *url)
{
    SCOPED(statement_free) struct db_statement *first = NULL;
    SCOPED(statement_free) struct db_statement *second = NULL;
    struct db *one = NULL;
    struct db *two = NULL;
    PGconn *conn = PQconnectdb(url);

    PQclear(PQexec(conn, "set lock_timeout = 1234"));
    PQclear(PQexec(conn, "set application_name = mine"));
    OK(db_attach_postgres(&one, conn, &err) &&
           db_attach_postgres(&two, conn, &err),
       "a connection of libpq can be used twice");
    OK(db_prepare(one, &first, "select 1", &err) &&
           db_prepare(two, &second, "select 2", &err),
       "statements of two connections on one handle have their own names");
    statement_free(&first);
    statement_free(&second);
    OK(db_begin(one, &err) && db_in_transaction(two),
       "its transaction is theirs");
    db_close(&two);
    db_close(&one);
    IS_INT(PQtransactionStatus(conn), PQTRANS_INTRANS,
           "the caller's handle is not closed");
    IS_TEXT(conn_text(conn, "show lock_timeout"), "1234ms",
            "its settings are as they were");
    IS_TEXT(conn_text(conn, "show application_name"), "mine", "all of them");
    PQfinish(conn);
}

static void
test_settings(const char *url)
{
    SCOPED(db_close) struct db *db = NULL;
    SCOPED(rows_clear) struct rows rows = {0};

    OK(db_open(&db, url, NULL, &err) &&
           db_query(db, &rows,
                    "select current_setting('application_name'), "
                    "current_setting('client_encoding'), "
                    "current_setting('lock_timeout'), "
                    "current_setting('standard_conforming_strings')",
                    NULL, 0, &err) &&
           rows_next(&rows),
       "a server is connected to");
    IS_TEXT(row_text(&rows, 0), "duet", "by name");
    IS_TEXT(row_text(&rows, 1), "UTF8", "in UTF-8");
    IS_TEXT(row_text(&rows, 2), "5s", "with some patience");
    IS_TEXT(row_text(&rows, 3), "on", "and backslashes are ordinary");
}

static void
test_missing_database(const char *server)
{
    char url[1024];

    snprintf(url, sizeof url, "%s%cdbname=not_there&password=secret", server,
             strchr(server, '?') ? '&' : '?');
    fails(url, false, DUET_ERROR_CONNECT, "a database that is missing");
    OK(strstr(err.text, "not_there") != NULL, "is named");
}

int
main(void)
{
    const char *server = getenv("TEST_POSTGRES");

    dir = scratch_make();
    test_files();
    test_permission();
    test_urls();
    test_servers();
    test_journal_mode();
    test_attached_sqlite();
    if (server != NULL && *server != '\0') {
        test_attached_postgres(server);
        test_settings(server);
        test_missing_database(server);
    } else {
        tap_skip(1, "TEST_POSTGRES names no server");
    }
    scratch_remove();
    return tap_done();
}
