#include <string.h>

#include "sql/script_part.h"

struct command_spec {
    const char *name;
    enum command_effect effect;
    const char *hint;
};

static const char elsewhere[] =
    "a script works on the database that it is given; leave it out";
static const char own_text[] =
    "put what that file has in its place, or make a script of its own of it";
static const char own_value[] = "write the value where it is needed";
static const char own_condition[] =
    "decide in SQL: a DO block with IF, or IF EXISTS";
static const char own_program[] = "no program is run from here; leave it out";
static const char own_block[] = "use a DO block with EXECUTE";
static const char plain_end[] = "end the statement with ;";

static const struct command_spec psql_commands[] = {
    {"!", COMMAND_REFUSED, own_program},
    {"?", COMMAND_NOTHING, NULL},
    {"C", COMMAND_NOTHING, NULL},
    {"H", COMMAND_NOTHING, NULL},
    {"T", COMMAND_NOTHING, NULL},
    {"a", COMMAND_NOTHING, NULL},
    {"c", COMMAND_REFUSED, elsewhere},
    {"connect", COMMAND_REFUSED, elsewhere},
    {"conninfo", COMMAND_NOTHING, NULL},
    {"copy", COMMAND_REFUSED,
     "use COPY ... FROM stdin, with the rows and a line \\. behind it"},
    {"copyright", COMMAND_NOTHING, NULL},
    {"echo", COMMAND_NOTHING, NULL},
    {"elif", COMMAND_REFUSED, own_condition},
    {"else", COMMAND_REFUSED, own_condition},
    {"endif", COMMAND_REFUSED, own_condition},
    {"errverbose", COMMAND_NOTHING, NULL},
    {"f", COMMAND_NOTHING, NULL},
    {"g", COMMAND_SEND, plain_end},
    {"gdesc", COMMAND_REFUSED, plain_end},
    {"gexec", COMMAND_REFUSED, own_block},
    {"gset", COMMAND_REFUSED, own_value},
    {"gx", COMMAND_SEND, plain_end},
    {"i", COMMAND_REFUSED, own_text},
    {"if", COMMAND_REFUSED, own_condition},
    {"include", COMMAND_REFUSED, own_text},
    {"include_relative", COMMAND_REFUSED, own_text},
    {"ir", COMMAND_REFUSED, own_text},
    {"l", COMMAND_NOTHING, NULL},
    {"o", COMMAND_REFUSED, own_program},
    {"p", COMMAND_NOTHING, NULL},
    {"prompt", COMMAND_REFUSED, own_value},
    {"pset", COMMAND_NOTHING, NULL},
    {"q", COMMAND_QUIT, NULL},
    {"qecho", COMMAND_NOTHING, NULL},
    {"quit", COMMAND_QUIT, NULL},
    {"r", COMMAND_NOTHING, NULL},
    {"reset", COMMAND_NOTHING, NULL},
    {"restrict", COMMAND_NOTHING, NULL},
    {"setenv", COMMAND_REFUSED, own_program},
    {"t", COMMAND_NOTHING, NULL},
    {"timing", COMMAND_NOTHING, NULL},
    {"unrestrict", COMMAND_NOTHING, NULL},
    {"warn", COMMAND_NOTHING, NULL},
    {"watch", COMMAND_REFUSED, plain_end},
    {"x", COMMAND_NOTHING, NULL},
    {"z", COMMAND_NOTHING, NULL},
    {NULL, COMMAND_REFUSED, "leave it out, or run this script with psql"},
};

