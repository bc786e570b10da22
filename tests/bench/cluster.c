/*
 * How long it takes to have a private PostgreSQL server, and to be rid of it.
 *
 *     build/bench/cluster             all of it
 *     build/bench/cluster memory      in /dev/shm alone
 *
 * The template is there already.  "disk" is /tmp, in a mount namespace whose
 * /dev/shm is small, which only root can have.
 */
/* For unshare() and setgroups(). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "lib/bench.h"
#include "worker/cluster.h"
#include "worker/programs.h"
#include "worker/template_server.h"

static const char about[] =
    "run: `duet cluster run -- true`, from the start of the program to its\n"
    "end; the floor copies the template, starts postgres with the same flags,\n"
    "looks until it is ready, starts true, sends SIGQUIT and removes the\n"
    "files, in one process and without a way out where one is killed.\n"
    "query: the same in the library, with a first query in place of true.\n"
    "Beside: initdb and pg_ctl start, connected to and stopped; pg_virtualenv\n"
    "true, where it is installed.\n";

struct bench {
    struct arena arena;
    const char *bin;
    const char *base; /* where the floor works */
    struct user user;
    struct template template;
};

/* ------------------------------------------------------------------------
 * Programs
 */

/* With nothing on its standard output; as the server's user where that is
 * needed. */
static void
run_program(const struct user *user, const char *const *words)
{
    char **argv;
    int status = 1;
    pid_t pid = fork();

    memcpy(&argv, &words, sizeof argv);
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);

        (void)dup2(null, STDOUT_FILENO);
        (void)dup2(null, STDERR_FILENO);
        if (user == NULL || !user->is_other ||
            (setgroups(0, NULL) == 0 && setgid(user->gid) == 0 &&
             setuid(user->uid) == 0))
            (void)execv(argv[0], argv);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        bench_fail("%s failed", words[0]);
}

static void
run_duet(void *context)
{
    struct bench *bench = context;
    const char *build = getenv("BUILD");

    run_program(NULL, (const char *const[]){
                          arena_printf(&bench->arena, "%s/duet",
                                       build != NULL ? build : "build"),
                          "cluster", "run", "--", "true", NULL});
}

