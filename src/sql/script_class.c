#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "db/token.h"
#include "sql/script_part.h"

/*
 * How a statement begins.  Of the words in PATTERN
 *
 *     a|b     is one of these
 *     a?      may be there
 *     ()      may be there, and is all of a parenthesis
 *     *       is anything, up to what follows in the pattern
 *     NAME    is a name with its schema, or a text: the statement's object
 *     TABLE   is a name with its schema: the statement's table
 *     $       is the end of the statement
 *
 * The first rule that fits is the one.
 */
struct rule {
    const char *pattern;
    enum statement_kind kind;
    enum outside_form outside;
};

static const struct rule postgres_rules[] = {
    {"begin", STATEMENT_BEGIN, 0},
    {"start transaction", STATEMENT_BEGIN, 0},
    {"commit prepared NAME", STATEMENT_OUTSIDE, OUTSIDE_COMMIT_PREPARED},
    {"commit|end", STATEMENT_COMMIT, 0},
    {"prepare transaction", STATEMENT_COMMIT, 0},
    {"rollback prepared NAME", STATEMENT_OUTSIDE, OUTSIDE_ROLLBACK_PREPARED},
    {"rollback work|transaction? to", STATEMENT_ORDINARY, 0},
    {"rollback|abort", STATEMENT_ROLLBACK, 0},

    {"copy binary? TABLE () from stdin|stdout", STATEMENT_COPY, 0},

    {"vacuum", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"create unique? index concurrently if not exists NAME on only? TABLE",
     STATEMENT_OUTSIDE, OUTSIDE_CREATE_INDEX},
    {"create unique? index concurrently on only? TABLE", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_INDEX},
    {"create unique? index concurrently NAME on only? TABLE", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_INDEX},
    {"drop index concurrently if exists NAME", STATEMENT_OUTSIDE,
     OUTSIDE_DROP_INDEX},
    {"drop index concurrently NAME", STATEMENT_OUTSIDE, OUTSIDE_DROP_INDEX},
    {"reindex () schema|database|system", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"reindex () index concurrently NAME", STATEMENT_OUTSIDE, OUTSIDE_REINDEX},
    {"reindex () table concurrently TABLE", STATEMENT_OUTSIDE, OUTSIDE_REINDEX},
    {"reindex ( * concurrently false|off|0", STATEMENT_ORDINARY, 0},
    {"reindex ( * concurrently * ) index NAME", STATEMENT_OUTSIDE,
     OUTSIDE_REINDEX},
    {"reindex ( * concurrently * ) table TABLE", STATEMENT_OUTSIDE,
     OUTSIDE_REINDEX},
    {"reindex ( * concurrently", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"cluster verbose? () $", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"create database NAME", STATEMENT_OUTSIDE, OUTSIDE_CREATE_DATABASE},
    {"drop database if exists NAME", STATEMENT_OUTSIDE, OUTSIDE_DROP_DATABASE},
    {"drop database NAME", STATEMENT_OUTSIDE, OUTSIDE_DROP_DATABASE},
    {"create tablespace NAME", STATEMENT_OUTSIDE, OUTSIDE_CREATE_TABLESPACE},
    {"drop tablespace if exists NAME", STATEMENT_OUTSIDE,
     OUTSIDE_DROP_TABLESPACE},
    {"drop tablespace NAME", STATEMENT_OUTSIDE, OUTSIDE_DROP_TABLESPACE},
    {"alter database NAME set tablespace", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"alter system", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"alter table if exists only? TABLE *? detach partition NAME concurrently",
     STATEMENT_OUTSIDE, OUTSIDE_DETACH_PARTITION},
    {"alter table only? TABLE *? detach partition NAME concurrently",
     STATEMENT_OUTSIDE, OUTSIDE_DETACH_PARTITION},
    {"create subscription NAME * create_slot|connect = false|off|0",
     STATEMENT_ORDINARY, 0},
    {"create subscription NAME", STATEMENT_OUTSIDE,
     OUTSIDE_CREATE_SUBSCRIPTION},
    {"drop subscription if exists NAME", STATEMENT_OUTSIDE,
     OUTSIDE_DROP_SUBSCRIPTION},
    {"drop subscription NAME", STATEMENT_OUTSIDE, OUTSIDE_DROP_SUBSCRIPTION},
    {"alter subscription NAME refresh", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"alter subscription NAME set|add|drop publication * refresh = "
     "false|off|0",
     STATEMENT_ORDINARY, 0},
    {"alter subscription NAME set|add|drop publication", STATEMENT_OUTSIDE,
     OUTSIDE_ALTER_SUBSCRIPTION},
    {"discard all", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},

    {"set local|constraints|transaction", STATEMENT_ORDINARY, 0},
    {"set|reset|discard|listen|unlisten|load", STATEMENT_SESSION, 0},
    {"prepare|deallocate", STATEMENT_SESSION, 0},
    {"declare * with hold", STATEMENT_SESSION, 0},
    {"create temp|temporary", STATEMENT_SESSION, 0},
    {"create local|global temp|temporary", STATEMENT_SESSION, 0},
    {"create or replace temp|temporary", STATEMENT_SESSION, 0},
    {NULL, STATEMENT_ORDINARY, 0},
};

