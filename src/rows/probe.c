#include "rows/probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/literal.h"

/*
 * So many questions a statement: an engine opens every table of a statement
 * at once, which takes the longer the more there are; but a statement has its
 * own cost, and the more where it is sent somewhere.
 */
enum { WIDE_CHUNK = 200, NARROW_CHUNK = 20 };

/* The answers are the bits of numbers, so many of each: "5,0,1048575". */
enum { NUMBER_BITS = 20, NUMBER_DIGITS = 7 };

_Static_assert(WIDE_CHUNK / NUMBER_BITS * (NUMBER_DIGITS + 1) <= (int)DB_ANSWER,
               "an answer has room for a chunk's numbers");

static size_t
chunk_len(const struct probe *probe, size_t chunk)
{
    size_t left = probe->count - chunk * probe->chunk;

    return left < probe->chunk ? left : probe->chunk;
}

static void
write_chunk(struct buf *sql, const char *const *questions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *before = i == 0                 ? "select ("
                             : i % NUMBER_BITS == 0 ? ")\n       || ',' || ("
                                                    : "\n        + ";

        buf_printf(sql, "%scase when %s then %u else 0 end", before,
                   questions[i], 1U << i % NUMBER_BITS);
    }
    buf_text(sql, ")");
}

static void
read_chunk(const char *numbers, bool *answers, size_t count)
{
    unsigned long number = 0;

    for (size_t i = 0; i < count; i++) {
        if (i % NUMBER_BITS == 0) {
            char *end;

            number = strtoul(numbers, &end, 10);
            numbers = *end == ',' ? end + 1 : end;
        }
        answers[i] = (number >> i % NUMBER_BITS & 1) != 0;
    }
}

/*
 * The first statement of a transaction in one round trip, for engines where it
 * is a round trip that is saved.  Another cleaner that had to be waited for has
 * changed the mark.
 */
bool
probe_expect(struct probe *probe, const char *schema_query, const char *schema,
             struct duet_error *err)
{
    SCOPED(buf_release) struct buf begin = {0};
    struct db *db = probe->db;
    const struct dialect *dialect = db_dialect(db);
    const struct db_value mark = db_text(schema);

    if (!dialect->has_round_trips)
        return true;
    buf_printf(&begin, "%s,\n(%s),\n%s(%s) = ",
               db_sql(db, SQL_POSTGRES_CHANGE_MARK_KEEP),
               db_sql(db, SQL_POSTGRES_CLEAR_LOCK), dialect->assert_open,
               schema_query);
    literal_add(&begin, dialect, &mark);
    buf_text(&begin, dialect->assert_close);
    statement_free(&probe->begin);
    return db_prepare(db, &probe->begin, buf_data(&begin), err);
}

static bool
prepare_end(struct probe *probe, struct duet_error *err)
{
    return !db_dialect(probe->db)->has_round_trips ||
           db_prepare(probe->db, &probe->end,
                      db_sql(probe->db, SQL_POSTGRES_CHANGE_MARK_END), err);
}

bool
probe_open(struct probe *probe, struct db *db, const char *schema_query,
           const char *schema, const char *const *questions, size_t count,
           struct duet_error *err)
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
        !probe_expect(probe, schema_query, schema, err) ||
        !prepare_end(probe, err) ||
        !db_prepare(db, &probe->statements[0], schema_query, err))
        return false;
    for (size_t i = 0; i < chunks; i++) {
        buf_clear(&sql);
        write_chunk(&sql, questions + i * probe->chunk, chunk_len(probe, i));
        if (!db_prepare(db, &probe->statements[i + 1], buf_data(&sql), err))
            return false;
    }
    return true;
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

void
probe_ask_mark(const struct probe *probe, struct db_call *call)
{
    db_call_set(call, probe->change_mark, NULL, 0);
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
        db_call_set(&calls[i], probe->statements[i], NULL, 0);
}

void
probe_read(const struct probe *probe, const struct db_call *calls,
           bool *answers, char schema[MARK_LEN])
{
    mark_copy(schema, calls[0].answer);
    for (size_t i = 0; i + 1 < probe->nstatements; i++)
        read_chunk(calls[i + 1].answer, answers + i * probe->chunk,
                   chunk_len(probe, i));
}

bool
probe_look(const struct probe *probe, struct db_call *calls,
           char mark[MARK_LEN], bool *answers, char schema[MARK_LEN],
           struct duet_error *err)
{
    probe_ask_mark(probe, &calls[0]);
    probe_ask(probe, calls + 1);
    if (!db_run(probe->db, calls, 1 + probe_ncalls(probe), err))
        return false;
    mark_copy(mark, calls[0].answer);
    probe_read(probe, calls + 1, answers, schema);
    return true;
}

void
probe_begin(const struct probe *probe, struct db_call *call)
{
    db_call_set(call, probe->begin, NULL, 0);
}

void
probe_end(const struct probe *probe, struct db_call *call,
          const struct db_value *mark)
{
    db_call_set(call, probe->end, mark, 1);
}

void
probe_close(struct probe *probe)
{
    statement_free(&probe->change_mark);
    statement_free(&probe->begin);
    statement_free(&probe->end);
    for (size_t i = 0; i < probe->nstatements; i++)
        statement_free(&probe->statements[i]);
    arena_clear(&probe->arena);
    *probe = (struct probe){0};
}
