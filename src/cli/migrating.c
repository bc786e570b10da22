#include "cli/migrating.h"

#include <inttypes.h>

#include "base/err.h"
#include "base/path.h"
#include "cli/interrupt.h"
#include "db/record.h"
#include "profile/migrations.h"
#include "profile/place.h"

const char *
duration_text(struct arena *arena, int64_t duration)
{
    if (duration < 1000)
        return arena_printf(arena, "%" PRId64 " us", duration);
    if (duration < 1000000)
        return arena_printf(arena, "%.1f ms", (double)duration / 1000);
    return arena_printf(arena, "%.1f s", (double)duration / 1000000);
}

const char *
states_text(struct arena *arena, const size_t *states)
{
    SCOPED(buf_release) struct buf text = {0};

    for (size_t state = 0; state < HISTORY_STATES; state++)
        if (states[state] > 0)
            buf_printf(&text, "%s%zu %s", text.len ? ", " : "", states[state],
                       history_state_name((enum history_state)state));
    return text.len ? arena_text(arena, buf_data(&text)) : "no migrations";
}

/* ------------------------------------------------------------------------
 * What happens
 */

static void
show_done(struct migrating *migrating, const char *word,
          const struct migrate_event *event)
{
    struct arena *arena = migrating->invocation->arena;
    const char *duration =
        event->duration > 0 ? duration_text(arena, event->duration) : NULL;

    progress_end(&migrating->progress);
    if (!migrating->invocation->global->json) {
        render_line((const char *const[]){word, event->title, duration},
                    duration ? 3 : 2);
        (void)fflush(stdout);
        return;
    }
    json_open(&migrating->list, NULL, '{');
    json_text(&migrating->list, "version", event->title);
    json_text(&migrating->list, "outcome", word);
    json_integer(&migrating->list, "duration", event->duration);
    json_close(&migrating->list, '}');
}

static void
on_event(void *context, const struct migrate_event *event)
{
    struct migrating *migrating = context;
    struct invocation *invocation = migrating->invocation;

    switch (event->kind) {
    case EVENT_APPLIED:
        show_done(migrating, "applied", event);
        break;
    case EVENT_REVERTED:
        show_done(migrating, "reverted", event);
        break;
    case EVENT_STARTED:
        progress_show(&migrating->progress, "%s", event->title);
        break;
    case EVENT_STEP:
        progress_show(&migrating->progress, "%s: %zu statements done",
                      event->title, event->statement);
        break;
    case EVENT_SKIPPED:
        progress_end(&migrating->progress);
        talk(invocation, "'%s' is done by another run", event->title);
        break;
    case EVENT_RAN:
        progress_end(&migrating->progress);
        talk(invocation, "ran %s", event->title);
        break;
    case EVENT_WAITING:
        talk(invocation, "waiting for another run: %s", event->text);
        break;
    case EVENT_RETRY:
        progress_end(&migrating->progress);
        talk(invocation, "'%s' is tried again: %s", event->title, event->text);
        break;
    case EVENT_NOTE:
        progress_end(&migrating->progress);
        talk(invocation, "note: %s", event->text);
        break;
    }
}

void
migrating_print(struct migrating *migrating,
                const struct migrate_report *report)
{
    SCOPED(json_release) struct json json = {0};

    if (!migrating->invocation->global->json)
        return;
    json_open(&json, NULL, '{');
    json_text(&json, "database", migrating->shown);
    json_boolean(&json, "dry_run", migrating->options.dry_run);
    json_open(&json, "migrations", '[');
    buf_text(&json.buf, buf_data(&migrating->list.buf));
    json_close(&json, ']');
    json_text(&json, "version", report->version);
    if (migrating->options.dry_run)
        json_text(&json, "sql", record_text(migrating->db));
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* ------------------------------------------------------------------------
 * Opening
 */

bool
migrating_read(struct tree *tree, const struct migrating_args *args,
               const char *directory, const char *engine,
               struct duet_error *err)
{
    enum tree_style style;

    return tree_style_find(args->style, &style, err) &&
           migrations_read(tree, directory, engine, style, err);
}

/* One that no profile says is looked for without any. */
bool
migrating_directory(struct invocation *invocation, const char **dir,
                    struct duet_error *err)
{
    const struct migrating_args *args = invocation->args;
    bool is_named = invocation->global->profile != NULL;
    struct profile profile = {0};

    if (!invocation_profile(invocation, &profile, is_named ? err : NULL)) {
        if (is_named)
            return false;
        profile = (struct profile){0};
    }
    *dir = migrations_find(args->migrations, profile.migrations);
    return true;
}

bool
migrating_tree(struct invocation *invocation, const char *engine,
               struct tree *tree, struct duet_error *err)
{
    const struct migrating_args *args = invocation->args;
    struct profile profile = {0};

    /* Its directory counts, where there is a profile. */
    (void)invocation_profile(invocation, &profile, NULL);
    return migrating_read(tree, args,
                          migrations_find(args->migrations, profile.migrations),
                          engine, err);
}

static struct migrate_options
options_of(struct migrating *migrating, const struct migrating_args *args)
{
    return (struct migrate_options){
        .url = migrating->url,
        .lock_timeout = args->lock_timeout,
        .wait = args->wait,
        .event = on_event,
        .context = migrating,
    };
}

static bool
find_database(const struct place *place, enum if_missing if_missing,
              const char **url, struct duet_error *err)
{
    *url = place->url;
    switch (if_missing) {
    case IF_MISSING_MAKE:
        return place_make(place, err);
    case IF_MISSING_PRETEND:
        return place_url_or_blank(place, url, err);
    default:
        return true;
    }
}

bool
migrating_open(struct migrating *migrating, struct invocation *invocation,
               enum if_missing if_missing, struct duet_error *err)
{
    const struct migrating_args *args = invocation->args;
    const struct db_options options = {.lock_timeout = args->lock_timeout};
    struct profile profile;
    struct place place;

    *migrating = (struct migrating){.invocation = invocation};
    if (!invocation_profile(invocation, &profile, err) ||
        !place_init(&place, invocation->arena, profile.url, &invocation->trace,
                    err) ||
        !migrating_read(&migrating->tree, args,
                        migrations_find(args->migrations, profile.migrations),
                        place.kind->engine, err) ||
        !find_database(&place, if_missing, &migrating->url, err))
        return false;
    migrating->shown = place.shown;
    migrating->options = options_of(migrating, args);
    progress_start(&migrating->progress, invocation->global->quiet);
    return invocation_open_url(invocation, migrating->url, &options,
                               &migrating->db, err);
}

void
migrating_close(struct migrating *migrating)
{
    progress_end(&migrating->progress);
    database_close(&migrating->db);
    tree_clear(&migrating->tree);
    json_release(&migrating->list);
}
