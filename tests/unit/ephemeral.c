/*
 * Directories that are gone with those they were made for.
 */
/* For pthread_t and nftw(). */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "lib/program.h"
#include "lib/soak.h"
#include "lib/tap.h"
#include "worker/child.h"
#include "worker/ephemeral.h"

enum { PATIENCE = 20000000 /* microseconds */, LOOK = 2000 };

static struct arena arena;
static const char *top; /* a directory of this test's */

/* ------------------------------------------------------------------------
 * What is in them
 */

struct content {
    bool fails;
    const char *count; /* a file that gets a byte each time */
    bool has_server;
};

static bool
add_byte(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool done = file >= 0 && write(file, "x", 1) == 1;

    if (file >= 0)
        (void)close(file);
    return done;
}

static bool
fill(void *context, struct arena *own, const char *dir, struct buf *about,
     pid_t *server, struct duet_error *err)
{
    static const char *const words[] = {"/bin/sleep", "1000", NULL};
    const struct content *content = context;
    const char *log = path_join(own, dir, "log");
    const struct child child = {.argv = words, .log = log};

    if (!add_byte(path_join(own, dir, "file")) ||
        (content->count != NULL && !add_byte(content->count)))
        return err_errno(err, "'%s'", dir);
    if (content->fails) {
        (void)err_set(err, DUET_ERROR_BUSY, "it does not want to");
        return err_hint(err, "try it tomorrow");
    }
    about_put(about, "colour", "light\nblue");
    if (!content->has_server)
        return true;
    if (!child_start(server, &child, err))
        return false;
    about_put(about, "server", arena_printf(own, "%ld", (long)*server));
    return true;
}

static void
end_server(pid_t server)
{
    (void)kill(server, SIGQUIT);
    (void)waitpid(server, NULL, 0);
}

static const struct ephemeral_kind kind = {
    .name = "test", .room = 4096, .start = fill, .stop = end_server};

/* It has room nowhere, and so is where TMPDIR says. */
static const struct ephemeral_kind huge = {
    .name = "test", .room = UINT64_MAX, .start = fill, .stop = end_server};

static struct content plain = {.has_server = true};

static struct ephemeral_request
request_of(struct content *content)
{
    return (struct ephemeral_request){.kind = &kind, .context = content};
}

static bool
open_one(struct ephemeral *out, const struct ephemeral_request *request)
{
    struct duet_error err = {0};

    if (ephemeral_open(out, &arena, request, &err))
        return true;
    tap_diag("%s", err.text);
    return false;
}

static pid_t
server_of(const struct ephemeral *one)
{
    const char *text = about_get(&arena, one->about, "server");

    return text != NULL ? (pid_t)strtol(text, NULL, 10) : 0;
}

static bool
exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

/* ------------------------------------------------------------------------
 * Waiting by looking
 */

static bool
is_gone(const struct ephemeral *one)
{
    struct process server;

    return !exists(one->dir) && (!process_find(server_of(one), &server) ||
                                 !process_is_alive(&server));
}

static bool
server_has_ended(const struct ephemeral *one)
{
    struct process server;

    return !process_find(server_of(one), &server) || !process_is_alive(&server);
}

static bool
keeper_has_ended(const struct ephemeral *one)
{
    return !process_is_alive(&one->keeper);
}

static bool
comes_true(bool (*condition)(const struct ephemeral *),
           const struct ephemeral *one)
{
    int64_t deadline = microseconds() + PATIENCE;

    while (!condition(one)) {
        if (microseconds() > deadline)
            return false;
        sleep_microseconds(LOOK);
    }
    return true;
}

static struct process
start_owner(void)
{
    struct process owner = {0};
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            (void)pause();
    (void)process_find(pid, &owner);
    return owner;
}

static void
end_owner(const struct process *owner)
{
    (void)kill(owner->pid, SIGKILL);
    (void)waitpid(owner->pid, NULL, 0);
}

/* ------------------------------------------------------------------------
 * One
 */

