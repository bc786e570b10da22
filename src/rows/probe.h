/*
 * Asking many yes-or-no questions of a database in few statements, and none of
 * them while it has not changed since the last answer.
 */
#ifndef DUET_ROWS_PROBE_H
#define DUET_ROWS_PROBE_H

#include "base/arena.h"
#include "db/db.h"

enum {
    MARK_LEN = 64,
    /*
     * With more questions than this, it pays to ask first, on its own, whether
     * anything has changed: starting the statement costs more than the trip.
     */
    PROBE_SMALL = 64
};

/* Marks as change_mark.sql and schema_mark.sql make them; "" is unknown. */
struct marks {
    char change[MARK_LEN];
    char schema[MARK_LEN];
};

struct probe {
    struct db *db;
    size_t count;                     /* of questions */
    struct db_statement *change_mark; /* NULL for a small probe */
    struct db_statement **statements; /* NULL at the end */
    struct arena arena;
};

/* Prepare the COUNT boolean expressions QUESTIONS. */
bool probe_open(struct probe *probe, struct db *db,
                const char *const *questions, size_t count,
                struct duet_error *err);

/*
 * Answer all of them: ANSWERS has COUNT elements.  SEEN is the mark of a state
 * in which every answer was no; while it holds every answer is no again.
 * MARKS is set to those of the state that the answers are from.
 */
bool probe_run(struct probe *probe, const char *seen, bool *answers,
               struct marks *marks, struct duet_error *err);

void probe_close(struct probe *probe);

#endif
