#include "rows/json_object.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "db/db.h"

/*
 * SQLite's JSON functions do the reading: of two members with one name json-c
 * keeps the last, and of a number's digits jansson those that a double has.
 */
struct json_reader {
    struct db *db; /* an empty one */
    struct db_statement *members;
};

/*
 * The value of a number might not hold all of its digits, which its text has.
 * Newer versions read JSON5, too: json_valid() doesn't.
 */
static const char members_sql[] =
    "select key, type,\n"
    "       case when type = 'null' then null\n"
    "            when type in ('true', 'false') then type\n"
    "            when type in ('integer', 'real')\n"
    "            then coalesce($1 -> fullkey, value)\n"
    "            else value\n"
    "       end\n"
    "  from json_each(case when json_valid($1) then $1 else '-' end)\n"
    " where json_type($1) = 'object'";

bool
json_reader_open(struct json_reader **out, struct duet_error *err)
{
    struct json_reader *reader = must_alloc(sizeof *reader);

    if (db_open(&reader->db, "sqlite::memory:", NULL, err) &&
        db_prepare(reader->db, &reader->members, members_sql, err)) {
        *out = reader;
        return true;
    }
    json_reader_close(&reader);
    return false;
}

void
json_reader_close(struct json_reader **reader)
{
    struct json_reader *closed = reader ? *reader : NULL;

    if (closed == NULL)
        return;
    statement_free(&closed->members);
    db_close(&closed->db);
    free(closed);
    *reader = NULL;
}

static bool
is_utf8(const char *text)
{
    while (*text != '\0') {
        size_t len = utf8_len(text);

        if (len == 0)
            return false;
        text += len;
    }
    return true;
}

/*
 * Whether there is the escape of a NUL character, at which SQLite would end
 * the text.  The backslash of an escape is not itself escaped.
 */
static bool
has_nul_escape(const char *json)
{
    for (const char *at = json; (at = strchr(at, '\\')) != NULL; at += 2)
        if (strncmp(at, "\\u0000", 6) == 0)
            return true;
        else if (at[1] == '\0')
            return false;
    return false;
}

static bool
check_text(const char *text, size_t len, struct duet_error *err)
{
    if (memchr(text, '\0', len) != NULL || has_nul_escape(text))
        return err_set(err, DUET_ERROR_USAGE, "a NUL character");
    if (!is_utf8(text))
        return err_set(err, DUET_ERROR_USAGE, "a text that is not UTF-8");
    return true;
}

static enum json_kind
kind_of(const char *type)
{
    switch (type[0]) {
    case 'n':
        return JSON_NULL;
    case 'o':
        return JSON_OBJECT;
    case 'a':
        return JSON_ARRAY;
    case 't':
        return strcmp(type, "text") == 0 ? JSON_TEXT : JSON_BOOLEAN;
    case 'f':
        return JSON_BOOLEAN;
    default:
        return JSON_NUMBER;
    }
}

/* The escape of half a surrogate pair is JSON, and no character. */
static bool
check_member(const struct json_member *member, struct duet_error *err)
{
    if (is_utf8(member->name) &&
        (member->kind != JSON_TEXT || is_utf8(member->value)))
        return true;
    return err_set(err, DUET_ERROR_USAGE, "half a surrogate pair");
}

static bool
add_members(struct rows *rows, struct arena *arena, struct json_object *out,
            struct duet_error *err)
{
    size_t have = 0;

    while (rows_next(rows)) {
        struct json_member *member;

        out->members = arena_grow(arena, out->members, out->count, &have,
                                  sizeof *out->members);
        member = &out->members[out->count++];
        member->name = arena_text(arena, row_text(rows, 0));
        member->kind = kind_of(row_text(rows, 1));
        member->value = arena_text(arena, row_text(rows, 2));
        if (!check_member(member, err))
            return false;
    }
    return true;
}

/* Valid JSON without members is {}, or no object. */
static bool
is_object(const char *text, const struct rows *rows)
{
    return rows_ended(rows) && text[strspn(text, " \t\r\n")] == '{';
}

bool
json_read(struct json_reader *reader, struct arena *arena, const char *text,
          size_t len, struct json_object *out, struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};
    struct duet_error refusal = {0};
    const struct db_value arg = db_text(text);

    *out = (struct json_object){0};
    if (!check_text(text, len, err))
        return false;
    if (statement_query(reader->members, &rows, &arg, 1, &refusal)) {
        if (!add_members(&rows, arena, out, err))
            return false;
        if (is_object(text, &rows))
            return true;
    }
    return err_set(err, DUET_ERROR_USAGE, "not a JSON object");
}
