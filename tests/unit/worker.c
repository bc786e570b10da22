/*
 * Fixtures: a profile of its own for whoever asks, on either engine.
 */
#include "lib/tap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "duet.h"

static const char *engine;

static struct duet_worker *
open_worker(const char *id)
{
    const struct duet_worker_options options = {.engine = engine, .worker = id};
    struct duet_worker *worker = NULL;
    struct duet_error err = {0};

    if (!duet_worker_open(&worker, &options, &err))
        tap_bail_out("%s: %s; %s", engine, err.text, err.hint);
    return worker;
}

static bool
is_there(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

/* The keeper sees to it on its own time. */
static bool
goes_away(const char *path)
{
    for (int i = 0; i < 2000 && is_there(path); i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return !is_there(path);
}

/* How many computers there are of that label, by get-or-create's answer. */
static enum duet_outcome
outcome_of(struct duet_worker *worker,
           const struct duet_computer_options *options)
{
    struct duet_error err = {0};
    struct duet_row row;

    if (!duet_worker_computer(worker, options, &row, &err))
        tap_bail_out("%s: computer: %s", engine, err.text);
    return row.outcome;
}

static void
clean(struct duet_worker *worker, int64_t rows)
{
    struct duet_error err = {0};
    struct duet_clear_report report = {0};

    OK(duet_worker_clean(worker, &report, &err), "%s: it is cleaned", engine);
    if (err.kind != DUET_ERROR_NONE)
        tap_diag("%s; %s", err.text, err.hint);
    IS_INT(report.rows, rows, "%s: of the rows that it had", engine);
}

/* ------------------------------------------------------------------------
 * What one has
 */

static void
says_what_it_is(void)
{
    struct duet_worker *worker = open_worker("gw7");
    const char *const *variable = duet_worker_environment(worker);
    char url[4096];

    IS_TEXT(duet_worker_id(worker), "gw7", "%s: its id", engine);
    IS_TEXT(duet_worker_engine(worker), engine, "%s: its engine", engine);
    IS_TEXT(duet_worker_profile(worker), "worker-gw7", "%s: its profile",
            engine);
    OK(is_there(duet_worker_home(worker)), "%s: its home is there", engine);
    (void)snprintf(url, sizeof url, "DATABASE_URL=%s", duet_worker_url(worker));
    while (*variable != NULL && strncmp(*variable, "DATABASE_URL=", 13) != 0)
        variable++;
    IS_TEXT(*variable, url, "%s: the variables lead to its database", engine);
    duet_worker_close(&worker);
    OK(worker == NULL, "%s: a closed one is NULL", engine);
}

static void
has_clean_profiles(void)
{
    struct duet_worker *worker = open_worker(NULL);

    IS_INT(outcome_of(worker, NULL), DUET_CREATED, "%s: a computer", engine);
    IS_INT(outcome_of(worker, NULL), DUET_FOUND, "%s: is made once", engine);
    clean(worker, 3);
    IS_INT(outcome_of(worker, NULL), DUET_CREATED, "%s: and is gone", engine);
    clean(worker, 3);
    clean(worker, 1);
    duet_worker_close(&worker);
}

static void
tells_differences(void)
{
    static const struct duet_computer_options literal = {.literal = true};
    static const struct duet_computer_options suffixed = {
        .label = "localhost-master"};
    struct duet_computer_options other = {.hostname = "other.example"};
    struct duet_worker *worker = open_worker("master");
    struct duet_error err = {0};
    struct duet_row row;

    IS_INT(outcome_of(worker, NULL), DUET_CREATED, "%s: localhost", engine);
    OK(duet_worker_computer(worker, &other, &row, &err) &&
           row.outcome == DUET_DIFFERENT && row.ndifferent == 1 &&
           strcmp(row.different[0].column, "hostname") == 0,
       "%s: another host is a difference in that column", engine);
    IS_INT(outcome_of(worker, &suffixed), DUET_FOUND,
           "%s: a label is not suffixed twice", engine);
    IS_INT(outcome_of(worker, &literal), DUET_CREATED,
           "%s: the literal label is another row", engine);
    other = (struct duet_computer_options){.workdir = "not absolute"};
    other.label = "broken";
    OK(!duet_worker_computer(worker, &other, &row, &err) &&
           err.kind == DUET_ERROR_CONSTRAINT,
       "%s: what the schema refuses is an error", engine);
    IS_INT(outcome_of(worker, NULL), DUET_FOUND, "%s: and others go on",
           engine);
    duet_worker_close(&worker);
}

static void
has_folders(void)
{
    struct duet_worker *worker = open_worker(NULL);
    struct duet_error err = {0};
    const char *one = "";
    const char *other = "";
    char *kept;

    OK(duet_worker_folder(worker, "x", &one, &err) && is_there(one) &&
           duet_worker_folder(worker, "x", &other, &err) && is_there(other) &&
           strcmp(one, other) != 0,
       "%s: two folders of one name are two", engine);
    OK(!duet_worker_folder(worker, "../x", &other, &err) &&
           err.kind == DUET_ERROR_USAGE,
       "%s: none is made elsewhere", engine);
    kept = strdup(one);
    duet_worker_close(&worker);
    OK(!is_there(kept), "%s: they are gone with the worker", engine);
    free(kept);
}

static void
suffixes_labels(void)
{
    static const struct {
        const char *variable, *worker, *label;
        enum duet_label_policy policy;
    } cases[] = {
        {NULL, NULL, "localhost-master", DUET_LABEL_DEFAULT},
        {NULL, "gw1", "localhost-gw1", DUET_LABEL_DEFAULT},
        {"never", "gw1", "localhost", DUET_LABEL_DEFAULT},
        {"auto", NULL, "localhost", DUET_LABEL_DEFAULT},
        {"auto", "gw1", "localhost-gw1", DUET_LABEL_DEFAULT},
        {"never", "gw1", "localhost-gw1", DUET_LABEL_ALWAYS},
        {NULL, "gw1", "localhost", DUET_LABEL_NEVER},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct duet_worker_options options = {.worker = cases[i].worker,
                                                    .labels = cases[i].policy};
        struct duet_worker *worker = NULL;
        struct duet_error err = {0};

        (void)(cases[i].variable == NULL
                   ? unsetenv("DUET_LABELS")
                   : setenv("DUET_LABELS", cases[i].variable, 1));
        if (OK(duet_worker_open(&worker, &options, &err), "a policy is taken"))
            IS_TEXT(duet_worker_label(worker, "localhost"), cases[i].label,
                    "and gives that label");
        duet_worker_close(&worker);
    }
    (void)unsetenv("DUET_LABELS");
}

static void
audits_labels(void)
{
    static const struct duet_computer_options literal = {.literal = true};
    static const char *const nowhere[] = {"nowhere.label", NULL};
    struct duet_worker *worker = open_worker("gw1");
    const char *const *found = NULL;
    struct duet_error err = {0};

    (void)outcome_of(worker, NULL);
    OK(duet_worker_audit(worker, NULL, &found, &err) && *found == NULL,
       "%s: a suffixed label is nothing to tell", engine);
    (void)outcome_of(worker, &literal);
    OK(duet_worker_audit(worker, NULL, &found, &err) && found[0] != NULL &&
           found[1] == NULL,
       "%s: a literal one is", engine);
    IS_TEXT(found[0], "db_dbcomputer.label\tlocalhost", "%s: by its name",
            engine);
    OK(!duet_worker_audit(worker, nowhere, &found, &err) && err.text[0] != '\0',
       "%s: a table that is not there is an error", engine);
    duet_worker_close(&worker);
}

/* ------------------------------------------------------------------------
 * Nobody else has it
 */

static void
shares_nothing(void)
{
    struct duet_worker *one = open_worker("gw0");
    struct duet_worker *other = open_worker("gw0");

    OK(strcmp(duet_worker_url(one), duet_worker_url(other)) != 0 &&
           strcmp(duet_worker_home(one), duet_worker_home(other)) != 0,
       "%s: two that have one id share nothing", engine);
    IS_INT(outcome_of(one, NULL), DUET_CREATED, "%s: what one makes", engine);
    IS_INT(outcome_of(other, NULL), DUET_CREATED, "%s: the other has not",
           engine);
    duet_worker_close(&one);
    IS_INT(outcome_of(other, NULL), DUET_FOUND,
           "%s: the end of one is not the other's", engine);
    duet_worker_close(&other);
}

static void
outlives_its_forks(void)
{
    struct duet_worker *worker = open_worker(NULL);
    char refused = '?';
    int ends[2];
    pid_t pid;

    if (pipe(ends) == -1)
        tap_bail_out("pipe");
    pid = fork();

    if (pid == 0) {
        struct duet_error err = {0};

        if (!duet_worker_clean(worker, NULL, &err) &&
            err.kind == DUET_ERROR_USAGE)
            refused = 'y';
        duet_worker_close(&worker);
        (void)!write(ends[1], &refused, 1);
        _exit(0);
    }
    (void)!read(ends[0], &refused, 1);
    (void)waitpid(pid, NULL, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
    OK(refused == 'y', "%s: a fork may not clean it", engine);
    IS_INT(outcome_of(worker, NULL), DUET_CREATED,
           "%s: a fork that closes it takes nothing away", engine);
    clean(worker, 3);
    duet_worker_close(&worker);
}

static void
ends_with_its_process(void)
{
    char home[4096] = "";
    int ends[2];
    pid_t pid;

    if (pipe(ends) == -1)
        tap_bail_out("pipe");
    pid = fork();
    if (pid == 0) {
        struct duet_worker *worker = open_worker("gw0");

        (void)!write(ends[1], duet_worker_home(worker),
                     strlen(duet_worker_home(worker)));
        for (;;)
            (void)pause();
    }
    (void)!read(ends[0], home, sizeof home - 1);
    OK(is_there(home), "%s: a process has its profile", engine);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    OK(goes_away(home), "%s: kill -9 takes it away", engine);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void
try_engine(const char *name)
{
    engine = name;
    says_what_it_is();
    has_clean_profiles();
    tells_differences();
    has_folders();
    audits_labels();
    shares_nothing();
    outlives_its_forks();
    ends_with_its_process();
}

static void
refuses_what_is_wrong(void)
{
    static const struct {
        const char *what;
        struct duet_worker_options options;
    } cases[] = {
        {"an engine", {.engine = "oracle"}},
        {"an id", {.worker = "../gw0"}},
        {"a directory", {.migrations = "/nowhere/at/all"}},
        {"a seed", {.seed = "insert into nowhere values (1)"}},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct duet_worker *worker = NULL;
        struct duet_error err = {0};

        OK(!duet_worker_open(&worker, &cases[i].options, &err) &&
               worker == NULL && err.text[0] != '\0',
           "%s that there is not is an error", cases[i].what);
        tap_diag("%s; %s", err.text, err.hint);
    }
}

int
main(void)
{
    const char *server = getenv("TEST_POSTGRES");

    /* Not where there are migrations: those of a profile's storage are meant.
     */
    if (chdir("/") != 0)
        tap_bail_out("chdir");
    (void)unsetenv("DUET_WORKER");
    (void)unsetenv("HARNESS_ACTIVE"); /* prove has workers */
    (void)unsetenv("DUET_ENGINE");
    suffixes_labels();
    refuses_what_is_wrong();
    try_engine("sqlite");
    if (server != NULL && *server != '\0') {
        (void)setenv("PGHOSTADDR", "127.0.0.1", 1); /* leads elsewhere */
        try_engine("postgres");
    }
    return tap_done();
}
