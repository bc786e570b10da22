/*
 * Indexes, and the parts of keys.
 */
#include <string.h>
#include <strings.h>

#include "schema/keyword.h"
#include "schema/parse_part.h"

/* What can stand behind a part and belongs to it. */
static void
read_order(struct parser *parser, struct key_part *part)
{
    if (parse_accept(parser, "desc"))
        part->descending = part->nulls_first = true;
    else
        (void)parse_accept(parser, "asc");
}

static void
mention_part(struct parser *parser, struct object *object, size_t part,
             const struct lexeme *at, const struct lexeme *end)
{
    const char *name = object->parts[part].column;
    struct mention *mention =
        parse_mention(parser, MENTION_PART, object, NULL, name, at);

    mention->part = part;
    mention->written = parse_between(parser, at, end);
}

bool
parse_column_parts(struct parser *parser, struct object *object, bool included)
{
    if (!parse_expect(parser, "("))
        return false;
    do {
        const struct lexeme *at = parser->at;
        const char *name = parse_name(parser, "a column");
        struct key_part *part;

        if (name == NULL)
            return false;
        part = schema_add_part(parser->schema, object);
        part->column = name;
        part->included = included;
        mention_part(parser, object, object->nparts - 1, at, parser->at);
    } while (parse_accept(parser, ","));
    return parse_expect(parser, ")");
}

/* ---------------------------------------------------- columns, expressions */

static bool
is_word(const struct lexeme *at, const char *word)
{
    return at->token.len > 0 && token_is(&at->token, word);
}

/* Without the parentheses that are around all of it, however many. */
static void
strip(const struct lexeme **first, const struct lexeme **end)
{
    const struct lexeme *inner = *first;
    const struct lexeme *behind = *end;
    size_t depth = 0;
    size_t around;

    while (inner < behind && is_word(inner, "("))
        inner++;
    while (behind > inner && is_word(behind - 1, ")"))
        behind--;
    depth = around = (size_t)(inner - *first);
    if (around > (size_t)(*end - behind))
        around = (size_t)(*end - behind);
    for (; inner < behind; inner++) {
        depth += is_word(inner, "(");
        depth -= depth > 0 && is_word(inner, ")");
        if (depth < around)
            around = depth;
    }
    *first += around;
    *end -= around;
}

/* ((a)) is a column, too: both engines see it so. */
static void
set_part(struct parser *parser, struct object *object,
         const struct lexeme *first, const struct lexeme *end)
{
    struct key_part *part = &object->parts[object->nparts - 1];
    const struct lexeme *here = parser->at;

    strip(&first, &end);
    parser->at = first;
    if (end - first == 1 && parse_at_name(parser)) {
        part->column = parse_name_of(parser, first);
        mention_part(parser, object, object->nparts - 1, first, end);
    } else {
        part->expression = parse_between(parser, first, end);
    }
    parser->at = here;
}

/* ------------------------------------------------------------- PostgreSQL */

/* text_pattern_ops, with options or not */
static bool
read_operator_class(struct parser *parser, struct key_part *part)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name;

    if (!parse_at_name(parser) || parse_is(parser, "nulls"))
        return true;
    if (!parse_common(parser, at, "operator classes"))
        return false;
    name = parse_qualified(parser, "an operator class", &schema);
    if (name == NULL)
        return false;
    part->operator_class = parse_joined(parser, schema, name);
    if (!parse_is(parser, "("))
        return true;
    at = parser->at;
    if (parse_parenthesised(parser) == NULL)
        return false;
    part->operator_class =
        arena_printf(&parser->schema->arena, "%s %s", part->operator_class,
                     parse_slice(parser, at));
    return true;
}

static bool
read_nulls(struct parser *parser, struct key_part *part)
{
    const struct lexeme *at = parser->at;
    bool usual = part->nulls_first;

    if (parse_accept(parser, "nulls first"))
        part->nulls_first = true;
    else if (parse_accept(parser, "nulls last"))
        part->nulls_first = false;
    return part->nulls_first == usual ||
           parse_common(parser, at, "index in which nulls stand elsewhere");
}

