#include "base/digest.h"

#include <string.h>

void
digest(const void *data, size_t len, char out[DIGEST_LEN])
{
    (void)SHA256Data(data, len, out);
}

void
digest_384(const void *data, size_t len, char out[DIGEST_384_LEN])
{
    (void)SHA384Data(data, len, out);
}

void
digest_start(struct digest *digest)
{
    SHA256Init(&digest->state);
}

void
digest_add(struct digest *digest, const void *data, size_t len)
{
    SHA256Update(&digest->state, data, len);
}

void
digest_text(struct digest *digest, const char *text)
{
    digest_add(digest, text, strlen(text) + 1);
}

void
digest_write(const struct digest *digest, char out[DIGEST_LEN])
{
    SHA2_CTX state = digest->state; /* which ends here */

    (void)SHA256End(&state, out);
}
