/* For mkdtemp(). */
#define _XOPEN_SOURCE 700

#include "worker/fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "profile/computer.h"
#include "rows/clear.h"
#include "worker/audit.h"
#include "worker/identity.h"
#include "worker/label.h"
#include "worker/own_profile.h"

/* So many rows may be deleted before their room is made free. */
enum { ROWS_TO_TIDY = 5000 };

struct duet_worker {
    struct arena arena; /* for as long as the worker lives */
    struct identity identity;
    struct own_profile profile;
    enum duet_label_policy policy;
    struct duet_cleaner *cleaner;
    struct db *db;
    struct computers *computers;
    struct arena answer; /* of the last call of worker_audit() */
    int64_t deleted;     /* rows since the database was tidied */
    pid_t pid;           /* a fork of its process doesn't own it */
};

/* ------------------------------------------------------------------------
 * Opening and closing
 */

static bool
find_policy(struct duet_worker *worker, enum duet_label_policy given,
            struct duet_error *err)
{
    worker->policy = given;
    return given != DUET_LABEL_DEFAULT ||
           label_policy_find(NULL, &worker->policy, err);
}

/* The end of the whole run ends its workers, though one may hang. */
static bool
open_profile(struct duet_worker *worker,
             const struct duet_worker_options *options, struct duet_error *err)
{
    const struct own_profile_options own = {
        .engine = options->engine,
        .migrations = options->migrations,
        .seed = options->seed,
        .bin = options->pg_bin,
        .owners = {process_self(), worker->identity.controller},
        .keep = options->keep,
    };

    return own_profile_open(&worker->profile, &worker->arena, &worker->identity,
                            &own, err);
}

bool
worker_open(struct duet_worker **out, const struct duet_worker_options *options,
            struct duet_error *err)
{
    static const struct duet_worker_options none = {0};
    SCOPED(worker_close)
    struct duet_worker *worker = must_alloc(sizeof *worker);

    if (options == NULL)
        options = &none;
    *worker = (struct duet_worker){.pid = getpid()};
    if (!find_policy(worker, options->labels, err) ||
        !identity_open(&worker->identity, &worker->arena, options->worker,
                       err) ||
        !open_profile(worker, options, err))
        return false;
    *out = worker;
    worker = NULL;
    return true;
}

static void
close_connections(struct duet_worker *worker)
{
    computers_close(&worker->computers);
    cleaner_close(&worker->cleaner);
    db_close(&worker->db);
}

/*
 * In a fork everything is the parent's still: its connections must not even
 * be told goodbye.
 */
void
worker_close(struct duet_worker **worker)
{
    struct duet_worker *closing = *worker;

    *worker = NULL;
    if (closing == NULL || closing->pid != getpid())
        return;
    close_connections(closing);
    if (closing->profile.place.dir != NULL)
        (void)own_profile_close(&closing->profile, NULL);
    identity_close(&closing->identity);
    arena_clear(&closing->answer);
    arena_clear(&closing->arena);
    free(closing);
}

/* ------------------------------------------------------------------------
 * What it is
 */

const char *
worker_id(const struct duet_worker *worker)
{
    return worker->identity.worker;
}

const char *
worker_engine(const struct duet_worker *worker)
{
    return worker->profile.engine;
}

const char *
worker_url(const struct duet_worker *worker)
{
    return worker->profile.url;
}

const char *
worker_profile(const struct duet_worker *worker)
{
    return worker->profile.name;
}

const char *
worker_home(const struct duet_worker *worker)
{
    return worker->profile.home;
}

const char *const *
worker_environment(const struct duet_worker *worker)
{
    return worker->profile.environment;
}

/* ------------------------------------------------------------------------
 * Clean profiles
 */

/* A fork has the connections of its parent, and must not talk on them. */
static bool
check_process(const struct duet_worker *worker, struct duet_error *err)
{
    if (worker->pid == getpid())
        return true;
    (void)err_set(err, DUET_ERROR_USAGE,
                  "worker '%s' belongs to the process that opened it",
                  worker->identity.worker);
    return err_hint(err, "open another one in the process that was forked");
}

/* A private server is told not to do it by itself, between the tests. */
static bool
tidy(struct duet_worker *worker, int64_t deleted, struct duet_error *err)
{
    struct db *db;

    worker->deleted += deleted;
    if (worker->deleted < ROWS_TO_TIDY)
        return true;
    worker->deleted = 0;
    return worker_db(worker, &db, err) &&
           db_exec(db, db_sql(db, SQL_TIDY), err);
}

static bool
clean(struct duet_worker *worker, struct duet_clear_report *report,
      struct duet_error *err)
{
    const char *seed = worker->profile.seed;

    return check_process(worker, err) &&
           (worker->cleaner != NULL ||
            cleaner_open(&worker->cleaner, worker->profile.own_url, NULL, NULL,
                         err)) &&
           cleaner_reset(worker->cleaner, *seed != '\0' ? seed : NULL, report,
                         err) &&
           tidy(worker, report->rows, err);
}

