/*
 * Private PostgreSQL servers: what they are like, and that nothing is left of
 * them.
 */
/* For nftw(), and the key of a segment. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "db/db.h"
#include "lib/soak.h"
#include "lib/tap.h"
#include "worker/cluster.h"
#include "worker/programs.h"

enum { PATIENCE = 30000000 /* microseconds */, LOOK = 2000 };

static struct arena arena;
static const char *top; /* a directory of this test's, with a cache */

static bool
start(struct cluster *out, const struct cluster_options *options)
{
    struct duet_error err = {0};

    if (cluster_start(out, &arena, options, &err))
        return true;
    tap_diag("%s; %s", err.text, err.hint);
    return false;
}

static bool
stop(const struct cluster *cluster)
{
    struct duet_error err = {0};

    if (cluster_stop(cluster, &err))
        return true;
    tap_diag("%s", err.text);
    return false;
}

/* What the database at URL answers; NULL where it doesn't. */
static const char *
ask_url(const char *url, const char *sql, struct duet_error *err)
{
    SCOPED(db_close) struct db *db = NULL;
    const char *answer = NULL;

    if (!db_open(&db, url, NULL, err) ||
        !db_ask(db, &arena, sql, NULL, 0, &answer, err))
        return NULL;
    return answer;
}

/* Never NULL. */
static const char *
ask(const struct cluster *cluster, const char *sql)
{
    struct duet_error err = {0};
    const char *answer = ask_url(cluster->url, sql, &err);

    if (answer == NULL)
        tap_diag("%s", err.text);
    return answer != NULL ? answer : "no answer";
}

static bool
exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

/* ------------------------------------------------------------------------
 * What there is of one
 */

static const char *
pid_line(const struct cluster *cluster, int number)
{
    const char *text = NULL;

    (void)path_read(
        &arena, path_join(&arena, cluster->place.dir, "data/postmaster.pid"),
        &text, NULL);
    for (; text != NULL && number > 1; number--)
        text = strchr(text, '\n') != NULL ? strchr(text, '\n') + 1 : NULL;
    return text != NULL ? arena_copy(&arena, text, strcspn(text, "\n")) : "";
}

struct traces {
    const char *dir;
    struct process server;
    int memory; /* the number of its segment */
};

static struct traces
traces_of(const struct cluster *cluster)
{
    struct traces traces = {.dir = cluster->place.dir, .memory = -1};
    char *end = NULL;

    (void)process_find((pid_t)strtol(pid_line(cluster, 1), NULL, 10),
                       &traces.server);
    (void)strtoul(pid_line(cluster, 7), &end, 10);
    traces.memory = (int)strtol(end, NULL, 10);
    return traces;
}

static bool
has_memory(const struct traces *traces)
{
    struct shmid_ds info;

    return shmctl(traces->memory, IPC_STAT, &info) == 0;
}

static bool
is_gone(const struct traces *traces)
{
    return !exists(traces->dir) && !process_is_alive(&traces->server) &&
           !has_memory(traces);
}

static bool
has_ended(const struct traces *traces)
{
    return !process_is_alive(&traces->server);
}

static bool
comes_true(bool (*condition)(const struct traces *),
           const struct traces *traces)
{
    int64_t deadline = microseconds() + PATIENCE;

    while (!condition(traces)) {
        if (microseconds() > deadline)
            return false;
        sleep_microseconds(LOOK);
    }
    return true;
}

/* ------------------------------------------------------------------------
 * An ordinary one
 */

