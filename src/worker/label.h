/*
 * Labels of rows, and names of databases, that no two workers share.
 */
#ifndef DUET_WORKER_LABEL_H
#define DUET_WORKER_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "duet.h"

enum {
    NAME_MAX_LEN = 63 /* bytes that PostgreSQL keeps of a name */
};

/*
 * The policy called TEXT: "always", "auto" or "never"; for NULL that of
 * DUET_LABELS, else always.
 */
bool label_policy_find(const char *text, enum duet_label_policy *out,
                       struct duet_error *err);

/*
 * STEM with WORKER behind it, "localhost-gw0", in ARENA.  One that ends in it
 * already stays as it is.  IS_PARALLEL is for the policy "auto".
 */
const char *label_make(struct arena *arena, const char *stem,
                       const char *worker, bool is_parallel,
                       enum duet_label_policy policy);

/* LABEL is one of WORKER's: it ends in its id, and has more than that. */
bool label_is_of(const char *label, const char *worker);

/*
 * A name of at most LIMIT bytes for STEM and WORKER, "app_gw0".  Where it is
 * too long the stem is cut between two characters, and a digest of it stands
 * in between, so that different stems stay different.  A STEM that ends in the
 * worker already does not get it again; where LIMIT has no room for the worker
 * and a digest, the name is that digest alone.
 */
const char *name_make(struct arena *arena, const char *stem, char separator,
                      const char *worker, size_t limit);

/*
 * Takes the suffixes of some workers out of a stream, whatever pieces it comes
 * in: "localhost-gw0 is" becomes "localhost is".  "localhost-gw01" and
 * "localhost-gw0-x" stay.  What is held back is never longer than an id.
 */
struct label_filter;

struct label_filter *label_filter_open(const char *const *workers,
                                       size_t count);

/* From now on only behind one of STEMS, such as "localhost", as a word. */
void label_filter_stems(struct label_filter *filter, const char *const *stems,
                        size_t count);

/* OUT gets what is certain by now; at the end LEN is 0. */
void label_filter_add(struct label_filter *filter, const char *text, size_t len,
                      struct buf *out);
void label_filter_close(struct label_filter **filter);

#endif
