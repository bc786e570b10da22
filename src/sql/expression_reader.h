/*
 * Reads expressions, for the files that do: expression_read.c has the tokens
 * and the order of things, expression_operand.c what an operand may be, and
 * expression_infix.c what may come behind one.  What all that means is
 * expression_build.h's business.
 */
#ifndef DUET_SQL_EXPRESSION_READER_H
#define DUET_SQL_EXPRESSION_READER_H

#include "db/token.h"
#include "sql/expression_build.h"

struct reader {
    struct builder builder;
    struct tokens tokens;
    struct token token; /* that comes next */
    bool more;          /* there is one */
    unsigned depth;
};

bool reader_is_postgres(const struct reader *reader);
void reader_advance(struct reader *reader);

/* WORD comes next. */
bool reader_is(const struct reader *reader, const char *word);

/* The same, and it is passed. */
bool reader_accept(struct reader *reader, const char *word);

/* A token of that kind comes next, and ends as it should. */
bool reader_is_kind(const struct reader *reader, enum token_kind kind);

/* Any operator does. */
bool reader_is_operator(const struct reader *reader);

/* TOKEN in lower case. */
char *reader_lower(const struct reader *reader, const struct token *token);

/* The name that comes next, as the catalog has it, or NULL; it is passed. */
const char *reader_name(struct reader *reader);

/* The canonical type that comes next, or NULL. */
const char *read_type(struct reader *reader);

/* How strongly what stands before an operand binds. */
enum {
    POSTGRES_NOT = 3,
    POSTGRES_ANY = 7,
    POSTGRES_SIGN = 13,
    SQLITE_NOT = 3,
    SQLITE_SIGN = 12
};

/*
 * The expression that comes next, as far as it binds at least as strongly as
 * POWER: NULL if it is not understood.
 */
struct expression *read_expression(struct reader *reader, unsigned power);

/* The same, but true may be true on SQLite, too. */
struct expression *read_bare(struct reader *reader, unsigned power);

/* Expressions with commas between them, and what CLOSES them. */
bool read_list(struct reader *reader, struct expression_list *list,
               const char *closes);

struct expression *read_operand(struct reader *reader);

/*
 * What may come behind an operand.  Each language has a table of them, by how
 * strongly they bind.
 */
struct infix {
    const char *spelling;
    unsigned char power;
    bool negated;
    enum expression_kind kind;
    const char *text; /* of a match or an operator */
    struct expression *(*read)(struct reader *reader, struct expression *left,
                               const struct infix *infix);
};

/* What comes next, or NULL. */
const struct infix *find_infix(const struct reader *reader);

#endif