static void
opens_and_closes(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct duet_error err = {0};
    struct ephemeral one;
    struct stat info;

    if (!OK(open_one(&one, &request), "one is made"))
        return;
    OK(exists(path_join(&arena, one.dir, "file")), "and filled");
    OK(one.in_use && !one.was_there && process_is_alive(&one.keeper),
       "it is in use, by its keeper");
    IS_TEXT(one.kind, "test", "and says what it is");
    IS_TEXT(about_get(&arena, one.about, "colour"), "light blue",
            "what was added is found, on one line");
    OK(about_get(&arena, one.about, "col") == NULL, "by the whole word");
    OK(stat(one.dir, &info) == 0 &&
           (info.st_mode & 0777) == (geteuid() == 0 ? 0711 : 0700),
       "others can't look into it");
    OK(!server_has_ended(&one), "its server runs");
    OK(ephemeral_close(&one, &err) && is_gone(&one),
       "when it is closed all of it is gone");
    OK(ephemeral_close(&one, &err), "once more is no error");
}

static void
hands_on_errors(void)
{
    struct content content = {.fails = true};
    struct ephemeral_request request = request_of(&content);
    struct duet_error err = {0};
    struct ephemeral one;

    request.name = arena_printf(&arena, "fails-%ld", (long)getpid());
    OK(!ephemeral_open(&one, &arena, &request, &err) &&
           err.kind == DUET_ERROR_BUSY,
       "an error in the keeper is one here");
    IS_TEXT(err.text, "it does not want to", "with its text");
    IS_TEXT(err.hint, "try it tomorrow", "and its hint");
    content.fails = false;
    OK(open_one(&one, &request) && !one.was_there,
       "nothing is in the way of the next");
    OK(ephemeral_close(&one, &err), "which ends");
}

static void
refuses_names(void)
{
    const char *const names[] = {
        "", ".", "..", ".x", "a/b", "a b", arena_printf(&arena, "%065d", 0)};
    struct ephemeral_request request = request_of(&plain);
    struct duet_error err;
    struct ephemeral one;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        request.name = names[i];
        OK(!ephemeral_open(&one, &arena, &request, &err) &&
               err.kind == DUET_ERROR_USAGE,
           "'%s' is no name", request.name);
    }
}

/* Whoever waits for the end of a pipe does not wait for the keeper. */
static void
holds_nothing_open(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct duet_error err;
    struct ephemeral one;
    int ends[2];
    char byte;

    if (pipe(ends) != 0)
        tap_bail_out("no pipe");
    if (!OK(open_one(&one, &request), "one is made beside a pipe"))
        return;
    (void)close(ends[1]);
    (void)alarm(patience(20));
    OK(read(ends[0], &byte, 1) == 0, "which it does not hold open");
    (void)alarm(0);
    (void)close(ends[0]);
    OK(ephemeral_close(&one, &err), "it ends");
}

/* ------------------------------------------------------------------------
 * Its end
 */

static void
ends_with_owner(size_t number)
{
    struct ephemeral_request request = request_of(&plain);
    struct process owners[OWNERS_MAX];
    struct ephemeral one;

    for (size_t i = 0; i < OWNERS_MAX; i++)
        request.owners[i] = owners[i] = start_owner();
    if (OK(open_one(&one, &request), "one is made for %d owners", OWNERS_MAX)) {
        OK(!is_gone(&one) && process_is_alive(&one.keeper), "it is there");
        end_owner(&owners[number]);
        OK(comes_true(is_gone, &one), "it goes with owner %zu", number);
    }
    for (size_t i = 0; i < OWNERS_MAX; i++)
        end_owner(&owners[i]);
}

