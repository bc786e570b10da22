#include "cli/clearing.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/interrupt.h"
#include "cli/render.h"
#include "rows/clear.h"

static void
cancel_cleaner(void *cleaner)
{
    cleaner_cancel(cleaner);
}

static void
close_cleaner(struct duet_cleaner **cleaner)
{
    interrupt_set(NULL, NULL);
    cleaner_close(cleaner);
}

struct duet_clear_options
clearing_options(const struct clear_args *args)
{
    return (struct duet_clear_options){
        .keep = args->keep,
        .only = args->only,
        .restart_sequences = args->sequences != 0,
        .lock_timeout = args->lock_timeout,
    };
}

void
clearing_json(struct json *json, const struct duet_clear_report *report)
{
    json_open(json, "tables", '[');
    for (size_t i = 0; i < report->ntables; i++) {
        json_open(json, NULL, '{');
        json_text(json, "table", report->tables[i].table);
        json_integer(json, "rows", report->tables[i].rows);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_integer(json, "rows", report->rows);
    json_integer(json, "sequences", report->sequences);
}

static void
print_json(const struct duet_clear_report *report, bool dry_run)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_boolean(&json, "dry_run", dry_run);
    clearing_json(&json, report);
    json_close(&json, '}');
    json_print(&json, stdout);
}

static void
print_lines(const struct duet_clear_report *report)
{
    for (size_t i = 0; i < report->ntables; i++) {
        char rows[24];

        (void)snprintf(rows, sizeof rows, "%" PRId64, report->tables[i].rows);
        render_line((const char *const[]){report->tables[i].table, rows}, 2);
    }
}

/* SEED is the name of what was run, or NULL. */
static void
print_summary(struct invocation *invocation, const struct clear_args *args,
              const char *seed, const struct duet_clear_report *report)
{
    struct arena *arena = invocation->arena;
    const char *would = args->dry_run ? "would have " : "";
    const char *tables = counted(arena, (int64_t)report->ntables, "table");
    const char *rows = counted(arena, report->rows, "row");

    if (report->rows == 0)
        talk(invocation, "nothing to clear");
    else
        talk(invocation, "%scleared %s, %s", would, tables, rows);
    if (args->sequences != 0 && report->sequences > 0)
        talk(invocation, "%srestarted %s", would,
             counted(arena, report->sequences, "sequence"));
    if (seed != NULL)
        talk(invocation, "%s%s", args->dry_run ? "would have run " : "ran ",
             seed);
}

bool
clearing_name_seed(struct duet_error *err, const char *name)
{
    static const char mark[] = "seed";
    const size_t len = sizeof mark - 1;
    char text[sizeof err->text];

    if (name == NULL || strncmp(err->text, "seed:", len + 1) != 0)
        return false;
    memcpy(text, err->text + len, sizeof text - len);
    (void)snprintf(err->text, sizeof err->text, "%s%s", name, text);
    return false;
}

bool
clearing_run(struct invocation *invocation, const struct clear_args *args,
             const char *seed, const char *name, struct duet_error *err)
{
    SCOPED(close_cleaner) struct duet_cleaner *cleaner = NULL;
    const struct duet_clear_options options = clearing_options(args);
    struct duet_clear_report report = {0};
    const char *url;

    if (!invocation_url(invocation, &url, err) ||
        !cleaner_open(&cleaner, url, &options, &invocation->trace, err))
        return false;
    interrupt_set(cancel_cleaner, cleaner);
    if (args->dry_run ? !cleaner_preview(cleaner, &report, err)
                      : !cleaner_reset(cleaner, seed, &report, err))
        return clearing_name_seed(err, name);
    if (invocation->global->json)
        print_json(&report, args->dry_run);
    else
        print_lines(&report);
    print_summary(invocation, args, name, &report);
    return true;
}
