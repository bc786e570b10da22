#include "sql/quote.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/*
 * What has to be quoted as the name of a table, a column or a constraint on
 * one engine or the other, in order.
 */
static const char *const reserved[] = {
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "raise",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
};

/* The same as the name of a type: with these PostgreSQL's own ones begin. */
static const char *const reserved_types[] = {
    "bigint",    "bit",          "boolean",       "char",      "character",
    "coalesce",  "dec",          "decimal",       "extract",   "float",
    "greatest",  "grouping",     "inout",         "int",       "integer",
    "interval",  "least",        "national",      "nchar",     "none",
    "normalize", "nullif",       "numeric",       "out",       "overlay",
    "position",  "precision",    "real",          "row",       "setof",
    "smallint",  "substring",    "time",          "timestamp", "treat",
    "trim",      "varchar",      "xmlattributes", "xmlconcat", "xmlelement",
    "xmlexists", "xmlforest",    "xmlnamespaces", "xmlparse",  "xmlpi",
    "xmlroot",   "xmlserialize", "xmltable",
};

static char *
quoted(struct arena *arena, const char *text, char quote)
{
    SCOPED(buf_release) struct buf buf = {0};

    buf_quoted(&buf, text, strlen(text), quote);
    return arena_copy(arena, buf_data(&buf), buf.len);
}

char *
sql_ident(struct arena *arena, const char *name)
{
    return quoted(arena, name, '"');
}

static int
compare_words(const void *name, const void *word)
{
    return strcmp(name, *(const char *const *)word);
}

#define HAS_WORD(list, name)                                                \
    (bsearch((name), (list), sizeof(list) / sizeof *(list), sizeof *(list), \
             compare_words) != NULL)

/* It begins as a name does, and is one in lower case to both engines. */
static bool
is_plain(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    size_t len = strspn(name, letters);

    return len > 0 && name[len] == '\0' && (name[0] < '0' || name[0] > '9');
}

char *
sql_name(struct arena *arena, const char *name)
{
    if (is_plain(name) && !HAS_WORD(reserved, name))
        return arena_text(arena, name);
    return sql_ident(arena, name);
}

char *
sql_type_name(struct arena *arena, const char *name)
{
    if (HAS_WORD(reserved_types, name))
        return sql_ident(arena, name);
    return sql_name(arena, name);
}

char *
sql_literal(struct arena *arena, const char *text)
{
    return text == NULL ? arena_text(arena, "null") : quoted(arena, text, '\'');
}
