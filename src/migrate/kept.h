/*
 * The statements of a script as the ledger keeps them: one behind the other,
 * without what stood between them, unless that gets too long.
 */
#ifndef DUET_MIGRATE_KEPT_H
#define DUET_MIGRATE_KEPT_H

#include "base/buf.h"
#include "sql/script.h"

struct kept {
    struct buf buf;
    bool is_too_long;
};

void kept_add(struct kept *kept, const struct statement *statement);

/* NULL: it is too long. */
const char *kept_text(const struct kept *kept);

void kept_release(struct kept *kept);

#endif
