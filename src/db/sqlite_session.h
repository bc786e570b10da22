/*
 * What SQLite's authorizer tells of the statements of db_exec() while they are
 * prepared: the tables that one is about to touch, and that one may have
 * changed what lasts as long as the connection.
 *
 * It is installed once and left there, for to set it has every prepared
 * statement made again; only where the handle is the caller's it goes as soon
 * as nobody watches.  The caller's own authorizer, which can't be asked for,
 * is gone then.
 */
#ifndef DUET_DB_SQLITE_SESSION_H
#define DUET_DB_SQLITE_SESSION_H

#include <sqlite3.h>

#include "base/arena.h"
#include "db/db.h"

struct sqlite_state;

struct sqlite_session {
    sqlite3 *handle;
    bool attached;              /* the handle is the caller's */
    bool installed;             /* the authorizer is */
    bool recording;             /* a statement of db_exec() is being prepared */
    bool changed;               /* the state may not be what it was */
    struct sqlite_state *state; /* to go back to; NULL: not looked at yet */
    const struct db_watch *watch;
    struct arena arena; /* of touches */
    struct db_touch *touches;
    size_t count;
    size_t size;
    bool is_due;  /* a touch is there that watch is to be told of */
    bool telling; /* watch is being told: what it runs is not recorded */
};

void sqlite_session_install(struct sqlite_session *session);
void sqlite_session_uninstall(struct sqlite_session *session);
void sqlite_session_watch(struct sqlite_session *session,
                          const struct db_watch *watch);

/* sqlite3_prepare_v2(), recorded. */
int sqlite_session_prepare(struct sqlite_session *session, const char *sql,
                           sqlite3_stmt **out, const char **rest);

/* Tell the watch, if there is one, what that statement will touch. */
bool sqlite_session_before(struct sqlite_session *session,
                           struct duet_error *err);

/* Put back what is not as it was at the first call. */
bool sqlite_session_renew(struct sqlite_session *session,
                          struct duet_error *err);

/* Before the handle is closed, or goes on without it. */
void sqlite_session_release(struct sqlite_session *session);

#endif