/* The process that opened it is the owner, and is killed. */
static void
ends_with_opener(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral *list = NULL;
    struct ephemeral one = {0};
    size_t count = 0;
    int ends[2];
    char byte;
    pid_t pid;

    request.name = arena_printf(&arena, "opener-%ld", (long)getpid());
    if (pipe(ends) != 0)
        tap_bail_out("no pipe");
    pid = fork();
    if (pid == 0) {
        request.owners[0] = process_self();
        if (open_one(&one, &request))
            (void)!write(ends[1], "x", 1);
        for (;;)
            (void)pause();
    }
    OK(read(ends[0], &byte, 1) == 1, "another process has opened one");
    (void)ephemeral_list(&arena, &list, &count, NULL);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, request.name) == 0)
            one = list[i];
    OK(one.dir != NULL && one.in_use, "which is in the list");
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    OK(one.dir != NULL && comes_true(is_gone, &one), "and goes with it");
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void
ends_at_once_without_owner(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct process owner = start_owner();
    struct ephemeral one;

    end_owner(&owner);
    request.owners[0] = owner;
    OK(open_one(&one, &request) && comes_true(is_gone, &one),
       "an owner that has ended already ends it");
}

static void
ends_in_time(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one;

    request.time_to_live = 50;
    OK(open_one(&one, &request) && comes_true(is_gone, &one),
       "it goes when its time is over");
}

static void
ends_with_server(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one;

    if (!OK(open_one(&one, &request), "one is made with a server"))
        return;
    (void)kill(server_of(&one), SIGKILL);
    OK(comes_true(is_gone, &one), "it goes with its server");
}

/* A server that takes its time to end: until a file is gone. */
static void
end_slowly(pid_t server)
{
    const char *stopping = path_join(&arena, top, "stopping");
    int64_t deadline = microseconds() + PATIENCE;

    (void)add_byte(stopping);
    while (exists(stopping) && microseconds() < deadline)
        sleep_microseconds(LOOK);
    end_server(server);
}

static const struct ephemeral_kind slow = {
    .name = "test", .room = 4096, .start = fill, .stop = end_slowly};

static bool
is_stopping(const struct ephemeral *one)
{
    (void)one;
    return exists(path_join(&arena, top, "stopping"));
}

/* Whoever wants it meanwhile waits for the end, and makes a new one. */
static void
is_not_found_while_it_ends(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one, other;

    request.kind = &slow;
    request.name = arena_printf(&arena, "slow-%ld", (long)getpid());
    if (!OK(open_one(&one, &request), "one is made that ends slowly"))
        return;
    (void)kill(one.keeper.pid, SIGTERM);
    OK(comes_true(is_stopping, &one) && !server_has_ended(&one) &&
           !exists(path_join(&arena, one.dir, "about")),
       "while its server ends it is found no more");
    (void)unlink(path_join(&arena, top, "stopping"));
    request.kind = &kind;
    OK(open_one(&other, &request) && !other.was_there && server_has_ended(&one),
       "the next by its name is another one");
    (void)ephemeral_close(&other, NULL);
}

/* ------------------------------------------------------------------------
 * Without its keeper
 */

static bool
is_among(const struct ephemeral *list, size_t count, const char *name,
         bool in_use)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return list[i].in_use == in_use &&
                   strcmp(list[i].kind, "test") == 0;
    return false;
}

static bool
leave(struct ephemeral *one, const struct ephemeral_request *request)
{
    if (!open_one(one, request))
        return false;
    (void)kill(one->keeper.pid, SIGKILL);
    return comes_true(keeper_has_ended, one) &&
           comes_true(server_has_ended, one);
}

/* Another test may sweep before this one does: it is found by its name. */
static void
is_swept(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral *list = NULL;
    struct ephemeral one;
    size_t count = 0;
    int swept_here = 0;

    for (int turn = 0; turn < 50 && !swept_here; turn++) {
        if (!leave(&one, &request))
            break;
        (void)ephemeral_sweep(&arena, &list, &count, NULL);
        swept_here = is_among(list, count, one.name, false);
    }
    OK(swept_here, "a server ends with a keeper that is killed, and the files "
                   "are swept");
    OK(is_gone(&one), "nothing is left");
    request.owners[0] = process_self();
    OK(open_one(&one, &request) && ephemeral_sweep(&arena, &list, &count, NULL),
       "what is in use is looked at, too");
    OK(!is_among(list, count, one.name, false) && !is_gone(&one),
       "and is not touched");
    (void)ephemeral_close(&one, NULL);
}

