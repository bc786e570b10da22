/*
 * A number from 0 on that no other process of this user has, for workers that
 * nobody numbers.
 *
 *     DIR/.slots/search    held while one is looked for
 *     DIR/.slots/N.lock    held by the process that leases N, with the process
 *                          in it that it is for
 *
 * A slot is free when nobody holds its file and that process has ended.  The
 * files stay for ever: one that is removed while another opens it would be
 * leased twice.
 */
#ifndef DUET_WORKER_SLOT_H
#define DUET_WORKER_SLOT_H

#include <stdbool.h>

#include "base/arena.h"
#include "duet.h"
#include "worker/process.h"

struct slot {
    int number;
    int file; /* the descriptor that holds it; -1: another process does */
};

/*
 * Lease the first that is free, for OWNER, which is this process or one that
 * lives longer.  Of the latter the slot is taken that it has already.
 */
bool slot_lease(struct slot *slot, struct arena *arena, const char *dir,
                const struct process *owner, struct duet_error *err);

/*
 * Close the descriptor.  A slot for this process is free then, one for another
 * when that ends.
 */
void slot_release(int file);

#endif
