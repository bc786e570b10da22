#include "sql/type.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "db/token.h"
#include "sql/quote.h"
#include "sql/type_table.h"

enum { EXACT_DIGITS = 15, FRACTION_DIGITS = 6 };

static const char enum_suffix[] = "_enum_text";
static const char plain_letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";

/* ---------------------------------------------------------------- the row */

static bool
fits(enum type_shape shape, const struct type_arguments *arguments)
{
    int first = arguments->value[0];
    int second = arguments->value[1];

    switch (shape) {
    case SHAPE_PLAIN:
        return arguments->count == 0;
    case SHAPE_LENGTH:
        return arguments->count == 1 && first > 0;
    case SHAPE_FRACTION:
        return arguments->count == 1 && first >= 0 && first <= FRACTION_DIGITS;
    case SHAPE_EXACT:
    case SHAPE_WIDE:
        return arguments->count == 2 && first > 0 && second >= 0 &&
               second <= first &&
               (first <= EXACT_DIGITS) == (shape == SHAPE_EXACT);
    }
    return false;
}

static bool
is_spelt(const struct type_row *row, enum sql_language language,
         const char *words)
{
    if (language == LANGUAGE_POSTGRES)
        return strcmp(row->name, words) == 0 ||
               type_is_among(row->postgres, words);
    return strcmp(row->sqlite, words) == 0 ||
           type_is_among(row->sqlite_also, words);
}

/* What a language means by a type that is written without its arguments. */
static void
complete(enum sql_language language, struct type_spelling *spelling)
{
    struct type_arguments *arguments = &spelling->arguments;

    if (language != LANGUAGE_POSTGRES)
        return;
    if (strcmp(spelling->words, "float") == 0 && arguments->count < 2) {
        spelling->words = arguments->count == 1 && arguments->value[0] <= 24
                              ? "real"
                              : "double precision";
        arguments->count = 0;
    } else if (arguments->count == 0 &&
               (strcmp(spelling->words, "char") == 0 ||
                strcmp(spelling->words, "character") == 0)) {
        *arguments = (struct type_arguments){1, {1, 0}};
    } else if (arguments->count == 1 &&
               type_is_among("numeric|decimal|dec", spelling->words)) {
        *arguments = (struct type_arguments){2, {arguments->value[0], 0}};
    }
}

static const struct type_row *
find_row(enum sql_language language, struct type_spelling *spelling)
{
    if (spelling->odd)
        return NULL;
    complete(language, spelling);
    for (size_t i = 0; i < type_row_count; i++)
        if (is_spelt(&type_rows[i], language, spelling->words) &&
            fits(type_rows[i].shape, &spelling->arguments))
            return &type_rows[i];
    return NULL;
}

static char *
with_arguments(struct arena *arena, const char *name,
               const struct type_arguments *arguments)
{
    switch (arguments->count) {
    case 0:
        return arena_text(arena, name);
    case 1:
        return arena_printf(arena, "%s(%d)", name, arguments->value[0]);
    default:
        return arena_printf(arena, "%s(%d,%d)", name, arguments->value[0],
                            arguments->value[1]);
    }
}

const struct type_row *
type_find(struct arena *arena, const char *canonical,
          struct type_arguments *arguments)
{
    struct type_spelling spelling =
        type_spell(arena, LANGUAGE_POSTGRES, canonical);
    const struct type_row *row = find_row(LANGUAGE_POSTGRES, &spelling);

    if (row == NULL ||
        strcmp(canonical,
               with_arguments(arena, row->name, &spelling.arguments)) != 0)
        return NULL;
    *arguments = spelling.arguments;
    return row;
}

/* -------------------------------------------------------------- canonical */

/* Between two words, or a word and a quoted name, there has to be a blank. */
static bool
needs_blank(const struct buf *buf, const struct token *token)
{
    char last = buf->len > 0 ? buf->data[buf->len - 1] : '(';

    return token->kind != TOKEN_SYMBOL && strchr("(,.[:-", last) == NULL;
}

/*
 * A name in quotes if PostgreSQL's catalog would print it so, which it does
 * for all but ASCII's letters; a word that may be a keyword as it is.
 */