/* a, lower(a) or (a || b), by what it begins with */
static bool
read_postgres_key(struct parser *parser, struct object *object)
{
    const struct lexeme *at = parser->at;

    if (parse_is(parser, "(")) {
        if (parse_condition(parser) == NULL)
            return false;
        set_part(parser, object, at + 1, parser->at - 1);
        return true;
    }
    if (at->token.kind != TOKEN_WORD && at->token.kind != TOKEN_NAME)
        return parse_fail_expected(parser, "a column or an expression");
    for (parser->at++; parse_accept(parser, ".");)
        parser->at += !parse_at_end(parser);
    if (parse_is(parser, "(")) {
        if (parse_parenthesised(parser) == NULL)
            return false;
    } else {
        parser->at = at;
        if (parse_name(parser, "a column or an expression") == NULL)
            return false;
    }
    set_part(parser, object, at, parser->at);
    return true;
}

static bool
read_postgres_part(struct parser *parser, struct object *object)
{
    struct key_part *part = schema_add_part(parser->schema, object);

    if (!read_postgres_key(parser, object) ||
        !parse_collation(parser, &part->collation) ||
        !read_operator_class(parser, part))
        return false;
    read_order(parser, part);
    return read_nulls(parser, part) &&
           (parse_is(parser, ",") || parse_is(parser, ")") ||
            parse_fail_expected(parser, "',' or ')'"));
}

/* ----------------------------------------------------------------- SQLite */

/* One operand: what COLLATE behind it belongs to as a whole. */
static bool
is_operand(const struct lexeme *first, const struct lexeme *end)
{
    size_t depth = 0;

    if (end - first > 2 && first->token.kind == TOKEN_WORD &&
        !keyword_is_reserved(LANGUAGE_SQLITE, &first->token))
        first++; /* a function's */
    if (end - first == 1)
        return true;
    for (; first < end; first++) {
        depth += is_word(first, "(");
        depth -= is_word(first, ")") && depth > 0;
        if (depth == 0)
            return first == end - 1;
    }
    return false;
}

/* Take what belongs to the part off its end. */
static const struct lexeme *
read_suffix(struct parser *parser, struct key_part *part,
            const struct lexeme *first, const struct lexeme *end)
{
    if (end - first > 1 && is_word(end - 1, "autoincrement")) {
        parser->is_autoincrement = true;
        end--;
    }
    if (end - first > 2 && is_word(end - 2, "nulls"))
        end -= 2;
    if (end - first > 1 &&
        (is_word(end - 1, "asc") || is_word(end - 1, "desc")))
        part->descending = part->nulls_first = is_word(--end, "desc");
    for (; end - first > 2 && is_word(end - 2, "collate") &&
           is_operand(first, end - 2);
         end -= 2)
        if (part->collation == NULL) /* the last one counts */
            part->collation = parse_collation_of(parser, end - 1);
    return end;
}

/* A column that is in a primary key twice counts once, as far as one looks. */
static void
drop_repeated_part(struct parser *parser, struct object *key)
{
    enum { COLUMNS = 2000 }; /* as many as SQLite takes */
    size_t last = key->nparts - 1;

    for (size_t i = 0; last < COLUMNS && i < last; i++)
        if (strcasecmp(key->parts[i].column, key->parts[last].column) == 0) {
            key->nparts--;
            parser->nmentions--;
            return;
        }
}

static bool
read_sqlite_part(struct parser *parser, struct object *object)
{
    struct key_part *part = schema_add_part(parser->schema, object);
    const struct lexeme *first = parser->at;

    parse_skip_part(parser);
    if (parser->at == first)
        return parse_fail_expected(parser, "a column or an expression");
    set_part(parser, object, first,
             read_suffix(parser, part, first, parser->at));
    if (part->column == NULL && object->kind != OBJECT_INDEX)
        return parse_fail(parser, first,
                          "a key is of columns, not of expressions");
    if (object->kind == OBJECT_PRIMARY_KEY)
        drop_repeated_part(parser, object);
    return true;
}

