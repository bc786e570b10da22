/*
 * Reads DDL, in PostgreSQL's language or in SQLite's, into a model.
 *
 *     SCOPED(parser_clear) struct parser parser = {.schema = &schema};
 *     struct source source = {.file = "t.sql", .text = text};
 *
 *     return parse_source(&parser, &source, err) &&
 *            parse_names(&parser, false, err);
 *
 * Several sources may make one schema.  What is indexed, commented on or
 * altered must have been declared before that; a table that a foreign key
 * references, an enum or a parent may come later, and parse_names() looks them
 * up when all is read.  After an error the schema is good for nothing but
 * schema_clear().
 */
#ifndef DUET_SCHEMA_PARSE_H
#define DUET_SCHEMA_PARSE_H

#include "duet.h"
#include "schema/model.h"
#include "schema/names.h"

struct source {
    const char *file; /* for errors; NULL: what a database has stored */
    const char *text;
    enum sql_language language;
    bool common; /* what one engine can't have is an error */
};

struct lexeme;
struct mention;

struct parser {
    struct schema *schema; /* the caller's */
    struct names names;
    struct mention *mentions; /* to be looked up */
    size_t nmentions;
    size_t mentions_size;
    struct duet_error *err;
    /* Of the source that is being read: */
    struct source source;
    struct arena scratch;
    struct lexeme *lexemes;
    const struct lexeme *at;
    /* Of its table that is being read, to know the rowid's other name: */
    bool is_autoincrement;
    bool is_no_rowid; /* "integer primary key desc" */
};

/* Know what is in the schema already. */
void parser_know(struct parser *parser);

/* Read all statements of SOURCE. */
bool parse_source(struct parser *parser, const struct source *source,
                  struct duet_error *err);

/*
 * Look up the names that were mentioned.  LENIENT: one that is not declared
 * stays as it is written, else it is an error.
 */
bool parse_names(struct parser *parser, bool lenient, struct duet_error *err);

void parser_clear(struct parser *parser);

/* A bare word, or one in double quotes, is a text to SQLite: foo is 'foo'. */
const char *parse_sqlite_default(struct arena *arena, const char *text);

#endif
