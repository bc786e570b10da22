/*
 * SHA-256, by libmd.
 */
#ifndef DUET_BASE_DIGEST_H
#define DUET_BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_LEN = 65 }; /* of the text, with the NUL behind it */

/* Write the digest of LEN bytes to OUT, as 64 hexadecimal digits. */
void digest(const void *data, size_t len, char out[DIGEST_LEN]);

#endif
