/*
 * A database to try a schema on, empty at first and gone afterwards:
 *
 *     SCOPED(scratch_close) struct scratch scratch = {0};
 *
 *     if (!scratch_open(&scratch, "postgres", url, NULL, err) ||
 *         !db_exec(scratch.db, sql, err))
 *         return false;
 *
 * On SQLite it is one in memory.  On PostgreSQL it is a database of its own on
 * the same server, because the name of a schema gets into what the catalog
 * prints; it needs the privilege CREATEDB.  What a killed process left there
 * is dropped by the next one.
 */
#ifndef DUET_SCHEMA_SCRATCH_H
#define DUET_SCHEMA_SCRATCH_H

#include "base/arena.h"
#include "db/db.h"
#include "schema/model.h"

struct scratch {
    struct db *db;
    struct db *server; /* where its database is made and dropped, or NULL */
    const char *name;  /* of that */
    const char *url;   /* how to connect to it */
    struct arena arena;
};

/* One of ENGINE is on a server, which somebody has to name. */
bool scratch_needs_server(const char *engine);

/*
 * Make one of ENGINE, on the server of the database that URL names (SQLite
 * needs none).  The current schema is called SCHEMA, or NULL for the usual one.
 * It has to be closed where that fails, too.
 */
bool scratch_open(struct scratch *scratch, const char *engine, const char *url,
                  const char *schema, struct duet_error *err);

/* Accepts an empty one; leaves it empty. */
void scratch_close(struct scratch *scratch);

/* What a database of its engine makes of MODEL. */
bool scratch_reflect(struct scratch *scratch, const struct schema *model,
                     struct schema *out, struct duet_error *err);

/*
 * Spell the expressions of MODEL, which is of the engine's own catalog, as the
 * engine prints them once it has read them again.  That need not be the same:
 * a dump that was restored differs from its source.
 */
bool scratch_respell(struct scratch *scratch, struct schema *model,
                     struct duet_error *err);

#endif