/* After an error the next call connects anew. */
bool
worker_clean(struct duet_worker *worker, struct duet_clear_report *report,
             struct duet_error *err)
{
    struct duet_clear_report unwanted;

    if (clean(worker, report != NULL ? report : &unwanted, err))
        return true;
    cleaner_close(&worker->cleaner);
    return err_wrap(err, "worker '%s'", worker->identity.worker);
}

/* ------------------------------------------------------------------------
 * Rows
 */

bool
worker_db(struct duet_worker *worker, struct db **db, struct duet_error *err)
{
    if (!check_process(worker, err) ||
        (worker->db == NULL &&
         !db_open(&worker->db, worker->profile.own_url, NULL, err)))
        return false;
    *db = worker->db;
    return true;
}

const char *
worker_label(struct duet_worker *worker, const char *stem)
{
    return label_make(&worker->arena, stem, worker->identity.worker,
                      worker->identity.is_parallel, worker->policy);
}

/* NULL, as all options, is the default. */
static const char *
given(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

static struct computer
computer_of(struct duet_worker *worker,
            const struct duet_computer_options *options)
{
    const char *label = given(options->label, "localhost");

    return (struct computer){
        .label = options->literal ? label : worker_label(worker, label),
        .hostname = given(options->hostname, "localhost"),
        .description = "",
        .scheduler = given(options->scheduler, "core.direct"),
        .transport = given(options->transport, "core.local"),
        .workdir = given(
            options->workdir,
            path_join(&worker->arena, worker->profile.place.dir, "scratch")),
    };
}

bool
worker_computer(struct duet_worker *worker,
                const struct duet_computer_options *options,
                struct duet_row *row, struct duet_error *err)
{
    static const struct duet_computer_options none = {0};
    const struct computer computer =
        computer_of(worker, options != NULL ? options : &none);
    struct db *db;

    if (worker_db(worker, &db, err) &&
        (worker->computers != NULL ||
         computers_open(&worker->computers, db, err)) &&
        computers_get(worker->computers, &computer, row, err))
        return true;
    /* The next call looks at the tables anew: a test may have altered them. */
    if (worker->pid == getpid())
        computers_close(&worker->computers);
    return false;
}

/* ------------------------------------------------------------------------
 * Folders
 */

bool
worker_folder(struct duet_worker *worker, const char *name, const char **path,
              struct duet_error *err)
{
    const char *folders =
        path_join(&worker->arena, worker->profile.place.dir, "folders");
    char *made;

    name = given(name, "folder");
    if (strchr(name, '/') != NULL || *name == '\0')
        return err_set(err, DUET_ERROR_USAGE, "'%s' is no name of a folder",
                       name);
    made = path_join(&worker->arena, folders,
                     arena_printf(&worker->arena, "%s-XXXXXX", name));
    if (!path_make_directory(folders, 0700, err))
        return false;
    if (mkdtemp(made) == NULL)
        return err_errno(err, "folder '%s'", made);
    *path = made;
    return true;
}

/* ------------------------------------------------------------------------
 * Audit
 */

static size_t
list_len(const char *const *list)
{
    size_t count = 0;

    while (list[count] != NULL)
        count++;
    return count;
}

static bool
parse_all(struct arena *arena, const char *const *texts,
          struct labelled **labelled, struct duet_error *err)
{
    *labelled = arena_array(arena, list_len(texts) + 1, sizeof **labelled);
    for (size_t i = 0; texts[i] != NULL; i++)
        if (!labelled_parse(arena, texts[i], &(*labelled)[i], err))
            return false;
    return true;
}

static const char *const *
lines_of(struct arena *arena, const struct audit *audit)
{
    const char **lines = arena_array(arena, audit->count + 1, sizeof *lines);

    for (size_t i = 0; i < audit->count; i++)
        lines[i] =
            arena_printf(arena, "%s.%s\t%s", audit->rows[i].labelled->table,
                         audit->rows[i].labelled->column, audit->rows[i].label);
    return lines;
}

bool
worker_audit(struct duet_worker *worker, const char *const *labelled,
             const char *const **found, struct duet_error *err)
{
    static const char *const usual[] = {"db_dbcomputer.label", NULL};
    struct arena *arena = &worker->answer;
    struct labelled *columns;
    struct audit audit = {0};
    struct db *db;

    if (labelled == NULL)
        labelled = usual;
    arena_reuse(arena);
    if (!parse_all(arena, labelled, &columns, err) ||
        !worker_db(worker, &db, err) ||
        !audit_rows(db, arena, columns, list_len(labelled),
                    worker->identity.worker, NULL, &audit, err))
        return false;
    *found = lines_of(arena, &audit);
    return true;
}
