/*
 * What is said of an object as a whole: its name, its kind, the parts of a key,
 * the order of columns, and that one side has none.
 */
#ifndef DUET_SCHEMA_COMPARE_OBJECT_H
#define DUET_SCHEMA_COMPARE_OBJECT_H

#include "schema/pair.h"

struct judgement compare_names(const struct pair *pair);

/* A constraint that is a unique index on the other side. */
struct judgement compare_kinds(const struct pair *pair);

struct judgement compare_parts(const struct pair *pair);

/* Of the columns that both tables have. */
struct judgement compare_column_order(const struct pair *pair);

/*
 * Of an object that one side lacks.  COMPANY: there are more of its kind
 * without a match in the same table of the other side.
 */
struct judgement compare_missing(const struct pair *pair, bool company);

#endif
