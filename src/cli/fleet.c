#include "cli/fleet.h"

#include <stdlib.h>

#include "base/err.h"
#include "cli/fleet_list.h"
#include "cli/interrupt.h"

/* What a row says of a member: its outcome in a word, and why. */
struct verdict {
    const char *word;
    const char *why; /* or NULL */
};

/* A command that works in many databases. */
struct fleet_run {
    struct invocation *invocation;
    struct fleet_list list;
    struct fleet_options options;
    struct verdict (*verdict)(struct arena *arena,
                              const struct fleet_member *member);
    struct progress progress;
    const struct fleet_member *speaker; /* whose statement was shown last */
    size_t outcomes[FLEET_OUTCOMES];    /* how many there are of each */
};

/* ------------------------------------------------------------------------
 * The options
 */

bool
fleet_is_meant(const struct fleet_args *args)
{
    return args->all_profiles || args->urls != NULL || args->schemas != NULL;
}

bool
fleet_args_check(const struct fleet_args *args, struct duet_error *err)
{
    if (args->jobs == NULL && !args->fail_fast)
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "%s is for several databases",
                  args->jobs ? "--jobs" : "--fail-fast");
    return err_hint(err, "give --all-profiles, --urls or --schemas");
}

static bool
read_jobs(const char *text, size_t *jobs, struct duet_error *err)
{
    char *end;
    unsigned long number;

    if (text == NULL)
        return true;
    number = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && number > 0 &&
        number <= FLEET_MOST_JOBS) {
        *jobs = number;
        return true;
    }
    (void)err_set(err, DUET_ERROR_USAGE, "option '--jobs' can't be '%s'", text);
    return err_hint(err, "it takes a number from 1 to %d", FLEET_MOST_JOBS);
}

static bool
check_choice(const struct invocation *invocation, const struct fleet_args *args,
             struct duet_error *err)
{
    int given =
        args->all_profiles + (args->urls != NULL) + (args->schemas != NULL);
    bool names_one =
        invocation->global->url != NULL || invocation->global->profile != NULL;

    if (given > 1) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "the databases are named in several ways");
        return err_hint(err,
                        "give one of --all-profiles, --urls and --schemas");
    }
    if (names_one && args->schemas == NULL) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "one database is named, and several are");
        return err_hint(err, "give -u or -p, or %s",
                        args->urls ? "--urls" : "--all-profiles");
    }
    return true;
}

/* ------------------------------------------------------------------------
 * While it runs
 */

static bool
make(void *context, const struct fleet_member *member, struct duet_error *err)
{
    const struct fleet_run *run = context;
    /* Memory of its own: several threads do so. */
    SCOPED(arena_clear) struct arena arena = {0};
    struct place place = run->list.places[member - run->list.members];

    place.arena = &arena;
    return place_make(&place, err);
}

/* Statements of several databases are told apart by a line before them. */
static void
show_statement(void *context, const struct fleet_member *member,
               const char *sql, int64_t microseconds)
{
    struct fleet_run *run = context;
    const struct db_trace *trace = &run->invocation->trace;

    flockfile(stderr);
    if (run->speaker != member) {
        SCOPED(arena_clear) struct arena arena = {0};

        render_talk(arena_printf(&arena, "'%s':", member->name));
        run->speaker = member;
    }
    trace->statement(trace->context, sql, microseconds);
    funlockfile(stderr);
}

static void
show_progress(void *context, const struct fleet_counts *counts)
{
    struct fleet_run *run = context;

    progress_show(&run->progress, "%zu of %zu done, %zu failed", counts->ended,
                  run->list.count, counts->failed);
}

static void
cancel(void *fleet)
{
    fleet_cancel(fleet);
}

static bool
run_all(struct fleet_run *run, struct duet_error *err)
{
    struct fleet fleet = {.list = run->list.members,
                          .count = run->list.count,
                          .options = &run->options};
    bool done;

    progress_start(&run->progress, run->invocation->global->quiet);
    interrupt_set(cancel, &fleet);
    done = fleet_run(&fleet, err);
    interrupt_set(NULL, NULL);
    progress_end(&run->progress);
    for (size_t i = 0; i < run->list.count; i++)
        run->outcomes[run->list.members[i].outcome]++;
    return done;
}

