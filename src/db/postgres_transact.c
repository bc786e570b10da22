/*
 * The driver for PostgreSQL: whole transactions in one message.
 *
 * The server reads all of a message, then runs it statement by statement up to
 * the first that fails, and answers each that is done.  So the number of
 * answers tells which one has failed, and how far it came.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/literal.h"
#include "db/postgres_part.h"

struct message {
    struct postgres_db *db;
    struct db_transaction *list;
    size_t count;
    struct arena arena;
    struct buf text;
    size_t **starts; /* of the statements of each, in text */
    /* What was answered. */
    size_t done;    /* COMMITs */
    size_t begun;   /* BEGINs of the next one, which has two */
    size_t answers; /* behind its second BEGIN */
};

static void
message_release(struct message *message)
{
    buf_release(&message->text);
    arena_clear(&message->arena);
}

/* ------------------------------------------------------------------------
 * What is usual
 */

void
postgres_forget(struct postgres_db *db)
{
    for (size_t i = 0; i < POSTGRES_USUALS; i++) {
        free(db->usuals[i].sql);
        db->usuals[i].sql = NULL;
    }
}

static bool
prepare(struct postgres_db *db, struct postgres_usual *usual, const char *sql)
{
    (void)snprintf(usual->name, sizeof usual->name, "duet_%" PRIx64 "_%u",
                   db->opened, ++db->statements);
    if (!libpq.sendPrepare(db->conn, usual->name, sql, 0, NULL) ||
        !postgres_finish(db, true, NULL))
        return false;
    usual->sql = must_text(sql);
    return true;
}

/*
 * The name under which SQL is prepared, NULL where it is not: it pays where
 * several transactions have it in common.
 */
static const char *
usual_name(const struct message *message, const char *sql)
{
    for (size_t i = 0; i < POSTGRES_USUALS; i++) {
        struct postgres_usual *usual = &message->db->usuals[i];

        if (usual->sql != NULL && strcmp(usual->sql, sql) == 0)
            return usual->name;
        if (usual->sql == NULL)
            return message->count > 1 && prepare(message->db, usual, sql)
                       ? usual->name
                       : NULL;
    }
    return NULL;
}

/* To read and plan it takes longer than to run it. */
static void
add_usual(struct message *message, const char *sql, const struct db_value *args,
          size_t nargs)
{
    const struct dialect *dialect = message->db->base.dialect;
    const char *name = usual_name(message, sql);
    struct buf *text = &message->text;

    if (name == NULL) {
        (void)literal_fill(text, dialect, sql, args, nargs, NULL);
    } else {
        buf_printf(text, "execute %s", name);
        for (size_t i = 0; i < nargs; i++) {
            buf_text(text, i == 0 ? "(" : ", ");
            literal_add(text, dialect, &args[i]);
        }
        buf_text(text, nargs > 0 ? ")" : "");
    }
    buf_text(text, ";\n");
}

/* ------------------------------------------------------------------------
 * The message
 */

static void
add(struct buf *text, const char *statement)
{
    buf_text(text, statement);
    buf_text(text, ";\n");
}

/* The session is renewed before BEGIN, so that a rollback leaves it so. */
static void
add_transaction(struct message *message, size_t number)
{
    const struct db_transaction *transaction = &message->list[number];
    struct buf *text = &message->text;
    size_t *starts =
        arena_array(&message->arena, transaction->count + 1, sizeof *starts);

    add(text, "begin");
    postgres_write_renewal(message->db, text);
    buf_text(text, ";\n");
    if (transaction->before != NULL)
        add_usual(message, transaction->before, NULL, 0);
    add(text, "commit");
    add(text, message->db->base.dialect->begin_write);
    for (size_t i = 0; i < transaction->count; i++) {
        starts[i] = text->len;
        add(text, transaction->statements[i]);
    }
    starts[transaction->count] = text->len;
    if (transaction->last != NULL)
        add_usual(message, transaction->last, transaction->args,
                  transaction->nargs);
    add(text, "commit");
    message->starts[number] = starts;
}

static void
write_message(struct message *message)
{
    message->starts =
        arena_array(&message->arena, message->count, sizeof *message->starts);
    for (size_t i = 0; i < message->count; i++)
        add_transaction(message, i);
}

