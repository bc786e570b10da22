/*
 * A tree replayed on a scratch database, to see what it makes:
 *
 *     SCOPED(replay_close) struct replay replay = {0};
 *
 *     if (!replay_open(&replay, &tree, &options, err) ||
 *         !replay_up(&replay, NULL, err) ||
 *         !replay_reflect(&replay, &schema, err))
 *         return false;
 *
 * Hooks are left out: they are about the database that is migrated.
 */
#ifndef DUET_MIGRATE_REPLAY_H
#define DUET_MIGRATE_REPLAY_H

#include "migrate/migrate.h"
#include "schema/compare.h"
#include "schema/scratch.h"

struct replay_options {
    const char *server;  /* a database on whose server it may be; SQLite: any */
    const char *current; /* how its current schema is called, or NULL */
    /* Called before it is made, and with NULL before it goes; or NULL. */
    void (*scratch)(void *context, struct scratch *scratch);
    void *context;
    /* A remark of the runner; or NULL. */
    void (*note)(void *context, const char *text);
};

struct replay {
    struct scratch scratch;
    struct tree tree; /* borrowed, and without its hooks */
    const struct replay_options *options;
};

/* It has to be closed where that fails, too. */
bool replay_open(struct replay *replay, const struct tree *tree,
                 const struct replay_options *options, struct duet_error *err);

/* Up to VERSION, or to the head for NULL; DONE, how many that were, or NULL. */
bool replay_up(struct replay *replay, const char *version, size_t *done,
               struct duet_error *err);

/* Undo all above VERSION, or all for NULL. */
bool replay_down(struct replay *replay, const char *version,
                 struct duet_error *err);

/* What it is now, without the ledger. */
bool replay_reflect(struct replay *replay, struct schema *out,
                    struct duet_error *err);

/*
 * An error is about what was run, not about the server, the connection or the
 * user's patience.
 */
bool replay_is_refused(const struct duet_error *err);

/*
 * Compare two schemas of ENGINE.  What an engine prints is not what it prints
 * once it has read that again: where they differ in words both are respelt on
 * another scratch database.
 */
bool replay_compare(struct comparison *out, const char *engine,
                    const struct replay_options *options, struct schema *left,
                    struct schema *right, struct duet_error *err);

/* Accepts an empty one; leaves it empty. */
void replay_close(struct replay *replay);

#endif
