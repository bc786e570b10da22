/*
 * How the row that get-or-create answers with is shown.
 */
#ifndef DUET_CLI_OUTCOME_H
#define DUET_CLI_OUTCOME_H

#include "base/arena.h"
#include "base/json.h"
#include "duet.h"

/* found, created or different */
const char *outcome_name(enum duet_outcome outcome);

/* A line: the outcome, TABLE, then each column of the primary key, id=7. */
void outcome_line(struct arena *arena, const char *table,
                  const struct duet_row *row);

/* The same as members of the object that is open in JSON. */
void outcome_json(struct json *json, const char *table,
                  const struct duet_row *row);

/* "hostname is 'localhost', not 'other'", for each column that differs. */
const char *outcome_differences(struct arena *arena,
                                const struct duet_row *row);

#endif
