/*
 * The proof of a tree on one engine, from inside.
 */
#ifndef DUET_MIGRATE_VERIFY_PART_H
#define DUET_MIGRATE_VERIFY_PART_H

#include "migrate/sample.h"
#include "migrate/verify.h"

struct verifying {
    const struct tree *tree;
    const struct verify_options *options;
    struct verify_report *report;
    struct replay_options replaying;
    struct replay replay;
    struct schema now;   /* what the migrations up to here make */
    struct sample rows;  /* that are there now */
    struct sample base;  /* that were there before the migration went up */
    struct schema floor; /* how far down the way is known to be good */
    const char *floor_version; /* NULL: all the way */
    bool is_stuck;             /* a migration fails: what follows can't be */
    bool is_rowless;  /* with rows one fails, so all of them can't be tried */
    bool is_unproven; /* what went up again was not looked at yet */
    /* Of the migration that is tried. */
    struct arena arena;
    const char *version;
    const char *step;
    bool is_quiet;   /* what the runner remarks was remarked before */
    bool wants_none; /* it fails with rows, so it gets none */
    bool is_down_empty;
    struct verify_remark *remarks;
    size_t nremarks;
    size_t remarks_size;
};

/* --------------------------------- verify_remark.c: what is told */

/* An item is a migration, or the way of them all. */
void verifying_begin(struct verifying *verifying, const char *version);
void verifying_step(struct verifying *verifying, const char *step);
void verifying_end(struct verifying *verifying);

/* MADE is copied. */
void verifying_remark(struct verifying *verifying, struct verify_remark made);
void verifying_remark_failure(struct verifying *verifying,
                              const struct duet_error *found);

/* FOUND is with rows; without them it does not fail. */
void verifying_remark_rows(struct verifying *verifying,
                           const struct duet_error *found);

/* For struct replay_options, with a struct verifying as the context. */
void verifying_note(void *context, const char *text);
void verifying_on_scratch(void *context, struct scratch *scratch);

/* --------------------------------- verify_state.c: the scratch database */

bool verifying_reflect(struct verifying *verifying, struct schema *out,
                       struct duet_error *err);

/* Put OTHER in its place. */
void verifying_take_schema(struct schema *out, struct schema *other);

/* Each table has rows that takes some. */
bool verifying_fill(struct verifying *verifying, const struct schema *schema,
                    struct duet_error *err);

/* Another one, without rows, with the first COUNT migrations. */
bool verifying_start_afresh(struct verifying *verifying, size_t count,
                            struct duet_error *err);

/* The same, and what is known of it. */
bool verifying_restore(struct verifying *verifying, size_t count,
                       struct duet_error *err);

/* Remark what differs.  SAME: nothing does. */
bool verifying_compare(struct verifying *verifying, struct schema *before,
                       struct schema *after, bool *same,
                       struct duet_error *err);

/* Look at the rows anew, with SCRIPT run since; ENOUGH of them may be left. */
bool verifying_compare_rows(struct verifying *verifying,
                            const struct schema *schema,
                            const struct script_source *script,
                            const struct sample *enough, bool *same,
                            struct duet_error *err);

#endif
