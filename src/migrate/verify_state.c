/*
 * The scratch database, and what became of its schema and its rows.
 */
#include "migrate/verify_part.h"
#include "migrate/writes.h"
#include "schema/compare.h"

bool
verifying_reflect(struct verifying *verifying, struct schema *out,
                  struct duet_error *err)
{
    return replay_reflect(&verifying->replay, out, err);
}

void
verifying_take_schema(struct schema *out, struct schema *other)
{
    schema_clear(out);
    *out = *other;
    *other = (struct schema){0};
}

static bool
take_rows(struct verifying *verifying, struct sample *out,
          const struct schema *schema, struct duet_error *err)
{
    return sample_take(out, verifying->replay.scratch.db, schema, err);
}

bool
verifying_fill(struct verifying *verifying, const struct schema *schema,
               struct duet_error *err)
{
    return verifying->wants_none ||
           sample_fill(&verifying->rows, verifying->replay.scratch.db, schema,
                       err);
}

bool
verifying_start_afresh(struct verifying *verifying, size_t count,
                       struct duet_error *err)
{
    bool was_quiet = verifying->is_quiet;
    bool done;

    verifying->is_quiet = true;
    replay_close(&verifying->replay);
    done = replay_open(&verifying->replay, verifying->tree,
                       &verifying->replaying, err) &&
           (count == 0 ||
            replay_up(&verifying->replay,
                      verifying->tree->list[count - 1].version, NULL, err));
    verifying->is_quiet = was_quiet;
    return done;
}

bool
verifying_restore(struct verifying *verifying, size_t count,
                  struct duet_error *err)
{
    SCOPED(schema_clear) struct schema schema = {0};

    if (!verifying_start_afresh(verifying, count, err) ||
        !verifying_reflect(verifying, &schema, err) ||
        !take_rows(verifying, &verifying->rows, &schema, err))
        return false;
    verifying_take_schema(&verifying->now, &schema);
    return true;
}

static void
remark_finding(struct verifying *verifying, const struct finding *finding)
{
    const char *before = finding->left_text;
    const char *after = finding->right_text;

    if (finding->left == NULL)
        before = NULL;
    else if (before == NULL)
        before = "";
    if (finding->right == NULL)
        after = NULL;
    else if (after == NULL)
        after = "";
    verifying_remark(verifying,
                     (struct verify_remark){
                         .kind = VERIFY_DIFFERS,
                         .text = finding_title(&verifying->arena, finding),
                         .attribute = finding->attribute,
                         .before = before,
                         .after = after,
                     });
}

bool
verifying_compare(struct verifying *verifying, struct schema *before,
                  struct schema *after, bool *same, struct duet_error *err)
{
    SCOPED(comparison_clear) struct comparison comparison = {0};

    *same = true;
    if (!replay_compare(&comparison, verifying->tree->engine,
                        &verifying->replaying, before, after, err))
        return false;
    for (size_t i = 0; i < comparison.nfindings; i++) {
        if (!finding_counts(&comparison.findings[i]))
            continue;
        *same = false;
        remark_finding(verifying, &comparison.findings[i]);
    }
    return true;
}

struct losing {
    struct verifying *verifying;
    const struct writes *writes;
    bool *same;
};

/*
 * The script's own words say so.  A table that is dropped so that another can
 * take its place is not given up.
 */
static bool
is_meant(const struct writes *writes, const struct sample_loss *loss)
{
    const char *table = loss->table->name;

    return writes_to(writes, WRITE_DELETE, table) ||
           (loss->is_update && writes_to(writes, WRITE_UPDATE, table)) ||
           (writes_to(writes, WRITE_DROP, table) &&
            !writes_to(writes, WRITE_RENAME, table));
}

static void
remark_loss(void *context, const struct sample_loss *loss)
{
    const struct losing *losing = context;
    bool is_of_author = is_meant(losing->writes, loss);

    if (!is_of_author)
        *losing->same = false;
    verifying_remark(losing->verifying,
                     (struct verify_remark){
                         .kind = is_of_author ? VERIFY_NOTE : VERIFY_DIFFERS,
                         .text = loss->title,
                         .attribute = loss->what,
                         .before = loss->before,
                         .after = loss->after,
                     });
}

bool
verifying_compare_rows(struct verifying *verifying, const struct schema *schema,
                       const struct script_source *script,
                       const struct sample *enough, bool *same,
                       struct duet_error *err)
{
    SCOPED(writes_clear) struct writes writes = {0};
    struct sample after = {0};
    struct losing losing = {verifying, &writes, same};

    if (!writes_read(&writes, script, verifying->tree->language, err) ||
        !take_rows(verifying, &after, schema, err)) {
        sample_clear(&after);
        return false;
    }
    sample_compare(&verifying->rows, &after, enough, remark_loss, &losing);
    sample_clear(&verifying->base);
    verifying->base = verifying->rows;
    verifying->rows = after;
    return true;
}
