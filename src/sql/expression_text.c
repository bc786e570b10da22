/*
 * Writes an expression in either language.
 */
#include <string.h>

#include "base/buf.h"
#include "sql/expression_build.h"
#include "sql/expression_pattern.h"
#include "sql/quote.h"

struct writer {
    struct buf buf;
    struct arena arena; /* of scraps */
    enum sql_language language;
    bool failed; /* the language has no way to say it */
};

static void
writer_release(struct writer *writer)
{
    buf_release(&writer->buf);
    arena_clear(&writer->arena);
}

/*
 * How strongly what is written binds.  || binds more weakly than + on
 * PostgreSQL and more strongly on SQLite, and so do others: an OPERATION
 * stands in none, and none in it, without parentheses, so that one order does
 * for both languages and no reader has to know.
 */
enum strength {
    ANYTHING,
    DISJUNCTION,
    CONJUNCTION,
    NEGATION,
    PREDICATE,
    OPERATION,
    SUM,
    PRODUCT,
    SIGN,
    OPERAND
};

static void write_node(struct writer *writer, const struct expression *node,
                       enum strength least);

static bool
is_sqlite(const struct writer *writer)
{
    return writer->language == LANGUAGE_SQLITE;
}

static void
add(struct writer *writer, const char *text)
{
    buf_text(&writer->buf, text);
}

/* ---------------------------------------------------------------- literals */

static bool
is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\0') || c == 0x7F;
}

static bool
has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if (is_control(*text))
            return true;
    return false;
}

/* E'\t\n': what can't be seen is spelt out. */
static void
write_escaped_text(struct writer *writer, const char *text)
{
    static const char named[] = "b\bf\fn\nr\rt\t";

    add(writer, "E'");
    for (; *text != '\0'; text++) {
        const char *name = NULL;

        for (const char *at = named; *at != '\0'; at += 2)
            if (at[1] == *text)
                name = at;
        if (name != NULL)
            buf_printf(&writer->buf, "\\%c", *name);
        else if (is_control(*text))
            buf_printf(&writer->buf, "\\x%02x", (unsigned char)*text);
        else if (*text == '\'' || *text == '\\')
            buf_printf(&writer->buf, "%c%c", *text, *text);
        else
            buf_char(&writer->buf, *text);
    }
    buf_char(&writer->buf, '\'');
}

/* LEN characters, of which each is a control character or a blank. */
static void
write_characters(struct writer *writer, const char *text, size_t len)
{
    add(writer, "char(");
    for (size_t i = 0; i < len; i++)
        buf_printf(&writer->buf, "%s%d", i > 0 ? ", " : "", text[i]);
    buf_char(&writer->buf, ')');
}

/* How many characters at TEXT are of one sort: such that can be seen, or not.
 */
static size_t
run_len(const char *text)
{
    bool control = is_control(*text);
    size_t len = 0;

    while (text[len] != '\0' &&
           (is_control(text[len]) || (control && text[len] == ' ')) == control)
        len++;
    return len;
}

/* 'a' || char(9, 10) || 'b' */
static void
write_joined_text(struct writer *writer, const char *text, enum strength least)
{
    bool alone = text[run_len(text)] == '\0';

    if (!alone && least > OPERATION)
        buf_char(&writer->buf, '(');
    for (const char *at = text; *at != '\0'; at += run_len(at)) {
        if (at != text)
            add(writer, " || ");
        if (is_control(*at))
            write_characters(writer, at, run_len(at));
        else
            buf_quoted(&writer->buf, at, run_len(at), '\'');
    }
    if (!alone && least > OPERATION)
        buf_char(&writer->buf, ')');
}

static void
write_text(struct writer *writer, const char *text, enum strength least)
{
    if (!has_control(text))
        buf_quoted(&writer->buf, text, strlen(text), '\'');
    else if (is_sqlite(writer))
        write_joined_text(writer, text, least);
    else
        write_escaped_text(writer, text);
}

static void
write_blob(struct writer *writer, const char *digits)
{
    if (is_sqlite(writer))
        buf_printf(&writer->buf, "x'%s'", digits);
    else
        buf_printf(&writer->buf, "cast('\\x%s' as bytea)", digits);
}

static void
write_boolean(struct writer *writer, const char *text)
{
    if (!is_sqlite(writer))
        add(writer, text);
    else
        add(writer, strcmp(text, "true") == 0 ? "1" : "0");
}

static void
write_clock(struct writer *writer, const char *name, enum strength least)
{
    const struct clock_row *clock = find_clock(name);
    const char *text = is_sqlite(writer) ? clock->sqlite : clock->postgres;
    bool joined = strstr(text, " || ") != NULL && least > OPERATION;

    buf_printf(&writer->buf, joined ? "(%s)" : "%s", text);
}

