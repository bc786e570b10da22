#include "migrate/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "migrate/difference.h"

static const char *const names[HISTORY_STATES] = {
    [HISTORY_APPLIED] = "applied",
    [HISTORY_PENDING] = "pending",
    [HISTORY_RUNNING] = "running",
    [HISTORY_REVERTING] = "reverting",
    [HISTORY_CHANGED] = "changed",
    [HISTORY_MISSING] = "missing",
    [HISTORY_SUPERSEDED] = "superseded",
    [HISTORY_OUT_OF_ORDER] = "out of order",
};

const char *
history_state_name(enum history_state state)
{
    return names[state];
}

/* ------------------------------------------------------------------------
 * Making it
 */

/* The ledger's entries by version, to find them and see which are left. */
struct index {
    const struct ledger_entry **list;
    bool *taken;
    size_t count;
};

static int
by_version(const void *a, const void *b)
{
    const struct ledger_entry *const *one = a;
    const struct ledger_entry *const *other = b;

    return strcmp((*one)->version, (*other)->version);
}

static void
index_make(struct index *index, struct arena *arena,
           const struct ledger *ledger)
{
    index->count = ledger->count;
    index->list = arena_array(arena, ledger->count + 1, sizeof *index->list);
    index->taken = arena_array(arena, ledger->count + 1, sizeof *index->taken);
    for (size_t i = 0; i < ledger->count; i++)
        index->list[i] = &ledger->list[i];
    if (index->count > 1)
        qsort(index->list, index->count, sizeof *index->list, by_version);
}

static const struct ledger_entry *
index_take(struct index *index, const char *version)
{
    const struct ledger_entry key = {.version = version};
    const struct ledger_entry *wanted = &key;
    const struct ledger_entry **found;

    if (index->count == 0)
        return NULL;
    found = bsearch(&wanted, index->list, index->count, sizeof *index->list,
                    by_version);
    if (found == NULL)
        return NULL;
    index->taken[found - index->list] = true;
    return *found;
}

static enum history_state
state_of(const struct migration *migration, const struct ledger_entry *entry)
{
    if (entry == NULL)
        return HISTORY_PENDING;
    if (entry->state == LEDGER_RUNNING)
        return HISTORY_RUNNING;
    if (entry->state == LEDGER_REVERTING)
        return HISTORY_REVERTING;
    if (strcmp(entry->checksum, migration->checksum) == 0)
        return HISTORY_APPLIED;
    return migration->repeatable ? HISTORY_PENDING : HISTORY_CHANGED;
}

static void
add(struct history *history, const struct migration *migration,
    const struct ledger_entry *entry, enum history_state state)
{
    history->list[history->count++] =
        (struct history_item){migration, entry, state};
}

/* The entries that are in no tree, each before the first version above it. */
static void
add_missing(struct history *history, const struct tree *tree,
            const struct index *index, size_t *next, const char *before)
{
    for (; *next < index->count; (*next)++) {
        const struct ledger_entry *entry = index->list[*next];

        if (index->taken[*next])
            continue;
        if (before != NULL &&
            version_compare(tree->style, entry->version, before) > 0)
            return;
        add(history, NULL, entry, HISTORY_MISSING);
    }
}

static void
add_all(struct history *history, const struct tree *tree, struct index *index)
{
    const struct ledger_entry **entries =
        arena_array(&history->arena, tree->count + 1, sizeof *entries);
    size_t next = 0;

    for (size_t i = 0; i < tree->count; i++)
        entries[i] = index_take(index, tree->list[i].version);
    for (size_t i = 0; i < tree->count; i++) {
        const struct migration *migration = &tree->list[i];

        add_missing(history, tree, index, &next,
                    migration->repeatable ? NULL : migration->version);
        add(history, migration, entries[i], state_of(migration, entries[i]));
    }
    add_missing(history, tree, index, &next, NULL);
}

/* ------------------------------------------------------------------------
 * Baselines and the order
 */

/*
 * The baseline that counts: one that was applied, else the newest if nothing
 * was applied yet.  NULL: none.
 */
