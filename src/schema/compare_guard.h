/*
 * What the types of a column leave open on either side.
 */
#ifndef DUET_SCHEMA_COMPARE_GUARD_H
#define DUET_SCHEMA_COMPARE_GUARD_H

#include "schema/pair.h"

/*
 * The checks that say it in place of a guard are added to the pair's evidence.
 */
struct judgement compare_guards(const struct pair *pair);

/* A column that the other side lacks: its guards go with it. */
void guards_of_missing(const struct pair *pair, int side);

#endif
