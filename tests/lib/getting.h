/*
 * Getting or creating a row in one line, and the answer as one text:
 *
 *     IS_TEXT(got(db, "t", "label=a", "host=x|port=1"), "created 1", ...);
 *     IS_TEXT(got(db, "t", "label=a", "host=y"),
 *             "different 1: host is 'x', not 'y'", ...);
 *     IS_TEXT(got(db, "t", "host=x", ""), "usage", ...);
 *
 * A column without `=` is NULL.  An error gives its kind; the rest of it is in
 * got_err until the next call.
 */
#ifndef DUET_TESTS_GETTING_H
#define DUET_TESTS_GETTING_H

#include "db/db.h"

extern struct duet_error got_err;

/* With a getter that is opened and closed again. */
const char *got(struct db *db, const char *table, const char *key,
                const char *set);

/* A getter that stays, and a row with values as text, NULL at the end. */
struct duet_getter *getter_for(struct db *db, const char *table,
                               const char *key, const char *set);
const char *got_again(struct duet_getter *getter, const char *const *key,
                      const char *const *set);

/* The error says TEXT, in its sentence or its hint. */
bool got_says(const char *text);

/* Run SQL; ends the program where that fails. */
void must_run(struct db *db, const char *sql);

/* The first value of the first row, or NULL; valid until the next call. */
const char *ask(struct db *db, const char *sql);

#endif
