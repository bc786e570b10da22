/*
 * Checks that say of a column what a type says on the other side.
 */
#ifndef DUET_SCHEMA_EVIDENCE_H
#define DUET_SCHEMA_EVIDENCE_H

#include "schema/pair.h"

/* CHECK has said something of a type, and nothing else. */
bool evidence_has(const struct evidence *evidence, const struct object *check);
void evidence_add(const struct pair *pair, const struct object *check);

/*
 * A check of a guard's KIND for the column of SIDE is there, of any name: it
 * says what GUARD does, which may be NULL, or what people write by hand to the
 * same end.  It is added to the evidence.  TYPE is what the column is to be,
 * LABELS those of an enum.
 */
bool evidence_find(const struct pair *pair, int side, const char *kind,
                   const char *guard, const char *type, const char *labels);

/* The same of what TEXT says, or that and that the column may be NULL. */
bool evidence_says(const struct pair *pair, int side, const char *text);

/* The labels of the enum that the column of SIDE is of, or NULL. */
const char *pair_labels(const struct pair *pair, int side);

/* The number in `varchar(255)`, else 0. */
long type_length(const char *type);

#endif
