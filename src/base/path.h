/*
 * Paths, directories and whole files.
 */
#ifndef DUET_BASE_PATH_H
#define DUET_BASE_PATH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "duet.h"

/* "DIR/NAME"; a slash at the end of DIR is not doubled. */
char *path_join(struct arena *arena, const char *dir, const char *name);

bool path_is_directory(const char *path);

/*
 * Make PATH absolute, and resolve links and .. in its directory if that is
 * there.  The file itself need not be there; if it is a link it stays one.
 */
bool path_absolute(struct arena *arena, const char *path, const char **out,
                   struct duet_error *err);

/* Make a directory, and those above it, with MODE; one that is there stays. */
bool path_make_directory(const char *path, mode_t mode, struct duet_error *err);

/*
 * Make an empty file with MODE and set MADE; if there is one already it stays
 * and MADE is false.
 */
bool path_make_file(const char *path, mode_t mode, bool *made,
                    struct duet_error *err);

/*
 * Read a file whole, up to a NUL in it.  Where there is none, or a directory
 * of that name, TEXT is NULL.
 */
bool path_read(struct arena *arena, const char *path, const char **text,
               struct duet_error *err);

#endif