/* ------------------------------------------------------------------------
 * The answers
 */

/* The transaction that is answered, or would be next. */
static struct db_transaction *
current(const struct message *message)
{
    return &message->list[message->done];
}

/* Before COMMIT. */
static size_t
answers_due(const struct db_transaction *transaction)
{
    return transaction->count + (transaction->last != NULL);
}

static void
count_answer(struct message *message, PGresult *result)
{
    struct db_transaction *transaction = current(message);

    if (message->begun < 2) {
        message->begun += strcmp(libpq.cmdStatus(result), "BEGIN") == 0;
        return;
    }
    if (message->answers == answers_due(transaction)) {
        message->done++;
        message->begun = message->answers = 0;
        return;
    }
    if (message->answers++ == transaction->count && libpq.ntuples(result) > 0)
        (void)snprintf(transaction->answer, sizeof transaction->answer, "%s",
                       libpq.getvalue(result, 0, 0));
}

/* It reads all of a message before it runs any of it. */
static bool
is_unread(const struct message *message)
{
    return message->done == 0 && message->begun == 0;
}

/* Of a syntax error the server says where it is. */
static void
find_failed(struct message *message)
{
    struct db_transaction *transaction = current(message);
    const size_t *starts = message->starts[message->done];
    size_t position =
        postgres_position(&message->db->base, buf_data(&message->text));
    size_t at = message->begun == 2 ? message->answers : transaction->count;

    for (size_t i = 0; is_unread(message) && i < transaction->count; i++)
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
    return libpq.status(message->db->conn) == CONNECTION_BAD &&
           (err->code[0] == '\0' ||
            message->answers >= answers_due(current(message)));
}

/* Bytes that are no characters make it refuse all, and it can't say where. */
static bool
is_unreadable(const struct message *message, const struct duet_error *err)
{
    return is_unread(message) && strcmp(err->code, "22021") == 0;
}

/* A function of the user's may have done that. */
static bool
is_deallocated(const struct duet_error *err)
{
    return strcmp(err->code, "26000") == 0;
}

/* What has failed stands in the message, or it is run in another way. */
static bool
run_failed(struct message *message, size_t *done, struct duet_error *err)
{
    struct postgres_db *db = message->db;

    /* Lost behind the last COMMIT; who settles that connects anew. */
    if (message->done == message->count) {
        *done = --message->done;
        return db_uncertain(err);
    }
    if (may_be_committed(message, err))
        return db_uncertain(err);
    if (libpq.status(db->conn) == CONNECTION_OK && is_deallocated(err)) {
        db_rollback(&db->base);
        postgres_forget(db);
        return transact_by_steps(&db->base, current(message), 1, done, err);
    }
    if (is_unreadable(message, err))
        return transact_by_steps(&db->base, current(message), 1, done, err);
    find_failed(message);
    return false;
}

static bool
transact(struct postgres_db *db, struct db_transaction *list, size_t count,
         size_t *done, struct duet_error *err)
{
    SCOPED(message_release)
    struct message message = {.db = db, .list = list, .count = count};
    bool ok;

    write_message(&message);
    /* What was never sent can't be uncertain. */
    if (libpq.status(db->conn) != CONNECTION_OK ||
        !libpq.sendQuery(db->conn, buf_data(&message.text)))
        return postgres_failed(db, NULL, err);
    db->lock_timeout = db->own_lock_timeout;
    ok = read_answers(&message, err);
    *done = message.done;
    if (ok)
        return true;
    /* Whichever of them has a mistake: the first is due. */
    if (count > 1 && is_unread(&message) && err->kind == DUET_ERROR_SQL)
        return transact(db, list, 1, done, err);
    return run_failed(&message, done, err);
}

bool
postgres_transact(struct db *base, struct db_transaction *list, size_t count,
                  size_t *done, struct duet_error *err)
{
    struct postgres_db *db = postgres_of(base);
    struct duet_error own = {0};

    /* A session that is not ours alone, or that more is to be done for. */
    if (db->url == NULL || base->pooled || db->for_clearing || db->prepared)
        return transact_by_steps(base, list, count, done, err);
    return transact(db, list, count, done, err != NULL ? err : &own);
}
