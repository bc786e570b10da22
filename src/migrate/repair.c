/*
 * Repair: what a person has looked at is taken as it is.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "migrate/kept.h"
#include "migrate/run.h"

struct repair {
    const char *version;
    struct arena *arena;
    const char *done;
};

static const struct history_item *
find_item(const struct run *run, const char *version)
{
    for (size_t i = 0; i < run->history.count; i++) {
        const struct history_item *item = &run->history.list[i];

        if (strcmp(item->migration ? item->migration->version
                                   : item->entry->version,
                   version) == 0)
            return item;
    }
    return NULL;
}

static bool
read_kept(const struct run *run, const struct migration *migration,
          struct kept *kept, size_t *statements, struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (!script_open(&script, &migration->up, run->tree->language, err))
        return false;
    while (script_next(script, &statement)) {
        kept_add(kept, &statement);
        *statements = statement.number;
    }
    return script_ended(script);
}

static bool
accept_change(struct run *run, const struct history_item *item,
              struct duet_error *err)
{
    SCOPED(kept_release) struct kept kept = {0};
    struct ledger_record row = {.migration = item->migration,
                                .state = item->entry->state,
                                .duration = item->entry->duration};

    if (!read_kept(run, item->migration, &kept, &row.statements, err))
        return false;
    row.script = kept_text(&kept);
    return ledger_update(&run->ledger, run->db, &row, err);
}

/* What the first COUNT statements come to. */
static bool
checksum_of(const struct run *run, const struct script_source *source,
            size_t count, char out[DIGEST_LEN], struct duet_error *err)
{
    SCOPED(script_close) struct script *script = NULL;
    struct statement statement;

    if (!script_open(&script, source, run->tree->language, err))
        return false;
    while (script_next(script, &statement))
        if (statement.number == count) {
            script_checksum(script, out);
            return true;
        }
    return script_ended(script) &&
           err_set(err, DUET_ERROR_DRIFT, "%s has %zu statements no more",
                   source->name, count);
}

static bool
is_in_doubt(const struct history_item *item)
{
    return item != NULL && item->migration != NULL && item->entry != NULL &&
           (item->state == HISTORY_RUNNING ||
            item->state == HISTORY_REVERTING) &&
           item->entry->attempted > item->entry->statements;
}

/* What is done up to the statement in doubt, that included. */
static bool
checksum_with(const struct run *run, const struct history_item *item,
              char out[DIGEST_LEN], struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct migration whole = *item->migration;
    bool reverts = item->state == HISTORY_REVERTING;

    return (!reverts ||
            tree_read_down(run->tree, item->migration, &arena, &whole, err)) &&
           checksum_of(run, reverts ? &whole.down : &whole.up,
                       item->entry->attempted, out, err);
}

static bool
settle_doubt(struct run *run, const struct history_item *item,
             struct duet_error *err)
{
    struct ledger_standing standing = ledger_standing_of(item->entry);

    if (run->options->doubt == DOUBT_DONE) {
        standing.statements = standing.attempted;
        if (!checksum_with(run, item, standing.checksum, err))
            return false;
    }
    standing.attempted = standing.statements;
    return ledger_progress(&run->ledger, run->db, item->entry->version,
                           &standing, err);
}

static const char *
settled(const struct run *run, const struct history_item *item,
        struct arena *arena)
{
    return arena_printf(arena, "its statement %zu %s", item->entry->attempted,
                        run->options->doubt == DOUBT_DONE
                            ? "counts as done"
                            : "will be run again");
}

static bool
leave_open(const struct history_item *item, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_UNCERTAIN,
                  "migration '%s': a run was ended while it did statement %zu",
                  item->entry->version, item->entry->attempted);
    return err_hint(err, "look, then say --statement done or --statement "
                         "again");
}

/* Always false. */
static bool
nothing_to_repair(const struct history_item *item, const char *version,
                  struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE, "migration '%s' %s", version,
                  item == NULL ? "is in no tree and no ledger"
                               : "needs no repair");
    return err_hint(err, "'duet status' shows those that do");
}

/* Always false. */
static bool
no_doubt(const char *version, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_USAGE,
                  "migration '%s' has no statement that is in doubt", version);
    return err_hint(err, "leave --statement out");
}

static bool
repair(struct run *run, void *context, struct duet_error *err)
{
    struct repair *wanted = context;
    const struct history_item *item = find_item(run, wanted->version);

    if (is_in_doubt(item)) {
        if (run->options->doubt == DOUBT_OPEN)
            return leave_open(item, err);
        wanted->done = settled(run, item, wanted->arena);
        return settle_doubt(run, item, err);
    }
    if (run->options->doubt != DOUBT_OPEN)
        return no_doubt(wanted->version, err);
    if (item != NULL && item->state == HISTORY_CHANGED) {
        wanted->done = "its file counts as what was applied";
        return accept_change(run, item, err);
    }
    if (item != NULL && item->state == HISTORY_MISSING) {
        wanted->done = "the ledger has forgotten it";
        return ledger_delete(&run->ledger, run->db, wanted->version, err);
    }
    return nothing_to_repair(item, wanted->version, err);
}

bool
migrate_repair(struct db *db, const struct tree *tree, const char *version,
               const struct migrate_options *options, struct arena *arena,
               const char **done, struct duet_error *err)
{
    SCOPED(run_clear) struct run run = run_make(db, tree, options);
    const struct migration *migration;
    struct repair wanted = {.version = version, .arena = arena};

    if (tree_resolve(tree, version, &migration, NULL))
        wanted.version = migration->version;
    if (!run_read(&run, err))
        return false;
    if (!run.ledger.exists)
        return nothing_to_repair(find_item(&run, wanted.version),
                                 wanted.version, err);
    if (!run_start(&run, err) ||
        !run_in_transaction(&run, repair, &wanted, err))
        return false;
    *done =
        arena_printf(arena, "migration '%s': %s", wanted.version, wanted.done);
    return true;
}
