/*
 * duet status: what became of each migration.
 */
#include "cli/fleet.h"

struct status_args {
    struct migrating_args migrating;
    struct fleet_args fleet;
    bool exit_code;
};

static const struct option_spec options[] = {
    {"exit-code", 'e', OPTION_FLAG, offsetof(struct status_args, exit_code),
     NULL, "exit with 3 unless all are applied as they are"},
    TREE_OPTIONS,
    FLEET_OPTIONS(struct status_args),
    {0},
};

static const char *
version_of(const struct history_item *item)
{
    return item->migration ? item->migration->version : item->entry->version;
}

static const char *
state_of(const struct history_item *item)
{
    return item->state == HISTORY_APPLIED &&
                   item->entry->state == LEDGER_STAMPED
               ? "stamped"
               : history_state_name(item->state);
}

static void
print_table(struct arena *arena, const struct history *history)
{
    static const char *const headings[] = {"STATE", "VERSION", "APPLIED (UTC)",
                                           "TOOK"};
    enum { COLUMNS = sizeof headings / sizeof *headings };
    const char **cells =
        arena_array(arena, history->count * COLUMNS + 1, sizeof *cells);

    for (size_t i = 0; i < history->count; i++) {
        const struct history_item *item = &history->list[i];
        const struct ledger_entry *entry = item->entry;

        cells[i * COLUMNS] = state_of(item);
        cells[i * COLUMNS + 1] = version_of(item);
        if (entry != NULL)
            cells[i * COLUMNS + 2] = entry->applied_at;
        if (entry != NULL && entry->duration > 0)
            cells[i * COLUMNS + 3] = duration_text(arena, entry->duration);
    }
    render_table(headings, COLUMNS, cells, history->count);
}

static void
add_item(struct json *json, const struct history_item *item)
{
    const struct ledger_entry *entry = item->entry;

    json_open(json, NULL, '{');
    json_text(json, "version", version_of(item));
    json_text(json, "state", state_of(item));
    json_text(json, "applied_at", entry ? entry->applied_at : NULL);
    json_integer(json, "duration", entry ? entry->duration : 0);
    json_integer(json, "statements", entry ? (int64_t)entry->statements : 0);
    json_close(json, '}');
}

static void
print_json(const struct migrating *migrating, const struct history *history)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_text(&json, "database", migrating->shown);
    json_text(&json, "style", style_names[migrating->tree.style]);
    json_open(&json, "migrations", '[');
    for (size_t i = 0; i < history->count; i++)
        add_item(&json, &history->list[i]);
    json_close(&json, ']');
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* Everything is applied, as it is in the tree. */
static bool
is_clean(const struct history *history)
{
    return history->states[HISTORY_APPLIED] +
               history->states[HISTORY_SUPERSEDED] ==
           history->count;
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    SCOPED(migrating_close) struct migrating migrating = {0};
    SCOPED(ledger_clear) struct ledger ledger = {0};
    SCOPED(history_clear) struct history history = {0};
    const struct status_args *args = invocation->args;

    if (fleet_is_meant(&args->fleet))
        return fleet_status(invocation, &args->fleet, args->exit_code, err);
    if (!fleet_args_check(&args->fleet, err) ||
        !migrating_open(&migrating, invocation, IF_MISSING_FAIL, err) ||
        !ledger_read(&ledger, migrating.db, err))
        return false;
    history_make(&history, &migrating.tree, &ledger, NULL);
    if (invocation->global->json) {
        print_json(&migrating, &history);
    } else {
        print_table(invocation->arena, &history);
        talk(invocation, "%s", states_text(invocation->arena, history.states));
    }
    if (args->exit_code && !is_clean(&history))
        invocation->status = 3;
    return true;
}

const struct command command_status = {
    .name = "status",
    .summary = "show what became of each migration",
    .operands = "",
    .description =
        "Each migration is a line, in the order of the directory: its state,\n"
        "version, when it was applied and how long that took.  The states are\n"
        "applied, stamped (it counts as applied), pending, running (applied\n"
        "in part), reverting (undone in part), changed (its file is another\n"
        "one now), missing (its file is gone), out of order (pending below\n"
        "one that is applied) and superseded (by a baseline).\n",
    .example = "mkdir migrations\n"
               "echo 'create table t (a int);' >migrations/0001_t.up.sql\n"
               "duet up --url sqlite:app.db\n"
               "duet status --exit-code --url sqlite:app.db\n",
    .args_size = sizeof(struct status_args),
    .options = options,
    .run = run,
};
