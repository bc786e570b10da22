/*
 * Emptying a database and keeping its schema: what duet.h calls a cleaner.
 *
 * A run costs what the dirty rows cost:
 *
 *   mark    nothing was committed since the last run: one round trip, done
 *   probe   which tables have rows; or those that had some twice running
 *   delete  those, in one transaction that proves all empty before it commits
 */
#ifndef DUET_ROWS_CLEAR_H
#define DUET_ROWS_CLEAR_H

#include "db/db.h"

struct duet_cleaner;

/* TRACE may be NULL; the rest as in duet.h. */
bool cleaner_open(struct duet_cleaner **out, const char *url,
                  const struct duet_clear_options *options,
                  const struct db_trace *trace, struct duet_error *err);
bool cleaner_clear(struct duet_cleaner *cleaner,
                   struct duet_clear_report *report, struct duet_error *err);
bool cleaner_preview(struct duet_cleaner *cleaner,
                     struct duet_clear_report *report, struct duet_error *err);
bool cleaner_reset(struct duet_cleaner *cleaner, const char *seed,
                   struct duet_clear_report *report, struct duet_error *err);
void cleaner_cancel(struct duet_cleaner *cleaner);
void cleaner_close(struct duet_cleaner **cleaner);

#endif
