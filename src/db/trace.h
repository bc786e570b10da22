/*
 * A driver that wraps another and tells what it runs and how long it took.
 *
 * Of a query that is the time until its first row, which for one that writes
 * is all of it; from there on its rows come from the inner driver itself.
 */
#ifndef DUET_DB_TRACE_H
#define DUET_DB_TRACE_H

#include "db/db.h"

/* Takes INNER over; closing the result closes it too.  TRACE is copied. */
struct db *trace_open(struct db *inner, const struct db_trace *trace);

#endif
