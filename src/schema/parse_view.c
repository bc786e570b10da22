/*
 * Views.
 */
#include <string.h>

#include "base/buf.h"
#include "schema/parse_part.h"

/* (a, b) as they are to be written, or NULL. */
static bool
read_view_columns(struct parser *parser, const char **out)
{
    SCOPED(buf_release) struct buf buf = {0};

    *out = NULL;
    if (!parse_accept(parser, "("))
        return true;
    do {
        const char *name = parse_name(parser, "a column");

        if (name == NULL)
            return false;
        buf_printf(&buf, "%s%s", buf.len > 0 ? ", " : "",
                   parse_written(parser, NULL, name));
    } while (parse_accept(parser, ","));
    *out = arena_copy(&parser->schema->arena, buf.data, buf.len);
    return parse_expect(parser, ")");
}

/*
 * The names of a view's columns are said within its query, in a way that both
 * engines read:
 *
 *     v (a) as select 1   gives   with v (a) as (select 1) select * from v
 */
static const char *
name_columns(struct parser *parser, const char *name, const char *columns,
             const char *query, bool recursive)
{
    const char *written = parse_written(parser, NULL, name);

    if (columns == NULL)
        return query;
    return arena_printf(
        &parser->schema->arena, "with %s%s (%s) as (%s) select * from %s",
        recursive ? "recursive " : "", written, columns, query, written);
}

/* In the order of the alphabet. */
static const char *
with_option(struct parser *parser, const char *first, const char *others)
{
    if (others == NULL)
        return first;
    return arena_printf(&parser->schema->arena, "%s, %s", first, others);
}

/* PostgreSQL: "with check option" and "with no data" are behind the query. */
static const struct lexeme *
read_view_end(struct parser *parser, struct object *view,
              const struct lexeme *first)
{
    static const struct {
        const char *words;
        int count;
        const char *options;
    } ends[] = {
        {"with check option", 3, "check_option=cascaded"},
        {"with cascaded check option", 4, "check_option=cascaded"},
        {"with local check option", 4, "check_option=local"},
        {"with no data", 3, NULL},
        {"with data", 2, NULL},
    };
    const struct lexeme *end = parser->at;
    const char **options = &view->text[ATTRIBUTE_OPTIONS];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (end - first <= ends[i].count)
            continue;
        parser->at = end - ends[i].count;
        if (!parse_is(parser, ends[i].words))
            continue;
        if (ends[i].options != NULL)
            *options = with_option(parser, ends[i].options, *options);
        end = parser->at;
        break;
    }
    return end;
}

static bool
read_query(struct parser *parser, struct object *view, const char *columns,
           bool recursive)
{
    const struct lexeme *first = parser->at;
    const struct lexeme *behind;
    const struct lexeme *end;

    if (!parse_is(parser, "select") && !parse_is(parser, "with") &&
        !parse_is(parser, "values") && !parse_is(parser, "(") &&
        !parse_is(parser, "table"))
        return parse_fail_expected(parser, "a query");
    parse_skip_statement(parser);
    behind = end = parser->at;
    if (parse_is_postgres(parser))
        end = read_view_end(parser, view, first);
    parser->at = behind;
    view->text[ATTRIBUTE_DEFINITION] =
        name_columns(parser, view->name, columns,
                     parse_between(parser, first, end), recursive);
    return end == behind ||
           parse_common(parser, end, "views with a check option");
}

static bool
read_view_options(struct parser *parser, struct object *view)
{
    if (!parse_is_postgres(parser) || !parse_is(parser, "with ("))
        return true;
    if (!parse_common(parser, parser->at, "options of a view"))
        return false;
    parser->at++;
    return parse_options(parser, &view->text[ATTRIBUTE_OPTIONS]);
}

static bool
create_view(struct parser *parser, bool materialized, bool recursive)
{
    const struct lexeme *at;
    const char *schema;
    const char *name;
    const char *columns;
    struct object *view;

    (void)parse_accept(parser, "if not exists");
    at = parser->at;
    name = parse_qualified(parser, "the name of the view", &schema);
    if (name == NULL ||
        !parse_is_free(parser, NAME_RELATION, NULL, schema, name, at) ||
        !read_view_columns(parser, &columns))
        return false;
    view = parse_add(parser, OBJECT_VIEW, NULL, name, at);
    view->schema = schema;
    view->text[ATTRIBUTE_MATERIALIZED] = materialized ? "yes" : NULL;
    if (!read_view_options(parser, view) || !parse_expect(parser, "as"))
        return false;
    view->text[ATTRIBUTE_COMMENT] = parse_comment(parser);
    if (!read_query(parser, view, columns, recursive))
        return false;
    names_add(&parser->names, NAME_RELATION, NULL, schema, view);
    return true;
}

bool
parse_create_view(struct parser *parser, const struct lexeme *start)
{
    (void)start;
    return create_view(parser, false, false);
}

bool
parse_create_recursive_view(struct parser *parser, const struct lexeme *start)
{
    (void)start;
    return create_view(parser, false, true);
}

bool
parse_create_materialized_view(struct parser *parser,
                               const struct lexeme *start)
{
    return parse_common(parser, start, "materialized views") &&
           create_view(parser, true, false);
}