static void
works(void)
{
    struct cluster_options options = {.owners = {process_self()}};
    struct traces traces;
    struct cluster cluster = {0};

    if (!OK(start(&cluster, &options), "one starts, template and all") ||
        cluster.version == NULL)
        return;
    traces = traces_of(&cluster);
    OK(process_is_alive(&traces.server) && has_memory(&traces),
       "its server and its memory are found");
    OK(strncmp(ask(&cluster, "show server_version"), cluster.version,
               strlen(cluster.version)) == 0,
       "its version is %s, as the server says", cluster.version);
    IS_TEXT(ask(&cluster, "show server_encoding"), "UTF8", "it has UTF-8");
    IS_TEXT(ask(&cluster, "show listen_addresses"), "", "but no TCP");
    IS_TEXT(ask(&cluster, "show timezone"), "UTC", "it is in UTC");
    IS_TEXT(ask(&cluster, "show data_directory"),
            path_join(&arena, cluster.place.dir, "data"),
            "it is the one of this directory");
    IS_TEXT(ask(&cluster, "select string_agg(datname, ' ' order by datname)"
                          "  from pg_database"),
            "postgres template0 template1", "it has the usual databases");
    OK(stop(&cluster) && is_gone(&traces), "nothing is left of it");
}

static bool
makes_database(const struct cluster *cluster, const char *sql)
{
    SCOPED(db_close) struct db *db = NULL;
    struct duet_error err = {0};

    if (db_open(&db, cluster->url, NULL, &err) && db_exec(db, sql, &err))
        return true;
    tap_diag("%s", err.text);
    return false;
}

static void
has_settings(void)
{
    static const char *const settings[] = {"work_mem=7MB", "autovacuum=on",
                                           NULL};
    struct cluster_options options = {.owners = {process_self()},
                                      .settings = settings};
    struct cluster cluster = {0};

    if (!OK(start(&cluster, &options), "one starts with settings"))
        return;
    IS_TEXT(ask(&cluster, "show work_mem"), "7MB", "which it has");
    IS_TEXT(ask(&cluster, "show autovacuum"), "on", "before our own");
    OK(makes_database(&cluster, "create database a"),
       "a database can be made from template1");
    OK(makes_database(&cluster, "create database b template template0"),
       "and from template0, as a restored dump does it");
    OK(stop(&cluster), "it ends");
}

static void
listens(void)
{
    struct cluster_options options = {.owners = {process_self()}, .tcp = true};
    struct cluster one = {0};
    struct cluster other = {0};
    struct duet_error err = {0};
    const char *url;

    if (!OK(start(&one, &options) && start(&other, &options),
            "two start with TCP") ||
        one.port == NULL || other.port == NULL)
        return;
    IS_TEXT(one.host, "127.0.0.1", "the host is the loopback");
    OK(strcmp(one.port, other.port) != 0, "the ports differ");
    OK(one.password != NULL && other.password != NULL &&
           strcmp(one.password, other.password) != 0,
       "and so do the passwords");
    IS_TEXT(ask(&one, "select inet_server_addr()::text"), "127.0.0.1/32",
            "the URL leads there");
    url = arena_printf(&arena, "postgresql://postgres:%s@127.0.0.1:%s/postgres",
                       other.password, one.port);
    OK(ask_url(url, "select 1", &err) == NULL &&
           strstr(err.text, "password authentication failed") != NULL,
       "another password is refused");
    url = arena_printf(&arena, "postgresql://postgres@127.0.0.1:%s/postgres",
                       one.port);
    OK(ask_url(url, "select 1", &err) == NULL, "and so is none");
    IS_TEXT(ask(&one, "select count(*)::text from pg_authid"
                      " where rolpassword like 'SCRAM-SHA-256%'"),
            "1", "it is kept as SCRAM has it");
    OK(stop(&one) && stop(&other), "both end");
}

static void
has_one_by_a_name(void)
{
    struct cluster_options options = {
        .owners = {process_self()},
        .name = arena_printf(&arena, "named-%ld", (long)getpid()),
        .tcp = true,
    };
    struct cluster one = {0};
    struct cluster other = {0};

    if (!OK(start(&one, &options) && start(&other, &options),
            "one starts by a name, twice"))
        return;
    OK(!one.place.was_there && other.place.was_there, "the second finds it");
    IS_TEXT(other.url, one.url, "by the same URL, password and all");
    OK(stop(&other) && !exists(one.place.dir), "it ends for both");
}

