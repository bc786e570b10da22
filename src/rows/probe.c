#include "rows/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

/*
 * So many questions a statement: an engine opens every table of a statement
 * at once, and has limits for that.
 */
enum { CHUNK = 200 };

static size_t
chunks_of(size_t count)
{
    return count == 0 ? 1 : (count + CHUNK - 1) / CHUNK;
}

/* The first statement also gives the marks, and stops at a mark it knows. */
static void
write_first(struct buf *sql, struct db *db, const char *const *questions,
            size_t count)
{
    buf_printf(sql,
               "select m.mark,\n"
               "       case when m.mark = $1 then null else (%s\n) end",
               db_sql(db, SQL_SCHEMA_MARK));
    for (size_t i = 0; i < count; i++)
        buf_printf(sql,
                   ",\n       case when m.mark = $1 then false else %s end",
                   questions[i]);
    buf_printf(sql, "\n  from (%s\n) m", db_sql(db, SQL_CHANGE_MARK));
}

static void
write_next(struct buf *sql, const char *const *questions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(sql, "%s%s", i == 0 ? "select " : ",\n       ",
                   questions[i]);
}

bool
probe_open(struct probe *probe, struct db *db, const char *const *questions,
           size_t count, struct duet_error *err)
{
    SCOPED(buf_release) struct buf sql = {0};
    size_t chunks = chunks_of(count);

    *probe = (struct probe){.db = db, .count = count};
    probe->statements = arena_array(&probe->arena, chunks + 1,
                                    sizeof(struct db_statement *));
    if (count > PROBE_SMALL &&
        !db_prepare(db, &probe->change_mark, db_sql(db, SQL_CHANGE_MARK), err))
        return false;
    for (size_t i = 0; i < chunks; i++) {
        size_t from = i * CHUNK;
        size_t len = count - from < CHUNK ? count - from : CHUNK;

        buf_clear(&sql);
        if (i == 0)
            write_first(&sql, db, questions, len);
        else
            write_next(&sql, questions + from, len);
        if (!db_prepare(db, &probe->statements[i], buf_data(&sql), err))
            return false;
    }
    return true;
}

static void
copy_mark(char *mark, const struct rows *rows, size_t column)
{
    const char *text = row_text(rows, column);

    /* One that does not fit is as good as none. */
    if (text == NULL || strlen(text) >= MARK_LEN)
        text = "";
    memcpy(mark, text, strlen(text) + 1);
}

static bool
is_unchanged(struct probe *probe, const char *seen, bool *unchanged,
             struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const char *mark = NULL;

    if (!statement_query(probe->change_mark, &rows, NULL, 0, err))
        return false;
    if (rows_next(&rows))
        mark = row_text(&rows, 0);
    *unchanged = mark != NULL && strcmp(mark, seen) == 0;
    while (rows_next(&rows))
        continue;
    return rows_ended(&rows);
}

static bool
answer_first(struct probe *probe, const char *seen, bool *answers,
             struct marks *marks, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    const struct db_value arg = db_text(*seen ? seen : NULL);
    size_t len = probe->count < CHUNK ? probe->count : CHUNK;

    if (!statement_query(probe->statements[0], &rows, &arg, 1, err))
        return false;
    while (rows_next(&rows)) {
        copy_mark(marks->change, &rows, 0);
        copy_mark(marks->schema, &rows, 1);
        for (size_t i = 0; i < len; i++)
            answers[i] = row_boolean(&rows, i + 2);
    }
    return rows_ended(&rows);
}

static bool
answer_next(struct db_statement *statement, bool *answers, size_t len,
            struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    if (!statement_query(statement, &rows, NULL, 0, err))
        return false;
    while (rows_next(&rows))
        for (size_t i = 0; i < len; i++)
            answers[i] = row_boolean(&rows, i);
    return rows_ended(&rows);
}

bool
probe_run(struct probe *probe, const char *seen, bool *answers,
          struct marks *marks, struct duet_error *err)
{
    bool unchanged = false;

    *marks = (struct marks){0};
    if (*seen != '\0' && probe->change_mark != NULL &&
        !is_unchanged(probe, seen, &unchanged, err))
        return false;
    if (!unchanged && !answer_first(probe, seen, answers, marks, err))
        return false;
    if (unchanged || (*seen != '\0' && strcmp(seen, marks->change) == 0)) {
        memset(answers, 0, probe->count * sizeof *answers);
        (void)snprintf(marks->change, sizeof marks->change, "%s", seen);
        return true;
    }
    for (size_t i = 1; probe->statements[i] != NULL; i++) {
        size_t from = i * CHUNK;
        size_t len = probe->count - from;

        if (!answer_next(probe->statements[i], answers + from,
                         len < CHUNK ? len : CHUNK, err))
            return false;
    }
    return true;
}

void
probe_close(struct probe *probe)
{
    statement_free(&probe->change_mark);
    if (probe->statements != NULL)
        for (size_t i = 0; i < chunks_of(probe->count); i++)
            statement_free(&probe->statements[i]);
    arena_clear(&probe->arena);
    *probe = (struct probe){0};
}
