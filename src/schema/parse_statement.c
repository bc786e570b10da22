/*
 * Statements: which there are, and what is done with each.
 */
#include "schema/parse_part.h"

static bool
create_table(struct parser *parser, const struct lexeme *start)
{
    (void)start;
    return parse_create_table(parser, false);
}

static bool
create_unlogged_table(struct parser *parser, const struct lexeme *start)
{
    return parse_common(parser, start, "unlogged tables") &&
           parse_create_table(parser, true);
}

static bool
create_index(struct parser *parser, const struct lexeme *start)
{
    (void)start;
    return parse_create_index(parser, false);
}

static bool
create_unique_index(struct parser *parser, const struct lexeme *start)
{
    (void)start;
    return parse_create_index(parser, true);
}

static bool
refuse_temporary(struct parser *parser, const struct lexeme *start)
{
    return parse_fail(parser, start,
                      "what is temporary is no part of a schema");
}

static bool
refuse_rows(struct parser *parser, const struct lexeme *start)
{
    (void)parse_fail(parser, start, "%s: a declaration has no rows",
                     parse_shown(parser, start));
    return parse_hint(parser, "the rows of a new database go into a seed file");
}

static bool
refuse_change(struct parser *parser, const struct lexeme *start)
{
    (void)parse_fail(parser, start,
                     "%s: a declaration says what there is, not what changes",
                     parse_shown(parser, start));
    return parse_hint(parser, "what changes a database is a migration");
}

static bool
refuse_transaction(struct parser *parser, const struct lexeme *start)
{
    (void)parse_fail(parser, start, "%s: a declaration has no transactions",
                     parse_shown(parser, start));
    return parse_hint(parser, "take it out: what makes the schema begins and "
                              "commits by itself");
}

static bool
refuse_setting(struct parser *parser, const struct lexeme *start)
{
    (void)parse_fail(parser, start, "%s: a declaration has no settings",
                     parse_shown(parser, start));
    return parse_hint(parser, "take it out: a declaration is read, not run");
}

static bool
refuse_psql(struct parser *parser, const struct lexeme *start)
{
    (void)parse_fail(parser, start,
                     "%s: commands of psql are no part of a declaration",
                     parse_shown(parser, start));
    return parse_hint(parser, "take it out: a declaration is read, not run");
}

struct statement {
    const char *words;
    bool (*read)(struct parser *parser, const struct lexeme *start);
    enum { FOR_BOTH, FOR_POSTGRES, FOR_SQLITE } language;
};

static const struct statement creates[] = {
    {"table", create_table, FOR_BOTH},
    {"unlogged table", create_unlogged_table, FOR_POSTGRES},
    {"virtual table", parse_create_virtual_table, FOR_SQLITE},
    {"index", create_index, FOR_BOTH},
    {"unique index", create_unique_index, FOR_BOTH},
    {"view", parse_create_view, FOR_BOTH},
    {"recursive view", parse_create_recursive_view, FOR_POSTGRES},
    {"materialized view", parse_create_materialized_view, FOR_POSTGRES},
    {"trigger", parse_create_trigger, FOR_BOTH},
    {"constraint trigger", parse_create_trigger, FOR_POSTGRES},
    {"type", parse_create_type, FOR_POSTGRES},
    {"sequence", parse_create_sequence, FOR_POSTGRES},
    {"temp", refuse_temporary, FOR_BOTH},
    {"temporary", refuse_temporary, FOR_BOTH},
    {"local temp", refuse_temporary, FOR_POSTGRES},
    {"local temporary", refuse_temporary, FOR_POSTGRES},
    {"global temp", refuse_temporary, FOR_POSTGRES},
    {"global temporary", refuse_temporary, FOR_POSTGRES},
    {"unlogged sequence", refuse_temporary, FOR_POSTGRES},
};

static const struct statement statements[] = {
    {"alter table", parse_alter_table, FOR_BOTH},
    {"comment on", parse_comment_on, FOR_POSTGRES},
    {"grant", parse_grant, FOR_POSTGRES},
    {"insert", refuse_rows, FOR_BOTH},
    {"copy", refuse_rows, FOR_BOTH},
    {"update", refuse_rows, FOR_BOTH},
    {"delete", refuse_rows, FOR_BOTH},
    {"replace", refuse_rows, FOR_BOTH},
    {"select", refuse_change, FOR_BOTH},
    {"with", refuse_change, FOR_BOTH},
    {"do", refuse_change, FOR_BOTH},
    {"call", refuse_change, FOR_BOTH},
    {"alter", refuse_change, FOR_BOTH},
    {"drop", refuse_change, FOR_BOTH},
    {"truncate", refuse_change, FOR_BOTH},
    {"revoke", refuse_change, FOR_BOTH},
    {"begin", refuse_transaction, FOR_BOTH},
    {"start", refuse_transaction, FOR_BOTH},
    {"commit", refuse_transaction, FOR_BOTH},
    {"end", refuse_transaction, FOR_BOTH},
    {"rollback", refuse_transaction, FOR_BOTH},
    {"savepoint", refuse_transaction, FOR_BOTH},
    {"release", refuse_transaction, FOR_BOTH},
    {"set", refuse_setting, FOR_BOTH},
    {"reset", refuse_setting, FOR_BOTH},
    {"pragma", refuse_setting, FOR_BOTH},
    {"attach", refuse_setting, FOR_BOTH},
    {"vacuum", refuse_setting, FOR_BOTH},
    {"analyze", refuse_setting, FOR_BOTH},
    {"\\", refuse_psql, FOR_BOTH},
    {".", refuse_psql, FOR_BOTH},
};

static bool
is_in(const struct parser *parser, const struct statement *statement)
{
    return statement->language == FOR_BOTH ||
           (statement->language == FOR_POSTGRES) == parse_is_postgres(parser);
}

static const struct statement *
accept_statement(struct parser *parser, const struct statement *list,
                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(parser, &list[i]) && parse_accept(parser, list[i].words))
            return &list[i];
    return NULL;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool
read_create(struct parser *parser, const struct lexeme *start)
{
    const struct statement *found;
    bool failed;

    if (parse_is_postgres(parser))
        (void)parse_accept(parser, "or replace");
    if (parse_is(parser, "trusted language"))
        parser->at++;
    found = accept_statement(parser, creates, COUNT(creates));
    if (found != NULL)
        return found->read(parser, start);
    if (parse_is_postgres(parser) && parse_create_other(parser, start, &failed))
        return !failed;
    return parse_fail_expected(
        parser, "'table', 'index', 'view' or another kind of object");
}

static bool
read_statement(struct parser *parser)
{
    const struct lexeme *start = parser->at;
    const struct statement *found;
    bool done;

    if (parse_accept(parser, "create"))
        done = read_create(parser, start);
    else if ((found = accept_statement(parser, statements,
                                       COUNT(statements))) != NULL)
        done = found->read(parser, start);
    else
        done =
            parse_fail_expected(parser, "a statement such as 'create table'");
    if (!done)
        return false;
    return parse_at_end(parser) || parse_is(parser, ";") ||
           parse_fail_expected(parser, "';'");
}

bool
parse_source(struct parser *parser, const struct source *source,
             struct duet_error *err)
{
    if (!parse_open(parser, source, err))
        return false;
    while (!parse_at_end(parser)) {
        if (parse_accept(parser, ";"))
            continue;
        if (!read_statement(parser))
            return false;
    }
    return true;
}
