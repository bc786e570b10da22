/*
 * Triggers.
 */
#include <string.h>

#include "base/buf.h"
#include "schema/parse_part.h"

static const char *
read_timing(struct parser *parser)
{
    static const char *const timings[] = {"before", "after", "instead of"};

    for (size_t i = 0; i < sizeof timings / sizeof *timings; i++)
        if (parse_accept(parser, timings[i]))
            return timings[i];
    if (!parse_is_postgres(parser))
        return "before";
    (void)parse_fail_expected(parser, "'before', 'after' or 'instead of'");
    return NULL;
}

/* What an event of a trigger is, and the columns of an update. */
struct events {
    bool found[4];
    const struct lexeme *columns; /* the first, or NULL */
};

static const char *const event_names[4] = {"insert", "delete", "truncate",
                                           "update"};

/* SQLite has no TRUNCATE. */
static bool
may_have(const struct parser *parser, size_t event)
{
    return event != 2 || parse_is_postgres(parser);
}

static bool
read_event(struct parser *parser, struct events *events)
{
    size_t event = 0;

    while (event < 4 && (!may_have(parser, event) ||
                         !parse_accept(parser, event_names[event])))
        event++;
    if (event == 4)
        return parse_fail_expected(parser, "'insert', 'update' or 'delete'");
    events->found[event] = true;
    if (event < 3 || !parse_accept(parser, "of"))
        return true;
    events->columns = parser->at;
    do {
        if (parse_name(parser, "a column") == NULL)
            return false;
    } while (parse_accept(parser, ","));
    return true;
}

static bool
read_events(struct parser *parser, struct events *events)
{
    do {
        if (!read_event(parser, events))
            return false;
    } while (parse_is_postgres(parser) && parse_accept(parser, "or"));
    return true;
}

/* As the table has them: update of a, b */
static void
print_columns(struct parser *parser, struct buf *out,
              const struct events *events, struct object *trigger)
{
    const struct lexeme *here = parser->at;
    const char *before = " of ";

    parser->at = events->columns;
    do {
        const struct lexeme *at = parser->at;
        const char *name = parse_name(parser, "a column");
        const struct object *column =
            parse_find(parser, NAME_COLUMN, trigger->owner, NULL, name);

        (void)parse_mention(parser, MENTION_COLUMN, trigger, NULL, name, at);
        buf_printf(
            out, "%s%s", before,
            parse_written(parser, NULL, column != NULL ? column->name : name));
        before = ", ";
    } while (parse_accept(parser, ","));
    parser->at = here;
}

/* In one order, whatever theirs is, and what may have columns comes last. */
static const char *
events_text(struct parser *parser, const struct events *events,
            struct object *trigger)
{
    SCOPED(buf_release) struct buf buf = {0};

    for (size_t i = 0; i < 4; i++)
        if (events->found[i])
            buf_printf(&buf, "%s%s", buf.len > 0 ? ", " : "", event_names[i]);
    if (events->columns != NULL)
        print_columns(parser, &buf, events, trigger);
    return arena_copy(&parser->schema->arena, buf.data, buf.len);
}

/* SQLite: to the END that is a statement of its own. */
static bool
skip_trigger_body(struct parser *parser)
{
    while (!parse_at_end(parser) && !parse_is(parser, "begin"))
        parser->at++;
    if (!parse_expect(parser, "begin"))
        return false;
    for (; !parse_at_end(parser); parser->at++)
        if (parse_is(parser, ";") && token_is(&parser->at[1].token, "end")) {
            parser->at += 2;
            return true;
        }
    return parse_fail_expected(parser, "'end' behind ';'");
}

static bool
skip_trigger_call(struct parser *parser)
{
    while (!parse_at_end(parser) && !parse_is(parser, ";") &&
           !parse_is(parser, "execute"))
        parser->at++;
    if (!parse_expect(parser, "execute"))
        return false;
    parse_skip_statement(parser);
    return true;
}

/* As SQLite stores it, whatever stood before the name. */
static const char *
trigger_text(struct parser *parser, const struct lexeme *start,
             const struct lexeme *named)
{
    if (parse_is_postgres(parser))
        return parse_slice(parser, start);
    return arena_printf(&parser->schema->arena, "CREATE TRIGGER %s",
                        parse_slice(parser, named));
}

/* SQLite's triggers have one name space, PostgreSQL's one a table. */
static bool
is_trigger_free(struct parser *parser, const struct object *table,
                const char *name, const struct lexeme *at)
{
    return parse_is_free(parser, NAME_TRIGGER,
                         parse_is_postgres(parser) ? table : NULL, NULL, name,
                         at);
}

static const char *
read_trigger_name(struct parser *parser, const struct lexeme **named)
{
    const char *schema;
    const char *name =
        parse_qualified(parser, "the name of the trigger", &schema);

    *named = parser->at - 1;
    return name;
}

bool
parse_create_trigger(struct parser *parser, const struct lexeme *start)
{
    const struct lexeme *named;
    const struct lexeme *at;
    const char *name;
    const char *timing;
    struct events events = {0};
    const char *table_name;
    const char *schema;
    struct object *table;
    struct object *trigger;

    if (parser->source.common) {
        (void)parse_fail(parser, start,
                         "triggers are written in each engine's language");
        return parse_hint_own(parser);
    }
    (void)parse_accept(parser, "if not exists");
    name = read_trigger_name(parser, &named);
    timing = name != NULL ? read_timing(parser) : NULL;
    if (timing == NULL || !read_events(parser, &events) ||
        !parse_expect(parser, "on"))
        return false;
    at = parser->at;
    table_name = parse_qualified(parser, "a table or a view", &schema);
    table =
        table_name != NULL ? parse_table(parser, schema, table_name, at) : NULL;
    if (table == NULL || !is_trigger_free(parser, table, name, named) ||
        (parse_is_postgres(parser) ? !skip_trigger_call(parser)
                                   : !skip_trigger_body(parser)))
        return false;
    trigger = parse_add(parser, OBJECT_TRIGGER, table, name, named);
    trigger->text[ATTRIBUTE_TIMING] = timing;
    trigger->text[ATTRIBUTE_EVENTS] = events_text(parser, &events, trigger);
    trigger->text[ATTRIBUTE_DEFINITION] = trigger_text(parser, start, named);
    names_add(&parser->names, NAME_TRIGGER,
              parse_is_postgres(parser) ? table : NULL, NULL, trigger);
    return true;
}