static const char *
postgres_part(struct arena *arena, const struct token *token)
{
    char *text = arena_copy(arena, token->text, token->len);

    if (token->kind == TOKEN_NAME && *text == '"')
        return sql_type_name(arena, token_name(arena, token));
    if (token->kind != TOKEN_WORD)
        return text;
    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return text[strspn(text, plain_letters)] == '\0' ? text
                                                     : sql_ident(arena, text);
}

static const char *
sqlite_part(struct arena *arena, const struct token *token)
{
    char *text = arena_copy(arena, token->text, token->len);

    for (char *at = text; token->kind == TOKEN_WORD && *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    return text;
}

/* As it stands, but for blanks, and for the case of what is not in quotes. */
static const char *
as_it_stands(struct arena *arena, enum sql_language language, const char *text)
{
    SCOPED(buf_release) struct buf buf = {0};
    bool postgres = language == LANGUAGE_POSTGRES;
    struct tokens tokens = {.at = text, .postgres = postgres};
    struct token token;

    while (token_next(&tokens, &token)) {
        if (needs_blank(&buf, &token))
            buf_char(&buf, ' ');
        buf_text(&buf, postgres ? postgres_part(arena, &token)
                                : sqlite_part(arena, &token));
    }
    return arena_text(arena, buf_data(&buf));
}

/*
 * INT anywhere in a declared type makes SQLite take it for a number, so that
 * the enum "print" is declared as pri$nt: where i is followed by any number of
 * $ and by nt, there is one $ more.
 */
static size_t
count_dollars(const char *at)
{
    size_t dollars;

    if (tolower((unsigned char)*at) != 'i')
        return 0;
    dollars = strspn(at + 1, "$");
    return strncasecmp(at + 1 + dollars, "nt", 2) == 0 ? dollars + 1 : 0;
}

static char *
enum_declared(struct arena *arena, const char *name)
{
    SCOPED(buf_release) struct buf buf = {0};

    for (; *name != '\0'; name++) {
        buf_char(&buf, *name);
        if (count_dollars(name) > 0)
            buf_char(&buf, '$');
    }
    buf_text(&buf, enum_suffix);
    return sql_name(arena, buf_data(&buf));
}

/* The name of an enum from its declared type on SQLite, or NULL. */
static const char *
enum_name(struct arena *arena, const char *declared)
{
    SCOPED(buf_release) struct buf buf = {0};
    size_t len = strlen(declared);
    size_t suffix = sizeof enum_suffix - 1;

    if (len <= suffix || strcasecmp(declared + len - suffix, enum_suffix) != 0)
        return NULL;
    for (const char *at = declared; at < declared + len - suffix; at++) {
        buf_char(&buf, *at);
        at += count_dollars(at) > 1;
    }
    return sql_type_name(arena, buf_data(&buf));
}

/* PRAGMAs give a declared type without the quotes that it was written in. */
static const char *
enum_canonical(struct arena *arena, const char *text)
{
    struct tokens tokens = {.at = text};
    struct token token;
    struct token more;

    if (token_next(&tokens, &token) && token.kind == TOKEN_NAME &&
        !token_next(&tokens, &more))
        text = token_name(arena, &token);
    return enum_name(arena, text);
}

/* The canonical name of what the table has, or NULL. */
static const char *
known_name(struct arena *arena, enum sql_language language, const char *text)
{
    struct type_spelling spelling = type_spell(arena, language, text);
    const struct type_row *row = find_row(language, &spelling);
    const char *name;

    if (row == NULL)
        return NULL;
    name = with_arguments(arena, row->name, &spelling.arguments);
    return spelling.dimensions ? arena_printf(arena, "%s[]", name) : name;
}

const char *
type_canonical(struct arena *arena, enum sql_language language,
               const char *text)
{
    const char *name = known_name(arena, language, text);

    if (name == NULL && language == LANGUAGE_SQLITE)
        name = enum_canonical(arena, text);
    return name != NULL ? name : as_it_stands(arena, language, text);
}

const char *
type_cast_to(struct arena *arena, enum sql_language language, const char *text)
{
    const char *name = known_name(arena, language, text);

    return name != NULL ? name : as_it_stands(arena, language, text);
}

bool
type_is_known(const char *canonical)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct type_arguments arguments;

    return type_find(&arena, canonical, &arguments) != NULL;
}