static void
name_is_used_again(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one;
    const char *stray;

    request.name = arena_printf(&arena, "again-%ld", (long)getpid());
    if (!OK(open_one(&one, &request), "one is made by a name"))
        return;
    stray = path_join(&arena, one.dir, "stray");
    OK(add_byte(stray), "something lies there");
    (void)kill(one.keeper.pid, SIGKILL);
    (void)comes_true(keeper_has_ended, &one);
    OK(open_one(&one, &request) && !one.was_there,
       "the name of one that was killed is free at once");
    OK(!exists(stray), "and nothing of it is left");
    (void)ephemeral_close(&one, NULL);
}

/* The data of a server that survived its keeper, as sweeping finds it. */
static struct process
make_orphan(const char *dir, bool has_directory)
{
    const char *data = path_join(&arena, dir, "data");
    struct process process = {0};
    FILE *file;
    pid_t pid = fork();

    if (pid == 0) {
        (void)execl("/bin/sh", "sh", "-c", "while :; do sleep 0.01; done", "sh",
                    "-D", has_directory ? data : top, (char *)NULL);
        _exit(1);
    }
    if (!program_begins(pid, "-D") || !process_find(pid, &process))
        tap_bail_out("no shell");
    (void)mkdir(data, 0700);
    file = fopen(path_join(&arena, data, "postmaster.pid"), "w");
    if (file == NULL || fprintf(file, "%ld\n%s\n", (long)pid, data) < 0 ||
        fclose(file) != 0)
        tap_bail_out("no postmaster.pid");
    return process;
}

static void
ends_orphans(bool is_its)
{
    struct ephemeral_request request = request_of(&plain);
    struct process orphan;
    struct ephemeral one;

    request.keep = true; /* until it is closed nobody sweeps it */
    if (!OK(open_one(&one, &request), "one is made for an orphan"))
        return;
    orphan = make_orphan(one.dir, is_its);
    (void)kill(one.keeper.pid, SIGKILL);
    (void)comes_true(keeper_has_ended, &one);
    one.in_use = false;
    OK(ephemeral_close(&one, NULL) && !exists(one.dir), "it is removed");
    IS_INT(process_is_alive(&orphan), !is_its,
           is_its ? "with a process that serves this directory"
                  : "one that has got the number since is left alone");
    end_owner(&orphan);
}

/* ------------------------------------------------------------------------
 * Files that stay
 */

static void
is_kept(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral *list;
    struct duet_error err = {0};
    struct ephemeral one, other;
    size_t count;

    request.name = arena_printf(&arena, "kept-%ld", (long)getpid());
    request.keep = true;
    if (!OK(open_one(&one, &request), "one is made to be kept"))
        return;
    OK(ephemeral_is_kept(&one), "and says so");
    OK(ephemeral_close(&one, &err) && server_has_ended(&one),
       "its server ends");
    OK(exists(path_join(&arena, one.dir, "file")), "its files stay");
    (void)ephemeral_sweep(&arena, NULL, NULL, NULL);
    OK(exists(one.dir), "and are not swept");
    (void)ephemeral_list(&arena, &list, &count, NULL);
    OK(is_among(list, count, one.name, false), "it is in the list");
    OK(!ephemeral_open(&other, &arena, &request, &err) &&
           err.kind == DUET_ERROR_USAGE && strstr(err.hint, one.name) != NULL,
       "its name is taken");
    one.in_use = false;
    OK(ephemeral_close(&one, &err) && !exists(one.dir),
       "closing it as one that is in use no more removes it");
}

/* Which is when one wants to look at it. */
static void
is_kept_after_crash(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one;

    request.keep = true;
    if (!OK(open_one(&one, &request), "one is made to be kept"))
        return;
    (void)kill(server_of(&one), SIGKILL);
    OK(comes_true(keeper_has_ended, &one), "its server is killed");
    OK(ephemeral_close(&one, NULL) &&
           exists(path_join(&arena, one.dir, "file")),
       "when it is closed its files stay");
    one.in_use = false;
    (void)ephemeral_close(&one, NULL);
}

/* ------------------------------------------------------------------------
 * At once
 */

enum { OPENERS = 8 };

