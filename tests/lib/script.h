/*
 * A connection without a database: it expects certain statements in order and
 * has their answers ready.
 *
 *     struct db *db = scripted_open(dialect);
 *
 *     script_expect(db, "select label from t where id = $1 <- 7");
 *     script_row(db, (const char *const[]){"localhost"}, 1);
 *     script_expect(db, "delete from t");
 *     script_refuse(db, DUET_ERROR_DENIED, "permission denied");
 *
 * Behind the arrow are the parameters, as the engine's literals.  What is not
 * expected is an error that shows both.  script_left() tells what was not
 * asked for.
 *
 * A script may also be recorded: a tape wraps real connections and writes down
 * what they are asked and what they answer, script_replay() gives connections
 * that do the same again.
 */
#ifndef DUET_TESTS_SCRIPT_H
#define DUET_TESTS_SCRIPT_H

#include "db/db.h"

struct tape;

struct db *scripted_open(const struct dialect *dialect);

/*
 * The next statement.  A transaction's are "commit", "rollback" and the
 * dialect's begin_write; prepared ones begin with "prepare: ", and what
 * db_run() runs at once are lines.
 */
void script_expect(struct db *script, const char *sql);

/* A row in answer to what was expected last; a value may be NULL. */
void script_row(struct db *script, const char *const *values, size_t count);

/* An error in answer to it, after the rows if there are any. */
void script_refuse(struct db *script, enum duet_error_kind kind,
                   const char *text);

/* The statement that is expected next, or NULL. */
const char *script_left(const struct db *script);

struct tape *tape_new(void);

/* Takes INNER over; TAPE must outlive the connection. */
struct db *tape_record(struct tape *tape, struct db *inner);

/*
 * In place of the connection that was recorded first, then second, ...; NULL
 * when there are no more.
 */
struct db *script_replay(struct tape *tape);

void tape_free(struct tape **tape);

#endif