/* ------------------------------------------------------------------- lists */

static void
write_list(struct writer *writer, const struct expression *node, size_t first,
           const char *separator, enum strength least)
{
    for (size_t i = first; i < node->nargs; i++) {
        if (i > first)
            add(writer, separator);
        write_node(writer, node->args[i], least);
    }
}

static void
write_call(struct writer *writer, const char *name,
           const struct expression *node)
{
    add(writer, name);
    buf_char(&writer->buf, '(');
    write_list(writer, node, 0, ", ", ANYTHING);
    buf_char(&writer->buf, ')');
}

/* The first of the names between the bars. */
static const char *
first_name(struct writer *writer, const char *names)
{
    return arena_copy(&writer->arena, names, strcspn(names, "|"));
}

static void
write_function(struct writer *writer, const struct expression *node)
{
    const struct function_row *row = find_function(node->text);

    if (node->only != ENGINE_BOTH) {
        write_call(writer, node->text, node);
    } else if (is_sqlite(writer) && strcmp(row->name, "octet_length") == 0) {
        add(writer, "length(cast(");
        write_node(writer, node->args[0], ANYTHING);
        add(writer, " as blob))");
    } else {
        write_call(
            writer,
            first_name(writer, is_sqlite(writer) ? row->sqlite : row->postgres),
            node);
    }
}

static void
write_case(struct writer *writer, const struct expression *node)
{
    size_t at = node->kind == EXPRESSION_CASE_OF;

    add(writer, "case");
    if (at > 0) {
        buf_char(&writer->buf, ' ');
        write_node(writer, node->args[0], ANYTHING);
    }
    for (; at + 1 < node->nargs; at += 2) {
        add(writer, " when ");
        write_node(writer, node->args[at], ANYTHING);
        add(writer, " then ");
        write_node(writer, node->args[at + 1], ANYTHING);
    }
    if (at < node->nargs) {
        add(writer, " else ");
        write_node(writer, node->args[at], ANYTHING);
    }
    add(writer, " end");
}

/* A real has 64 bits on SQLite, and a bytea is a blob. */
static void
write_cast(struct writer *writer, const struct expression *node)
{
    const char *type = node->text;

    if (is_sqlite(writer) && strcmp(type, "double precision") == 0)
        type = "real";
    if (is_sqlite(writer) && strcmp(type, "bytea") == 0)
        type = "blob";
    add(writer, "cast(");
    write_node(writer, node->args[0], ANYTHING);
    buf_printf(&writer->buf, " as %s)", type);
}

static void
write_collate(struct writer *writer, const struct expression *node)
{
    const char *name = node->text;

    if (node->only == ENGINE_BOTH)
        name = is_sqlite(writer) ? "binary" : "C";
    write_node(writer, node->args[0], OPERAND);
    buf_printf(&writer->buf, " collate %s",
               node->only == ENGINE_BOTH && is_sqlite(writer)
                   ? name
                   : sql_name(&writer->arena, name));
}

/* -------------------------------------------------------------------- JSON */

/* json_extract(m, '$.a[0]') */
static void
write_path_call(struct writer *writer, const char *name,
                const struct expression *node)
{
    const char *path = json_path(&writer->arena, node);

    if (path == NULL) {
        writer->failed = true;
        return;
    }
    buf_printf(&writer->buf, "%s(", name);
    write_node(writer, node->args[0], ANYTHING);
    if (node->nargs > 1) {
        add(writer, ", ");
        write_text(writer, path, ANYTHING);
    }
    buf_char(&writer->buf, ')');
}

/* m -> 'a' ->> 0 */
static void
write_arrows(struct writer *writer, const struct expression *node,
             const char *last)
{
    write_node(writer, node->args[0], OPERAND);
    for (size_t i = 1; i < node->nargs; i++) {
        add(writer, i + 1 < node->nargs ? " -> " : last);
        write_node(writer, node->args[i], SIGN);
    }
}

static void
write_json_typeof(struct writer *writer, const struct expression *node)
{
    buf_printf(&writer->buf, "%s_typeof(", node->text);
    write_arrows(writer, node, " -> ");
    buf_char(&writer->buf, ')');
}

