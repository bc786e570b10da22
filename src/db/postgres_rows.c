/*
 * The driver for PostgreSQL: the rows of a query.
 */
#include <stdlib.h>

#include "db/postgres_part.h"

static PGresult *
result_of(const struct rows *rows)
{
    return rows->result;
}

int64_t
postgres_affected(const PGresult *result)
{
    /* PQcmdTuples() takes no const, yet only reads. */
    return strtoll(libpq.cmdTuples((PGresult *)(uintptr_t)result), NULL, 10);
}

bool
postgres_next(struct rows *rows)
{
    struct postgres_db *db = postgres_of(rows->db);
    PGresult *result = result_of(rows);

    if (result != NULL && ++rows->row < (size_t)libpq.ntuples(result))
        return true;
    libpq.clear(result);
    rows->row = 0;
    rows->result = result = postgres_next_result(db);
    if (result == NULL)
        return false;
    if (postgres_is_copy(result) || !postgres_is_success(result)) {
        if (postgres_is_copy(result)) {
            postgres_drop_copy(db, result);
            (void)postgres_no_copy(rows->err);
        } else {
            (void)postgres_failed(db, result, rows->err);
        }
        rows->failed = true;
        (void)postgres_finish(db, false, NULL);
        return false;
    }
    if (libpq.resultStatus(result) != PGRES_SINGLE_TUPLE)
        rows->affected = postgres_affected(result);
    if (libpq.ntuples(result) > 0)
        return true;
    /* It stays: it has the names of the columns. */
    rows->failed = !postgres_finish(db, true, rows->err);
    return false;
}

void
postgres_clear(struct rows *rows)
{
    struct postgres_db *db = postgres_of(rows->db);

    libpq.clear(result_of(rows));
    if (rows->ended || rows->failed)
        return;
    /* Rows that come one by one may be many yet. */
    if (rows->statement == NULL && libpq.isBusy(db->conn))
        postgres_cancel(&db->base);
    (void)postgres_finish(db, false, NULL);
}

size_t
postgres_columns(const struct rows *rows)
{
    return (size_t)libpq.nfields(result_of(rows));
}

const char *
postgres_name(const struct rows *rows, size_t column)
{
    return libpq.fname(result_of(rows), (int)column);
}

const char *
postgres_text(const struct rows *rows, size_t column)
{
    const PGresult *result = result_of(rows);

    return libpq.getisnull(result, (int)rows->row, (int)column)
               ? NULL
               : libpq.getvalue(result, (int)rows->row, (int)column);
}

size_t
postgres_len(const struct rows *rows, size_t column)
{
    return (size_t)libpq.getlength(result_of(rows), (int)rows->row,
                                   (int)column);
}

double
postgres_number(const struct rows *rows, size_t column)
{
    const char *text = postgres_text(rows, column);

    return text == NULL ? 0 : strtod(text, NULL);
}

const void *
postgres_blob(struct rows *rows, size_t column, size_t *len)
{
    const char *text = postgres_text(rows, column);

    *len = 0;
    if (text == NULL)
        return NULL;
    if (libpq.ftype(result_of(rows), (int)column) != POSTGRES_BYTEA_OID) {
        *len = postgres_len(rows, column);
        return text;
    }
    free(rows->blob);
    rows->blob = libpq.unescapeBytea((const unsigned char *)text, len);
    return rows->blob;
}
