/*
 * What the parser is made of: a cursor over the tokens of a source, and the
 * parts of the grammar.
 *
 * A function that reads something stands at its first token when it is called.
 * When it returns true, or a text, it stands behind the last one; else it has
 * filled in the error.  Nothing recurses: no input is too deep.
 */
#ifndef DUET_SCHEMA_PARSE_PART_H
#define DUET_SCHEMA_PARSE_PART_H

#include "base/attr.h"
#include "db/token.h"
#include "schema/parse.h"

/* A token and where it stands. */
struct lexeme {
    struct token token; /* empty at the end of the text */
    unsigned line;
    unsigned column; /* in characters, from 1 */
};

static inline bool
parse_is_postgres(const struct parser *parser)
{
    return parser->source.language == LANGUAGE_POSTGRES;
}

/* Begin with the tokens of SOURCE. */
bool parse_open(struct parser *parser, const struct source *source,
                struct duet_error *err);

/* ----------------------------------------------------------------- errors */

struct origin parse_place(const struct parser *parser, const struct lexeme *at);

/* Say of the token AT what is wrong with it.  They all return false. */
bool parse_fail(struct parser *parser, const struct lexeme *at, const char *fmt,
                ...) PRINTF_LIKE(3, 4);
bool parse_fail_at(struct parser *parser, const struct origin *place,
                   const char *text);

/* "expected WANTED, found ..." */
bool parse_fail_expected(struct parser *parser, const char *wanted);

/* What to do about the error: the file of an engine's own is one way. */
bool parse_hint(struct parser *parser, const char *hint);
bool parse_hint_own(struct parser *parser);

/* True unless the source is for both engines: "SQLite has no WHAT". */
bool parse_common(struct parser *parser, const struct lexeme *at,
                  const char *what);

/* AT as a message shows it: 'word', or the end of the text. */
const char *parse_shown(struct parser *parser, const struct lexeme *at);

/* ----------------------------------------------------------------- tokens */

bool parse_at_end(const struct parser *parser);

/* At a comma, a closing parenthesis, a semicolon or the end. */
bool parse_at_delimiter(const struct parser *parser);

/* The next tokens are WORDS, in lower case and with one blank between them. */
bool parse_is(const struct parser *parser, const char *words);

/* Go behind them if they are; or else it is an error. */
bool parse_accept(struct parser *parser, const char *words);
bool parse_expect(struct parser *parser, const char *words);

/* Go to the delimiter that ends this, or to the end of the statement. */
void parse_skip_part(struct parser *parser);
void parse_skip_statement(struct parser *parser);

/*
 * At an opening parenthesis: what is in it, or NULL.  Where there is nothing
 * in it, a condition is an error.
 */
const char *parse_parenthesised(struct parser *parser);
const char *parse_condition(struct parser *parser);

/* The text from FIRST up to the parser, or up to END, without that token. */
const char *parse_slice(struct parser *parser, const struct lexeme *first);
const char *parse_between(struct parser *parser, const struct lexeme *first,
                          const struct lexeme *end);

/* The same with words in lower case, but for what is in quotes. */
const char *parse_lower(struct parser *parser, const struct lexeme *first);

/*
 * SQLite keeps what stands in front of this token, so comments are kept there
 * as well, written as this one: or NULL.  Behind the parenthesis that opens a
 * table, that of the table stands on the same line.
 */
const char *parse_comment(struct parser *parser);
const char *parse_table_comment(struct parser *parser, const char **of_column);

/* ------------------------------------------------------------------ names */

/* At a token that can be a name, in quotes or not. */
bool parse_at_name(const struct parser *parser);

/* What it names: PostgreSQL makes it lower case unless it is in quotes. */
const char *parse_name_of(struct parser *parser, const struct lexeme *at);

/* A name; WANTED is for the error: "a table". */
const char *parse_name(struct parser *parser, const char *wanted);

/* The same with its schema, which is NULL where there is none. */
const char *parse_qualified(struct parser *parser, const char *wanted,
                            const char **schema);

/* "s.t" or "t": as it is, and as SQL writes it. */
const char *parse_joined(struct parser *parser, const char *schema,
                         const char *name);
const char *parse_written(struct parser *parser, const char *schema,
                          const char *name);

/* ---------------------------------------------------------------- objects */

/* What was declared before this, or NULL without an error. */
struct object *parse_find(const struct parser *parser, enum name_space space,
                          const struct object *owner, const char *schema,
                          const char *name);
struct object *parse_find_as(const struct parser *parser, enum name_space space,
                             const struct object *owner, const char *schema,
                             const char *name, bool caseless);

