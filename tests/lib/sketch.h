/*
 * A schema model in a few words:
 *
 *     sketch(&schema, "sqlite",
 *            "table t\n"
 *            "column a|type=varchar(255)|not_null|guard\n"
 *            "foreign key f|(a -> b)|references=u\n"
 *            "index i|(a desc, lower(a))|predicate=a > 0\n"
 *            "view v|definition=select a from t");
 *
 * A line is an object: its kind, its name, or none for a constraint without
 * one, and attributes by the name that attribute_specs[] has.  What belongs to
 * a table follows it.  A part is a column, `column -> target`, or
 * an expression, which has a parenthesis; behind it `desc`, `nulls` (first),
 * `include`, `collate=C`, `class=c`.  An object's schema is `schema=s`.
 */
#ifndef DUET_TESTS_SKETCH_H
#define DUET_TESTS_SKETCH_H

#include "schema/model.h"

/* Ends the program if it does not understand TEXT. */
void sketch(struct schema *out, const char *engine, const char *text);

#endif
