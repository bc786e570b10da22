/*
 * What a comparison finds, a line for each:
 *
 *     different structure column t.a default
 *     equivalent bool-int column t.a default
 *     not-compared one-engine index t.i
 */
#ifndef DUET_TESTS_FINDINGS_H
#define DUET_TESTS_FINDINGS_H

#include "schema/compare.h"

struct lines {
    const char **items; /* in the order of the alphabet */
    size_t count;
};

/*
 * Of those that are different, unknown or not compared; ALL: of those that are
 * equivalent, too.  An object is called by its name on the left, or on the
 * right if it has none there; MIRRORED: the other way round.
 */
void findings_read(struct lines *out, struct arena *arena,
                   const struct comparison *comparison, bool all,
                   bool mirrored);

/* The lines with newlines between them. */
const char *lines_text(struct arena *arena, const struct lines *lines);

/*
 * What AFTER has and BEFORE has not, and what BEFORE alone has behind the word
 * "gone".
 */
const char *lines_change(struct arena *arena, const struct lines *before,
                         const struct lines *after);

#endif
