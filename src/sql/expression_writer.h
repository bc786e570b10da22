/*
 * Writing an expression in either language, for the files of it alone:
 * expression_text.c begins and knows where parentheses belong.
 */
#ifndef DUET_SQL_EXPRESSION_WRITER_H
#define DUET_SQL_EXPRESSION_WRITER_H

#include "base/buf.h"
#include "sql/expression_node.h"

struct expression_writer {
    struct buf buf;
    struct arena arena; /* of scraps */
    enum sql_language language;
    bool failed; /* the language has no way to say it */
};

/*
 * How strongly what is written binds.  || binds more weakly than + on
 * PostgreSQL and more strongly on SQLite, and so do others: an OPERATION
 * stands in none, and none in it, without parentheses, so that one order does
 * for both languages and no reader has to know.
 */
enum strength {
    ANYTHING,
    DISJUNCTION,
    CONJUNCTION,
    NEGATION,
    PREDICATE,
    OPERATION,
    SUM,
    PRODUCT,
    SIGN,
    OPERAND
};

static inline bool
writes_sqlite(const struct expression_writer *writer)
{
    return writer->language == LANGUAGE_SQLITE;
}

/* ------------------------------------------------ expression_text.c */

void expression_write(struct expression_writer *writer, const char *text);

/* In parentheses if it binds more weakly than LEAST. */
void expression_write_node(struct expression_writer *writer,
                           const struct expression *node, enum strength least);

/* The operands from FIRST on. */
void expression_write_list(struct expression_writer *writer,
                           const struct expression *node, size_t first,
                           const char *separator, enum strength least);

/* ------------------------------------------ expression_write_leaf.c */

/* A node without operands. */
void expression_write_leaf(struct expression_writer *writer,
                           const struct expression *node, enum strength least);

void expression_write_text(struct expression_writer *writer, const char *text,
                           enum strength least);

/* ------------------------------------------ expression_write_json.c */

void expression_write_json(struct expression_writer *writer,
                           const struct expression *node);

/* json_extract(m, '$.a[0]') */
void expression_write_path_call(struct expression_writer *writer,
                                const char *name,
                                const struct expression *node);

/* json_type(m, '$.a') in ('integer', 'real') */
void expression_write_json_type_in(struct expression_writer *writer,
                                   const struct expression *node, bool negated);

/* ------------------------------------------ expression_write_test.c */

void expression_write_comparison(struct expression_writer *writer,
                                 const struct expression *node);
void expression_write_predicate(struct expression_writer *writer,
                                const struct expression *node, bool negated);
void expression_write_not(struct expression_writer *writer,
                          const struct expression *node);

/* It has a negative form of its own. */
bool expression_is_negatable(const struct expression *node);

#endif
