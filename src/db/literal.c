#include "db/literal.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "db/token.h"

static void
add_hex(struct buf *out, const char *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)data[i];

        buf_char(out, digits[byte >> 4]);
        buf_char(out, digits[byte & 15]);
    }
}

static void
add_blob(struct buf *out, const struct dialect *dialect,
         const struct db_value *value)
{
    buf_text(out, dialect->blob_open);
    add_hex(out, value->as.data, value->len);
    buf_text(out, dialect->blob_close);
}

/* A literal ends at a NUL; only SQLite takes a text with one at all. */
static void
add_text(struct buf *out, const struct dialect *dialect,
         const struct db_value *value)
{
    if (memchr(value->as.data, '\0', value->len) == NULL) {
        buf_quoted(out, value->as.data, value->len, '\'');
        return;
    }
    buf_text(out, "cast(");
    add_blob(out, dialect, value);
    buf_text(out, " as text)");
}

/* Parentheses, for `- $1` with a negative number would begin a comment. */
static void
add_float(struct buf *out, const struct dialect *dialect, double number)
{
    if (dialect->untyped_literals)
        buf_printf(out, "'%.17g'", number);
    else if (isnan(number))
        buf_text(out, "null");
    else if (isinf(number))
        buf_text(out, number > 0 ? "9e999" : "(-9e999)");
    else
        buf_printf(out, number < 0 ? "(%.17e)" : "%.17e", number);
}

static void
add_list(struct buf *out, const struct dialect *dialect,
         const struct db_value *list)
{
    buf_text(out, "array[");
    for (size_t i = 0; i < list->len; i++) {
        const struct db_value value = db_text(list->as.texts[i]);

        buf_text(out, i == 0 ? "" : ", ");
        literal_add(out, dialect, &value);
    }
    buf_text(out, "]::text[]");
}

void
literal_add(struct buf *out, const struct dialect *dialect,
            const struct db_value *value)
{
    switch (value->type) {
    case DB_NULL:
        buf_text(out, "null");
        break;
    case DB_INTEGER:
        buf_printf(out,
                   dialect->untyped_literals ? "'%" PRId64 "'"
                   : value->as.integer < 0   ? "(%" PRId64 ")"
                                             : "%" PRId64,
                   value->as.integer);
        break;
    case DB_FLOAT:
        add_float(out, dialect, value->as.number);
        break;
    case DB_BOOLEAN:
        buf_text(out, value->as.boolean ? "true" : "false");
        break;
    case DB_TEXT:
        add_text(out, dialect, value);
        break;
    case DB_BLOB:
        add_blob(out, dialect, value);
        break;
    case DB_LIST:
        add_list(out, dialect, value);
        break;
    }
}

/* $1, $2, ...: what SQLite takes for a parameter besides is given no value. */
static bool
is_numbered(const struct token *token)
{
    return token->kind == TOKEN_PARAMETER && *token->text == '$' &&
           strspn(token->text + 1, "0123456789") == token->len - 1;
}

bool
literal_fill(struct buf *out, const struct dialect *dialect, const char *sql,
             const struct db_value *args, size_t nargs, struct duet_error *err)
{
    struct tokens tokens = {.at = sql, .postgres = dialect->has_dollar_quotes};
    const char *done = sql + strspn(sql, " \t\r\n");
    struct token token;

    while (token_next(&tokens, &token)) {
        unsigned long number;

        if (token_is(&token, ";"))
            continue;
        buf_add(out, done, (size_t)(token.text - done));
        done = token.text + token.len;
        if (!is_numbered(&token)) {
            buf_add(out, token.text, token.len);
            continue;
        }
        number = strtoul(token.text + 1, NULL, 10);
        if (number == 0 || number > nargs)
            return err_set(err, DUET_ERROR_SQL, "%.*s has no value",
                           (int)token.len, token.text);
        literal_add(out, dialect, &args[number - 1]);
    }
    return true;
}
