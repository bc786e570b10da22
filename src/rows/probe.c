#include "rows/probe.h"

#include <string.h>

#include "base/buf.h"

/*
 * So many questions a statement: an engine opens every table of a statement
 * at once, which takes the longer the more there are; but a statement has its
 * own cost, and the more where it is sent somewhere.  The answers are digits
 * of one text.
 */
enum { WIDE_CHUNK = 200, NARROW_CHUNK = 20 };

_Static_assert((int)WIDE_CHUNK < (int)DB_ANSWER,
               "an answer has room for a chunk's digits");

static size_t
chunk_len(const struct probe *probe, size_t chunk)
{
    size_t left = probe->count - chunk * probe->chunk;

    return left < probe->chunk ? left : probe->chunk;
}

static void
write_chunk(struct buf *sql, const char *const *questions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%scase when %s then '1' else '0' end",
                   i == 0 ? "select " : "\n       || ", questions[i]);
}

/* The first chunk's also compares the schema mark with $1. */
static void
write_proof(struct buf *sql, const struct dialect *dialect,
            const char *schema_mark, const char *const *questions, size_t count)
{
    buf_text(sql, dialect->assert_open);
    if (schema_mark != NULL)
        buf_printf(sql, "(%s) = $1 and ", schema_mark);
    buf_text(sql, "not (1 = 0");
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "\n    or %s", questions[i]);
    buf_printf(sql, ")%s", dialect->assert_close);
}

static bool
open_proofs(struct probe *probe, const char *schema_mark,
            const char *const *questions, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};
    size_t chunks = probe->nstatements - 1;

    probe->nproofs = chunks == 0 ? 1 : chunks;
    probe->proofs = arena_array(&probe->arena, probe->nproofs,
                                sizeof(struct db_statement *));
    for (size_t i = 0; i < probe->nproofs; i++) {
        buf_clear(&sql);
        write_proof(&sql, db_dialect(probe->db), i == 0 ? schema_mark : NULL,
                    questions + i * probe->chunk, chunk_len(probe, i));
        if (!db_prepare(probe->db, &probe->proofs[i], buf_data(&sql), err))
            return false;
    }
    return true;
}

bool
probe_open(struct probe *probe, struct db *db, const char *schema_mark,
           const char *const *questions, size_t count, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};
    size_t chunk = db_dialect(db)->has_round_trips ? WIDE_CHUNK : NARROW_CHUNK;
    size_t chunks = (count + chunk - 1) / chunk;

    *probe = (struct probe){.db = db, .count = count, .chunk = chunk};
    probe->statements =
        arena_array(&probe->arena, chunks + 1, sizeof(struct db_statement *));
    probe->nstatements = chunks + 1;
    if (!db_prepare(db, &probe->change_mark, db_sql(db, SQL_CHANGE_MARK),
                    err) ||
        !db_prepare(db, &probe->statements[0], schema_mark, err))
        return false;
    for (size_t i = 0; i < chunks; i++) {
        buf_clear(&sql);
        write_chunk(&sql, questions + i * probe->chunk, chunk_len(probe, i));
        if (!db_prepare(db, &probe->statements[i + 1], buf_data(&sql), err))
            return false;
    }
    return open_proofs(probe, schema_mark, questions, err);
}

void
mark_copy(char mark[MARK_LEN], const char *text)
{
    if (text == NULL || strlen(text) >= MARK_LEN)
        text = "";
    memcpy(mark, text, strlen(text) + 1);
}

bool
probe_mark(struct probe *probe, char mark[MARK_LEN], struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    mark[0] = '\0';
    if (!statement_query(probe->change_mark, &rows, NULL, 0, err))
        return false;
    while (rows_next(&rows))
        mark_copy(mark, row_text(&rows, 0));
    return rows_ended(&rows);
}

size_t
probe_ncalls(const struct probe *probe)
{
    return probe->nstatements;
}

void
probe_ask(const struct probe *probe, struct db_call *calls)
{
    for (size_t i = 0; i < probe->nstatements; i++)
        calls[i] = (struct db_call){.statement = probe->statements[i]};
}

void
probe_read(const struct probe *probe, const struct db_call *calls,
           bool *answers, char schema[MARK_LEN])
{
    mark_copy(schema, calls[0].answer);
    for (size_t i = 0; i < probe->count; i++)
        answers[i] =
            calls[1 + i / probe->chunk].answer[i % probe->chunk] == '1';
}

size_t
probe_prove(const struct probe *probe, const struct db_value *schema,
            struct db_call *calls)
{
    for (size_t i = 0; i < probe->nproofs; i++)
        calls[i] = (struct db_call){.statement = probe->proofs[i]};
    calls[0].args = schema;
    calls[0].nargs = 1;
    return probe->nproofs;
}

void
probe_close(struct probe *probe)
{
    statement_free(&probe->change_mark);
    for (size_t i = 0; i < probe->nproofs; i++)
        statement_free(&probe->proofs[i]);
    for (size_t i = 0; i < probe->nstatements; i++)
        statement_free(&probe->statements[i]);
    arena_clear(&probe->arena);
    *probe = (struct probe){0};
}
