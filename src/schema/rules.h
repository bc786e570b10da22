/*
 * The rules by which two engines say the same in different words.
 */
#ifndef DUET_SCHEMA_RULES_H
#define DUET_SCHEMA_RULES_H

#include "schema/compare.h"

struct rule_spec {
    const char *name;
    const char *summary;    /* what is the same by it */
    enum severity severity; /* of what it covers, where it is switched off */
};

extern const struct rule_spec rule_specs[];
extern const size_t nrule_specs;

/* NULL: there is none of that name. */
const struct rule_spec *rule_find(const char *name);

#endif