/* Where the path of a socket would be too long each has a short one. */
static void
has_short_socket(void)
{
    const char *base = arena_printf(&arena, "%s/%0100d", top, 0);
    struct cluster_options options = {.owners = {process_self()}};
    struct cluster clusters[2] = {0};
    int started = 0;

    if (mkdir(base, 0711) != 0)
        tap_bail_out("no directory");
    (void)setenv("DUET_TMPDIR", base, 1);
    for (int i = 0; i < 2; i++) {
        options.name = arena_printf(&arena, "postgres-0123abcd-worker-%014d-%d",
                                    getpid(), i);
        started += start(&clusters[i], &options);
    }
    if (OK(started == 2, "two start by long names that begin alike")) {
        OK(strcmp(clusters[0].host, clusters[1].host) != 0,
           "their sockets are in '%s' and '%s'", clusters[0].host,
           clusters[1].host);
        OK(stop(&clusters[0]) && !exists(clusters[0].host), "one ends");
        IS_TEXT(ask(&clusters[1], "select 1::text"), "1", "the other does not");
        OK(stop(&clusters[1]) && !exists(clusters[1].host), "until it does");
    }
    (void)unsetenv("DUET_TMPDIR");
}

/* ------------------------------------------------------------------------
 * Migrated ones
 */

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        tap_bail_out("'%s' can't be written", path);
}

static bool
read_tree(struct tree *tree)
{
    struct duet_error err = {0};

    return tree_read(tree, path_join(&arena, top, "migrations"), "postgres",
                     STYLE_AUTO, &err);
}

/* When the migrations ran; and that the ledger has them. */
static const char *
when_migrated(const char *seed, const char **when)
{
    SCOPED(tree_clear) struct tree tree = {0};
    struct cluster_options options = {
        .owners = {process_self()}, .tree = &tree, .seed = seed};
    struct cluster cluster = {0};
    const char *seen;

    *when = NULL;
    if (!read_tree(&tree) || !start(&cluster, &options))
        return NULL;
    *when = ask(&cluster, "select min(made)::text from t");
    seen = ask(&cluster, "select string_agg(version, ' ') || ' ' ||"
                         " (select count(*) from t) from duet_migration");
    return stop(&cluster) ? seen : NULL;
}

static void
is_migrated_once(void)
{
    const char *dir = path_join(&arena, top, "migrations");
    const char *first = NULL;
    const char *again = NULL;
    const char *seeded = NULL;
    const char *changed = NULL;

    (void)mkdir(dir, 0700);
    write_file(path_join(&arena, dir, "0001_t.up.sql"),
               "create table t (made timestamp default clock_timestamp());"
               "insert into t default values;");
    IS_TEXT(when_migrated(NULL, &first), "0001_t 1", "one is migrated");
    IS_TEXT(when_migrated(NULL, &again), "0001_t 1", "and another one");
    IS_TEXT(again, first, "which is a copy");
    IS_TEXT(when_migrated("insert into t default values", &seeded), "0001_t 2",
            "a seed is run, too");
    OK(first != NULL && seeded != NULL && strcmp(seeded, first) != 0,
       "which is another template");
    write_file(path_join(&arena, dir, "0001_t.up.sql"),
               "create table t (made timestamp default clock_timestamp());"
               "insert into t default values; insert into t default values;");
    IS_TEXT(when_migrated(NULL, &changed), "0001_t 2",
            "a tree that has changed is migrated anew");
}

static void
tells_of_migrations(void)
{
    SCOPED(tree_clear) struct tree tree = {0};
    struct cluster_options options = {.owners = {process_self()},
                                      .tree = &tree};
    struct duet_error err = {0};
    struct cluster cluster = {0};

    write_file(path_join(&arena, top, "migrations/0002_bad.up.sql"),
               "create table t (a int);");
    OK(read_tree(&tree) && !cluster_start(&cluster, &arena, &options, &err),
       "a migration that fails is an error");
    OK(strstr(err.text, "0002_bad") != NULL &&
           strstr(err.text, "already exists") != NULL,
       "that names it: %s", err.text);
    (void)unlink(path_join(&arena, top, "migrations/0002_bad.up.sql"));
}

