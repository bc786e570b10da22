/*
 * A database to try clearing on, of either engine, and what is in it:
 *
 *     struct ground ground;
 *
 *     ground_open(&ground, "sqlite");
 *     ground_run(&ground, "create table t (i integer); ...");
 *     ground_clears(&ground, NULL, "", "a table is emptied");
 *     ground_close(&ground);
 */
#ifndef DUET_TESTS_GROUND_H
#define DUET_TESTS_GROUND_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"
#include "duet.h"
#include "lib/tap.h"

#define GROUND_OWNER "duet_ground_owner"

struct ground {
    const char *who; /* the engine, for the names of tests */
    bool is_server;  /* PostgreSQL */
    char url[1024];
    char path[256];     /* the file, for SQLite */
    char name[64];      /* the database, for PostgreSQL */
    char cleaner[1024]; /* whose URL clears; the same as url at first */
    bool is_owner;      /* the session's role is GROUND_OWNER */
    struct db *db;      /* the test's own session, of who owns everything */
};

/*
 * An empty database: "sqlite", "postgres" or "postgres as an owner", where a
 * role that may do nothing special owns all and clears.  False without a
 * server.
 */
bool ground_open(struct ground *ground, const char *engine);

/* Make it empty again: no tables, no schemas, no extensions. */
void ground_renew(struct ground *ground);

/* Remove it.  Accepts one that was not opened. */
void ground_close(struct ground *ground);

/* Another session.  Like the rest here it ends the program if it fails. */
struct db *ground_session(const struct ground *ground);
struct db *session_open(const char *url, bool create);

/* From here on a role of that name clears (PostgreSQL). */
void ground_clear_as(struct ground *ground, const char *role);

void session_run(struct db *db, const char *fmt, ...) TAP_PRINTF(2, 3);
int64_t session_number(struct db *db, const char *sql);

/* The same in the test's own session. */
void ground_run(struct ground *ground, const char *fmt, ...) TAP_PRINTF(2, 3);
int64_t ground_number(struct ground *ground, const char *sql);

/* The tables that have rows, and how many: "a 3, b 1". */
void ground_rows(struct ground *ground, struct buf *out);

/* All that the catalog says of the user's tables, to be compared. */
void ground_schema(struct ground *ground, struct buf *out);

/* A report in the words of ground_rows(). */
void report_text(const struct duet_clear_report *report, struct buf *out);

struct duet_cleaner *ground_cleaner(const struct ground *ground,
                                    const struct duet_clear_options *options);

/*
 * One point: what is there is cleared with OPTIONS, and LEFT stays.  The
 * preview says so before and changes nothing, the report says the same, the
 * schema is what it was, and clearing again finds nothing.
 */
bool ground_clears(struct ground *ground,
                   const struct duet_clear_options *options, const char *left,
                   const char *fmt, ...) TAP_PRINTF(4, 5);

/*
 * One point: clearing with OPTIONS is refused with an error of KIND, in whose
 * text or hint SAYS stands, and nothing changes.
 */
bool ground_refuses(struct ground *ground,
                    const struct duet_clear_options *options,
                    enum duet_error_kind kind, const char *says,
                    const char *fmt, ...) TAP_PRINTF(5, 6);

/*
 * Another process, which runs PROGRAM (main's argv[0]) with the arguments
 * WHAT and the URL that clears.  Nothing is carried over a fork: SQLite can't
 * stand it.
 */
struct helper {
    pid_t process;
    int ready; /* a pipe from its standard output */
};

struct helper helper_start(const char *program, const char *what,
                           const struct ground *ground);

/* In the helper: tell that it is ready. */
void helper_tell(void);

/* Wait until it has told so. */
void helper_wait(const struct helper *helper);

/* Wait for its end: its exit status, or 128 and the signal that ended it. */
int helper_end(struct helper *helper);

/* Milliseconds of a clock that only goes forward. */
int64_t milliseconds(void);
void sleep_milliseconds(int64_t time);

#endif
