/*
 * The checksum of an SQL text that stays the same where only comments, blanks
 * and line ends change.
 */
#ifndef DUET_SQL_CHECKSUM_H
#define DUET_SQL_CHECKSUM_H

#include "base/digest.h"
#include "sql/language.h"

/*
 * What script_checksum() gives for TEXT as a script.  Of one that can't be
 * read to its end it is the SHA-256 of its bytes.
 */
void sql_checksum(enum sql_language language, const char *text,
                  char out[DIGEST_LEN]);

#endif