/* SQLite's words for what jsonb_typeof() may be; false if it never is. */
static bool
add_type_words(struct writer *writer, struct expression_list *list,
               const struct expression *word)
{
    const char *words =
        word->kind == EXPRESSION_TEXT ? json_words(word->text) : NULL;

    if (words == NULL)
        return false;
    while (*words != '\0') {
        size_t len = strcspn(words, "|");

        expression_add(&writer->arena, list,
                       expression_leaf(&writer->arena, EXPRESSION_TEXT,
                                       arena_copy(&writer->arena, words, len)));
        words += len + (words[len] == '|');
    }
    return true;
}

/* json_type(m, '$.a') in ('integer', 'real') */
static void
write_json_type_in(struct writer *writer, const struct expression *node,
                   bool negated)
{
    struct expression_list list = {0};

    for (size_t i = 1; i < node->nargs; i++)
        if (!add_type_words(writer, &list, node->args[i]))
            writer->failed = true;
    if (writer->failed)
        return;
    write_path_call(writer, "json_type", node->args[0]);
    if (list.count == 1) {
        add(writer, negated ? " <> " : " = ");
        write_node(writer, list.items[0], OPERAND);
        return;
    }
    add(writer, negated ? " not in (" : " in (");
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0)
            add(writer, ", ");
        write_node(writer, list.items[i], ANYTHING);
    }
    buf_char(&writer->buf, ')');
}

/* ---------------------------------------------------------------- predicates
 */

static const char *const operations[EXPRESSION_KINDS] = {
    [EXPRESSION_EQUAL] = " = ",     [EXPRESSION_NOT_EQUAL] = " <> ",
    [EXPRESSION_LESS] = " < ",      [EXPRESSION_LESS_EQUAL] = " <= ",
    [EXPRESSION_GREATER] = " > ",   [EXPRESSION_GREATER_EQUAL] = " >= ",
    [EXPRESSION_ADD] = " + ",       [EXPRESSION_SUBTRACT] = " - ",
    [EXPRESSION_MULTIPLY] = " * ",  [EXPRESSION_DIVIDE] = " / ",
    [EXPRESSION_REMAINDER] = " % ", [EXPRESSION_BIT_AND] = " & ",
    [EXPRESSION_BIT_OR] = " | ",
};

static bool
is_json_type_test(const struct expression *node)
{
    return (node->kind == EXPRESSION_EQUAL ||
            node->kind == EXPRESSION_NOT_EQUAL ||
            node->kind == EXPRESSION_IN) &&
           node->args[0]->kind == EXPRESSION_JSON_TYPE;
}

static void
write_comparison(struct writer *writer, const struct expression *node)
{
    if (is_sqlite(writer) && !is_sound_on_sqlite(node))
        writer->failed = true;
    if (is_sqlite(writer) && is_json_type_test(node)) {
        write_json_type_in(writer, node, node->kind == EXPRESSION_NOT_EQUAL);
        return;
    }
    write_node(writer, node->args[0], OPERATION);
    add(writer, operations[node->kind]);
    write_node(writer, node->args[1], OPERATION);
}

static void
write_same(struct writer *writer, const struct expression *node, bool negated)
{
    if (is_sqlite(writer) && !is_sound_on_sqlite(node))
        writer->failed = true;
    write_node(writer, node->args[0], OPERATION);
    if (is_sqlite(writer))
        add(writer, negated ? " is not " : " is ");
    else
        add(writer, negated ? " is distinct from " : " is not distinct from ");
    write_node(writer, node->args[1], OPERATION);
}

static void
write_test(struct writer *writer, const struct expression *node, bool negated)
{
    const struct expression *arg = node->args[0];

    if (is_sqlite(writer) && arg->kind == EXPRESSION_JSON_TYPE)
        write_path_call(writer, "json_type", arg);
    else
        write_node(writer, arg, OPERATION);
    add(writer, negated ? " is not " : " is ");
    if (node->kind == EXPRESSION_IS_NULL)
        add(writer, "null");
    else
        add(writer, node->kind == EXPRESSION_IS_TRUE ? "true" : "false");
}

static void
write_in(struct writer *writer, const struct expression *node, bool negated)
{
    if (is_sqlite(writer) && !is_sound_on_sqlite(node))
        writer->failed = true;
    if (is_sqlite(writer) && is_json_type_test(node)) {
        write_json_type_in(writer, node, negated);
        return;
    }
    write_node(writer, node->args[0], OPERATION);
    add(writer, negated ? " not in (" : " in (");
    write_list(writer, node, 1, ", ", ANYTHING);
    buf_char(&writer->buf, ')');
}

