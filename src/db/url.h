/*
 * The URL of a database, as far as duet itself reads it.
 */
#ifndef DUET_DB_URL_H
#define DUET_DB_URL_H

#include <stddef.h>

#include "base/arena.h"

/*
 * Write URL to OUT, cut to SIZE bytes, with each password in it replaced by
 * three asterisks: that of the user and those among the parameters
 * (password=, sslpassword=).
 *
 *     postgres://ada:secret@host/db?sslpassword=x
 *     postgres://ada:***@host/db?sslpassword=***
 */
void url_redact(const char *url, char *out, size_t size);

/*
 * Write MESSAGE to OUT in the same way: what it quotes ("...") of URL and
 * url_redact() would not show becomes asterisks.  A URL that is written wrong
 * can make libpq take a part of the password for a host or a port.
 */
void url_redact_message(const char *url, const char *message, char *out,
                        size_t size);

/*
 * The URL of PostgreSQL's that leads to the same database, but has SCHEMA for
 * its search path, whatever is reset in the session.  What the session is told
 * besides, by options= in the URL or by PGOPTIONS, it is told still.
 *
 *     postgres://host/db, a b
 *     postgres://host/db?options=-csearch_path%3D%22a%5C%20b%22
 */
char *url_with_schema(struct arena *arena, const char *url, const char *schema);

#endif