static const struct command_spec shell_commands[] = {
    {"bail", COMMAND_NOTHING, NULL},
    {"binary", COMMAND_NOTHING, NULL},
    {"cd", COMMAND_REFUSED, elsewhere},
    {"changes", COMMAND_NOTHING, NULL},
    {"databases", COMMAND_NOTHING, NULL},
    {"dump", COMMAND_NOTHING, NULL},
    {"echo", COMMAND_NOTHING, NULL},
    {"eqp", COMMAND_NOTHING, NULL},
    {"exit", COMMAND_QUIT, NULL},
    {"explain", COMMAND_NOTHING, NULL},
    {"fullschema", COMMAND_NOTHING, NULL},
    {"header", COMMAND_NOTHING, NULL},
    {"headers", COMMAND_NOTHING, NULL},
    {"help", COMMAND_NOTHING, NULL},
    {"import", COMMAND_REFUSED, "write the rows as INSERT statements"},
    {"indexes", COMMAND_NOTHING, NULL},
    {"indices", COMMAND_NOTHING, NULL},
    {"load", COMMAND_REFUSED,
     "do without the extension, or run this script with sqlite3"},
    {"mode", COMMAND_NOTHING, NULL},
    {"nullvalue", COMMAND_NOTHING, NULL},
    {"open", COMMAND_REFUSED, elsewhere},
    {"parameter", COMMAND_REFUSED, own_value},
    {"print", COMMAND_NOTHING, NULL},
    {"prompt", COMMAND_NOTHING, NULL},
    {"quit", COMMAND_QUIT, NULL},
    {"read", COMMAND_REFUSED, own_text},
    {"scanstats", COMMAND_NOTHING, NULL},
    {"schema", COMMAND_NOTHING, NULL},
    {"separator", COMMAND_NOTHING, NULL},
    {"shell", COMMAND_REFUSED, own_program},
    {"show", COMMAND_NOTHING, NULL},
    {"stats", COMMAND_NOTHING, NULL},
    {"system", COMMAND_REFUSED, own_program},
    {"tables", COMMAND_NOTHING, NULL},
    {"timeout", COMMAND_NOTHING, NULL},
    {"timer", COMMAND_NOTHING, NULL},
    {"version", COMMAND_NOTHING, NULL},
    {"width", COMMAND_NOTHING, NULL},
    {NULL, COMMAND_REFUSED, "leave it out, or run this script with sqlite3"},
};

