/*
 * The driver for PostgreSQL: `copy ... from stdin`.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "db/postgres_part.h"

enum { PIECE_LEN = 64 * 1024 }; /* libpq's buffer grows to hold a piece */

/* In pieces: the data of one line may be larger than memory. */
static bool
put(struct postgres_db *db, const char *data, size_t len)
{
    while (len > 0) {
        size_t piece = len < PIECE_LEN ? len : PIECE_LEN;

        if (libpq.putCopyData(db->conn, data, (int)piece) != 1)
            return false;
        data += piece;
        len -= piece;
    }
    return true;
}

/*
 * Where the server has refused a row, libpq tells only at the end; a cancel
 * must not have to wait for that.
 */
static bool
send_all(struct postgres_db *db, const struct db_source *source)
{
    int cancels = db->base.cancels;
    const char *data;
    size_t len;

    while (db->base.cancels == cancels &&
           source->read(source->context, &data, &len))
        if (!put(db, data, len))
            break;
    if (source->failed(source->context)) {
        (void)libpq.putCopyEnd(db->conn, "its data could not be read");
        return false;
    }
    (void)libpq.putCopyEnd(db->conn,
                           db->base.cancels == cancels ? NULL : "cancelled");
    return true;
}

/*
 * The line of a server's context that says where in the data it was:
 *
 *     COPY t, line 3, column i: "x"
 *
 * without the value, in the whole text of which anything may stand.
 */
static void
keep_place(char *place, size_t size, const char *context)
{
    const char *line = context;

    while (line != NULL && strncmp(line, "COPY ", 5) != 0) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    if (line == NULL)
        return;
    (void)snprintf(place, size, "%s", line);
    place[strcspn(place, "\n")] = '\0';
    if (strstr(place, ": \"") != NULL)
        *strstr(place, ": \"") = '\0';
}

/* The same as postgres_finish(), with the place in the data. */
static bool
finish(struct postgres_db *db, struct duet_error *err)
{
    char place[256] = "";
    PGresult *result = postgres_next_result(db);
    bool ok = postgres_is_success(result);

    if (!ok) {
        (void)postgres_failed(db, result, err);
        keep_place(place, sizeof place,
                   libpq.resultErrorField(result, PG_DIAG_CONTEXT));
        if (*place != '\0')
            (void)err_wrap(err, "%s", place);
    }
    libpq.clear(result);
    return postgres_finish(db, ok, err);
}

bool
postgres_copy(struct db *base, const char *sql, const struct db_source *source,
              struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    PGresult *result;
    bool ok;

    if (!libpq.sendQuery(db->conn, sql))
        return postgres_failed(db, NULL, err);
    result = postgres_next_result(db);
    if (libpq.resultStatus(result) == PGRES_COPY_IN) {
        libpq.clear(result);
        return send_all(db, source) ? finish(db, err)
                                    : postgres_finish(db, false, NULL);
    }
    ok = !postgres_is_success(result) && !postgres_is_copy(result);
    if (ok)
        (void)postgres_failed(db, result, err);
    else
        (void)err_set(err, DUET_ERROR_USAGE,
                      "this is no COPY from the client: '%s'", sql);
    if (postgres_is_copy(result))
        postgres_drop_copy(db, result);
    libpq.clear(result);
    return postgres_finish(db, false, NULL);
}
