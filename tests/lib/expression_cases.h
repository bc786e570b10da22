/*
 * Conditions to try expressions on, in PostgreSQL's language, and the table
 * that they are about.
 */
#ifndef DUET_TESTS_EXPRESSION_CASES_H
#define DUET_TESTS_EXPRESSION_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "sql/language.h"

struct expression_case {
    const char *text;
    bool own; /* SQLite has no way to say it */
};

extern const struct expression_case expression_cases[];
extern const size_t expression_case_count;

/* The statement that makes the table; it is called e. */
const char *expression_table(struct arena *arena, enum sql_language language);

/*
 * Those that fill it, the same for both engines.  Fractions are of halves: what
 * is exact in decimal digits is not always so on SQLite.
 */
extern const char expression_rows[];

#endif
