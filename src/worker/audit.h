/*
 * Which rows of a worker's profile have a label that is not the worker's own:
 * with "localhost" two tests meet in one row, with "localhost-gw0" they don't.
 */
#ifndef DUET_WORKER_AUDIT_H
#define DUET_WORKER_AUDIT_H

#include "base/arena.h"
#include "db/db.h"

/* A column with names that people choose. */
struct labelled {
    const char *table; /* or schema.table */
    const char *column;
};

struct audit_row {
    const struct labelled *labelled;
    const char *label;
    const char *key;  /* its primary key: "id=7" */
    const char *test; /* that made it; NULL: unknown */
};

struct audit {
    struct audit_row *rows;
    size_t count;
};

/* "db_dbcomputer.label" in two, in ARENA. */
bool labelled_parse(struct arena *arena, const char *text, struct labelled *out,
                    struct duet_error *err);

/*
 * The rows of the COUNT columns LABELLED, in the order of labels, that are
 * neither WORKER's nor have one of the labels ALLOWED (NULL at the end; or
 * NULL).  The computer of presto is the profile's own, not a test's.
 */
bool audit_rows(struct db *db, struct arena *arena,
                const struct labelled *labelled, size_t count,
                const char *worker, const char *const *allowed,
                struct audit *out, struct duet_error *err);

/*
 * The file in which fixtures write down what they make, in the directory HOME
 * of the worker's profiles; a line is
 *
 *     table.column <tab> label <tab> test
 */
const char *audit_path(struct arena *arena, const char *home);

/* Say which test made each row, by that file; the last one to say so. */
bool audit_tests(struct audit *audit, struct arena *arena, const char *path,
                 struct duet_error *err);

#endif
