/*
 * What is told about a migration.
 */
#include <string.h>

#include "migrate/verify_part.h"

void
verifying_remark(struct verifying *verifying, struct verify_remark made)
{
    struct arena *arena = &verifying->arena;

    made.step = verifying->step;
    made.text = arena_text(arena, made.text);
    made.attribute = arena_text(arena, made.attribute);
    made.before = arena_text(arena, made.before);
    made.after = arena_text(arena, made.after);
    made.hint = arena_text(arena, made.hint);
    verifying->remarks =
        arena_grow(arena, verifying->remarks, verifying->nremarks,
                   &verifying->remarks_size, sizeof *verifying->remarks);
    verifying->remarks[verifying->nremarks++] = made;
}

void
verifying_note(void *context, const char *text)
{
    struct verifying *verifying = context;

    if (!verifying->is_quiet)
        verifying_remark(verifying, (struct verify_remark){.kind = VERIFY_NOTE,
                                                           .text = text});
}

void
verifying_on_scratch(void *context, struct scratch *scratch)
{
    const struct verifying *verifying = context;
    const struct replay_options *options = &verifying->options->replay;

    if (options->scratch != NULL)
        options->scratch(options->context, scratch);
}

/*
 * A check, a key or a cast refuses the rows: they are made up, and the real
 * ones may be as the author of the migration knows them.
 */
static bool
is_of_made_up_rows(const struct duet_error *err)
{
    /* Check, foreign key, unique, exclusion; of PostgreSQL, then SQLite. */
    static const char *const codes[] = {"23514", "23503", "23505", "23P01",
                                        "275",   "787",   "2067",  "1555"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(err->code, codes[i]) == 0)
            return true;
    return strncmp(err->code, "22", 2) == 0 && strlen(err->code) == 5;
}

void
verifying_remark_failure(struct verifying *verifying,
                         const struct duet_error *found)
{
    verifying_remark(verifying,
                     (struct verify_remark){
                         .kind = VERIFY_FAILS,
                         .text = found->text,
                         .hint = found->hint[0] != '\0' ? found->hint : NULL,
                     });
}

void
verifying_remark_rows(struct verifying *verifying,
                      const struct duet_error *found)
{
    bool made_up = is_of_made_up_rows(found);

    verifying->is_rowless = verifying->wants_none = true;
    verifying_remark(
        verifying,
        (struct verify_remark){
            .kind = made_up ? VERIFY_NOTE : VERIFY_FAILS,
            .text = arena_printf(&verifying->arena, "%s: %s",
                                 made_up ? "not for the rows made up here"
                                         : "with rows in the tables",
                                 found->text),
            .hint = found->hint[0] != '\0' ? found->hint : NULL,
        });
}

void
verifying_begin(struct verifying *verifying, const char *version)
{
    arena_clear(&verifying->arena);
    verifying->version = version;
    verifying->remarks = NULL;
    verifying->nremarks = verifying->remarks_size = 0;
    verifying->is_quiet = verifying->wants_none = false;
    verifying->is_down_empty = false;
}

void
verifying_step(struct verifying *verifying, const char *step)
{
    const struct verify_options *options = verifying->options;

    verifying->step = step;
    if (options->step != NULL)
        options->step(options->context, verifying->version, step);
}

void
verifying_end(struct verifying *verifying)
{
    const struct verify_options *options = verifying->options;
    const struct verify_item item = {.engine = verifying->tree->engine,
                                     .version = verifying->version,
                                     .remarks = verifying->remarks,
                                     .nremarks = verifying->nremarks};
    enum verify_kind worst = VERIFY_NOTE;

    for (size_t i = 0; i < item.nremarks; i++)
        if (item.remarks[i].kind > worst)
            worst = item.remarks[i].kind;
    if (item.nremarks > 0)
        verifying->report->counts[worst]++;
    if (options->item != NULL)
        options->item(options->context, &item);
}