/* ------------------------------------------------------------------------
 * Whatever happens
 */

static void
survives_nothing(const char *who, bool kills_keeper, bool kills_server)
{
    struct cluster_options options = {.owners = {process_self()}};
    struct traces traces;
    struct cluster cluster = {0};

    if (!OK(start(&cluster, &options), "one starts to be killed"))
        return;
    traces = traces_of(&cluster);
    if (kills_keeper)
        (void)kill(cluster.place.keeper.pid, SIGSTOP);
    if (kills_server)
        (void)kill(traces.server.pid, SIGKILL);
    if (kills_keeper)
        (void)kill(cluster.place.keeper.pid, SIGKILL);
    OK(comes_true(has_ended, &traces), "%s killed: the server ends", who);
    if (kills_keeper && kills_server)
        OK(has_memory(&traces), "its memory is left");
    for (int turn = 0; kills_keeper && turn < 100 && exists(traces.dir); turn++)
        (void)ephemeral_sweep(&arena, NULL, NULL, NULL);
    OK(comes_true(is_gone, &traces), "%s killed: nothing is left", who);
}

static void
goes_with_owner(void)
{
    struct cluster_options options = {0};
    struct traces traces;
    struct cluster cluster = {0};
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            (void)pause();
    (void)process_find(pid, &options.owners[0]);
    if (!OK(start(&cluster, &options), "one starts for another process"))
        return;
    traces = traces_of(&cluster);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    OK(comes_true(is_gone, &traces), "and is gone with it");
}

static void
keeps_files(void)
{
    struct cluster_options options = {.owners = {process_self()}, .keep = true};
    struct traces traces;
    struct cluster cluster = {0};

    if (!OK(start(&cluster, &options), "one starts to be kept"))
        return;
    traces = traces_of(&cluster);
    OK(stop(&cluster) && exists(path_join(&arena, traces.dir, "log")) &&
           exists(path_join(&arena, traces.dir, "data/PG_VERSION")),
       "its files and its log stay");
    OK(!exists(path_join(&arena, traces.dir, "data/postmaster.pid")) &&
           has_ended(&traces),
       "its server has ended in peace");
    cluster.place.in_use = false;
    OK(stop(&cluster) && is_gone(&traces), "once more, and it is gone");
}

/* What a server says that does not start is there to be read. */
static void
keeps_failures(void)
{
    static const char *const settings[] = {"no_such_setting=1", NULL};
    struct cluster_options options = {
        .keep = true,
        .settings = settings,
        .name = arena_printf(&arena, "failure-%ld", (long)getpid()),
    };
    struct ephemeral *list = NULL;
    struct cluster cluster = {0};
    struct duet_error err = {0};
    const char *log = NULL;
    size_t count = 0;

    OK(!cluster_start(&cluster, &arena, &options, &err), "one does not start");
    (void)ephemeral_list(&arena, &list, &count, &err);
    for (size_t i = 0; list != NULL && i < count; i++)
        if (strcmp(list[i].name, options.name) == 0)
            (void)cluster_of(&cluster, &arena, &list[i]);
    if (!OK(cluster.place.dir != NULL, "but is in the list") ||
        cluster.place.dir == NULL)
        return;
    OK(strstr(err.text, cluster.place.dir) != NULL, "%s", err.text);
    (void)path_read(&arena, path_join(&arena, cluster.place.dir, "log"), &log,
                    NULL);
    OK(log != NULL && strstr(log, "no_such_setting") != NULL, "with its log");
    OK(stop(&cluster) && !exists(cluster.place.dir), "until it is removed");
}

/* ------------------------------------------------------------------------
 * Templates
 */

static const char *cut; /* a file of a template */

static int
cut_file(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)where;
    if (cut == NULL && type == FTW_F && info->st_size > 8192 &&
        strstr(path, "/data/base/") != NULL && truncate(path, 0) == 0)
        cut = arena_text(&arena, path);
    return 0;
}

static bool
start_and_stop(void)
{
    struct cluster_options options = {.owners = {process_self()}};
    struct cluster cluster = {0};

    return start(&cluster, &options) && stop(&cluster);
}

