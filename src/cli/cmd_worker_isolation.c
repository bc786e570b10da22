/*
 * duet worker isolation: whether workers share anything.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/render.h"
#include "cli/working.h"
#include "profile/profile.h"

enum { ENGINE_SQLITE, ENGINE_POSTGRES, ENGINE_BOTH, STATUS_SHARED = 3 };

struct isolation_args {
    struct working_args working; /* first, as WORKING_OPTIONS has it */
    const char *count;
    unsigned engine;
};

static const struct option_spec options[] = {
    WORKING_OPTIONS,
    {"number", 'n', OPTION_TEXT, offsetof(struct isolation_args, count), "N",
     "how many workers; 2 if not given"},
    {"engine", 'e', OPTION_CHOICE, offsetof(struct isolation_args, engine),
     "sqlite|postgres|both", "the engine; both: as many workers on each"},
    {0},
};

/* What a worker tells, each a text; the order is that of the table. */
enum fact {
    FACT_WORKER,
    FACT_PID,
    FACT_PROFILE,
    FACT_ENGINE,
    FACT_PLACE,
    FACTS
};

static const char *const headings[FACTS] = {"worker", "pid", "profile",
                                            "engine", "place"};

/* Those that no two may have the same. */
static const enum fact own[] = {FACT_PID, FACT_PROFILE, FACT_PLACE};

/* It tells its facts, a NUL behind each, or else a NUL and its error. */
struct worker {
    const char *facts[FACTS];
    const char *engine;
    size_t number;
    pid_t pid;
    FILE *report;
};

struct isolation {
    struct invocation *invocation;
    struct worker *workers;
    size_t count;
    int permission[2]; /* a pipe: when it closes the workers may go */
    size_t shared;
};

/* ------------------------------------------------------------------------
 * Within the worker
 */

/* A file is told by where it is on the disk, whatever its name. */
static const char *
identify(struct arena *arena, const char *place)
{
    struct stat info;

    if (*place != '/' || stat(place, &info) == -1)
        return place;
    return arena_printf(arena, "%s (inode %llu of device %llu)", place,
                        (unsigned long long)info.st_ino,
                        (unsigned long long)info.st_dev);
}

/* The database itself says where it is. */
static bool
ask_place(struct arena *arena, struct db *db, const char **place,
          struct duet_error *err)
{
    SCOPED(rows_clear) struct rows rows = {0};

    *place = "";
    if (!db_query(db, &rows, db_sql(db, SQL_DATABASE_PLACE), NULL, 0, err))
        return false;
    while (rows_next(&rows))
        *place = identify(arena, arena_text(arena, row_text(&rows, 0)));
    return rows_ended(&rows);
}

static void
tell(FILE *to, const struct worker *worker, const char *profile,
     const char *engine, const char *place)
{
    (void)fprintf(to, "gw%zu%c%ld%c%s%c%s%c%s%c", worker->number, '\0',
                  (long)getpid(), '\0', profile, '\0', engine, '\0', place,
                  '\0');
    (void)fflush(to);
}

/* Everyone's profile is there until all have told where theirs is. */
static void
wait_for_permission(const struct isolation *isolation)
{
    char nothing;

    while (read(isolation->permission[0], &nothing, 1) == -1 && errno == EINTR)
        continue;
}

static bool
report(const struct isolation *isolation, const struct worker *worker,
       const char *profile, const char *url, FILE *to, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const char *place;

    if (!db_open(&db, url, NULL, err) ||
        !ask_place(isolation->invocation->arena, db, &place, err))
        return false;
    tell(to, worker, profile, db_dialect(db)->name, place);
    wait_for_permission(isolation);
    return true;
}

static bool
report_own(const struct isolation *isolation, const struct worker *worker,
           FILE *to, struct duet_error *err)
{
    struct invocation *invocation = isolation->invocation;
    const struct isolation_args *args = invocation->args;
    struct arena *arena = invocation->arena;
    const struct identity identity = working_identity(arena, worker->number);
    struct own_profile_options wanted;
    struct own_profile profile;
    bool done;

    if (!working_options(invocation, &args->working, worker->engine, &wanted,
                         err))
        return false;
    wanted.owners[0] = process_self();
    if (!working_open(invocation, &profile, &identity, &wanted, err))
        return false;
    done = report(isolation, worker,
                  arena_printf(arena, "%s in %s", profile.name, profile.home),
                  profile.own_url, to, err);
    return own_profile_close(&profile, done ? err : NULL) && done;
}

/* The profile or URL that was named is for all. */
static bool
report_named(const struct isolation *isolation, const struct worker *worker,
             FILE *to, struct duet_error *err)
{
    struct profile named;

    return invocation_profile(isolation->invocation, &named, err) &&
           report(isolation, worker, named.name != NULL ? named.name : "none",
                  named.url, to, err);
}

static bool
is_named(const struct invocation *invocation)
{
    return invocation->global->url != NULL ||
           invocation->global->profile != NULL;
}

static _Noreturn void
be_worker(const struct isolation *isolation, const struct worker *worker,
          FILE *to)
{
    struct duet_error err = {0};
    bool done;

    (void)close(isolation->permission[1]);
    done = (is_named(isolation->invocation) ? report_named : report_own)(
        isolation, worker, to, &err);
    if (!done) {
        (void)fputc('\0', to);
        (void)fwrite(&err, sizeof err, 1, to);
    }
    (void)fclose(to);
    _exit(done ? 0 : 1);
}

/* ------------------------------------------------------------------------
 * Starting them, and hearing what they tell
 */

static bool
start(struct isolation *isolation, struct worker *worker,
      struct duet_error *err)
{
    int ends[2];

