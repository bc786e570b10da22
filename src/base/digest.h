/*
 * SHA-256, by libmd: of what is there, or of what comes in pieces.
 *
 *     struct digest digest;
 *
 *     digest_start(&digest);
 *     digest_add(&digest, piece, len);
 *     digest_write(&digest, out);
 */
#ifndef DUET_BASE_DIGEST_H
#define DUET_BASE_DIGEST_H

#include <sys/types.h>

#include <sha2.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_LEN = 65 }; /* of the text, with the NUL behind it */

/* Write the digest of LEN bytes to OUT, as 64 hexadecimal digits. */
void digest(const void *data, size_t len, char out[DIGEST_LEN]);

/* The SHA-384 of LEN bytes, as 96 hexadecimal digits. */
enum { DIGEST_384_LEN = 97 };

void digest_384(const void *data, size_t len, char out[DIGEST_384_LEN]);

struct digest {
    SHA2_CTX state;
};

void digest_start(struct digest *digest);
void digest_add(struct digest *digest, const void *data, size_t len);

/* TEXT with its NUL: no two lists of texts look the same. */
void digest_text(struct digest *digest, const char *text);

/* Write that of what was added so far; more may be added. */
void digest_write(const struct digest *digest, char out[DIGEST_LEN]);

#endif
