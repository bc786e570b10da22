#include "migrate/verify.h"

#include <string.h>

#include "base/err.h"
#include "migrate/verify_part.h"
#include "migrate/writes.h"
#include "schema/compare.h"

const char *const verify_kind_names[VERIFY_KINDS] = {
    [VERIFY_NOTE] = "note",
    [VERIFY_NO_DOWN] = "no-down",
    [VERIFY_DIFFERS] = "differs",
    [VERIFY_FAILS] = "fails",
};

/* ------------------------------------------------------------------------
 * One migration
 */

static const char *
version_before(const struct verifying *verifying, size_t number)
{
    return number == 0 ? NULL : verifying->tree->list[number - 1].version;
}

/* From here on there is no good way down. */
static bool
raise_floor(struct verifying *verifying, size_t number, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};

    if (!verifying_reflect(verifying, &schema, err))
        return false;
    verifying_take_schema(&verifying->floor, &schema);
    verifying->floor_version = verifying->tree->list[number].version;
    return true;
}

/* It failed with rows, as FOUND has it, and then without unless DONE. */
static bool
tell_without_rows(struct verifying *verifying, bool done,
                  const struct duet_error *found,
                  const struct duet_error *again, struct duet_error *err)
{
    if (done) {
        verifying_remark_rows(verifying, found);
        return true;
    }
    if (replay_is_refused(again)) {
        verifying_remark_failure(verifying, again);
        return true;
    }
    if (err != NULL)
        *err = *again;
    return false;
}

/* It failed: is it for the rows?  If so it is tried without. */
static bool
go_up_without_rows(struct verifying *verifying, size_t number,
                   const struct duet_error *found, bool *done,
                   struct duet_error *err)
{
    struct duet_error again = {0};

    if (!verifying_start_afresh(verifying, number, err))
        return false;
    sample_clear(&verifying->rows);
    *done = replay_up(&verifying->replay, verifying->tree->list[number].version,
                      NULL, &again);
    verifying->is_stuck = !*done;
    return tell_without_rows(verifying, *done, found, &again, err);
}

/* DONE: it went up. */
static bool
go_up(struct verifying *verifying, size_t number, bool *done,
      struct duet_error *err)
{
    const struct migration *migration = &verifying->tree->list[number];
    struct duet_error found = {0};
    size_t count = 0;

    *done = false;
    verifying_step(verifying, "up");
    if (!verifying_fill(verifying, &verifying->now, err))
        return false;
    if (replay_up(&verifying->replay, migration->version, &count, &found)) {
        if (count == 0)
            verifying_note(verifying, "a baseline stands in its place");
        *done = count > 0;
        return true;
    }
    if (replay_is_refused(&found))
        return go_up_without_rows(verifying, number, &found, done, err);
    if (err != NULL)
        *err = found;
    return false;
}

static bool
go_down_without_rows(struct verifying *verifying, size_t number,
                     const struct duet_error *found, bool *done,
                     struct duet_error *err)
{
    struct duet_error again = {0};

    if (!verifying_start_afresh(verifying, number + 1, err))
        return false;
    sample_clear(&verifying->rows);
    *done = replay_down(&verifying->replay, version_before(verifying, number),
                        &again);
    return tell_without_rows(verifying, *done, found, &again, err);
}

static bool
run_down(struct verifying *verifying, size_t number, bool *done,
         struct duet_error *err)
{
    struct duet_error found = {0};

    *done = replay_down(&verifying->replay, version_before(verifying, number),
                        &found);
    if (*done)
        return true;
    if (replay_is_refused(&found))
        return go_down_without_rows(verifying, number, &found, done, err);
    if (err != NULL)
        *err = found;
    return false;
}

/* DONE: it went down, and the schema is what it was. */
static bool
go_down(struct verifying *verifying, size_t number, struct schema *before,
        struct schema *after, bool *done, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema restored = {0};
    const struct migration *migration = &verifying->tree->list[number];

    verifying_step(verifying, "down");
    if (!verifying_fill(verifying, after, err) ||
        !run_down(verifying, number, done, err))
        return false;
    return !*done ||
           (verifying_reflect(verifying, &restored, err) &&
            verifying_compare(verifying, before, &restored, done, err) &&
            verifying_compare_rows(verifying, &restored, &migration->down,
                                   &verifying->base, done, err));
}

