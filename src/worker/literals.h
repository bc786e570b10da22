/*
 * The texts in quotes in a program's source that are a label that workers
 * would meet in, such as "localhost".
 */
#ifndef DUET_WORKER_LITERALS_H
#define DUET_WORKER_LITERALS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "duet.h"

struct literal {
    const char *path;
    size_t line;   /* from 1 */
    size_t column; /* in bytes, from 1: of the quote */
    const char *label;
    const char *text; /* the line, without the blanks around it */
};

struct literals {
    struct literal *found;
    size_t count;
    size_t have;
    size_t files; /* that were read */
};

/*
 * Read the file PATH, or those of the languages that are known in the
 * directory PATH and below, and add the literals that are just one of LABELS
 * (NULL at the end).  Comments don't count, nor do names that begin with a
 * dot, nor node_modules and __pycache__.
 */
bool literals_find(struct literals *literals, struct arena *arena,
                   const char *path, const char *const *labels,
                   struct duet_error *err);

#endif
