/*
 * What a profile stores: the tables that are declared in schema/, and the rows
 * that every profile starts with.  All of it happens in a transaction of the
 * caller.
 */
#ifndef DUET_PROFILE_STORAGE_H
#define DUET_PROFILE_STORAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"

enum storage_state {
    STORAGE_NONE,  /* none of its tables is there */
    STORAGE_WHOLE, /* all of them are, with their columns: how they are
                      constrained is for a comparison to tell */
    STORAGE_OTHER  /* some, or others of the same name */
};

struct storage {
    enum storage_state state;
    size_t strangers;     /* tables and views that are not the storage's */
    const char *obstacle; /* what is wrong with STORAGE_OTHER, in words */
};

/* Keep other processes from making a storage here until the transaction's end.
 */
bool storage_lock(struct db *db, struct duet_error *err);

bool storage_inspect(struct db *db, struct arena *arena, struct storage *out,
                     struct duet_error *err);

/* The SQL that makes the tables on ENGINE. */
bool storage_sql(struct buf *out, const char *engine, struct duet_error *err);

/*
 * Make the tables and the default user, by the migrations that led to them and
 * with a ledger that says so.
 */
bool storage_make(struct db *db, struct duet_error *err);

/* Drop the tables that are there, and their ledger. */
bool storage_drop(struct db *db, struct duet_error *err);

/* The id of the default user, made where missing: in TEXT. */
bool storage_user(struct db *db, struct arena *arena, const char **id,
                  struct duet_error *err);

#endif
