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
    SEVERITY_STRUCTURE,  /* rows or answers could differ, or a key is missing */
    SEVERITY_STRICTNESS, /* one side enforces less */
    SEVERITY_NAMES,      /* the same thing under two names; a remark */
    SEVERITY_ONE_ENGINE  /* a thing that the other engine can't have */
};

extern const char *const verdict_names[];
extern const char *const severity_names[];

/*
 * Something to say of an object or of one of its attributes.  LEFT or RIGHT is
 * NULL where the object is on one side only, both are of what is said of the
 * databases.
 *
 * What both engines can't have is of VERDICT_NOT_COMPARED and
 * SEVERITY_ONE_ENGINE, always both.
 */
struct finding {
    enum verdict verdict;
    enum severity severity;
    const struct object *left;
    const struct object *right;
    /*
     * By the name that attribute_specs[] has, or "name", "kind" (a unique
     * constraint or index), "columns", "column_order"; NULL: the object, whose
     * text is a description.
     */
    const char *attribute;
    const char *left_text; /* the attribute's, or NULL */
    const char *right_text;
    const char *rule;     /* of VERDICT_EQUIVALENT: rules.h says it in words */
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

/*
 * Both models are sorted.  Of one engine, what the catalogs print is compared
 * as it stands; of two, and of a declaration in another language, by its
 * meaning.
 */
void schema_compare(struct comparison *out, const struct schema *left,
                    const struct schema *right);

/*
 * Add what is to say of how the databases sort texts that have no collation of
 * their own: "C" is what SQLite does.
 */
void comparison_collations(struct comparison *comparison, const char *left,
                           const char *right);

/* What RULE makes equivalent is different.  False: there is no such rule. */
bool comparison_switch_off(struct comparison *comparison, const char *rule);

void comparison_clear(struct comparison *comparison);

/*
 * What FINDING is about: "column 'label' of table 't'".  A constraint has the
 * name that it has on either side, or its columns: "foreign key (a) of ...".
 */
const char *finding_title(struct arena *arena, const struct finding *finding);

/* It counts as a difference: different or unknown, and not accepted. */
bool finding_counts(const struct finding *finding);

/*
 * Something counts that is written in words, such as an expression or a view:
 * there are several for one thing, and scratch_respell() tells.
 */
bool comparison_differs_in_words(const struct comparison *comparison);

#endif
