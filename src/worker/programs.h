/*
 * The programs of a PostgreSQL server, where they are on this machine.
 */
#ifndef DUET_WORKER_PROGRAMS_H
#define DUET_WORKER_PROGRAMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "duet.h"

/*
 * The directory that has them: GIVEN, else PG_BIN, else the newest that is
 * installed.  GIVEN may be NULL.
 */
bool programs_find(struct arena *arena, const char *given, const char **dir,
                   struct duet_error *err);

#endif
