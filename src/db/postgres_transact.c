/*
 * The driver for PostgreSQL: a whole transaction in one message.
 *
 * The server reads all of a message, then runs it statement by statement up to
 * the first that fails, and answers each that is done.  So the number of
 * answers tells which one has failed, and how far it came.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/postgres_part.h"

struct message {
    struct postgres_db *db;
    struct db_transaction *transaction;
    struct arena arena;
    struct buf text;
    size_t *starts; /* of the statements, in text */
    size_t begun;   /* answers to BEGIN */
    size_t done;    /* answers behind the second one */
};

static void
message_release(struct message *message)
{
    buf_release(&message->text);
    arena_clear(&message->arena);
}

static void
add(struct buf *text, const char *statement)
{
    buf_text(text, statement);
    buf_text(text, ";\n");
}

/* The session is renewed before BEGIN, so that a rollback leaves it so. */
static void
write_message(struct message *message)
{
    const struct db_transaction *transaction = message->transaction;
    struct buf *text = &message->text;

    buf_text(text, "begin; ");
    postgres_write_renewal(message->db, text);
    if (transaction->before != NULL) {
        buf_text(text, "; ");
        buf_text(text, transaction->before);
    }
    buf_text(text, "; commit; ");
    add(text, message->db->base.dialect->begin_write);
    message->starts = arena_array(&message->arena, transaction->count + 1,
                                  sizeof *message->starts);
    for (size_t i = 0; i < transaction->count; i++) {
        message->starts[i] = text->len;
        add(text, transaction->statements[i]);
    }
    message->starts[transaction->count] = text->len;
    if (transaction->last != NULL)
        add(text, transaction->last);
    buf_text(text, "commit");
}

static void
count_answer(struct message *message, PGresult *result)
{
    if (message->begun == 2)
        message->done++;
    else if (strcmp(libpq.cmdStatus(result), "BEGIN") == 0)
        message->begun++;
}

/* Of a syntax error the server says where it is before it has run anything. */
static void
find_failed(struct message *message)
{
    struct db_transaction *transaction = message->transaction;
    const size_t *starts = message->starts;
    size_t position =
        postgres_position(&message->db->base, buf_data(&message->text));
    size_t at = message->begun == 2 ? message->done : transaction->count;

    for (size_t i = 0; message->begun == 0 && i < transaction->count; i++)
        if (position > starts[i] && position <= starts[i + 1])
            at = i;
    if (at >= transaction->count)
        return;
    transaction->failed = at;
    if (position > starts[at] && position <= starts[at + 1])
        transaction->position = position - starts[at];
}

static bool
read_answers(struct message *message, struct duet_error *err)
{
    struct postgres_db *db = message->db;
    bool ok = true;

    for (PGresult *result; (result = postgres_next_result(db)) != NULL;
         libpq.clear(result)) {
        if (postgres_is_success(result)) {
            count_answer(message, result);
        } else if (postgres_is_copy(result)) {
            postgres_drop_copy(db, result);
            ok = postgres_no_copy(err);
        } else if (ok) {
            ok = postgres_failed(db, result, err);
        }
    }
    return ok;
}

/*
 * Where the server is lost without a word nobody knows how far it came; only
 * where it says that it refuses something before COMMIT, that was not done.
 */
static bool
may_be_committed(const struct message *message, const struct duet_error *err)
{
    const struct db_transaction *transaction = message->transaction;
    size_t before_commit = transaction->count + (transaction->last != NULL);

    return libpq.status(message->db->conn) == CONNECTION_BAD &&
           (err->code[0] == '\0' || message->done >= before_commit);
}

/* Bytes that are no characters make it refuse all, and it can't say where. */
static bool
is_unreadable(const struct message *message, const struct duet_error *err)
{
    return message->begun == 0 && strcmp(err->code, "22021") == 0;
}

static bool
send_message(struct message *message, struct duet_error *err)
{
    struct postgres_db *db = message->db;

    write_message(message);
    /* What was never sent can't be uncertain. */
    if (libpq.status(db->conn) != CONNECTION_OK ||
        !libpq.sendQuery(db->conn, buf_data(&message->text)))
        return postgres_failed(db, NULL, err);
    db->lock_timeout = db->own_lock_timeout;
    if (read_answers(message, err))
        return true;
    if (may_be_committed(message, err))
        return db_uncertain(err);
    if (is_unreadable(message, err))
        return transact_by_steps(&db->base, message->transaction, err);
    find_failed(message);
    return false;
}

bool
postgres_transact(struct db *base, struct db_transaction *transaction,
                  struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    SCOPED(message_release)
    struct message message = {.db = db, .transaction = transaction};
    struct duet_error own = {0};

    /* A session that is not ours alone, or that more is to be done for. */
    if (db->url == NULL || base->pooled || db->for_clearing || db->prepared)
        return transact_by_steps(base, transaction, err);
    return send_message(&message, err != NULL ? err : &own);
}