/* A script without a statement undoes nothing: that it can't is no surprise. */
static void
remark_again(struct verifying *verifying, const struct duet_error *found)
{
    if (!verifying->is_down_empty) {
        verifying_remark_failure(verifying, found);
        return;
    }
    verifying_remark(verifying, (struct verify_remark){
                                    .kind = VERIFY_NO_DOWN,
                                    .text = arena_printf(
                                        &verifying->arena,
                                        "the down is empty: %s", found->text),
                                });
}

/*
 * The same script on the same schema gives the same; the model is asked only
 * once for several of them, in look_again().
 */
static bool
go_up_again(struct verifying *verifying, size_t number, struct schema *after,
            bool *done, struct duet_error *err)
{
    const struct migration *migration = &verifying->tree->list[number];
    struct duet_error found = {0};

    verifying_step(verifying, "up again");
    *done = replay_up(&verifying->replay, migration->version, NULL, &found);
    if (*done) {
        verifying->is_unproven = true;
        return verifying_compare_rows(verifying, after, &migration->up, NULL,
                                      done, err);
    }
    if (replay_is_refused(&found)) {
        remark_again(verifying, &found);
        return true;
    }
    if (err != NULL)
        *err = found;
    return false;
}

/* Those that went up again have made what they made at first. */
static bool
look_again(struct verifying *verifying, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema again = {0};
    bool same;

    if (!verifying->is_unproven)
        return true;
    verifying->is_unproven = false;
    verifying_step(verifying, "up again");
    return verifying_reflect(verifying, &again, err) &&
           verifying_compare(verifying, &verifying->now, &again, &same, err);
}

static bool
is_different(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->nfindings; i++)
        if (finding_counts(&comparison->findings[i]))
            return true;
    return false;
}

/* NONE: there is no way down, which is said. */
static bool
look_for_down(struct verifying *verifying, size_t number, struct schema *after,
              bool *none, struct duet_error *err)
{
    const struct migration *migration = &verifying->tree->list[number];
    SCOPED(comparison_clear) struct comparison comparison = {0};
    SCOPED(writes_clear) struct writes writes = {0};

    *none = true;
    if (migration->repeatable)
        return true;
    if (migration->has_down &&
        !writes_read(&writes, &migration->down, verifying->tree->language, err))
        return false;
    verifying->is_down_empty = writes.statements == 0;
    if (verifying->is_down_empty)
        schema_compare(&comparison, &verifying->now, after);
    *none = !migration->has_down || is_different(&comparison);
    if (!*none)
        return true;
    verifying_step(verifying, "down");
    verifying_remark(verifying,
                     (struct verify_remark){
                         .kind = VERIFY_NO_DOWN,
                         .text = migration->has_down ? "the down is empty"
                                                     : "there is no down",
                     });
    return true;
}

/* Down and up again, from where it is now: AFTER. */
static bool
go_round(struct verifying *verifying, size_t number, struct schema *after,
         struct duet_error *err)
{
    bool none = false;
    bool done = false;

    if (!look_for_down(verifying, number, after, &none, err))
        return false;
    if (none) {
        verifying_take_schema(&verifying->now, after);
        return raise_floor(verifying, number, err);
    }
    if (!go_down(verifying, number, &verifying->now, after, &done, err) ||
        (done && !go_up_again(verifying, number, after, &done, err)))
        return false;
    verifying_take_schema(&verifying->now, after);
    return done || (verifying_restore(verifying, number + 1, err) &&
                    raise_floor(verifying, number, err));
}

static bool
verify_migration(struct verifying *verifying, size_t number,
                 struct duet_error *err)
{
    SCOPED(schema_clear) struct schema after = {0};
    const struct migration *migration = &verifying->tree->list[number];
    bool done;
    bool same = true;