static const struct rule sqlite_rules[] = {
    {"begin", STATEMENT_BEGIN, 0},
    {"commit|end", STATEMENT_COMMIT, 0},
    {"rollback transaction to", STATEMENT_ORDINARY, 0},
    {"rollback to", STATEMENT_ORDINARY, 0},
    {"rollback transaction ANY to", STATEMENT_ORDINARY, 0},
    {"rollback", STATEMENT_ROLLBACK, 0},
    {"vacuum ANY? into NAME", STATEMENT_OUTSIDE, OUTSIDE_WRITE_FILE},
    {"vacuum", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"detach", STATEMENT_OUTSIDE, OUTSIDE_AGAIN},
    {"attach", STATEMENT_SESSION, 0},
    {"create temp|temporary", STATEMENT_SESSION, 0},
    {NULL, STATEMENT_ORDINARY, 0},
};

/* ------------------------------------------------------------------------
 * Rules
 */

struct span {
    const char *text; /* NULL: not there */
    size_t len;
};

struct match {
    struct span object;
    struct span table;
};

/* WORDS are LEN bytes, `a|b`; quotes are part of a word. */
static bool
is_one_of(const struct token *token, const char *words, size_t len)
{
    for (const char *end = words + len; words < end;) {
        const char *bar = memchr(words, '|', (size_t)(end - words));
        size_t word_len = (size_t)((bar != NULL ? bar : end) - words);

        if (token->len == word_len &&
            strncasecmp(token->text, words, word_len) == 0)
            return true;
        words += word_len + 1;
    }
    return false;
}

static bool
is_element(const char *pattern, size_t len, const char *element)
{
    return strlen(element) == len && memcmp(pattern, element, len) == 0;
}

static void
skip_parenthesis(struct tokens *tokens)
{
    struct tokens after = *tokens;
    struct token token;
    size_t depth = 0;

    while (token_next(&after, &token)) {
        if (token_is(&token, "("))
            depth++;
        else if (token_is(&token, ")") && depth > 0)
            depth--;
        if (depth == 0) /* at once, where there is none */
            break;
        *tokens = after;
    }
    if (token_is(&token, ")"))
        *tokens = after;
}

/* A text, or a name with what it is qualified by. */
static bool
read_name(struct tokens *tokens, struct span *out)
{
    struct token token;
    struct tokens after;

    if (!token_next(tokens, &token) ||
        (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME &&
         token.kind != TOKEN_TEXT))
        return false;
    *out = (struct span){token.text, token.len};
    for (after = *tokens; token_next(&after, &token) && token_is(&token, ".") &&
                          token_next(&after, &token);
         *tokens = after)
        out->len = (size_t)(token.text + token.len - out->text);
    return true;
}

