/* For the key of a segment. */
#define _DEFAULT_SOURCE
#include "worker/postmaster.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/err.h"
#include "base/path.h"
#include "worker/child.h"
#include "worker/ephemeral.h"
#include "worker/process.h"

enum { LINE_PID = 1, LINE_SHARED_MEMORY = 7, LINE_STATUS = 8 };

enum {
    START_PATIENCE = 60000, /* milliseconds */
    END_PATIENCE = 10000,
    LOOK_AGAIN = 1,   /* where nothing tells that it has changed */
    LOOK_RARELY = 100 /* where something does */
};

static void
pause_for(unsigned milliseconds)
{
    const struct timespec time = {.tv_nsec = milliseconds * 1000000L};

    (void)nanosleep(&time, NULL);
}

/* That line of postmaster.pid; "" where there is none. */
static const char *
read_line(struct arena *arena, const char *data, int number)
{
    const char *text = NULL;

    if (!path_read(arena, path_join(arena, data, "postmaster.pid"), &text,
                   NULL) ||
        text == NULL)
        return "";
    while (--number > 0) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return arena_copy(arena, text, strcspn(text, "\n"));
}

/* ------------------------------------------------------------------------
 * Its start
 */

/*
 * What becomes readable when something is written in the data directory.  The
 * number of such things that a user may have is limited.
 */
static int
watch_directory(const char *data)
{
    int file = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

    if (file >= 0 && inotify_add_watch(
                         file, data, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
        (void)close(file);
        return -1;
    }
    return file;
}

static void
wait_for_change(int watch, int end)
{
    struct pollfd files[] = {{.fd = watch, .events = POLLIN},
                             {.fd = end, .events = POLLIN}};
    char events[4096];

    (void)poll(files, 2, watch < 0 || end < 0 ? LOOK_AGAIN : LOOK_RARELY);
    while (watch >= 0 && read(watch, events, sizeof events) > 0)
        continue;
}

static bool
is_ready(const char *data)
{
    SCOPED(arena_clear) struct arena arena = {0};

    return strncmp(read_line(&arena, data, LINE_STATUS), "ready", 5) == 0;
}

static bool
has_ended(const char *log, struct duet_error *err)
{
    SCOPED(arena_clear) struct arena arena = {0};

    (void)err_set(err, DUET_ERROR_CONNECT,
                  "the PostgreSQL server did not start: %s",
                  log_tail(&arena, log));
    if (strstr(err->text, "No space left") != NULL)
        return err_hint(err,
                        "free some space there, or set %s to a directory that "
                        "has more",
                        ephemeral_variable());
    return false;
}

bool
postmaster_wait(pid_t server, const char *data, const char *log,
                struct duet_error *err)
{
    const struct process process = {.pid = server};
    struct process found = {0};
    SCOPED(descriptor_close) int watch = watch_directory(data);
    SCOPED(descriptor_close) int end = -1;
    int64_t deadline = clock_milliseconds() + START_PATIENCE;

    if (process_find(process.pid, &found))
        end = process_watch(&found);
    while (!is_ready(data)) {
        if (child_has_ended(server))
            return has_ended(log, err);
        if (clock_milliseconds() > deadline)
            return err_set(err, DUET_ERROR_CONNECT,
                           "the PostgreSQL server was not ready after %d s",
                           START_PATIENCE / 1000);
        wait_for_change(watch, end);
    }
    return true;
}

/* ------------------------------------------------------------------------
 * What is left of one
 */

/*
 * The number may be another process's by now.  The directory is like no other,
 * and a server's command line has it from its start to its end.
 */
static bool
is_server_of(const struct process *process, struct arena *arena,
             const char *data)
{
    const char *const *words = process_arguments(process, arena);

    for (; *words != NULL; words++)
        if (strcmp(*words, "-D") == 0 && words[1] != NULL &&
            strcmp(words[1], data) == 0)
            return true;
    return false;
}

static bool
end_process(const struct process *process, const char *data,
            struct duet_error *err)
{
    int64_t deadline = clock_milliseconds() + END_PATIENCE;

    (void)kill(process->pid, SIGQUIT);
    while (process_is_alive(process)) {
        if (clock_milliseconds() > deadline) {
            (void)err_set(err, DUET_ERROR_BUSY,
                          "the PostgreSQL server of '%s' does not end", data);
            return err_hint(err, "it is process %ld", (long)process->pid);
        }
        pause_for(1);
    }
    return true;
}

/* As postmaster.pid has it. */
struct shared_memory {
    unsigned long key;
    int id;
};

/* Since then the number may have been given to another one. */
static bool
is_there(const struct shared_memory *memory, const struct stat *data,
         struct shmid_ds *info)
{
    return shmctl(memory->id, IPC_STAT, info) == 0 &&
           (unsigned)info->shm_perm.__key == memory->key &&
           info->shm_perm.cuid == data->st_uid;
}

/*
 * One that was killed leaves 56 bytes, which its last processes hold until
 * they have found out.
 */
static bool
free_shared_memory(const struct shared_memory *memory, const char *data,
                   struct duet_error *err)
{
    int64_t deadline = clock_milliseconds() + END_PATIENCE;
    struct shmid_ds info;
    struct stat owner;

    if (stat(data, &owner) != 0)
        return true;
    while (is_there(memory, &owner, &info)) {
        if (info.shm_nattch == 0) {
            (void)shmctl(memory->id, IPC_RMID, NULL);
            return true;
        }
        if (clock_milliseconds() > deadline)
            return err_set(err, DUET_ERROR_BUSY,
                           "processes of the PostgreSQL server of '%s' do not "
                           "end",
                           data);
        pause_for(1);
    }
    return true;
}

static bool
find_shared_memory(struct arena *arena, const char *data,
                   struct shared_memory *out)
{
    const char *line = read_line(arena, data, LINE_SHARED_MEMORY);
    char *end = NULL;

    out->key = strtoul(line, &end, 10);
    if (end == line)
        return false;
    line = end;
    out->id = (int)strtol(line, &end, 10);
    return end != line;
}

bool
postmaster_end(struct arena *arena, const char *data, struct duet_error *err)
{
    long pid = labs(strtol(read_line(arena, data, LINE_PID), NULL, 10));
    struct shared_memory memory;
    bool has_memory = find_shared_memory(arena, data, &memory);
    struct process process;

    if (pid > 0 && process_find((pid_t)pid, &process) &&
        is_server_of(&process, arena, data) &&
        !end_process(&process, data, err))
        return false;
    return !has_memory || free_shared_memory(&memory, data, err);
}