static const struct migration *
baseline_of(const struct history *history, const struct ledger *ledger)
{
    const struct migration *newest = NULL;

    for (size_t i = 0; i < history->count; i++) {
        const struct history_item *item = &history->list[i];

        if (item->migration == NULL || !item->migration->is_baseline)
            continue;
        if (item->entry != NULL || ledger->count == 0)
            newest = item->migration;
    }
    return newest;
}

static void
supersede(struct history *history, const struct tree *tree,
          const struct ledger *ledger)
{
    const struct migration *baseline = baseline_of(history, ledger);

    for (size_t i = 0; i < history->count; i++) {
        struct history_item *item = &history->list[i];
        const struct migration *migration = item->migration;

        if (item->state != HISTORY_PENDING || migration == baseline ||
            migration->repeatable)
            continue;
        if (migration->is_baseline ||
            (baseline != NULL &&
             version_compare(tree->style, migration->version,
                             baseline->version) <= 0))
            item->state = HISTORY_SUPERSEDED;
    }
}

static bool
is_in(const char *const *list, const char *version)
{
    for (; list != NULL && *list != NULL; list++)
        if (strcmp(*list, version) == 0)
            return true;
    return false;
}

/* What is pending below the last that was applied. */
static void
put_in_order(struct history *history, const char *const *out_of_order)
{
    bool is_below = false;

    for (size_t i = history->count; i-- > 0;) {
        struct history_item *item = &history->list[i];

        if (item->migration != NULL && item->migration->repeatable)
            continue;
        if (item->entry != NULL)
            is_below = true;
        else if (item->state == HISTORY_PENDING && is_below &&
                 !item->migration->out_of_order &&
                 !is_in(out_of_order, item->migration->version))
            item->state = HISTORY_OUT_OF_ORDER;
    }
}

void
history_make(struct history *history, const struct tree *tree,
             const struct ledger *ledger, const char *const *out_of_order)
{
    struct index index;

    history_clear(history);
    history->list =
        arena_array(&history->arena, tree->count + ledger->count + 1,
                    sizeof *history->list);
    index_make(&index, &history->arena, ledger);
    add_all(history, tree, &index);
    supersede(history, tree, ledger);
    put_in_order(history, out_of_order);
    for (size_t i = 0; i < history->count; i++)
        history->states[history->list[i].state]++;
}

void
history_clear(struct history *history)
{
    arena_clear(&history->arena);
    *history = (struct history){0};
}

/* ------------------------------------------------------------------------
 * What is wrong
 */

static bool
complain_of_order(const struct history_item *item, struct duet_error *err)
{
    const char *version = item->migration->version;

    (void)err_set(err, DUET_ERROR_DRIFT,
                  "migration '%s' is not applied, but later ones are", version);
    return err_hint(err,
                    "give it a number above theirs, or apply it now with "
                    "--out-of-order %s",
                    version);
}

static bool
complain_of_missing(const struct history_item *item, struct duet_error *err)
{
    const char *version = item->entry->version;

    (void)err_set(err, DUET_ERROR_DRIFT,
                  "migration '%s' was applied at %s UTC and is not in the tree",
                  version, item->entry->applied_at);
    return err_hint(err,
                    "bring its file back, or let the ledger forget it with "
                    "'duet repair %s'",
                    version);
}

static bool
complain_of_half(const struct history_item *item, struct duet_error *err)
{
    (void)err_set(err, DUET_ERROR_DRIFT,
                  "migration '%s' is undone in part: %zu of its statements",
                  item->entry->version, item->entry->statements);
    return err_hint(err, "'duet down' goes on with it");
}

bool
history_check(const struct history *history, const struct tree *tree,
              const struct ledger *ledger, struct db *db,
              struct duet_error *err)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct history_item *item = &history->list[i];

        switch (item->state) {
        case HISTORY_CHANGED:
            return difference_error(item->migration, tree->language, ledger, db,
                                    err);
        case HISTORY_MISSING:
            return complain_of_missing(item, err);
        case HISTORY_OUT_OF_ORDER:
            return complain_of_order(item, err);
        case HISTORY_REVERTING:
            return complain_of_half(item, err);
        default:
            break;
        }
    }
    return true;
}