static bool fits(struct match *match, const char *pattern,
                 struct tokens tokens);

/* What is between: nothing, a token, two, ... */
static bool
fits_somewhere(struct match *match, const char *pattern, struct tokens tokens)
{
    struct token token;

    do
        if (fits(match, pattern, tokens))
            return true;
    while (token_next(&tokens, &token));
    return false;
}

static bool
fits_word(const char *pattern, size_t len, struct tokens *tokens)
{
    struct token token;

    return token_next(tokens, &token) &&
           (is_element(pattern, len, "ANY") || is_one_of(&token, pattern, len));
}

static bool
fits(struct match *match, const char *pattern, struct tokens tokens)
{
    size_t len = strcspn(pattern, " ");
    const char *rest = pattern + len + strspn(pattern + len, " ");
    bool optional = len > 1 && pattern[len - 1] == '?';
    struct tokens after = tokens;
    struct token token;

    if (len == 0)
        return true;
    if (is_element(pattern, len, "*"))
        return fits_somewhere(match, rest, tokens);
    if (is_element(pattern, len, "$"))
        return !token_next(&after, &token);
    if (is_element(pattern, len, "()"))
        skip_parenthesis(&after);
    else if (is_element(pattern, len, "NAME") ||
             is_element(pattern, len, "TABLE")) {
        if (!read_name(&after,
                       *pattern == 'N' ? &match->object : &match->table))
            return false;
    } else if (!fits_word(pattern, len - optional, &after)) {
        return optional && fits(match, rest, tokens);
    }
    return fits(match, rest, after) || (optional && fits(match, rest, tokens));
}

/* ------------------------------------------------------------------------
 * Pragmas
 */

struct pragma {
    const char *name;
    enum statement_kind kind; /* where it sets something */
    bool acts;                /* where it is given nothing, too */
};

/* Any other one only tells, or writes into the database's file. */
static const struct pragma pragmas[] = {
    {"analysis_limit", STATEMENT_SESSION, false},
    {"auto_vacuum", STATEMENT_PRAGMA, false},
    {"automatic_index", STATEMENT_SESSION, false},
    {"busy_timeout", STATEMENT_SESSION, false},
    {"cache_size", STATEMENT_SESSION, false},
    {"cache_spill", STATEMENT_SESSION, false},
    {"case_sensitive_like", STATEMENT_SESSION, false},
    {"cell_size_check", STATEMENT_SESSION, false},
    {"checkpoint_fullfsync", STATEMENT_SESSION, false},
    {"count_changes", STATEMENT_SESSION, false},
    {"data_store_directory", STATEMENT_SESSION, false},
    {"defer_foreign_keys", STATEMENT_SESSION, false},
    {"empty_result_callbacks", STATEMENT_SESSION, false},
    {"encoding", STATEMENT_PRAGMA, false},
    {"foreign_keys", STATEMENT_PRAGMA, false},
    {"full_column_names", STATEMENT_SESSION, false},
    {"fullfsync", STATEMENT_SESSION, false},
    {"hard_heap_limit", STATEMENT_SESSION, false},
    {"ignore_check_constraints", STATEMENT_SESSION, false},
    {"journal_mode", STATEMENT_PRAGMA, false},
    {"journal_size_limit", STATEMENT_SESSION, false},
    {"legacy_alter_table", STATEMENT_SESSION, false},
    {"locking_mode", STATEMENT_PRAGMA, false},
    {"max_page_count", STATEMENT_SESSION, false},
    {"mmap_size", STATEMENT_SESSION, false},
    {"page_size", STATEMENT_PRAGMA, false},
    {"query_only", STATEMENT_SESSION, false},
    {"read_uncommitted", STATEMENT_SESSION, false},
    {"recursive_triggers", STATEMENT_SESSION, false},
    {"reverse_unordered_selects", STATEMENT_SESSION, false},
    {"secure_delete", STATEMENT_SESSION, false},
    {"short_column_names", STATEMENT_SESSION, false},
    {"soft_heap_limit", STATEMENT_SESSION, false},
    {"synchronous", STATEMENT_PRAGMA, false},
    {"temp_store", STATEMENT_PRAGMA, false},
    {"temp_store_directory", STATEMENT_PRAGMA, false},
    {"threads", STATEMENT_SESSION, false},
    {"trusted_schema", STATEMENT_SESSION, false},
    {"wal_autocheckpoint", STATEMENT_SESSION, false},
    {"wal_checkpoint", STATEMENT_PRAGMA, true},
    {"writable_schema", STATEMENT_SESSION, false},
};