    if (pipe(ends) == -1)
        return err_errno(err, "pipe");
    worker->pid = fork();
    if (worker->pid == 0) {
        (void)close(ends[0]);
        be_worker(isolation, worker, fdopen(ends[1], "w"));
    }
    (void)close(ends[1]);
    worker->report = fdopen(ends[0], "r");
    return worker->pid != -1 || err_errno(err, "fork");
}

static bool
hear_error(struct worker *worker, struct duet_error *err)
{
    struct duet_error told;

    if (fread(&told, sizeof told, 1, worker->report) == 1) {
        if (err != NULL)
            *err = told;
        return false;
    }
    return err_set(err, DUET_ERROR_IO, "worker 'gw%zu' has ended early",
                   worker->number);
}

static bool
hear(struct arena *arena, struct worker *worker, struct duet_error *err)
{
    char *text = NULL;
    size_t size = 0;
    size_t heard = 0;

    while (heard < FACTS && getdelim(&text, &size, '\0', worker->report) > 1)
        worker->facts[heard++] = arena_text(arena, text);
    free(text);
    return heard == FACTS || hear_error(worker, err);
}

static bool
hear_all(struct isolation *isolation, struct duet_error *err)
{
    for (size_t i = 0; i < isolation->count; i++)
        if (!start(isolation, &isolation->workers[i], err))
            return false;
    for (size_t i = 0; i < isolation->count; i++)
        if (!hear(isolation->invocation->arena, &isolation->workers[i], err))
            return false;
    return true;
}

static void
isolation_close(struct isolation *isolation)
{
    (void)close(isolation->permission[0]);
    (void)close(isolation->permission[1]);
    for (size_t i = 0; i < isolation->count; i++) {
        if (isolation->workers[i].report != NULL)
            (void)fclose(isolation->workers[i].report);
        if (isolation->workers[i].pid > 0)
            (void)waitpid(isolation->workers[i].pid, NULL, 0);
    }
}

/* ------------------------------------------------------------------------
 * What they share
 */

static void
compare(struct isolation *isolation, const struct worker *one,
        const struct worker *other)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strcmp(one->facts[own[i]], other->facts[own[i]]) != 0)
            continue;
        isolation->shared++;
        talk(isolation->invocation, "workers '%s' and '%s' share their %s",
             one->facts[FACT_WORKER], other->facts[FACT_WORKER],
             headings[own[i]]);
    }
}

static void
compare_all(struct isolation *isolation)
{
    for (size_t i = 0; i < isolation->count; i++)
        for (size_t j = 0; j < i; j++)
            compare(isolation, &isolation->workers[j], &isolation->workers[i]);
}

static void
print_table(const struct isolation *isolation)
{
    const char **cells = arena_array(isolation->invocation->arena,
                                     isolation->count * FACTS, sizeof *cells);

    for (size_t i = 0; i < isolation->count * FACTS; i++)
        cells[i] = isolation->workers[i / FACTS].facts[i % FACTS];
    render_table(headings, FACTS, cells, isolation->count);
}

static void
print_json(const struct isolation *isolation)
{
    SCOPED(json_release) struct json json = {0};

    json_open(&json, NULL, '{');
    json_integer(&json, "shared", (int64_t)isolation->shared);
    json_open(&json, "workers", '[');
    for (size_t i = 0; i < isolation->count; i++) {
        json_open(&json, NULL, '{');
        for (size_t fact = 0; fact < FACTS; fact++)
            json_text(&json, headings[fact], isolation->workers[i].facts[fact]);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    json_print(&json, stdout);
}

/* On both engines the numbers go on. */
static void
assign(struct isolation *isolation, unsigned engine)
{
    size_t each = isolation->count / (engine == ENGINE_BOTH ? 2 : 1);

    for (size_t i = 0; i < isolation->count; i++)
        isolation->workers[i] = (struct worker){
            .number = i,
            .engine =
                own_profile_engines[engine == ENGINE_BOTH ? i / each : engine]};
}

static bool
run(struct invocation *invocation, struct duet_error *err)
{
    const struct isolation_args *args = invocation->args;
    SCOPED(isolation_close)
    struct isolation isolation = {.invocation = invocation};

    if (pipe(isolation.permission) == -1)
        return err_errno(err, "pipe");
    if (!working_count(args->count != NULL ? args->count : "2",
                       &isolation.count, err)) {
        isolation.count = 0;
        return false;
    }
    if (args->engine == ENGINE_BOTH && !is_named(invocation))
        isolation.count *= 2;
    isolation.workers = arena_array(invocation->arena, isolation.count,
                                    sizeof *isolation.workers);
    assign(&isolation, is_named(invocation) ? ENGINE_SQLITE : args->engine);
    if (!hear_all(&isolation, err))
        return false;
    compare_all(&isolation);
    (invocation->global->json ? print_json : print_table)(&isolation);
    if (isolation.shared == 0)
        talk(invocation, "%s, and no two share anything",
             counted(invocation->arena, (int64_t)isolation.count, "worker"));
    else
        invocation->status = STATUS_SHARED;
    return true;
}

const struct command command_worker_isolation = {
    .name = "isolation",
    .summary = "show whether workers share anything",
    .operands = "",
    .description =
        "Starts N workers at once, each of which makes its own profile, asks\n"
        "the database where it is and reports that.  With --url or --profile\n"
        "they use that database instead.\n"
        "\n"
        "Each is a line: its id, its process, its profile, its engine, the\n"
        "file or the directory of the server.  The exit status is 3 if two\n"
        "have the same of any.\n",
    .example = "duet worker isolation -n 2\n",
    .args_size = sizeof(struct isolation_args),
    .options = options,
    .run = run,
};
