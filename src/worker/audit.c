#include "worker/audit.h"

#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "profile/presto.h"
#include "rows/keyed_table.h"
#include "worker/label.h"

/* Where the row of presto is. */
#define PRESTO_TABLE "db_dbcomputer"

bool
labelled_parse(struct arena *arena, const char *text, struct labelled *out,
               struct duet_error *err)
{
    const char *dot = strrchr(text, '.');

    if (dot == NULL || dot == text || dot[1] == '\0') {
        (void)err_set(err, DUET_ERROR_USAGE, "'%s' names no column", text);
        return err_hint(err, "write TABLE.COLUMN");
    }
    *out = (struct labelled){
        .table = arena_copy(arena, text, (size_t)(dot - text)),
        .column = dot + 1,
    };
    return true;
}

/* One column of one table, and what is asked of it. */
struct question {
    struct arena *arena;
    const struct labelled *labelled;
    const char *worker;
    const char *const *allowed;
    struct keyed_table table;
};

/* The label, the description or null, and the primary key. */
static const char *
query(const struct question *question, const struct keyed_column *label,
      struct arena *arena)
{
    const char *description = "null";
    const char *key = "";

    for (size_t i = 0; i < question->table.ncolumns; i++) {
        const struct keyed_column *column = &question->table.columns[i];

        if (column->identity != 0)
            key = arena_printf(arena, "%s, %s", key, column->ident);
        if (strcmp(question->labelled->table, PRESTO_TABLE) == 0 &&
            strcmp(column->name, "description") == 0)
            description = column->ident;
    }
    return arena_printf(arena,
                        "select %s, %s%s\n  from %s\n where %s is not null\n"
                        " order by %s%s",
                        label->ident, description, key, question->table.target,
                        label->ident, label->ident, label->sort);
}

static bool
is_allowed(const struct question *question, const char *label,
           const char *description)
{
    if (label_is_of(label, question->worker))
        return true;
    if (description != NULL && strcmp(label, PRESTO_COMPUTER) == 0 &&
        strcmp(description, PRESTO_DESCRIPTION) == 0)
        return true;
    for (size_t i = 0; question->allowed && question->allowed[i]; i++)
        if (strcmp(label, question->allowed[i]) == 0)
            return true;
    return false;
}

/* "id=7", of several columns with a blank between. */
static const char *
key_of(const struct rows *rows, struct arena *arena)
{
    const char *key = "";

    for (size_t i = 2; i < rows_columns(rows); i++) {
        const char *value = row_text(rows, i);

        key = arena_printf(arena, "%s%s%s=%s", key, *key == '\0' ? "" : " ",
                           rows_name(rows, i), value ? value : "");
    }
    return key;
}

static bool
ask(struct question *question, struct db *db, struct audit *audit, size_t *have,
    struct duet_error *err)
{
    struct arena *arena = question->arena;
    const struct keyed_column *label;
    SCOPED(rows_clear) struct rows rows = {0};

    label =
        keyed_table_column(&question->table, question->labelled->column, err);
    if (label == NULL ||
        !db_query(db, &rows, query(question, label, arena), NULL, 0, err))
        return false;
    while (rows_next(&rows)) {
        if (is_allowed(question, row_text(&rows, 0), row_text(&rows, 1)))
            continue;
        audit->rows = arena_grow(arena, audit->rows, audit->count, have,
                                 sizeof *audit->rows);
        audit->rows[audit->count++] = (struct audit_row){
            .labelled = question->labelled,
            .label = arena_text(arena, row_text(&rows, 0)),
            .key = key_of(&rows, arena),
        };
    }
    return rows_ended(&rows);
}

bool
audit_rows(struct db *db, struct arena *arena, const struct labelled *labelled,
           size_t count, const char *worker, const char *const *allowed,
           struct audit *out, struct duet_error *err)
{
    struct audit audit = {0};
    size_t have = 0;

    for (size_t i = 0; i < count; i++) {
        struct question question = {
            .arena = arena,
            .labelled = &labelled[i],
            .worker = worker,
            .allowed = allowed,
        };
        bool done;

        if (!keyed_table_load(&question.table, db, labelled[i].table, err))
            return false;
        done = ask(&question, db, &audit, &have, err);
        keyed_table_clear(&question.table);
        if (!done)
            return err_wrap(err, "table '%s'", labelled[i].table);
    }
    *out = audit;
    return true;
}

/* ------------------------------------------------------------------------
 * Which test made them
 */

const char *
audit_path(struct arena *arena, const char *home)
{
    return path_join(arena, home, "audit");
}

/* The rest of LINE behind FIELD and a tab; NULL if it begins otherwise. */
static const char *
behind(const char *line, const char *field)
{
    size_t len = strlen(field);

    return line != NULL && strncmp(line, field, len) == 0 && line[len] == '\t'
               ? line + len + 1
               : NULL;
}

static void
read_line(struct audit *audit, struct arena *arena, const char *line)
{
    for (size_t i = 0; i < audit->count; i++) {
        struct audit_row *row = &audit->rows[i];
        const char *column = arena_printf(arena, "%s.%s", row->labelled->table,
                                          row->labelled->column);
        const char *test = behind(behind(line, column), row->label);

        if (test != NULL)
            row->test = arena_copy(arena, test, strcspn(test, "\t"));
    }
}

bool
audit_tests(struct audit *audit, struct arena *arena, const char *path,
            struct duet_error *err)
{
    const char *text;

    if (audit->count == 0)
        return true;
    if (!path_read(arena, path, &text, err))
        return false;
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\n");

        read_line(audit, arena, arena_copy(arena, text, len));
        text += len;
        text += *text == '\n';
    }
    return true;
}