/* TOKENS are behind the word `pragma`. */
static enum statement_kind
pragma_kind(struct arena *arena, struct tokens tokens)
{
    struct token token = {0};
    const char *name = "";
    bool sets;

    while (token_next(&tokens, &token) && token.kind != TOKEN_SYMBOL) {
        name = token_name(arena, &token);
        if (!token_next(&tokens, &token) || !token_is(&token, "."))
            break;
    }
    sets = token_is(&token, "=") || token_is(&token, "(");
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++)
        if (strcasecmp(pragmas[i].name, name) == 0 && (sets || pragmas[i].acts))
            return pragmas[i].kind;
    return STATEMENT_ORDINARY;
}

/* ------------------------------------------------------------------------
 * Both
 */

static const struct rule *
find_rule(const struct rule *rule, const struct token *first,
          struct tokens tokens, struct match *match)
{
    for (; rule->pattern != NULL; rule++) {
        *match = (struct match){0};
        if (is_one_of(first, rule->pattern, strcspn(rule->pattern, " ")) &&
            fits(match, rule->pattern, tokens))
            break;
    }
    return rule;
}

static const char *
copy_span(struct arena *arena, const struct span *span)
{
    return span->text ? arena_copy(arena, span->text, span->len) : NULL;
}

/* An index is where its table is. */
static void
qualify_index(struct arena *arena, struct statement *statement)
{
    struct tokens tokens = {.at = statement->table, .postgres = true};
    struct token token;
    size_t len = 0;

    while (token_next(&tokens, &token))
        if (token_is(&token, "."))
            len = (size_t)(token.text + token.len - statement->table);
    statement->object = arena_printf(arena, "%.*s%s", (int)len,
                                     statement->table, statement->object);
}

void
statement_classify(struct arena *arena, enum sql_language language,
                   struct statement *statement)
{
    struct tokens tokens = {.at = statement->text,
                            .postgres = language == LANGUAGE_POSTGRES};
    struct tokens behind_first = tokens;
    struct token first;
    struct match match = {0};
    const struct rule *rule;

    (void)token_next(&behind_first, &first);
    rule = find_rule(tokens.postgres ? postgres_rules : sqlite_rules, &first,
                     tokens, &match);
    statement->kind = rule->kind;
    statement->outside = rule->outside;
    if (!tokens.postgres && token_is(&first, "pragma"))
        statement->kind = pragma_kind(arena, behind_first);
    if (rule->kind != STATEMENT_OUTSIDE && rule->kind != STATEMENT_COPY)
        return;
    statement->object = copy_span(arena, &match.object);
    statement->table = copy_span(arena, &match.table);
    if (rule->outside == OUTSIDE_CREATE_INDEX && statement->object != NULL)
        qualify_index(arena, statement);
}

bool
statement_turns_escapes_on(const char *text)
{
    struct tokens tokens = {.at = text, .postgres = true};
    struct match match = {0};

    return fits(&match, "set session|local? standard_conforming_strings to|=",
                tokens) &&
           !fits(&match,
                 "set session|local? standard_conforming_strings to|= "
                 "on|'on'|true|'true'|yes|'yes'|1|'1'|default",
                 tokens);
}
