/*
 * The same thing on both sides of a comparison, and what is found of it.
 * For the files of the comparison only: others see compare.h.
 */
#ifndef DUET_SCHEMA_PAIR_H
#define DUET_SCHEMA_PAIR_H

#include "schema/compare.h"

enum { LEFT, RIGHT, SIDES };

struct expression;

/* A check, read once, and whether it was taken for what a type says. */
struct testimony {
    const struct object *check;
    const struct expression *tree; /* NULL: not understood */
    bool is_taken;
};

/* The checks of both sides of a table, as far as they were looked at. */
struct evidence {
    struct testimony *items;
    size_t count;
    size_t size;
};

struct pair {
    struct arena *arena; /* of what is found */
    const struct schema *schemas[SIDES];
    enum sql_language engines[SIDES];
    const struct object *objects[SIDES]; /* NULL: that side has none */
    bool one_engine;
    bool retyped; /* a column of the table has another type on each side */
    struct evidence *evidence; /* of the table */
};

/* What is said of an attribute. */
struct judgement {
    enum verdict verdict;
    enum severity severity;
    const char *texts[SIDES];
    const char *rule;
    const char *note;
};

/* "SQLite", "PostgreSQL", by the language that it speaks. */
extern const char *const engine_titles[];

/* Both are written in the same language, for the same engine. */
bool pair_is_alike(const struct pair *pair);

/* The side whose engine that is, of a pair of two engines. */
int pair_side(const struct pair *pair, enum sql_language engine);

/* Names of a table or a column; SQLite's don't tell cases apart. */
bool pair_is_name(const struct pair *pair, const char *one, const char *other);

/* NULL is the same as NULL only. */
bool text_is_same(const char *one, const char *other);

struct judgement judge_identical(void);
struct judgement judge_equivalent(const char *rule);
struct judgement judge_different(enum severity severity, const char *note);
struct judgement judge_unknown(enum severity severity, const char *note);
struct judgement judge_one_engine(const char *note);

/* A text that stands for any spelling of a name that means the same. */
const char *name_key(const struct pair *pair, const char *name);

/* The same for an expression; what is not understood stands for itself. */
const char *expression_key(const struct pair *pair, const struct object *object,
                           const char *text);

/*
 * It is understood, and nothing in it is of its engine alone: such a thing may
 * be said in other words on the other one.
 */
bool expression_is_known(const struct pair *pair, const struct object *object,
                         const char *text);

#endif
