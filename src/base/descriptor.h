/*
 * A file descriptor that is closed where its scope ends:
 *
 *     SCOPED(descriptor_close) int file = open(path, O_RDONLY | O_CLOEXEC);
 */
#ifndef DUET_BASE_DESCRIPTOR_H
#define DUET_BASE_DESCRIPTOR_H

#include "base/attr.h"

/* One that is negative is none. */
void descriptor_close(const int *file);

#endif