static void
query(const char *url)
{
    PGconn *conn = PQconnectdb(url);
    PGresult *result = PQexec(conn, "select 1");

    if (PQntuples(result) != 1)
        bench_fail("%s", PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

static void
query_duet(void *context)
{
    struct bench *bench = context;
    const struct cluster_options options = {.owners = {process_self()}};
    struct duet_error err;
    struct cluster cluster;

    bench_must(cluster_start(&cluster, &bench->arena, &options, &err), &err);
    query(cluster.url);
    bench_must(cluster_stop(&cluster, &err), &err);
}

/* ------------------------------------------------------------------------
 * By hand
 */

static pid_t
start_postgres(const struct bench *bench, const char *data)
{
    char program[512];
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    (void)snprintf(program, sizeof program, "%s/postgres", bench->bin);
    (void)dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
    if (!bench->user.is_other ||
        (setgroups(0, NULL) == 0 && setgid(bench->user.gid) == 0 &&
         setuid(bench->user.uid) == 0))
        (void)execl(program, program, "-D", data, "-F", "-k", data, "-h", "",
                    "-c", "shared_buffers=16MB", "-c", "wal_level=minimal",
                    "-c", "max_wal_senders=0", "-c",
                    "max_locks_per_transaction=256", "-c", "autovacuum=off",
                    "-c", "synchronous_commit=off", "-c",
                    "full_page_writes=off", "-c", "huge_pages=off", "-c",
                    "max_worker_processes=0", "-c", "max_parallel_workers=0",
                    "-c", "max_logical_replication_workers=0", "-c", "jit=off",
                    "-c", "max_wal_size=128MB", "-c", "wal_init_zero=off", "-c",
                    "checkpoint_timeout=1h", "-c", "logging_collector=off",
                    "-c", "update_process_title=off", "-c",
                    "dynamic_shared_memory_type=mmap", (char *)NULL);
    _exit(127);
}

static void
wait_until_ready(struct arena *arena, const char *data)
{
    const char *path = path_join(arena, data, "postmaster.pid");
    const char *text = NULL;

    while (!path_read(arena, path, &text, NULL) || text == NULL ||
           strstr(text, "\nready") == NULL)
        (void)usleep(200);
}

static void
by_hand(struct bench *bench, void (*use)(struct arena *, const char *))
{
    SCOPED(arena_clear) struct arena arena = {0};
    const char *dir =
        arena_printf(&arena, "%s/duet-bench-%ld", bench->base, (long)getpid());
    const char *data = path_join(&arena, dir, "data");
    struct duet_error err;
    pid_t pid;

    if (mkdir(dir, 0711) != 0)
        bench_fail("%s could not be made", dir);
    bench_must(template_copy_all(&bench->template, data, &bench->user, &err),
               &err);
    pid = start_postgres(bench, data);
    wait_until_ready(&arena, data);
    use(&arena, data);
    (void)kill(pid, SIGQUIT);
    (void)waitpid(pid, NULL, 0);
    bench_must(files_remove(dir, &err), &err);
}

static void
use_true(struct arena *arena, const char *data)
{
    (void)arena;
    (void)data;
    run_program(NULL, (const char *const[]){"/bin/true", NULL});
}

static void
use_query(struct arena *arena, const char *data)
{
    query(arena_printf(arena, "host=%s user=postgres dbname=postgres", data));
}

static void
run_floor(void *context)
{
    by_hand(context, use_true);
}

static void
query_floor(void *context)
{
    by_hand(context, use_query);
}

/* ------------------------------------------------------------------------
 * What others do
 */

static void
run_initdb(void *context)
{
    struct bench *bench = context;
    SCOPED(arena_clear) struct arena arena = {0};
    const char *dir =
        arena_printf(&arena, "%s/duet-bench-%ld", bench->base, (long)getpid());
    const char *data = path_join(&arena, dir, "data");
    const char *initdb = path_join(&arena, bench->bin, "initdb");
    const char *pg_ctl = path_join(&arena, bench->bin, "pg_ctl");
    const char *options = arena_printf(&arena, "-h '' -k %s", dir);
    struct duet_error err;

    if (mkdir(dir, 0700) != 0 ||
        chown(dir, bench->user.uid, bench->user.gid) != 0)
        bench_fail("%s could not be made", dir);
    run_program(&bench->user,
                (const char *const[]){initdb, "-D", data, "-A", "trust", "-U",
                                      "postgres", NULL});
    run_program(&bench->user,
                (const char *const[]){pg_ctl, "-D", data, "-o", options, "-l",
                                      path_join(&arena, dir, "log"), "start",
                                      NULL});
    query(arena_printf(&arena, "host=%s user=postgres dbname=postgres", dir));
    run_program(&bench->user, (const char *const[]){pg_ctl, "-D", data, "-m",
                                                    "immediate", "stop", NULL});
    bench_must(files_remove(dir, &err), &err);
}

static void
run_virtualenv(void *context)
{
    const struct bench *bench = context;

    run_program(&bench->user,
                (const char *const[]){"/usr/bin/pg_virtualenv", "true", NULL});
}

/* ------------------------------------------------------------------------ */

static void
run_works(struct bench *bench, const char *where)
{
    bool has_virtualenv = access("/usr/bin/pg_virtualenv", X_OK) == 0;
    const struct bench_way run_ways[] = {
        {BENCH_DUET, "duet", run_duet, 1.3, 0, 0},
        {BENCH_FLOOR, "by hand", run_floor, 0, 0, 0},
        {BENCH_OTHER, "initdb, pg_ctl", run_initdb, 0, 0, 0},
        {BENCH_OTHER, has_virtualenv ? "pg_virtualenv" : NULL, run_virtualenv,
         0, 0, 0},
        {0},
    };
    const struct bench_way query_ways[] = {
        {BENCH_DUET, "duet", query_duet, 1.3, 0, 0},
        {BENCH_FLOOR, "by hand", query_floor, 0, 0, 0},
        {0},
    };
    const char *names[] = {
        arena_printf(&bench->arena, "run, %s", where),
        arena_printf(&bench->arena, "query, %s", where),
    };
    const struct bench_way *const ways[] = {run_ways, query_ways};

    for (size_t i = 0; i < 2; i++)
        if (bench_wanted("postgres", names[i]))
            bench_run(&(struct bench_work){.engine = "postgres",
                                           .name = names[i],
                                           .ways = ways[i],
                                           .context = bench});
}

static bool
hide_memory(void)
{
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", "/dev/shm", "tmpfs", 0, "size=64m,mode=1777") == 0;
}

int
main(int argc, char **argv)
{
    struct bench bench = {.base = "/dev/shm"};
    struct server_template wanted = {.user = &bench.user, .locale = "C"};
    struct duet_error err;

    (void)argc;
    bench_start("cluster", argv, about);
    bench_must(programs_find(&bench.arena, NULL, &bench.bin, &err), &err);
    bench_must(user_find(&bench.user, &bench.arena, NULL, &err), &err);
    wanted.bin = bench.bin;
    bench_must(
        template_find_server(&bench.template, &bench.arena, &wanted, &err),
        &err);
    run_works(&bench, "memory");
    bench.base = "/tmp";
    if (hide_memory())
        run_works(&bench, "disk");
    return bench_end(
        arena_printf(&bench.arena, "PostgreSQL %s", bench.template.version));
}
