/*
 * Whether two models say the same, attribute by attribute: no rule but that an
 * expression may be spelt otherwise, and that an engine names what has no name.
 */
#ifndef DUET_TESTS_SAME_SCHEMA_H
#define DUET_TESTS_SAME_SCHEMA_H

#include "base/buf.h"
#include "schema/model.h"

/* Both sorted and of one engine.  If they differ, WHY says in what first. */
bool same_schema(const struct schema *want, const struct schema *got,
                 struct buf *why);

/* Spell each expression that is understood in the one way of its language. */
void spell_canonically(struct schema *schema);

#endif