/* On PostgreSQL LIKE, which people read, or else a regular expression. */
static void
write_postgres_match(struct writer *writer, const struct expression *node,
                     bool negated)
{
    const char *like = pattern_to_like(&writer->arena, node->text);
    bool caseless = node->kind == EXPRESSION_MATCH_CASELESS;

    if (like == NULL) {
        add(writer, negated ? " !~ " : " ~ ");
        write_text(writer, pattern_to_regex(&writer->arena, node->text),
                   OPERAND);
        return;
    }
    add(writer, negated ? " not " : " ");
    add(writer, caseless ? "ilike " : "like ");
    write_text(writer, like, OPERAND);
}

static void
write_match(struct writer *writer, const struct expression *node, bool negated)
{
    const char *like;

    write_node(writer, node->args[0], OPERATION);
    if (!is_sqlite(writer)) {
        write_postgres_match(writer, node, negated);
        return;
    }
    add(writer, negated ? " not " : " ");
    if (node->kind == EXPRESSION_MATCH) {
        add(writer, "glob ");
        write_text(writer, node->text, OPERAND);
        return;
    }
    like = pattern_to_like(&writer->arena, node->text);
    add(writer, "like ");
    write_text(writer, like, OPERAND);
    if (strchr(like, '\\') != NULL)
        add(writer, " escape '\\'");
}

static void
write_predicate(struct writer *writer, const struct expression *node,
                bool negated)
{
    switch (node->kind) {
    case EXPRESSION_SAME:
        write_same(writer, node, negated);
        break;
    case EXPRESSION_IN:
        write_in(writer, node, negated);
        break;
    case EXPRESSION_MATCH:
    case EXPRESSION_MATCH_CASELESS:
        write_match(writer, node, negated);
        break;
    default:
        write_test(writer, node, negated);
        break;
    }
}

/* It has a negative form of its own. */
static bool
is_negatable(const struct expression *node)
{
    return node->kind == EXPRESSION_SAME || node->kind == EXPRESSION_IN ||
           node->kind == EXPRESSION_MATCH ||
           node->kind == EXPRESSION_MATCH_CASELESS ||
           (node->kind >= EXPRESSION_IS_NULL &&
            node->kind <= EXPRESSION_IS_FALSE);
}

static void
write_not(struct writer *writer, const struct expression *node)
{
    if (is_negatable(node->args[0])) {
        write_predicate(writer, node->args[0], true);
        return;
    }
    add(writer, "not ");
    write_node(writer, node->args[0], PREDICATE);
}

/* ------------------------------------------------------------------- nodes */

static bool
is_word(const char *operation)
{
    return *operation >= 'a' && *operation <= 'z';
}

static enum strength
leaf_strength(const struct expression *node)
{
    if (node->kind == EXPRESSION_NUMBER && *node->text == '-')
        return SIGN;
    if (node->kind == EXPRESSION_BOOLEAN || !expression_is_predicate(node))
        return OPERAND;
    return PREDICATE;
}

/* How strongly what is written for NODE binds. */
static enum strength
strength_of(const struct writer *writer, const struct expression *node)
{
    switch (node->kind) {
    case EXPRESSION_OR:
        return DISJUNCTION;
    case EXPRESSION_AND:
        return CONJUNCTION;
    case EXPRESSION_NOT:
        return is_negatable(node->args[0]) ? PREDICATE : NEGATION;
    case EXPRESSION_OPERATOR:
        return is_word(node->text) ? PREDICATE : OPERATION;
    case EXPRESSION_JSON_TEXT:
        return is_sqlite(writer) ? OPERAND : OPERATION;
    case EXPRESSION_BIT_AND:
    case EXPRESSION_BIT_OR:
    case EXPRESSION_CONCAT:
    case EXPRESSION_PREFIX:
    case EXPRESSION_JSON_GET:
    case EXPRESSION_COLLATE:
        return OPERATION;
    case EXPRESSION_ADD:
    case EXPRESSION_SUBTRACT:
        return SUM;
    case EXPRESSION_MULTIPLY:
    case EXPRESSION_DIVIDE:
    case EXPRESSION_REMAINDER:
        return PRODUCT;
    case EXPRESSION_NEGATIVE:
        return SIGN;
    default:
        return leaf_strength(node);
    }
}

/* Operands that are as strong as the whole stand on its left only. */
static void
write_binary(struct writer *writer, const struct expression *node,
             const char *operation)
{
    enum strength own = strength_of(writer, node);
    bool mixed = own == OPERATION || own == PREDICATE;

    write_node(writer, node->args[0], mixed ? OPERAND : own);
    add(writer, operation);
    write_node(writer, node->args[1], mixed ? OPERAND : own + 1);
}

static void
write_own_operator(struct writer *writer, const struct expression *node)
{
    write_binary(writer, node,
                 arena_printf(&writer->arena, " %s ", node->text));
}

