/*
 * Asking many yes-or-no questions of a database in few statements, and whether
 * it has changed since.
 */
#ifndef DUET_ROWS_PROBE_H
#define DUET_ROWS_PROBE_H

#include "base/arena.h"
#include "db/db.h"

/* Long enough for a mark as change_mark.sql and schema_mark.sql have it. */
enum { MARK_LEN = 192 };

struct probe {
    struct db *db;
    size_t count; /* of questions */
    size_t chunk; /* so many of them a statement */
    struct db_statement *change_mark;
    struct db_statement *begin;
    struct db_statement *end;
    size_t nstatements;
    struct db_statement **statements; /* the schema mark, then the questions */
    struct arena arena;
};

/*
 * Prepare the COUNT boolean expressions QUESTIONS.  SCHEMA_QUERY, which
 * schema_mark.sql has written, asks for the schema mark; SCHEMA is what it
 * answered.
 */
bool probe_open(struct probe *probe, struct db *db, const char *schema_query,
                const char *schema, const char *const *questions, size_t count,
                struct duet_error *err);

/* From here on the schema mark is SCHEMA. */
bool probe_expect(struct probe *probe, const char *schema_query,
                  const char *schema, struct duet_error *err);

/* The change mark as it is now; "" is unknown. */
bool probe_mark(struct probe *probe, char mark[MARK_LEN],
                struct duet_error *err);

/* The same as a call. */
void probe_ask_mark(const struct probe *probe, struct db_call *call);

/* How many calls it takes to ask the questions. */
size_t probe_ncalls(const struct probe *probe);

/* Fill CALLS in; db_run() runs them, with what else there is to run. */
void probe_ask(const struct probe *probe, struct db_call *calls);

/* What they have answered; ANSWERS has an element for each question. */
void probe_read(const struct probe *probe, const struct db_call *calls,
                bool *answers, char schema[MARK_LEN]);

/*
 * Ask all of it at once; CALLS has room for one more.  MARK is of a state
 * before the answers.
 */
bool probe_look(const struct probe *probe, struct db_call *calls,
                char mark[MARK_LEN], bool *answers, char schema[MARK_LEN],
                struct duet_error *err);

/*
 * Calls for a transaction that deletes and commits in one go.  The first, which
 * is not needed where the change mark is known, keeps that as it is and answers
 * it, and keeps other cleaners away; it fails unless the schema mark is the
 * expected one.  The last fails unless nobody has committed a
 * change since the mark was MARK, or since the first where that is SQL's NULL.
 * MARK lives until it has run.
 */
void probe_begin(const struct probe *probe, struct db_call *call);
void probe_end(const struct probe *probe, struct db_call *call,
               const struct db_value *mark);

void probe_close(struct probe *probe);

/* Copy a mark; one that does not fit is as good as none. */
void mark_copy(char mark[MARK_LEN], const char *text);

#endif
