#include "db/sqlite_create.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "db/token.h"

struct reader {
    struct arena *arena;
    struct tokens tokens;
    struct token token;
    bool ended;
    const char *table;
    const char *column; /* being defined, or NULL */
    const char *name;   /* of the constraint that follows, or NULL */
    const char *sticky; /* the same, but SQLite keeps it for later checks */
    const char *closed; /* the last parenthesis that skip_parentheses() met */
    struct declared *list;
};

static void
advance(struct reader *reader)
{
    reader->ended = !token_next(&reader->tokens, &reader->token);
}

static bool
at_word(const struct reader *reader, const char *word)
{
    return !reader->ended && token_is(&reader->token, word);
}

static bool
accept(struct reader *reader, const char *word)
{
    if (!at_word(reader, word))
        return false;
    advance(reader);
    return true;
}

/* At an opening parenthesis: go behind the closing one. */
static void
skip_parentheses(struct reader *reader)
{
    int depth = 0;

    do {
        depth += at_word(reader, "(");
        depth -= at_word(reader, ")");
        reader->closed = reader->token.text;
        advance(reader);
    } while (!reader->ended && depth > 0);
}

/* The name given last belongs to the constraint that begins here. */
static const char *
take_name(struct reader *reader)
{
    const char *name = reader->name;

    reader->name = NULL;
    return name == NULL ? "" : name;
}

static void
declare(struct reader *reader, enum declared_kind kind, const char *name,
        const char *message)
{
    struct declared *declared = arena_alloc(reader->arena, sizeof *declared);

    declared->next = reader->list;
    declared->kind = kind;
    declared->name = name;
    declared->table = reader->table;
    declared->message = message;
    reader->list = declared;
}

/* At "(a, b collate nocase desc)": the message is "t.a, t.b". */
static const char *
read_columns(struct reader *reader)
{
    SCOPED(buf_release) struct buf buf = {0};
    bool first = true;

    advance(reader);
    while (!reader->ended && !at_word(reader, ")")) {
        buf_printf(&buf, "%s%s.%s", first ? "" : ", ", reader->table,
                   token_name(reader->arena, &reader->token));
        first = false;
        while (!reader->ended && !at_word(reader, ",") &&
               !at_word(reader, ")")) {
            if (at_word(reader, "("))
                skip_parentheses(reader);
            else
                advance(reader);
        }
        (void)accept(reader, ",");
    }
    (void)accept(reader, ")");
    return arena_copy(reader->arena, buf_data(&buf), buf.len);
}

static void
read_key(struct reader *reader, enum declared_kind kind)
{
    const char *name = take_name(reader);

    if (at_word(reader, "("))
        declare(reader, kind, name, read_columns(reader));
    else if (reader->column != NULL)
        declare(reader, kind, name,
                arena_printf(reader->arena, "%s.%s", reader->table,
                             reader->column));
}

/* SQLite takes the quotes off a condition that begins with a quoted name. */
static const char *
condition_message(struct arena *arena, const char *text, size_t len)
{
    struct token token = {.text = text};

    while (len > 0 && strchr(" \t\r\n\f\v", *token.text) != NULL) {
        token.text++;
        len--;
    }
    while (len > 0 && strchr(" \t\r\n\f\v", token.text[len - 1]) != NULL)
        len--;
    token.len = len;
    return token_name(arena, &token);
}

static void
read_check(struct reader *reader)
{
    const char *name = take_name(reader);
    const char *start = reader->tokens.at; /* behind the parenthesis */

    if (!at_word(reader, "("))
        return;
    skip_parentheses(reader);
    if (reader->sticky != NULL)
        declare(reader, DECLARED_CHECK, reader->sticky, reader->sticky);
    else if (reader->closed >= start)
        declare(reader, DECLARED_CHECK, name,
                condition_message(reader->arena, start,
                                  (size_t)(reader->closed - start)));
}

static void
read_reference(struct reader *reader)
{
    declare(reader, DECLARED_FOREIGN_KEY, take_name(reader), "");
}

static void
read_constraint_name(struct reader *reader)
{
    if (reader->ended)
        return;
    reader->name = reader->sticky = token_name(reader->arena, &reader->token);
    advance(reader);
}

static bool
begins_another_constraint(struct reader *reader)
{
    static const char *const words[] = {"not",     "null",      "default",
                                        "collate", "generated", "as"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (accept(reader, words[i]))
            return true;
    return false;
}

/* The next few tokens of a column's definition or a table's constraint. */
static void
read_part(struct reader *reader)
{
    if (accept(reader, "constraint"))
        read_constraint_name(reader);
    else if (accept(reader, "unique"))
        read_key(reader, DECLARED_UNIQUE);
    else if (accept(reader, "primary")) {
        (void)accept(reader, "key");
        read_key(reader, DECLARED_PRIMARY_KEY);
    } else if (accept(reader, "check"))
        read_check(reader);
    else if (accept(reader, "references"))
        read_reference(reader);
    else if (begins_another_constraint(reader))
        (void)take_name(reader);
    else if (at_word(reader, "("))
        skip_parentheses(reader);
    else
        advance(reader);
}

static bool
at_table_constraint(const struct reader *reader)
{
    static const char *const words[] = {"constraint", "unique", "primary",
                                        "check", "foreign"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (at_word(reader, words[i]))
            return true;
    return false;
}

/* One column with its constraints, or what stands between two commas. */
static void
read_item(struct reader *reader)
{
    reader->name = reader->sticky = reader->column = NULL;
    if (!reader->ended && !at_table_constraint(reader)) {
        reader->column = token_name(reader->arena, &reader->token);
        advance(reader);
    }
    while (!reader->ended && !at_word(reader, ",") && !at_word(reader, ")"))
        read_part(reader);
}

struct declared *
declared_read(struct arena *arena, const char *table, const char *sql)
{
    struct reader reader = {
        .arena = arena, .tokens.at = sql ? sql : "", .table = table};

    advance(&reader);
    while (!reader.ended && !at_word(&reader, "("))
        advance(&reader);
    advance(&reader);
    while (!reader.ended && !at_word(&reader, ")")) {
        read_item(&reader);
        (void)accept(&reader, ",");
    }
    return reader.list;
}
