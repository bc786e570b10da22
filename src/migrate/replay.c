#include "migrate/replay.h"

#include "schema/reflect.h"

bool
replay_open(struct replay *replay, const struct tree *tree,
            const struct replay_options *options, struct duet_error *err)
{
    replay->options = options;
    replay->tree = *tree;
    replay->tree.hooks = (struct tree_hooks){0};
    if (options->scratch != NULL)
        options->scratch(options->context, &replay->scratch);
    return scratch_open(&replay->scratch, tree->engine, options->server,
                        options->current, err);
}

static void
on_event(void *context, const struct migrate_event *event)
{
    const struct replay_options *options = ((struct replay *)context)->options;

    if (event->kind == EVENT_NOTE && options->note != NULL)
        options->note(options->context, event->text);
}

static struct migrate_options
options_of(struct replay *replay, const char *version)
{
    return (struct migrate_options){.url = replay->scratch.url,
                                    .to = version,
                                    .event = on_event,
                                    .context = replay};
}

bool
replay_up(struct replay *replay, const char *version, size_t *done,
          struct duet_error *err)
{
    const struct migrate_options options = options_of(replay, version);
    struct migrate_report report;

    if (!migrate_up(replay->scratch.db, &replay->tree, &options, &report, err))
        return false;
    if (done != NULL)
        *done = report.done;
    return true;
}

bool
replay_down(struct replay *replay, const char *version, struct duet_error *err)
{
    const struct migrate_options options =
        options_of(replay, version ? version : "0");
    struct migrate_report report;

    return migrate_down(replay->scratch.db, &replay->tree, &options, &report,
                        err);
}

bool
replay_reflect(struct replay *replay, struct schema *out,
               struct duet_error *err)
{
    struct db *db = replay->scratch.db;
    bool done;

    /* Nobody else is there, which need not be seen to in a transaction. */
    done = db_begin(db, err) && schema_reflect(out, db, err);
    db_rollback(db);
    if (done)
        ledger_hide(out);
    return done;
}

bool
replay_is_refused(const struct duet_error *err)
{
    switch (err->kind) {
    case DUET_ERROR_CONNECT:
    case DUET_ERROR_UNCERTAIN:
    case DUET_ERROR_CANCELLED:
        return false;
    default:
        return true;
    }
}

static bool
respell(struct schema *schema, const char *engine,
        const struct replay_options *options, struct duet_error *err)
{
    SCOPED(scratch_close) struct scratch scratch = {0};

    return scratch_open(&scratch, engine, options->server, options->current,
                        err) &&
           scratch_respell(&scratch, schema, err);
}

bool
replay_compare(struct comparison *out, const char *engine,
               const struct replay_options *options, struct schema *left,
               struct schema *right, struct duet_error *err)
{
    struct duet_error why = {0};

    schema_compare(out, left, right);
    if (!comparison_differs_in_words(out))
        return true;
    if (respell(left, engine, options, &why) &&
        respell(right, engine, options, &why)) {
        comparison_clear(out);
        schema_compare(out, left, right);
        return true;
    }
    /* Where it can't be tried, what was found stays. */
    if (replay_is_refused(&why))
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

void
replay_close(struct replay *replay)
{
    if (replay->options != NULL && replay->options->scratch != NULL)
        replay->options->scratch(replay->options->context, NULL);
    scratch_close(&replay->scratch);
    *replay = (struct replay){0};
}
