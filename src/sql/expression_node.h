/*
 * The tree that expressions of both languages are read into, for the files of
 * expression.h alone.
 *
 * A node is a kind, a text and operands.  What the engines write differently
 * and mean alike has one kind; what one of them alone has is kept under its
 * own name, and ONLY says whose it is.  Nodes are never changed once they are
 * made, so that a part may stand in a tree twice.
 */
#ifndef DUET_SQL_EXPRESSION_NODE_H
#define DUET_SQL_EXPRESSION_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "sql/expression.h"

/* What text and operands are is said where it is not plain. */
enum expression_kind {
    EXPRESSION_NULL,
    EXPRESSION_BOOLEAN, /* "true" */
    EXPRESSION_NUMBER,  /* "-1", "0.5"; "2.0" is not a whole number */
    EXPRESSION_TEXT,
    EXPRESSION_BLOB, /* hexadecimal, lower case */
    EXPRESSION_COLUMN,
    EXPRESSION_CLOCK,   /* the name of a row in clocks[] */
    EXPRESSION_UUID,    /* a random one */
    EXPRESSION_KEYWORD, /* "current_user" */
    EXPRESSION_AND,
    EXPRESSION_OR,
    EXPRESSION_NOT,
    EXPRESSION_EQUAL,
    EXPRESSION_NOT_EQUAL,
    EXPRESSION_LESS,
    EXPRESSION_LESS_EQUAL,
    EXPRESSION_GREATER,
    EXPRESSION_GREATER_EQUAL,
    EXPRESSION_SAME, /* is not distinct from */
    EXPRESSION_IS_NULL,
    EXPRESSION_IS_TRUE,
    EXPRESSION_IS_FALSE,
    EXPRESSION_IN,             /* the operand, then the list */
    EXPRESSION_MATCH,          /* TEXT is a GLOB pattern */
    EXPRESSION_MATCH_CASELESS, /* the same, of ASCII's letters */
    EXPRESSION_ADD,
    EXPRESSION_SUBTRACT,
    EXPRESSION_MULTIPLY,
    EXPRESSION_DIVIDE,
    EXPRESSION_REMAINDER,
    EXPRESSION_BIT_AND,
    EXPRESSION_BIT_OR,
    EXPRESSION_NEGATIVE,
    EXPRESSION_CONCAT,
    EXPRESSION_COLLATE, /* "binary", or an engine's own */
    EXPRESSION_CAST,    /* the canonical type */
    EXPRESSION_CASE,    /* condition, result, ..., perhaps one result more */
    EXPRESSION_CASE_OF, /* the same behind what the conditions are equal to */
    EXPRESSION_CALL,    /* the name in functions[], or an engine's own */
    EXPRESSION_ARRAY,
    EXPRESSION_OPERATOR,  /* an engine's own, of two operands */
    EXPRESSION_PREFIX,    /* an engine's own, of one */
    EXPRESSION_JSON_GET,  /* the document, then keys: -> */
    EXPRESSION_JSON_TEXT, /* the same: ->> */
    EXPRESSION_JSON_TYPE, /* the same: jsonb_typeof, in PostgreSQL's words */
    EXPRESSION_KINDS
};

enum expression_engine { ENGINE_BOTH, ENGINE_POSTGRES, ENGINE_SQLITE };

struct expression {
    enum expression_kind kind;
    enum expression_engine only;
    const char *text;
    struct expression **args;
    size_t nargs;
    /* The same in an order that does not depend on how they were written. */
    struct expression **sorted;
    uint64_t hash;  /* of all of it: two that are the same have the same */
    unsigned depth; /* 1 for a leaf */
    size_t size;    /* nodes, those that stand there twice counted twice */
};

/* So deep a tree, or so large a one, is not understood. */
enum { EXPRESSION_DEPTH = 150, EXPRESSION_SIZE = 50000 };

/*
 * A new node.  NULL if one of its operands is, or if it would be too large:
 * so does failure travel upward.
 */
struct expression *expression_node(struct arena *arena,
                                   enum expression_kind kind, const char *text,
                                   struct expression **args, size_t nargs);

/* The same of one engine alone, if ONLY says so. */
struct expression *expression_own(struct arena *arena,
                                  enum expression_engine only,
                                  enum expression_kind kind, const char *text,
                                  struct expression **args, size_t nargs);

struct expression *expression_leaf(struct arena *arena,
                                   enum expression_kind kind, const char *text);
struct expression *expression_unary(struct arena *arena,
                                    enum expression_kind kind, const char *text,
                                    struct expression *arg);
struct expression *expression_binary(struct arena *arena,
                                     enum expression_kind kind,
                                     struct expression *left,
                                     struct expression *right);

/* NODE with other operands. */
struct expression *expression_with(struct arena *arena,
                                   const struct expression *node,
                                   struct expression **args);

/* It is true, false or NULL. */
bool expression_is_predicate(const struct expression *node);

/* A list that grows. */
struct expression_list {
    struct expression **items;
    size_t count;
    size_t size;
};

void expression_add(struct arena *arena, struct expression_list *list,
                    struct expression *item);

#endif