static bool
start(struct fleet_run *run, const struct fleet_args *args,
      struct duet_error *err)
{
    const struct migrating_args *migrating = run->invocation->args;

    run->options.fail_fast = args->fail_fast;
    run->options.lock_timeout = migrating->lock_timeout;
    run->options.progress = show_progress;
    run->options.context = run;
    if (run->invocation->trace.statement != NULL)
        run->options.statement = show_statement;
    return check_choice(run->invocation, args, err) &&
           read_jobs(args->jobs, &run->options.jobs, err) &&
           fleet_list_read(&run->list, run->invocation, args, err) &&
           run_all(run, err);
}

static void
fleet_run_clear(struct fleet_run *run)
{
    fleet_list_clear(&run->list);
}

/* ------------------------------------------------------------------------
 * The report
 */

static struct verdict
verdict_of_up(struct arena *arena, const struct fleet_member *member)
{
    struct verdict verdict = {.word = fleet_outcome_name(member->outcome)};

    if (member->outcome == FLEET_DONE)
        verdict.why = counted(arena, (int64_t)member->report.done, "migration");
    else if (member->err.text[0] != '\0')
        verdict.why = member->err.text;
    return verdict;
}

static bool
is_clean(const struct fleet_member *member)
{
    for (size_t state = 0; state < HISTORY_STATES; state++)
        if (state != HISTORY_APPLIED && state != HISTORY_SUPERSEDED &&
            member->states[state] > 0)
            return false;
    return true;
}

/* Nothing is the matter but that there is something to apply. */
static bool
is_behind(const struct fleet_member *member)
{
    return member->states[HISTORY_CHANGED] + member->states[HISTORY_MISSING] +
               member->states[HISTORY_OUT_OF_ORDER] +
               member->states[HISTORY_REVERTING] ==
           0;
}

static struct verdict
verdict_of_status(struct arena *arena, const struct fleet_member *member)
{
    if (member->outcome != FLEET_NOTHING_TO_DO)
        return verdict_of_up(arena, member);
    return (struct verdict){.word = is_clean(member)    ? "up to date"
                                    : is_behind(member) ? "pending"
                                                        : "different",
                            .why = states_text(arena, member->states)};
}

static void
print_table(const struct fleet_run *run)
{
    static const char *const headings[] = {"DATABASE", "OUTCOME", "VERSION",
                                           "WHY"};
    enum { COLUMNS = sizeof headings / sizeof *headings };
    struct arena *arena = run->invocation->arena;
    const char **cells =
        arena_array(arena, run->list.count * COLUMNS, sizeof *cells);

    for (size_t i = 0; i < run->list.count; i++) {
        const struct fleet_member *member = &run->list.members[i];
        struct verdict verdict = run->verdict(arena, member);
        const char **row = &cells[i * COLUMNS];

        row[0] = member->name;
        row[1] = verdict.word;
        row[2] = member->report.version;
        row[3] = verdict.why;
    }
    render_table(headings, COLUMNS, cells, run->list.count);
}

static void
add_error(struct json *json, const struct duet_error *err)
{
    json_open(json, "error", '{');
    json_text(json, "kind", duet_error_name(err->kind));
    json_text(json, "code", err->code);
    json_text(json, "text", err->text);
    json_text(json, "hint", err->hint);
    json_close(json, '}');
}

