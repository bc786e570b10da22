/*
 * Types of columns, and the checks that make a wide type a narrow one.
 */
#ifndef DUET_SCHEMA_COMPARE_TYPE_H
#define DUET_SCHEMA_COMPARE_TYPE_H

#include "schema/pair.h"

/* Of the types of a column of two engines. */
struct judgement compare_types(const struct pair *pair);

/*
 * The types are alike but for what SQLite does to texts that look like a
 * number.
 */
bool type_is_rewritten(const struct pair *pair);

/* The type of SIDE is one that a check could make of the other side's. */
bool type_is_narrow(const struct pair *pair, int side);

#endif