/* The same for a table or a view; an error if there is none. */
struct object *parse_table(struct parser *parser, const char *schema,
                           const char *name, const struct lexeme *at);

/* Nothing has that name yet, or it is an error AT the name. */
bool parse_is_free(struct parser *parser, enum name_space space,
                   const struct object *owner, const char *schema,
                   const char *name, const struct lexeme *at);

/* A new object, whose name is not known to others yet. */
struct object *parse_add(struct parser *parser, enum object_kind kind,
                         struct object *owner, const char *name,
                         const struct lexeme *at);

/* --------------------------------------------------------------- mentions */

enum mention_kind {
    MENTION_PART,       /* a column in a part of a key */
    MENTION_COLUMN,     /* another column of the object's table */
    MENTION_REFERENCES, /* the table of a foreign key */
    MENTION_TARGET,     /* and a column of it in a part of the key */
    MENTION_PARENT,     /* a table from which another inherits */
    MENTION_TYPE,       /* the type of a column */
    MENTION_SERIAL      /* a column that has to be the primary key */
};

/* A name that must be declared, before or behind. */
struct mention {
    enum mention_kind kind;
    struct object *object;
    size_t part;
    const char *schema;
    const char *name;
    const char *written; /* of a part: as it is written */
    struct origin place;
    bool common;
};

struct mention *parse_mention(struct parser *parser, enum mention_kind kind,
                              struct object *object, const char *schema,
                              const char *name, const struct lexeme *at);

/* ------------------------------------------------------- parts of grammar */

/* The type of a column, or of a sequence. */
bool parse_type(struct parser *parser, struct object *column);

/* Up to the delimiter: of a sequence, or of a column's. */
bool parse_sequence_options(struct parser *parser, struct object *object);

/* (fillfactor = 70) */
bool parse_options(struct parser *parser, const char **out);

/* "collate x" where it stands; OUT stays as it is where it doesn't. */
bool parse_collation(struct parser *parser, const char **out);
const char *parse_collation_of(struct parser *parser, const struct lexeme *at);

/* (a, b), and where expressions may stand (a desc, lower(c)) */
bool parse_column_parts(struct parser *parser, struct object *object,
                        bool included);
bool parse_index_parts(struct parser *parser, struct object *object);
bool parse_nulls_distinct(struct parser *parser, struct object *object);

/*
 * A constraint of TABLE or, if it is not NULL, of COLUMN.  Its NAME, or "",
 * has been read; AT is the place of it.
 */
bool parse_at_constraint(const struct parser *parser);
bool parse_constraint_name(struct parser *parser, const char **name,
                           const struct lexeme **at);
bool parse_constraint(struct parser *parser, struct object *table,
                      struct object *column, const char *name,
                      const struct lexeme *at);

/* "deferrable", "not valid", "on conflict replace" behind an object. */
bool parse_constraint_attributes(struct parser *parser, struct object *object);
bool parse_on_conflict(struct parser *parser, struct object *object);

/* A column's definition; COMMENT stood before it. */
bool parse_column(struct parser *parser, struct object *table,
                  const char *comment);

/* Statements, from behind the words that tell which it is; START is its. */
bool parse_create_table(struct parser *parser, bool unlogged);
bool parse_create_index(struct parser *parser, bool unique);
bool parse_create_virtual_table(struct parser *parser,
                                const struct lexeme *start);
bool parse_create_view(struct parser *parser, const struct lexeme *start);
bool parse_create_recursive_view(struct parser *parser,
                                 const struct lexeme *start);
bool parse_create_materialized_view(struct parser *parser,
                                    const struct lexeme *start);
bool parse_create_trigger(struct parser *parser, const struct lexeme *start);
bool parse_create_type(struct parser *parser, const struct lexeme *start);
bool parse_create_sequence(struct parser *parser, const struct lexeme *start);
bool parse_alter_table(struct parser *parser, const struct lexeme *start);

bool parse_comment_on(struct parser *parser, const struct lexeme *start);
bool parse_grant(struct parser *parser, const struct lexeme *start);

/*
 * What the model keeps as text, behind "create": false if it is none of that,
 * else FAILED tells.  For parse_other() WHAT, such as "type", has been read.
 */
bool parse_create_other(struct parser *parser, const struct lexeme *start,
                        bool *failed);
bool parse_other(struct parser *parser, const char *what,
                 const struct lexeme *start);
bool parse_is_other_free(struct parser *parser, struct object *other,
                         const struct lexeme *at);

#endif
