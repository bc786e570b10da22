/*
 * SQL that is hard to read, for tests of what reads it: pieces in any order,
 * drawn by lot, and slices of the repository's SQL files with damages.
 *
 *     SCOPED(scraps_clear) struct scraps scraps = {.lots = lot_seed()};
 *
 *     scraps_load(&scraps);
 *     for (int i = 0; i < soak_count(10000); i++)
 *         try(scraps_draw(&scraps));
 */
#ifndef DUET_TESTS_SCRAPS_H
#define DUET_TESTS_SCRAPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

struct scraps {
    uint64_t lots; /* any number: the same one gives the same texts */
    struct arena arena;
    const char **paths;
    const char **files; /* what is in them */
    size_t nfiles;
    struct buf text;
};

/* Written by hand: each rule of the engines' lexers at its edge. */
extern const char *const nasty_sql[]; /* NULL at the end */

/* Reads the repository's SQL files; ends the program where there are none. */
void scraps_load(struct scraps *scraps);

/* Another text, valid until the next one. */
const char *scraps_draw(struct scraps *scraps);

void scraps_clear(struct scraps *scraps);

#endif