bool
parse_index_parts(struct parser *parser, struct object *object)
{
    if (!parse_expect(parser, "("))
        return false;
    do {
        if (parse_is_postgres(parser) ? !read_postgres_part(parser, object)
                                      : !read_sqlite_part(parser, object))
            return false;
    } while (parse_accept(parser, ","));
    return parse_expect(parser, ")");
}

/* ---------------------------------------------------------- create index */

static bool
read_method(struct parser *parser, struct object *index)
{
    const struct lexeme *at;
    const char *name;

    if (!parse_is_postgres(parser) || !parse_accept(parser, "using"))
        return true;
    at = parser->at;
    name = parse_name(parser, "a method");
    if (name == NULL)
        return false;
    if (strcmp(name, "btree") == 0)
        return true;
    index->text[ATTRIBUTE_METHOD] = name;
    return parse_common(parser, at, "methods of an index but btree");
}

static bool
read_include(struct parser *parser, struct object *index)
{
    if (!parse_is(parser, "include"))
        return true;
    if (!parse_common(parser, parser->at, "columns included in an index"))
        return false;
    parser->at++;
    return parse_column_parts(parser, index, true);
}

static bool
read_index_options(struct parser *parser, struct object *index)
{
    if (!parse_is(parser, "with"))
        return true;
    if (!parse_common(parser, parser->at, "options of an index"))
        return false;
    parser->at++;
    return parse_options(parser, &index->text[ATTRIBUTE_OPTIONS]);
}

static bool
read_predicate(struct parser *parser, struct object *index)
{
    const struct lexeme *first;

    if (!parse_accept(parser, "where"))
        return true;
    first = parser->at;
    parse_skip_statement(parser);
    if (parser->at == first)
        return parse_fail_expected(parser, "an expression");
    index->text[ATTRIBUTE_PREDICATE] = parse_slice(parser, first);
    return true;
}

static bool
read_postgres_end(struct parser *parser, struct object *index)
{
    return !parse_is_postgres(parser) || (read_include(parser, index) &&
                                          parse_nulls_distinct(parser, index) &&
                                          read_index_options(parser, index));
}

/* The table, or materialized view, that was declared before. */
static struct object *
read_indexed(struct parser *parser)
{
    const struct lexeme *at = parser->at;
    const char *schema;
    const char *name = parse_qualified(parser, "a table", &schema);

    return name == NULL ? NULL : parse_table(parser, schema, name, at);
}

bool
parse_create_index(struct parser *parser, bool unique)
{
    const struct lexeme *at;
    const char *schema;
    const char *name;
    const char *comment;
    struct object *table;
    struct object *index;

    if (parse_is_postgres(parser))
        (void)parse_accept(parser, "concurrently");
    (void)parse_accept(parser, "if not exists");
    at = parser->at;
    name = parse_qualified(parser, "the name of the index", &schema);
    if (name == NULL || !parse_expect(parser, "on"))
        return false;
    comment = parse_comment(parser);
    table = read_indexed(parser);
    if (table == NULL ||
        !parse_is_free(parser, NAME_RELATION, NULL, table->schema, name, at))
        return false;
    index = parse_add(parser, OBJECT_INDEX, table, name, at);
    index->text[ATTRIBUTE_UNIQUE] = unique ? "yes" : NULL;
    index->text[ATTRIBUTE_COMMENT] = comment;
    if (!read_method(parser, index) || !parse_index_parts(parser, index) ||
        !read_postgres_end(parser, index) || !read_predicate(parser, index))
        return false;
    names_add(&parser->names, NAME_RELATION, NULL, table->schema, index);
    return true;
}