/* By SQLite's rule: the first line that has a part of the name decides. */
bool
type_makes_numbers(const char *canonical)
{
    static const struct {
        const char *part;
        bool makes;
    } rules[] = {
        {"INT", true},   {"CHAR", false}, {"CLOB", false}, {"TEXT", false},
        {"BLOB", false}, {"REAL", true},  {"FLOA", true},  {"DOUB", true},
    };
    SCOPED(arena_clear) struct arena arena = {0};
    char *name = arena_text(
        &arena, type_declared(&arena, LANGUAGE_SQLITE, canonical, NULL));

    for (char *at = name; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strstr(name, rules[i].part) != NULL)
            return rules[i].makes;
    return *name != '\0';
}

/* --------------------------------------------------------------- declared */

/* The name that SQL writes as WRITTEN, without its schema. */
static const char *
plain_name(struct arena *arena, const char *written)
{
    struct tokens tokens = {.at = written, .postgres = true};
    struct token token;
    const char *name = written;

    while (token_next(&tokens, &token))
        if (token.kind == TOKEN_NAME || token.kind == TOKEN_WORD)
            name = token_name(arena, &token);
    return name;
}

const char *
type_declared(struct arena *arena, enum sql_language language,
              const char *canonical, const char *labels)
{
    struct type_arguments arguments;
    const struct type_row *row;

    if (language == LANGUAGE_POSTGRES)
        return arena_text(arena, canonical);
    if (labels != NULL)
        return enum_declared(arena, plain_name(arena, canonical));
    row = type_find(arena, canonical, &arguments);
    return row ? with_arguments(arena, row->sqlite, &arguments)
               : arena_text(arena, canonical);
}

/* ----------------------------------------------------------------- guards */

struct guarded {
    const char *column; /* as SQL writes it */
    const char *labels;
    struct type_arguments arguments;
};

static void
add_fraction(struct buf *buf, int digits)
{
    buf_char(buf, '.');
    for (int i = 0; i < FRACTION_DIGITS; i++)
        buf_text(buf, i < digits ? "[0-9]" : "0");
}

static void
add_mark(struct buf *buf, char mark, const struct guarded *guarded)
{
    const int *value = guarded->arguments.value;

    switch (mark) {
    case 'c':
        buf_text(buf, guarded->column);
        break;
    case 'n':
        buf_printf(buf, "%d", value[0]);
        break;
    case 's':
        buf_printf(buf, "%d", value[1]);
        break;
    case 'i':
        buf_printf(buf, "%d", value[0] - value[1]);
        break;
    case 'f':
        add_fraction(buf, value[0]);
        break;
    case 'l':
        buf_text(buf, guarded->labels);
        break;
    default:
        break;
    }
}

static const char *
filled(struct arena *arena, const char *text, const struct guarded *guarded)
{
    SCOPED(buf_release) struct buf buf = {0};

    for (; *text != '\0'; text++) {
        if (text[0] == '{' && text[1] != '\0' && text[2] == '}') {
            add_mark(&buf, text[1], guarded);
            text += 2;
        } else {
            buf_char(&buf, *text);
        }
    }
    return arena_text(arena, buf_data(&buf));
}

static const struct type_guard *
guards_of(const struct type_row *row, enum sql_language language,
          const char *labels)
{
    static const struct type_guard none[TYPE_GUARDS];

    if (row != NULL)
        return language == LANGUAGE_SQLITE ? row->on_sqlite : row->on_postgres;
    if (labels != NULL && language == LANGUAGE_SQLITE)
        return type_enum_guards;
    return none;
}

unsigned
type_guards(struct arena *arena, enum sql_language language,
            const char *canonical, const char *column, const char *labels,
            struct type_guard out[TYPE_GUARDS])
{
    struct guarded guarded = {.column = sql_name(arena, column),
                              .labels = labels};
    const struct type_row *row =
        labels ? NULL : type_find(arena, canonical, &guarded.arguments);
    const struct type_guard *guards = guards_of(row, language, labels);
    unsigned count = 0;

    while (count < TYPE_GUARDS && guards[count].kind != NULL) {
        out[count].kind = guards[count].kind;
        out[count].expression =
            filled(arena, guards[count].expression, &guarded);
        count++;
    }
    return count;
}