/* As after a crash of the machine, when what was written last was not synced.
 */
static void
mends_templates(void)
{
    const char *cache = path_join(&arena, top, "mended");
    struct stat info = {0};

    (void)setenv("XDG_CACHE_HOME", cache, 1);
    OK(start_and_stop(), "there is a template");
    (void)nftw(cache, cut_file, 8, FTW_PHYS);
    if (OK(cut != NULL, "a file of it is cut short")) {
        OK(start_and_stop(), "one starts in spite of that");
        OK(stat(cut, &info) == 0 && info.st_size > 0,
           "from a template that was made anew");
    }
    (void)setenv("XDG_CACHE_HOME", path_join(&arena, top, "cache"), 1);
}

static void
does_without_cache(void)
{
    const char *file = path_join(&arena, top, "file");

    write_file(file, "");
    (void)setenv("XDG_CACHE_HOME", file, 1);
    OK(start_and_stop(), "where there can be no cache one starts all the same");
    (void)setenv("XDG_CACHE_HOME", path_join(&arena, top, "cache"), 1);
}

/* ------------------------------------------------------------------------
 * What can't be
 */

static void
refuses(const char *what, const struct cluster_options *options,
        const char *text, const char *hint)
{
    struct duet_error err = {0};
    struct cluster cluster = {0};

    if (!OK(!cluster_start(&cluster, &arena, options, &err), "%s: is refused",
            what)) {
        (void)stop(&cluster);
        return;
    }
    OK(strstr(err.text, text) != NULL && strstr(err.hint, hint) != NULL,
       "%s: %s; %s", what, err.text, err.hint);
}

static void
refuses_what_cannot_be(void)
{
    static const char *const unknown[] = {"no_such_setting=1", NULL};
    static const char *const no_value[] = {"work_mem", NULL};

    refuses("an unknown setting",
            &(struct cluster_options){.settings = unknown}, "no_such_setting",
            "");
    refuses("a setting without a value",
            &(struct cluster_options){.settings = no_value}, "work_mem",
            "work_mem=64MB");
    refuses("an unknown locale", &(struct cluster_options){.locale = "xx_YY"},
            "locale", "locale -a");
    (void)signal(SIGCHLD, SIG_IGN);
    refuses("a locale while the end of children is ignored",
            &(struct cluster_options){.locale = "xx_ZZ"}, "locale",
            "locale -a");
    (void)signal(SIGCHLD, SIG_DFL);
    refuses("another directory", &(struct cluster_options){.bin = top}, top,
            "/usr/lib/postgresql");
    refuses("an unknown user",
            &(struct cluster_options){.run_as = "no-such-user"}, "no-such-user",
            "");
    refuses("a name with a slash", &(struct cluster_options){.name = "a/b"},
            "a/b", "letters");
    if (geteuid() == 0)
        refuses("root", &(struct cluster_options){.run_as = "root"}, "root",
                "not root");
}

/* ------------------------------------------------------------------------ */

static int
remove_one(const char *path, const struct stat *info, int type,
           struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

int
main(void)
{
    char name[] = "/tmp/duet-test.XXXXXX";
    const char *bin;

    if (!programs_find(&arena, NULL, &bin, NULL))
        tap_skip_all("no PostgreSQL server is installed");
    if (mkdtemp(name) == NULL || chmod(name, 0711) != 0)
        tap_bail_out("no directory");
    top = name;
    (void)setenv("XDG_CACHE_HOME", path_join(&arena, top, "cache"), 1);
    works();
    has_settings();
    listens();
    has_one_by_a_name();
    has_short_socket();
    is_migrated_once();
    tells_of_migrations();
    survives_nothing("its keeper", true, false);
    survives_nothing("its server", false, true);
    survives_nothing("both", true, true);
    goes_with_owner();
    keeps_files();
    keeps_failures();
    mends_templates();
    does_without_cache();
    refuses_what_cannot_be();
    (void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_clear(&arena);
    return tap_done();
}
