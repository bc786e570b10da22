/*
 * The checksum of an SQL text that stays the same where only comments, blanks
 * and line ends change.
 */
#ifndef DUET_SQL_CHECKSUM_H
#define DUET_SQL_CHECKSUM_H

#include "base/digest.h"
#include "sql/language.h"

/* The SHA-256 of the tokens of TEXT, each with a NUL behind it. */
void sql_checksum(enum sql_language language, const char *text,
                  char out[DIGEST_LEN]);

#endif