static void
add_applied(struct json *json, const struct fleet_member *member)
{
    json_open(json, "migrations", '[');
    for (size_t i = 0; i < member->nevents; i++) {
        const struct migrate_event *event = &member->events[i];

        if (event->kind != EVENT_APPLIED)
            continue;
        json_open(json, NULL, '{');
        json_text(json, "version", event->title);
        json_integer(json, "duration", event->duration);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void
add_states(struct json *json, const struct fleet_member *member)
{
    json_open(json, "states", '{');
    for (size_t state = 0; state < HISTORY_STATES; state++)
        json_integer(json, history_state_name((enum history_state)state),
                     (int64_t)member->states[state]);
    json_close(json, '}');
}

static void
add_member(struct json *json, const struct fleet_run *run, size_t number)
{
    const struct fleet_member *member = &run->list.members[number];
    struct verdict verdict = run->verdict(run->invocation->arena, member);

    json_open(json, NULL, '{');
    json_text(json, "name", member->name);
    json_text(json, "database", run->list.places[number].shown);
    json_text(json, "outcome", verdict.word);
    json_text(json, "version", member->report.version);
    json_text(json, "why", verdict.why);
    if (run->options.migrate != NULL)
        add_applied(json, member);
    else if (member->outcome == FLEET_NOTHING_TO_DO)
        add_states(json, member);
    if (member->outcome == FLEET_FAILED)
        add_error(json, &member->err);
    json_close(json, '}');
}

static void
print_json(const struct fleet_run *run)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_open(&json, "databases", '[');
    for (size_t i = 0; i < run->list.count; i++)
        add_member(&json, run, i);
    json_close(&json, ']');
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* What a run of one database would have said while it ran. */
static void
tell_notes(const struct fleet_run *run)
{
    for (size_t i = 0; i < run->list.count; i++) {
        const struct fleet_member *member = &run->list.members[i];

        for (size_t j = 0; j < member->nevents; j++) {
            const struct migrate_event *event = &member->events[j];

            if (event->kind == EVENT_NOTE)
                talk(run->invocation, "note: '%s': %s", member->name,
                     event->text);
            else if (event->kind == EVENT_RETRY)
                talk(run->invocation, "'%s': '%s' was tried again: %s",
                     member->name, event->title, event->text);
        }
    }
}

static void
print_report(const struct fleet_run *run)
{
    if (run->invocation->global->json) {
        print_json(run);
        return;
    }
    print_table(run);
    /* The two go to one terminal, maybe, and this way keep their order. */
    (void)fflush(stdout);
    tell_notes(run);
}

static void
summarize(const struct fleet_run *run)
{
    SCOPED(buf_release) struct buf text = {0};
    static const enum fleet_outcome order[] = {FLEET_DONE, FLEET_NOTHING_TO_DO,
                                               FLEET_DUPLICATE, FLEET_FAILED,
                                               FLEET_NOT_STARTED};

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (run->outcomes[order[i]] > 0)
            buf_printf(&text, ", %zu %s", run->outcomes[order[i]],
                       fleet_outcome_name(order[i]));
    talk(run->invocation, "%s: %s",
         counted(run->invocation->arena, (int64_t)run->list.count, "database"),
         buf_data(&text) + 2);
}

/* The first that failed stands for all. */
static bool
check_failures(const struct fleet_run *run, struct duet_error *err)
{
    const struct fleet_member *first = run->list.members;
    size_t failed = run->outcomes[FLEET_FAILED];

    if (interrupted() && failed + run->outcomes[FLEET_NOT_STARTED] > 0)
        return err_set(err, DUET_ERROR_CANCELLED, "interrupted");
    if (failed == 0)
        return true;
    while (first->outcome != FLEET_FAILED)
        first++;
    (void)err_set(
        err, first->err.kind, "%zu of %s failed", failed,
        counted(run->invocation->arena, (int64_t)run->list.count, "database"));
    return err_hint(err, "the first is '%s': %s%s%s", first->name,
                    first->err.text, first->err.hint[0] ? ": " : "",
                    first->err.hint);
}

bool
fleet_up(struct invocation *invocation, const struct fleet_args *args,
         const struct migrate_options *options, struct duet_error *err)
{
    SCOPED(fleet_run_clear)
    struct fleet_run run = {.invocation = invocation,
                            .verdict = verdict_of_up,
                            .options = {.migrate = options, .make = make}};

    if (options->dry_run) {
        (void)err_set(err, DUET_ERROR_USAGE,
                      "--dry-run is for one database at a time");
        return err_hint(err, "'duet status' says what is pending in each");
    }
    if (!start(&run, args, err))
        return false;
    print_report(&run);
    summarize(&run);
    return check_failures(&run, err);
}

bool
fleet_status(struct invocation *invocation, const struct fleet_args *args,
             bool exit_code, struct duet_error *err)
{
    SCOPED(fleet_run_clear)
    struct fleet_run run = {.invocation = invocation,
                            .verdict = verdict_of_status};

    if (!start(&run, args, err))
        return false;
    print_report(&run);
    for (size_t i = 0; exit_code && i < run.list.count; i++)
        if (!is_clean(&run.list.members[i]))
            invocation->status = 3;
    return check_failures(&run, err);
}
