/*
 * Reads a declaration, SQL files that say what a schema shall be, into a model.
 *
 *     profile.sql            what both engines have, in PostgreSQL's language
 *     profile.sqlite.sql     what SQLite alone has, in its language
 *     profile.postgres.sql   what PostgreSQL alone has
 *
 * seed.sql and seed.ENGINE.sql in a directory have rows, and are not read.  An
 * error says where: "schema/profile.sql:12:5: ...".
 */
#ifndef DUET_SCHEMA_DECLARATION_H
#define DUET_SCHEMA_DECLARATION_H

#include "duet.h"
#include "schema/model.h"

/*
 * Read PATH, a file or a directory whose *.sql are read in the order of their
 * names, for ENGINE: the files for both, then those for that engine, whose
 * objects may refer to all of the former.  For a file NAME.sql that of the
 * engine beside it is read, too.  OUT is sorted.
 */
bool declaration_read(struct schema *out, const char *path, const char *engine,
                      struct duet_error *err);

/*
 * The same of the files in schema/, which the program has in it: the storage
 * of a profile.
 */
bool declaration_embedded(struct schema *out, const char *engine,
                          struct duet_error *err);

/*
 * Add what TEXT declares to OUT, whose engine is set.  FILE is the name for
 * errors.  COMMON: it is for both engines, so what one of them can't have is
 * an error, and columns are guarded.  The caller sorts.
 */
bool declaration_add(struct schema *out, const char *file, const char *text,
                     bool common, struct duet_error *err);

#endif
