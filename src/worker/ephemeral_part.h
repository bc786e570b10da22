/*
 * What the files of ephemeral share, and nobody else.
 */
#ifndef DUET_WORKER_EPHEMERAL_PART_H
#define DUET_WORKER_EPHEMERAL_PART_H

#include <sys/types.h>

#include "worker/ephemeral.h"

/* Files in the directory of one. */
#define SITE_LOCK  "lock"
#define SITE_ABOUT "about"
/* A link to another directory that goes with this one, and was made by it. */
#define SITE_BESIDE "beside"

/* What a keeper tells the process that started it. */
struct keeper_report {
    bool done;
    bool was_there;
    struct duet_error err; /* where it isn't done */
};

/*
 * Keep DIR, in the process that calls, to the end of it; REPORT is a pipe.
 */
_Noreturn void keeper_run(const struct ephemeral_request *request,
                          const char *dir, int report);

enum site_state {
    SITE_HELD,  /* the caller holds its lock, in FILE, until that is closed */
    SITE_BUSY,  /* another process holds it */
    SITE_GONE,  /* it is not there, or is just being removed */
    SITE_FAILED /* errno says why */
};

/* Try to get the lock of DIR; MAKE: the file is made where it is missing. */
enum site_state site_lock(const char *dir, bool make, int *file);

/* End what is left of a server in DIR; false where it does not end. */
bool site_end_server(const char *dir, struct duet_error *err);

/* The same, and remove all but the lock, which the caller holds. */
bool site_wipe(const char *dir, struct duet_error *err);

/* The same, and the directory itself. */
bool site_remove(const char *dir, struct duet_error *err);

/* What stands in its about file, "" where there is none. */
const char *site_about(struct arena *arena, const char *dir);

/* Its keeper, as that file says; pid 0 where it doesn't. */
struct process site_keeper(const char *about);

/* Its files are to stay. */
bool site_is_kept(const char *about);

/* The mode of the directories: a server that is no root has to get through. */
mode_t site_mode(void);

/* BASE/duet-UID; and whether such a directory is ours alone. */
const char *ephemeral_own(struct arena *arena, const char *base);
bool ephemeral_is_own(const char *dir);

/* What is in DIR, as far as its files say; in_use is left as it is. */
void site_describe(struct ephemeral *out, struct arena *arena, const char *dir);

#endif
