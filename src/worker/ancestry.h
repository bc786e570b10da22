/*
 * A process and those it descends from, up to the first of the machine, and
 * since which of them a variable has been set.
 */
#ifndef DUET_WORKER_ANCESTRY_H
#define DUET_WORKER_ANCESTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "worker/process.h"

struct ancestry {
    struct process *processes; /* that which calls first, then its parent */
    size_t count;              /* at least 1 */
};

void ancestry_find(struct ancestry *ancestry, struct arena *arena);

/* The process number INDEX; none where there are not so many. */
struct process ancestry_at(const struct ancestry *ancestry, size_t index);

/*
 * A variable with its value, and another that it goes together with; a value
 * is NULL where it is not set, and OTHER where there is no other.
 */
struct setting {
    const char *variable;
    const char *value;
    const char *other;
    const char *other_value;
};

/* As it is in the calling process now. */
struct setting setting_now(const char *variable, const char *other);

/* As it was when the process number INDEX began; NULL if there is none. */
struct setting ancestry_setting(const struct ancestry *ancestry,
                                struct arena *arena, size_t index,
                                const char *variable, const char *other);

/* The first from number FROM on that did not begin with SETTING. */
size_t ancestry_without(const struct ancestry *ancestry, struct arena *arena,
                        size_t from, const struct setting *setting);

/* The first from number FROM on that is more than a copy of its parent. */
size_t ancestry_program(const struct ancestry *ancestry, size_t from);

/* Numbers ONE and OTHER run the same program. */
bool ancestry_same_program(const struct ancestry *ancestry, size_t one,
                           size_t other);

#endif