    verifying_begin(verifying, migration->version);
    if (!migration->has_down && !look_again(verifying, err))
        return false;
    if (!go_up(verifying, number, &done, err))
        return false;
    if (done) {
        if (!verifying_reflect(verifying, &after, err) ||
            !verifying_compare_rows(verifying, &after, &migration->up, NULL,
                                    &same, err))
            return false;
        verifying->is_quiet = true;
        if (!go_round(verifying, number, &after, err))
            return false;
    } else if (!verifying->is_stuck && !raise_floor(verifying, number, err)) {
        return false;
    }
    verifying_end(verifying);
    return true;
}

/* ------------------------------------------------------------------------
 * The tree
 */

static bool
go_all_the_way(struct verifying *verifying, struct duet_error *err)
{
    SCOPED(schema_clear) struct schema low = {0};
    SCOPED(schema_clear) struct schema head = {0};
    bool same = true;

    verifying_step(verifying, "down");
    if (!look_again(verifying, err) ||
        (verifying->is_rowless &&
         !verifying_restore(verifying, verifying->tree->count, err)) ||
        !replay_down(&verifying->replay, verifying->floor_version, err) ||
        !verifying_reflect(verifying, &low, err) ||
        !verifying_compare(verifying, &verifying->floor, &low, &same, err))
        return false;
    verifying_step(verifying, "up again");
    return replay_up(&verifying->replay, NULL, NULL, err) &&
           verifying_reflect(verifying, &head, err) &&
           verifying_compare(verifying, &verifying->now, &head, &same, err);
}

/* As far down as each single step was good, and up to the head again. */
static bool
verify_whole(struct verifying *verifying, struct duet_error *err)
{
    const struct tree *tree = verifying->tree;
    struct duet_error found = {0};
    const char *floor = verifying->floor_version;

    if (floor != NULL &&
        strcmp(floor, tree->list[tree->count - 1].version) == 0)
        return true;
    verifying_begin(verifying, floor ? floor : "0");
    verifying->is_quiet = true;
    if (!go_all_the_way(verifying, &found)) {
        if (!replay_is_refused(&found)) {
            if (err != NULL)
                *err = found;
            return false;
        }
        verifying_remark_failure(verifying, &found);
    }
    verifying->version = arena_printf(
        &verifying->arena, "down to %s and up again", verifying->version);
    verifying_end(verifying);
    return true;
}

static void
count_samples(struct verifying *verifying)
{
    struct verify_report *report = verifying->report;

    report->tables = verifying->rows.ntables;
    for (size_t i = 0; i < verifying->rows.ntables; i++)
        report->sampled += verifying->rows.tables[i].count > 0;
}

static bool
verify(struct verifying *verifying, struct duet_error *err)
{
    const struct tree *tree = verifying->tree;
    struct verify_report *report = verifying->report;

    if (!verifying_restore(verifying, 0, err) ||
        !verifying_reflect(verifying, &verifying->floor, err))
        return false;
    for (size_t i = 0; i < tree->count && !verifying->is_stuck; i++) {
        if (!verify_migration(verifying, i, err))
            return false;
        report->migrations++;
    }
    if (verifying->is_stuck)
        return true;
    if (!verifying_fill(verifying, &verifying->now, err))
        return false;
    count_samples(verifying);
    if (!verify_whole(verifying, err))
        return false;
    report->reached_head = true;
    verifying_take_schema(&report->head, &verifying->now);
    return true;
}

static void
verifying_clear(struct verifying *verifying)
{
    replay_close(&verifying->replay);
    schema_clear(&verifying->now);
    schema_clear(&verifying->floor);
    sample_clear(&verifying->rows);
    sample_clear(&verifying->base);
    arena_clear(&verifying->arena);
}

bool
verify_tree(struct verify_report *out, const struct tree *tree,
            const struct verify_options *options, struct duet_error *err)
{
    SCOPED(verifying_clear)
    struct verifying verifying = {
        .tree = tree, .options = options, .report = out};

    verifying.replaying = (struct replay_options){
        .server = options->replay.server,
        .current = options->replay.current,
        .scratch = verifying_on_scratch,
        .note = verifying_note,
        .context = &verifying,
    };
    return verify(&verifying, err);
}

void
verify_clear(struct verify_report *report)
{
    schema_clear(&report->head);
    *report = (struct verify_report){0};
}
