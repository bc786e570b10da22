#include "base/digest.h"

#include <sys/types.h>

#include <sha2.h>
#include <stdint.h>

void
digest(const void *data, size_t len, char out[DIGEST_LEN])
{
    (void)SHA256Data(data, len, out);
}
