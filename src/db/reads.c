#include "db/reads.h"

#include <strings.h>

#include "db/token.h"

/* A statement's tokens; those before the current one as far as needed. */
struct reader {
    struct tokens tokens;
    struct token token;
    struct token before;
    bool ended; /* the text, or the statement at its semicolon */
};

static bool
is_one_of(const struct token *token, const char *const *words)
{
    for (; *words != NULL; words++)
        if (token_is(token, *words))
            return true;
    return false;
}

static bool
advance(struct reader *reader)
{
    reader->before = reader->token;
    reader->ended = !token_next(&reader->tokens, &reader->token) ||
                    token_is(&reader->token, ";");
    return !reader->ended;
}

static bool
is_writing_function(const struct token *token)
{
    static const char *const prefixes[] = {"nextval",
                                           "setval",
                                           "set_config",
                                           "pg_notify",
                                           "lo_",
                                           "dblink",
                                           "pg_advisory",
                                           "pg_try_advisory",
                                           "pg_logical_emit_message",
                                           "pg_terminate_",
                                           "pg_cancel_",
                                           "pg_reload_conf",
                                           "load_extension"};

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);

        if (token->kind == TOKEN_WORD && token->len >= len &&
            strncasecmp(token->text, prefixes[i], len) == 0)
            return true;
    }
    return false;
}

/*
 * These are words of a statement only where one can begin: `update` alone may
 * also be the name of a column.
 */
static bool
begins_a_write(const struct reader *reader)
{
    static const char *const writes[] = {"insert", "update", "delete", "merge",
                                         NULL};

    return is_one_of(&reader->token, writes) &&
           (token_is(&reader->before, "(") || token_is(&reader->before, ")"));
}

/* `for update` and its kin lock rows. */
static bool
locks_rows(const struct reader *reader)
{
    static const char *const locks[] = {"update", "share", "no", "key", NULL};

    return token_is(&reader->before, "for") && is_one_of(&reader->token, locks);
}

static bool
query_reads(struct reader *reader)
{
    do {
        if (begins_a_write(reader) || locks_rows(reader) ||
            token_is(&reader->token, "into") ||
            is_writing_function(&reader->token))
            return false;
    } while (advance(reader));
    return true;
}

/* `explain analyze` runs what it explains. */
static bool
explain_reads(struct reader *reader)
{
    while (advance(reader))
        if (token_is(&reader->token, "analyze") ||
            token_is(&reader->token, "analyse"))
            return false;
    return true;
}

/* `pragma name`, `pragma schema.name`, `pragma name(argument)`. */
static bool
pragma_reads(struct reader *reader)
{
    static const char *const take_argument[] = {"table_info",
                                                "table_xinfo",
                                                "table_list",
                                                "index_list",
                                                "index_info",
                                                "index_xinfo",
                                                "quick_check",
                                                "foreign_key_list",
                                                "foreign_key_check",
                                                "integrity_check",
                                                NULL};
    static const char *const take_none[] = {"application_id",
                                            "auto_vacuum",
                                            "busy_timeout",
                                            "collation_list",
                                            "database_list",
                                            "data_version",
                                            "defer_foreign_keys",
                                            "encoding",
                                            "foreign_keys",
                                            "freelist_count",
                                            "function_list",
                                            "journal_mode",
                                            "module_list",
                                            "page_count",
                                            "page_size",
                                            "pragma_list",
                                            "query_only",
                                            "recursive_triggers",
                                            "schema_version",
                                            "synchronous",
                                            "user_version",
                                            "compile_options",
                                            NULL};
    struct token name;

    if (!advance(reader))
        return false;
    name = reader->token;
    if (advance(reader) && token_is(&reader->token, ".")) {
        if (!advance(reader))
            return false;
        name = reader->token;
        (void)advance(reader);
    }
    if (is_one_of(&name, take_argument))
        return reader->ended || token_is(&reader->token, "(");
    return reader->ended && is_one_of(&name, take_none);
}

static bool
statement_reads(struct reader *reader)
{
    static const char *const queries[] = {"select", "values", "with",
                                          "table",  "(",      NULL};
    bool reads = false;

    if (is_one_of(&reader->token, queries))
        reads = query_reads(reader);
    else if (token_is(&reader->token, "explain"))
        reads = explain_reads(reader);
    else if (token_is(&reader->token, "pragma"))
        reads = pragma_reads(reader);
    else if (token_is(&reader->token, "show"))
        reads = true;
    while (!reader->ended)
        (void)advance(reader);
    return reads;
}

bool
sql_only_reads(const struct dialect *dialect, const char *sql)
{
    struct reader reader = {
        .tokens = {.at = sql, .postgres = dialect->has_dollar_quotes}};

    while (*reader.tokens.at != '\0') {
        reader.token = reader.before = (struct token){.text = ""};
        if (advance(&reader) && !statement_reads(&reader))
            return false;
    }
    return true;
}
