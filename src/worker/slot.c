/* For flock(). */
#define _DEFAULT_SOURCE
#include "worker/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/err.h"
#include "base/path.h"

enum { SLOTS_MAX = 10000, RECORD_LEN = 64 };

static bool
lock(int file, int how)
{
    int done;

    do
        done = flock(file, how);
    while (done != 0 && errno == EINTR);
    return done == 0;
}

/* Whoever runs a program later must not hold the slot there. */
static bool
open_file(const char *path, int *file, struct duet_error *err)
{
    *file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    return *file != -1 || err_errno(err, "could not open '%s'", path);
}

/* None where there is no process in it, or only a part of one. */
static struct process
read_record(int file)
{
    char text[RECORD_LEN];
    char *end;
    struct process process = {0};
    ssize_t len = pread(file, text, sizeof text - 1, 0);

    if (len <= 0 || text[len - 1] != '\n')
        return process;
    text[len - 1] = '\0';
    process.pid = (pid_t)strtol(text, &end, 10);
    process.started = strtoll(end, NULL, 10);
    return process;
}

static bool
write_record(int file, const struct process *owner)
{
    char text[RECORD_LEN];
    int len = snprintf(text, sizeof text, "%ld %lld\n", (long)owner->pid,
                       (long long)owner->started);

    return ftruncate(file, 0) == 0 && pwrite(file, text, (size_t)len, 0) == len;
}

static bool
same_process(const struct process *one, const struct process *other)
{
    return one->pid == other->pid && one->started == other->started;
}

/* A process that opens two has two: it would end the lease of both. */
static bool
is_of(int file, const struct process *owner)
{
    struct process has = read_record(file);

    return owner->pid != getpid() && same_process(&has, owner);
}

/* Elsewhere the workers of a run would not see each other's slots. */
static void
not_written(const char *path, struct duet_error *err)
{
    bool is_full = errno == ENOSPC || errno == EDQUOT;

    (void)err_errno(err, "could not write '%s'", path);
    if (is_full)
        (void)err_hint(err, "free some space there, or set DUET_TMPDIR for all "
                            "workers to a directory that has more");
}

enum trial { TRIAL_TAKEN, TRIAL_HAD, TRIAL_FAILED };

/* While the search is locked, so that nobody else writes a record. */
static enum trial
try_slot(struct slot *slot, const char *path, const struct process *owner,
         struct duet_error *err)
{
    struct process has;
    bool mine;

    if (!open_file(path, &slot->file, err))
        return TRIAL_FAILED;
    mine = is_of(slot->file, owner);
    if (!lock(slot->file, LOCK_EX | LOCK_NB)) {
        if (errno != EWOULDBLOCK) {
            (void)err_errno(err, "could not lock '%s'", path);
            return TRIAL_FAILED;
        }
        (void)close(slot->file);
        slot->file = -1;
        return mine ? TRIAL_HAD : TRIAL_TAKEN;
    }
    has = read_record(slot->file);
    if (mine)
        return TRIAL_HAD;
    if (has.pid == 0 || !process_is_alive(&has)) {
        if (write_record(slot->file, owner))
            return TRIAL_HAD;
        not_written(path, err);
        return TRIAL_FAILED;
    }
    (void)close(slot->file);
    slot->file = -1;
    return TRIAL_TAKEN;
}

/* That which OWNER has already may stand behind one that is free. */
static bool
find_own(struct slot *slot, struct arena *arena, const char *dir,
         const struct process *owner)
{
    for (int number = 0; number < SLOTS_MAX; number++) {
        SCOPED(descriptor_close)
        int file = open(arena_printf(arena, "%s/%d.lock", dir, number),
                        O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

        if (file == -1)
            return false;
        if (is_of(file, owner)) {
            slot->number = number;
            return true;
        }
    }
    return false;
}

static bool
search(struct slot *slot, struct arena *arena, const char *dir,
       const struct process *owner, struct duet_error *err)
{
    int number = find_own(slot, arena, dir, owner) ? slot->number : 0;

    for (; number < SLOTS_MAX; number++) {
        const char *path = arena_printf(arena, "%s/%d.lock", dir, number);

        slot->number = number;
        switch (try_slot(slot, path, owner, err)) {
        case TRIAL_HAD:
            return true;
        case TRIAL_FAILED:
            slot_release(slot->file);
            slot->file = -1;
            return false;
        case TRIAL_TAKEN:
            break;
        }
    }
    return err_set(err, DUET_ERROR_BUSY, "all %d slots in '%s' are taken",
                   SLOTS_MAX, dir);
}

bool
slot_lease(struct slot *slot, struct arena *arena, const char *dir,
           const struct process *owner, struct duet_error *err)
{
    /* No lease of a directory has a name with a dot in front. */
    const char *slots = path_join(arena, dir, ".slots");
    SCOPED(descriptor_close) int file = -1;

    slot->file = -1;
    if (!path_make_directory(slots, 0700, err) ||
        !open_file(path_join(arena, slots, "search"), &file, err))
        return false;
    if (!lock(file, LOCK_EX))
        return err_errno(err, "could not lock '%s/search'", slots);
    return search(slot, arena, slots, owner, err);
}

void
slot_release(int file)
{
    struct process has;

    if (file == -1)
        return;
    has = read_record(file);
    if (has.pid == getpid())
        (void)ftruncate(file, 0);
    (void)close(file);
}