static void
write_leaf(struct writer *writer, const struct expression *node,
           enum strength least)
{
    switch (node->kind) {
    case EXPRESSION_NULL:
        add(writer, "null");
        break;
    case EXPRESSION_BOOLEAN:
        write_boolean(writer, node->text);
        break;
    case EXPRESSION_TEXT:
        write_text(writer, node->text, least);
        break;
    case EXPRESSION_BLOB:
        write_blob(writer, node->text);
        break;
    case EXPRESSION_COLUMN:
        add(writer, sql_name(&writer->arena, node->text));
        break;
    case EXPRESSION_CLOCK:
        write_clock(writer, node->text, least);
        break;
    case EXPRESSION_UUID:
        add(writer, is_sqlite(writer) ? uuid_on_sqlite : "gen_random_uuid()");
        break;
    default: /* a number or a keyword */
        add(writer, node->text);
        break;
    }
}

static void
write_json(struct writer *writer, const struct expression *node)
{
    if (!is_sqlite(writer)) {
        if (node->kind == EXPRESSION_JSON_TYPE)
            write_json_typeof(writer, node);
        else
            write_arrows(writer, node,
                         node->kind == EXPRESSION_JSON_TEXT ? " ->> " : " -> ");
        return;
    }
    /* A part of a document, or what it is, has another text there. */
    if (node->kind != EXPRESSION_JSON_TEXT)
        writer->failed = true;
    write_path_call(writer, "json_extract", node);
}

static void
write_compound(struct writer *writer, const struct expression *node)
{
    switch (node->kind) {
    case EXPRESSION_AND:
        write_list(writer, node, 0, " and ", NEGATION);
        break;
    case EXPRESSION_OR:
        write_list(writer, node, 0, " or ", CONJUNCTION);
        break;
    case EXPRESSION_NOT:
        write_not(writer, node);
        break;
    case EXPRESSION_CONCAT:
        write_list(writer, node, 0, " || ", OPERAND);
        break;
    case EXPRESSION_NEGATIVE:
        buf_char(&writer->buf, '-');
        write_node(writer, node->args[0], OPERAND);
        break;
    case EXPRESSION_COLLATE:
        write_collate(writer, node);
        break;
    case EXPRESSION_CAST:
        write_cast(writer, node);
        break;
    case EXPRESSION_CASE:
    case EXPRESSION_CASE_OF:
        write_case(writer, node);
        break;
    case EXPRESSION_CALL:
        write_function(writer, node);
        break;
    case EXPRESSION_ARRAY:
        add(writer, "array[");
        write_list(writer, node, 0, ", ", ANYTHING);
        buf_char(&writer->buf, ']');
        break;
    case EXPRESSION_OPERATOR:
        write_own_operator(writer, node);
        break;
    case EXPRESSION_PREFIX:
        add(writer, node->text);
        write_node(writer, node->args[0], OPERAND);
        break;
    case EXPRESSION_JSON_GET:
    case EXPRESSION_JSON_TEXT:
    case EXPRESSION_JSON_TYPE:
        write_json(writer, node);
        break;
    default:
        write_predicate(writer, node, false);
        break;
    }
}

static void
write_bare(struct writer *writer, const struct expression *node,
           enum strength least)
{
    if (node->nargs == 0 && node->kind != EXPRESSION_CALL)
        write_leaf(writer, node, least);
    else if (node->kind >= EXPRESSION_EQUAL &&
             node->kind <= EXPRESSION_GREATER_EQUAL)
        write_comparison(writer, node);
    else if (operations[node->kind] != NULL)
        write_binary(writer, node, operations[node->kind]);
    else
        write_compound(writer, node);
}

static void
write_node(struct writer *writer, const struct expression *node,
           enum strength least)
{
    bool parentheses = strength_of(writer, node) < least;
    enum expression_engine engine =
        is_sqlite(writer) ? ENGINE_SQLITE : ENGINE_POSTGRES;

    if (node->only != ENGINE_BOTH && node->only != engine)
        writer->failed = true;
    if (writer->failed)
        return;
    if (parentheses)
        buf_char(&writer->buf, '(');
    write_bare(writer, node, parentheses ? ANYTHING : least);
    if (parentheses)
        buf_char(&writer->buf, ')');
}

const char *
expression_text(struct arena *arena, enum sql_language language,
                const struct expression *expression)
{
    SCOPED(writer_release) struct writer writer = {.language = language};

    write_node(&writer, expression, ANYTHING);
    return writer.failed ? NULL : arena_text(arena, buf_data(&writer.buf));
}