static bool
is_word(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

static bool
is_blank(char c)
{
    return c != '\0' && strchr(" \t\n\v\f\r", c) != NULL;
}

static const char *
skip_blank(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* The row without a name is for all others. */
static void
find_command(struct command *out, const struct command_spec *spec,
             const char *name)
{
    while (spec->name != NULL && !is_word(name, out->name_len - 1, spec->name))
        spec++;
    out->effect = spec->effect;
    out->hint = spec->hint;
}

static void
refuse(struct command *out, const char *why, const char *hint)
{
    out->effect = COMMAND_REFUSED;
    out->why = why;
    out->hint = hint;
}

/* ------------------------------------------------------------------ psql */

/* Those that make a difference to how psql prints, or when it stops. */
static const char *const psql_switches[] = {
    "COMP_KEYWORD_CASE",
    "ECHO",
    "ECHO_HIDDEN",
    "FETCH_COUNT",
    "HIDE_TABLEAM",
    "HIDE_TOAST_COMPRESSION",
    "HISTCONTROL",
    "HISTFILE",
    "HISTSIZE",
    "IGNOREEOF",
    "ON_ERROR_STOP",
    "PROMPT1",
    "PROMPT2",
    "PROMPT3",
    "QUIET",
    "SHOW_ALL_RESULTS",
    "SHOW_CONTEXT",
    "VERBOSITY",
    NULL,
};

/* The others that have a value when psql starts, or after a statement. */
static const char *const psql_variables[] = {
    "AUTOCOMMIT",
    "DBNAME",
    "ENCODING",
    "ERROR",
    "HOST",
    "LAST_ERROR_MESSAGE",
    "LAST_ERROR_SQLSTATE",
    "ON_ERROR_ROLLBACK",
    "PORT",
    "ROW_COUNT",
    "SERVER_VERSION_NAME",
    "SERVER_VERSION_NUM",
    "SINGLELINE",
    "SINGLESTEP",
    "SQLSTATE",
    "USER",
    "VERSION",
    "VERSION_NAME",
    "VERSION_NUM",
    NULL,
};

static bool
is_listed(const char *const *list, const char *text, size_t len)
{
    for (; *list != NULL; list++)
        if (is_word(text, len, *list))
            return true;
    return false;
}

/*
 * Behind the quote that closes what begins at AT; NULL: there is none.  In
 * single quotes a backslash is an escape.
 */
static const char *
skip_quoted(const char *at, const char *end)
{
    char quote = *at++;

    for (; at < end && *at != quote; at++)
        if (quote == '\'' && *at == '\\' && at + 1 < end)
            at++;
    return at < end ? at + 1 : NULL;
}

/* To the blank or backslash behind an argument; NULL for an open quote. */
static const char *
skip_argument(const char *at, const char *end)
{
    while (at != NULL && at < end && !is_blank(*at) && *at != '\\')
        at = strchr("'\"`", *at) != NULL ? skip_quoted(at, end) : at + 1;
    return at;
}

/* To the next command, or to the end of the line. */
static void
read_arguments(struct command *out, const char *from, const char *at,
               const char *end)
{
    const char *stop = at;

    while (stop != NULL && stop < end && *stop != '\\')
        stop = is_blank(*stop) ? stop + 1 : skip_argument(stop, end);
    if (stop == NULL)
        refuse(out, "has an unclosed quote", "close it on its line");
    else if (memchr(at, '`', (size_t)(stop - at)) != NULL)
        refuse(out, "would run a program", own_program);
    out->len = (size_t)((stop == NULL ? end : stop) - from);
    /* The separator of psql's, behind which SQL goes on. */
    if (stop != NULL && end - stop >= 2 && stop[1] == '\\')
        out->len += 2;
}

static void
check_set(struct command *out, const char *name, size_t len)
{
    if (len == 0 || is_listed(psql_switches, name, len))
        out->effect = COMMAND_NOTHING;
    else
        refuse(out, NULL, own_value);
}

static void
check_encoding(struct command *out, const char *name, size_t len)
{
    static const char *const same[] = {"UTF8",  "UTF-8", "utf8",
                                       "utf-8", "Utf8",  NULL};

    if (len == 0 || is_listed(same, name, len))
        out->effect = COMMAND_NOTHING;
    else
        refuse(out, NULL, "write the script in UTF-8");
}

static void
check_arguments(struct command *out, const char *name, const char *at,
                size_t len)
{
    size_t name_len = out->name_len - 1;

    if (is_word(name, name_len, "set") || is_word(name, name_len, "unset"))
        check_set(out, at, len);
    else if (is_word(name, name_len, "encoding"))
        check_encoding(out, at, len);
    else if (name_len > 0 && *name == 'd') /* which describes something */
        out->effect = COMMAND_NOTHING;
    else if (out->effect == COMMAND_SEND && len > 0)
        refuse(out, "has an argument", plain_end);
}

void
psql_command_read(struct command *out, const char *at, const char *end)
{
    const char *name = at + 1;
    const char *behind = name;
    const char *argument;
    const char *argument_end;

    while (behind < end && !is_blank(*behind) && *behind != '\\')
        behind++;
    *out = (struct command){.name_len = (size_t)(behind - at)};
    find_command(out, psql_commands, name);
    argument = skip_blank(behind, end);
    argument_end = skip_argument(argument, end);
    if (argument_end != NULL)
        check_arguments(out, name, argument, (size_t)(argument_end - argument));
    read_arguments(out, at, behind, end);
}

static bool
is_variable_part(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

size_t
psql_variable_len(const char *at, const char *end)
{
    const char *name = at + 1;
    const char *behind;
    bool tests = end - name >= 2 && strncmp(name, "{?", 2) == 0;
    bool quoted = name < end && (*name == '\'' || *name == '"');

    name += tests ? 2 : quoted ? 1 : 0;
    for (behind = name; behind < end && is_variable_part(*behind);)
        behind++;
    if (tests)
        return behind < end && *behind == '}' ? (size_t)(behind + 1 - at) : 0;
    if ((quoted && (behind == end || *behind != at[1])) ||
        (!is_listed(psql_switches, name, (size_t)(behind - name)) &&
         !is_listed(psql_variables, name, (size_t)(behind - name))))
        return 0;
    return (size_t)(behind - at) + quoted;
}

/* ---------------------------------------------------------------- SQLite */

void
shell_command_read(struct command *out, const char *at, const char *end)
{
    const char *behind = at + 1;

    while (behind < end && !is_blank(*behind))
        behind++;
    *out = (struct command){.len = (size_t)(end - at),
                            .name_len = (size_t)(behind - at)};
    find_command(out, shell_commands, at + 1);
}
