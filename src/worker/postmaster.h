/*
 * A PostgreSQL server, as the file postmaster.pid in its data directory tells:
 *
 *     4711                 its process
 *     /dev/shm/.../data
 *     1764134706           when it was started
 *     5432                 port
 *     /dev/shm/.../data    of its sockets
 *                          of its first TCP address
 *       123456   32769     the key and the number of its shared memory
 *     ready
 */
#ifndef DUET_WORKER_POSTMASTER_H
#define DUET_WORKER_POSTMASTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "duet.h"

/*
 * Wait until the server, a child of the caller's, takes connections.  If it
 * ends instead the error is what its log says last.
 */
bool postmaster_wait(pid_t server, const char *data, const char *log,
                     struct duet_error *err);

/*
 * End one that was left there, if it still runs, and free the shared memory
 * that it has left.  Without one all is well.
 */
bool postmaster_end(struct arena *arena, const char *data,
                    struct duet_error *err);

#endif
