/*
 * Trees of files, as a server's data are: copied, and removed.
 */
#ifndef DUET_WORKER_FILES_H
#define DUET_WORKER_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "duet.h"
#include "worker/user.h"

/* What was copied, to tell whether all of it was there. */
struct files_size {
    uint64_t files;
    uint64_t bytes;
};

/*
 * Make the directory TO, which is not there yet, with all the files and
 * directories that are in FROM, but for what is in its directory EXCEPT, which
 * may be NULL; where the file system can, without copying contents.  They
 * belong to USER, NULL for who calls, and nobody else may read them.  SIZE is
 * added to.
 */
bool files_copy(const char *from, const char *to, const char *except,
                const struct user *user, struct files_size *size,
                struct duet_error *err);

/* The same for what is in FROM, into the directory TO that is there. */
bool files_copy_into(const char *from, const char *to, const struct user *user,
                     struct files_size *size, struct duet_error *err);

/* How much there is in DIR; false where that can't be seen. */
bool files_measure(const char *dir, struct files_size *size);

/* Remove DIR and what is in it; it is well if there is none. */
bool files_remove(const char *dir, struct duet_error *err);

/* Remove what is in DIR, but for the file EXCEPT. */
bool files_empty(const char *dir, const char *except, struct duet_error *err);

#endif
