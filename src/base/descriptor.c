#include "base/descriptor.h"

#include <unistd.h>

void
descriptor_close(const int *file)
{
    if (*file >= 0)
        (void)close(*file);
}