/* Each opens one, by that name or one of its own; the bytes are the starts. */
static int
starts_of(const char *name, const char *count)
{
    struct content content = {.count = count, .has_server = true};
    struct ephemeral_request request = request_of(&content);
    struct process owner = process_self();
    struct ephemeral one;
    pid_t pids[OPENERS];
    struct stat info = {0};
    int well = 0;

    (void)unlink(count);
    for (int i = 0; i < OPENERS; i++) {
        pids[i] = fork();
        if (pids[i] != 0)
            continue;
        request.owners[0] = owner;
        request.name = name != NULL
                           ? name
                           : arena_printf(&arena, "own-%ld", (long)getpid());
        _exit(open_one(&one, &request) && exists(one.dir) &&
                      !server_has_ended(&one) &&
                      (name != NULL || ephemeral_close(&one, NULL))
                  ? 0
                  : 1);
    }
    for (int i = 0; i < OPENERS; i++) {
        int status = 1;

        (void)waitpid(pids[i], &status, 0);
        well += status == 0;
    }
    IS_INT(well, OPENERS, "%d at once have one", OPENERS);
    request.name = name;
    if (name != NULL && open_one(&one, &request))
        (void)ephemeral_close(&one, NULL);
    return stat(count, &info) == 0 ? (int)info.st_size : -1;
}

static void
one_by_a_name(void)
{
    const char *count = path_join(&arena, top, "count");

    for (int round = 0; round < soak_count(10); round++)
        IS_INT(
            starts_of(arena_printf(&arena, "one-%ld", (long)getpid()), count),
            1, "by one name they have the same");
    IS_INT(starts_of(NULL, count), OPENERS, "by several names several");
}

/* Each opens and closes it by the same name, which is always free or taken. */
static void
changes_hands(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one;
    pid_t pids[OPENERS];
    int well = 0;

    request.name = arena_printf(&arena, "hands-%ld", (long)getpid());
    for (int i = 0; i < OPENERS; i++) {
        pids[i] = fork();
        if (pids[i] != 0)
            continue;
        for (int round = soak_count(60); round > 0; round--)
            if (!open_one(&one, &request) || !ephemeral_close(&one, NULL))
                _exit(1);
        _exit(0);
    }
    for (int i = 0; i < OPENERS; i++) {
        int status = 1;

        (void)waitpid(pids[i], &status, 0);
        well += status == 0;
    }
    IS_INT(well, OPENERS,
           "%d that open and close one by the same name all "
           "get it, again and again",
           OPENERS);
}

/* Some process opens and closes it by its name, others sweep and list. */
static void
survives_sweeping(void)
{
    struct ephemeral_request request = request_of(&plain);
    struct ephemeral one;
    pid_t sweepers[2];
    int wrong = 0;

    for (size_t i = 0; i < 2; i++) {
        sweepers[i] = fork();
        while (sweepers[i] == 0) {
            struct ephemeral *list;
            size_t count;

            (void)ephemeral_sweep(&arena, NULL, NULL, NULL);
            (void)ephemeral_list(&arena, &list, &count, NULL);
            arena_reuse(&arena);
        }
    }
    request.name = arena_printf(&arena, "swept-%ld", (long)getpid());
    for (int i = 0; i < soak_count(100); i++)
        if (!open_one(&one, &request) || one.was_there ||
            server_has_ended(&one) ||
            !exists(path_join(&arena, one.dir, "file")) ||
            !ephemeral_close(&one, NULL) || exists(one.dir))
            wrong++;
    for (size_t i = 0; i < 2; i++) {
        (void)kill(sweepers[i], SIGKILL);
        (void)waitpid(sweepers[i], NULL, 0);
    }
    IS_INT(wrong, 0,
           "one that is opened and closed while others sweep is right");
}

static void *
allocate(void *stop)
{
    while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED)) {
        SCOPED(arena_clear) struct arena own = {0};

        for (int i = 0; i < 100; i++)
            (void)arena_printf(&own, "%d %s %f", i, "text", (double)i);
        free(malloc(100000));
    }
    return NULL;
}

