/*
 * What the drivers' conformance suite is run on: a way to open connections to
 * an empty database that is its own.
 */
#ifndef DUET_TESTS_SUBJECT_H
#define DUET_TESTS_SUBJECT_H

#include "db/db.h"
#include "lib/script.h"

enum wrapping {
    WRAP_NOT,
    WRAP_TRACE,  /* in the trace driver */
    WRAP_TAPE,   /* in the recorder of `tape` */
    WRAP_REPLAY, /* no database: what `tape` has */
    WRAP_COUNT
};

struct subject {
    char who[64]; /* for the names of tests */
    char url[1024];
    bool is_server; /* PostgreSQL's SQL, where there is no common one */
    bool is_shared; /* a second connection sees the same database */
    enum wrapping wrapping;
    struct tape *tape;
    int traced; /* statements that the trace driver has told */
};

/* A file in DIR, ":memory:" for DIR NULL. */
void subject_sqlite(struct subject *subject, const char *dir);

/* A schema of its own on the server TEST_POSTGRES; false without one. */
bool subject_postgres(struct subject *subject);

/* Another wrapping; the database is empty again. */
void subject_wrap(struct subject *subject, enum wrapping wrapping);

/* A connection; ends the program where that fails. */
struct db *subject_open(struct subject *subject,
                        const struct db_options *options);

/* Remove its database. */
void subject_release(struct subject *subject);

/* A directory for this program's files, and what removes it. */
const char *scratch_make(void);
void scratch_remove(void);

/* Write a file whose name may begin with folders; they are made. */
void scratch_file(const char *dir, const char *name, const char *text);

#endif
