/*
 * Rows to try migrations on: a few in each table that takes some, and what
 * became of them.
 *
 *     SCOPED(sample_clear) struct sample before = {0};
 *     SCOPED(sample_clear) struct sample after = {0};
 *
 *     if (!sample_take(&before, db, &schema, err) ||
 *         !sample_fill(&before, db, &schema, err))
 *         return false;
 *     migrate();
 *     if (!sample_take(&after, db, &new_schema, err))
 *         return false;
 *     sample_compare(&before, &after, NULL, tell, context);
 */
#ifndef DUET_MIGRATE_SAMPLE_H
#define DUET_MIGRATE_SAMPLE_H

#include "db/db.h"
#include "schema/model.h"

/* A column, or what is of interest of it: two rows are all in the extremes. */
struct sample_column {
    const char *name;
    const char *type;
    int64_t count;     /* of those that are not null */
    const char *least; /* as text; NULL: there is none */
    const char *greatest;
};

struct sample_table {
    const char *schema; /* NULL: the current one */
    const char *name;
    const char *title; /* "table 't'" */
    int64_t count;     /* of its rows */
    struct sample_column *columns;
    size_t ncolumns;
};

/* The tables of a schema, in its order. */
struct sample {
    struct arena arena;
    struct sample_table *tables;
    size_t ntables;
};

/* What rows there are.  OUT is cleared first. */
bool sample_take(struct sample *out, struct db *db, const struct schema *schema,
                 struct duet_error *err);

/*
 * Put rows into the tables that have none, as far as they accept them, and
 * take the sample anew.
 */
bool sample_fill(struct sample *sample, struct db *db,
                 const struct schema *schema, struct duet_error *err);

struct sample_loss {
    const struct sample_table *table; /* as it was before */
    const char *title;                /* "column 'a' of table 't'" */
    const char *what;                 /* "rows", "values" */
    const char *before;
    const char *after;
    bool is_update; /* nothing is less: values are others */
};

/*
 * What the tables and columns that both have lost in between.  Values of a
 * column whose type is another one now are not looked at.  Less is no loss
 * where it is what ENOUGH, which may be NULL, has.
 */
void sample_compare(const struct sample *before, const struct sample *after,
                    const struct sample *enough,
                    void (*lost)(void *context, const struct sample_loss *loss),
                    void *context);

void sample_clear(struct sample *sample);

#endif