static void
works_among_threads(void)
{
    enum { THREADS = 4 };
    struct ephemeral_request request = request_of(&plain);
    pthread_t threads[THREADS];
    struct ephemeral one;
    bool stop = false;
    int wrong = 0;

    if (is_instrumented()) {
        tap_skip(1, "a sanitizer's malloc() does not survive such a fork");
        return;
    }
    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, allocate, &stop) != 0)
            tap_bail_out("no thread");
    for (int i = 0; i < soak_count(30); i++)
        wrong += !open_one(&one, &request) || !ephemeral_close(&one, NULL);
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    IS_INT(wrong, 0, "threads that allocate meanwhile do not disturb it");
}

/* ------------------------------------------------------------------------
 * Where they are
 */

static bool
is_refused(const char *why)
{
    struct content content = {0};
    struct ephemeral_request request = {.kind = &huge, .context = &content};
    struct duet_error err = {0};
    struct ephemeral one;

    if (ephemeral_open(&one, &arena, &request, &err)) {
        (void)ephemeral_close(&one, NULL);
        return false;
    }
    if (strstr(err.text, why) == NULL)
        tap_diag("%s", err.text);
    return strstr(err.text, why) != NULL && err.hint[0] != '\0';
}

static void
refuses_traps(void)
{
    const char *own =
        arena_printf(&arena, "%s/duet-%lu", top, (unsigned long)geteuid());
    const char *aim = path_join(&arena, top, "aim");
    struct content content = {0};
    struct ephemeral_request request = {.kind = &huge, .context = &content};
    struct duet_error err = {0};
    struct ephemeral one;

    (void)setenv("TMPDIR", top, 1);
    OK(open_one(&one, &request) && strncmp(one.dir, own, strlen(own)) == 0 &&
           ephemeral_close(&one, NULL) && exists(own),
       "without room in memory it is in TMPDIR");
    (void)rmdir(own);
    OK(mkdir(aim, 0700) == 0 && symlink(aim, own) == 0 &&
           open_one(&one, &request) &&
           strncmp(one.dir, "/tmp/duet-", 10) == 0 &&
           ephemeral_close(&one, NULL),
       "with a link in its place it is elsewhere");
    (void)setenv("DUET_TMPDIR", top, 1);
    OK(is_refused("is no directory"), "which is refused where it has to be");
    (void)unlink(own);
    OK(add_byte(own) && is_refused("is no directory"), "and so is a file");
    (void)unlink(own);
    OK(mkdir(own, 0700) == 0 && chmod(own, 0777) == 0 &&
           is_refused("can be written to by others"),
       "and one that all may write to");
    if (geteuid() == 0 && chmod(own, 0700) == 0)
        OK(chown(own, 65534, 65534) == 0 &&
               is_refused("belongs to another user"),
           "and another user's");
    else
        tap_skip(1, "only root makes what is another user's");
    (void)rmdir(own);
    OK(open_one(&one, &request) && ephemeral_close(&one, NULL),
       "without them all is well again");
    (void)setenv("DUET_TMPDIR", path_join(&arena, top, "none"), 1);
    OK(!ephemeral_open(&one, &arena, &request, &err) &&
           strstr(err.hint, "set DUET_TMPDIR to") != NULL,
       "the hint names the variable that counts");
    (void)unsetenv("DUET_TMPDIR");
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

    if (mkdtemp(name) == NULL || chmod(name, 0711) != 0)
        tap_bail_out("no directory");
    top = name;
    opens_and_closes();
    hands_on_errors();
    refuses_names();
    holds_nothing_open();
    ends_with_owner(0);
    ends_with_owner(OWNERS_MAX - 1);
    ends_with_opener();
    ends_at_once_without_owner();
    ends_in_time();
    ends_with_server();
    is_not_found_while_it_ends();
    is_swept();
    name_is_used_again();
    ends_orphans(true);
    ends_orphans(false);
    is_kept();
    is_kept_after_crash();
    one_by_a_name();
    changes_hands();
    survives_sweeping();
    works_among_threads();
    refuses_traps();
    (void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_clear(&arena);
    return tap_done();
}
