/*
 * The connections of 'duet serve' to its database: each is opened when it is
 * first needed, kept, and opened again after it was lost.
 */
#ifndef DUET_CLI_SERVE_DATABASE_H
#define DUET_CLI_SERVE_DATABASE_H

#include "db/db.h"
#include "rows/json_object.h"

enum { MOST_GETTERS = 32 };

/* A getter, and what tells it from another. */
struct served_getter {
    char *text; /* the table and the columns */
    struct duet_getter *getter;
};

struct served_database {
    const char *url;
    struct duet_clear_options clear;
    struct db_trace trace;
    struct duet_cleaner *cleaner;
    struct db *db;
    struct served_getter getters[MOST_GETTERS];
    size_t ngetters;
};

/* Clear, then run SEED, which may be NULL. */
bool served_reset(struct served_database *served, const char *seed,
                  struct duet_clear_report *report, struct duet_error *err);

/* The strings of ROW are valid until the next call. */
bool served_get_or_create(struct served_database *served, const char *table,
                          const struct json_object *key,
                          const struct json_object *set, struct duet_row *row,
                          struct duet_error *err);

/* Stop what is being done; may be called from a signal handler. */
void served_cancel(struct served_database *served);

void served_close(struct served_database *served);

#endif
