/*
 * Compares two models, of one engine or of two.
 *
 *     SCOPED(comparison_clear) struct comparison comparison = {0};
 *
 *     schema_compare(&comparison, &left, &right);
 *     for (size_t i = 0; i < comparison.nfindings; i++)
 *         show(&comparison.findings[i]);
 *
 * The models must outlive the comparison, which points into them.
 */
#ifndef DUET_SCHEMA_COMPARE_H
#define DUET_SCHEMA_COMPARE_H

#include "schema/model.h"

enum verdict {
    VERDICT_IDENTICAL,
    VERDICT_EQUIVALENT, /* by a named rule */
    VERDICT_DIFFERENT,
    VERDICT_UNKNOWN,     /* not understood: neither different nor the same */
    VERDICT_NOT_COMPARED /* nothing that both engines could have */
};

enum severity {
    SEVERITY_NONE,       /* of what is the same */
    SEVERITY_STRUCTURE,  /* rows or answers could differ */
    SEVERITY_STRICTNESS, /* one side enforces less */
    SEVERITY_NAMES,      /* the same thing under two names */
    SEVERITY_ONE_ENGINE  /* a thing that the other engine can't have */
};

extern const char *const verdict_names[];
extern const char *const severity_names[];

/*
 * Something to say of an object or of one of its attributes.  LEFT or RIGHT is
 * NULL where the object is on one side only.
 */
struct finding {
    enum verdict verdict;
    enum severity severity;
    const struct object *left;
    const struct object *right;
    const char *attribute; /* "default", "name", "columns"; NULL: the object */
    const char *left_text; /* the attribute's, or NULL */
    const char *right_text;
    const char *rule;     /* of VERDICT_EQUIVALENT */
    const char *note;     /* why, in half a sentence; or NULL */
    const char *accepted; /* the accepted rule that covers it, or NULL */
};

struct comparison {
    struct arena arena;
    bool one_engine;          /* both sides are of the same */
    struct finding *findings; /* all but the identical */
    size_t nfindings;
    size_t findings_size;
    size_t nidentical; /* attributes */
};

void schema_compare(struct comparison *out, const struct schema *left,
                    const struct schema *right);

void comparison_clear(struct comparison *comparison);

/* What FINDING is about: "column 'label' of table 't'". */
const char *finding_title(struct arena *arena, const struct finding *finding);

/* It counts as a difference: different or unknown, and not accepted. */
bool finding_counts(const struct finding *finding);

#endif
