/*
 * A directory that is gone when those it was made for are, in whatever way
 * they end, with all that is in it and the server that runs there:
 *
 *     BASE/duet-UID/NAME/
 *         lock       a keeper holds it for as long as the directory is used
 *         about      what it is, lines "word<tab>text"
 *         ...        what it is for
 *
 * The keeper is a process of its own, which waits for the owners to end.
 * Whoever ends without it (kill -9 of the keeper, a crash of the machine)
 * leaves the lock free: the next command sweeps it.
 */
#ifndef DUET_WORKER_EPHEMERAL_H
#define DUET_WORKER_EPHEMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "duet.h"
#include "worker/process.h"

enum { OWNERS_MAX = 4 };

/*
 * What is in the directory.  The functions are called in the keeper.
 */
struct ephemeral_kind {
    const char *name; /* "cluster", "profile" */
    uint64_t room;    /* bytes it takes at least: where tmpfs has not ten
                         times that, another disk is used */
    /*
     * Fill the directory.  SERVER is a child that was started, whose end is
     * the directory's, too; it stays 0 where there is none.  What it adds to
     * ABOUT by about_put() the caller finds in ephemeral.about.
     */
    bool (*start)(void *context, struct arena *arena, const char *dir,
                  struct buf *about, pid_t *server, struct duet_error *err);
    /* End SERVER, and wait for it; NULL where there is none. */
    void (*stop)(pid_t server);
};

struct ephemeral_request {
    const struct ephemeral_kind *kind;
    void *context;    /* for start() */
    const char *name; /* of the directory; NULL: one that is new */
    struct process owners[OWNERS_MAX]; /* the end of any is the directory's;
                                          those with pid 0 don't count */
    unsigned time_to_live;             /* milliseconds; 0: no limit */
    bool keep;                         /* the files stay, and the log */
};

struct ephemeral {
    const char *name;
    const char *kind;
    const char *dir;
    const char *about; /* the text of that file */
    bool in_use;       /* the keeper runs; false: it can be swept */
    bool was_there;    /* it was in use already, by that name */
    struct process keeper;
};

/*
 * Make one, and return when start() has.  One of that name that is in use is
 * taken as it is, and REQUEST's owners are not added to its own.
 */
bool ephemeral_open(struct ephemeral *out, struct arena *arena,
                    const struct ephemeral_request *request,
                    struct duet_error *err);

/*
 * End it, and wait until it is gone.  The files of one that is kept stay where
 * it was in use, even if it has ended by itself; else they go, too.
 */
bool ephemeral_close(const struct ephemeral *ephemeral, struct duet_error *err);

/* All of this user, in the order of names. */
bool ephemeral_list(struct arena *arena, struct ephemeral **out, size_t *count,
                    struct duet_error *err);

/* Take away what is in use no more; SWEPT gets what that was, may be NULL. */
bool ephemeral_sweep(struct arena *arena, struct ephemeral **swept,
                     size_t *count, struct duet_error *err);

/* Its files stay when it ends. */
bool ephemeral_is_kept(const struct ephemeral *ephemeral);

/* The text behind WORD in an about file, in ARENA; or NULL. */
const char *about_get(struct arena *arena, const char *about, const char *word);
void about_put(struct buf *about, const char *word, const char *text);

/*
 * The directory for this user's leases on this machine, BASE/duet-UID, with
 * mode 0700 (as root 0711: a server that is no root has to get through).  Where
 * ROOM is 0 it is the same one each time, however full that is.
 */
bool ephemeral_base(struct arena *arena, uint64_t room, const char **dir,
                    struct duet_error *err);

/*
 * Wherever one may be: the candidates for BASE, NULL at the end.  That is
 * DUET_TMPDIR alone if it is set, else memory, TMPDIR and /tmp.
 */
const char *const *ephemeral_bases(struct arena *arena);

/* Which variable says where they are: DUET_TMPDIR if it is set, or TMPDIR. */
const char *ephemeral_variable(void);

#endif
