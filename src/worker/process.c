/* For syscall(). */
#define _DEFAULT_SOURCE
#include "worker/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

/* What /proc/PID/stat says. */
struct stat_line {
    char state;
    pid_t parent;
    int64_t started;
};

enum { FIELD_STATE = 3, FIELD_PARENT = 4, FIELD_STARTED = 22 };

static bool
read_file(pid_t pid, const char *name, struct buf *out)
{
    char path[64];
    char piece[4096];
    ssize_t len;
    int file;

    (void)snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1)
        return false;
    while ((len = read(file, piece, sizeof piece)) > 0)
        buf_add(out, piece, (size_t)len);
    (void)close(file);
    return len == 0;
}

/* The second field is a name in parentheses, which may hold any others. */
static bool
read_stat(pid_t pid, struct stat_line *out)
{
    SCOPED(buf_release) struct buf text = {0};
    const char *field;

    if (pid <= 0 || !read_file(pid, "stat", &text))
        return false;
    field = strrchr(buf_data(&text), ')');
    for (int number = FIELD_STATE; field != NULL; number++) {
        field = strchr(field, ' ');
        if (field == NULL)
            return false;
        field++;
        if (number == FIELD_STATE)
            out->state = *field;
        else if (number == FIELD_PARENT)
            out->parent = (pid_t)strtol(field, NULL, 10);
        else if (number == FIELD_STARTED) {
            out->started = strtoll(field, NULL, 10);
            return true;
        }
    }
    return false;
}

static bool
exists(pid_t pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

bool
process_find(pid_t pid, struct process *out)
{
    struct stat_line line = {0};

    if (!read_stat(pid, &line) && !exists(pid))
        return false;
    *out = (struct process){.pid = pid, .started = line.started};
    return true;
}

bool
process_parse(const char *text, struct process *out, struct duet_error *err)
{
    char *end = NULL;
    long pid = strtol(text, &end, 10);

    if (*end == '\0' && pid > 0 && pid <= INT_MAX &&
        process_find((pid_t)pid, out) && process_is_alive(out))
        return true;
    (void)err_set(err, DUET_ERROR_USAGE, "there is no process '%s'", text);
    return err_hint(err, "give the number of one that runs");
}

struct process
process_self(void)
{
    struct process self = {.pid = getpid()};

    (void)process_find(self.pid, &self);
    return self;
}

bool
process_is_alive(const struct process *process)
{
    struct stat_line line = {0};

    if (!read_stat(process->pid, &line))
        return process->started == 0 && exists(process->pid);
    return line.started == process->started && line.state != 'Z' &&
           line.state != 'X';
}

bool
process_parent(const struct process *process, struct process *out)
{
    struct stat_line line = {0};

    return read_stat(process->pid, &line) && line.started == process->started &&
           process_find(line.parent, out);
}

const char *
process_environment(const struct process *process, struct arena *arena,
                    const char *name)
{
    SCOPED(buf_release) struct buf text = {0};
    size_t len = strlen(name);
    const char *at;

    if (!read_file(process->pid, "environ", &text))
        return NULL;
    at = buf_data(&text);
    while (at < buf_data(&text) + text.len) {
        if (strncmp(at, name, len) == 0 && at[len] == '=')
            return arena_text(arena, at + len + 1);
        at += strlen(at) + 1;
    }
    return NULL;
}

const char *const *
process_arguments(const struct process *process, struct arena *arena)
{
    SCOPED(buf_release) struct buf text = {0};
    const char **words;
    const char *at;
    size_t count = 0;

    if (!read_file(process->pid, "cmdline", &text))
        text.len = 0;
    at = arena_copy(arena, buf_data(&text), text.len);
    for (size_t i = 0; i < text.len; i++)
        count += at[i] == '\0';
    words = arena_array(arena, count + 2, sizeof *words);
    for (size_t i = 0, used = 0; used < text.len; i++) {
        words[i] = at + used;
        used += strlen(at + used) + 1;
    }
    return words;
}

static bool
same_file(pid_t one, pid_t other, const char *name)
{
    SCOPED(buf_release) struct buf a = {0};
    SCOPED(buf_release) struct buf b = {0};

    return read_file(one, name, &a) && read_file(other, name, &b) &&
           a.len == b.len && memcmp(buf_data(&a), buf_data(&b), a.len) == 0;
}

/* A program that is begun gets its own arguments and environment. */
bool
process_is_fork(const struct process *process)
{
    struct process parent;

    return process_parent(process, &parent) &&
           same_file(process->pid, parent.pid, "cmdline") &&
           same_file(process->pid, parent.pid, "auxv");
}

/* The number may have been used again before the descriptor was there. */
int
process_watch(const struct process *process)
{
#ifdef SYS_pidfd_open
    int file = (int)syscall(SYS_pidfd_open, process->pid, 0);

    if (file == -1)
        return -1;
    (void)fcntl(file, F_SETFD, FD_CLOEXEC);
    if (process_is_alive(process))
        return file;
    (void)close(file);
#else
    (void)process;
#endif
    return -1;
}

/* By a descriptor, where there is one: the number alone can be another's. */
void
process_signal(const struct process *process, int number)
{
    int file = process_watch(process);

#ifdef SYS_pidfd_send_signal
    if (file != -1)
        (void)syscall(SYS_pidfd_send_signal, file, number, NULL, 0);
#endif
    if (file != -1)
        (void)close(file);
    else if (process_is_alive(process))
        (void)kill(process->pid, number);
}
