#include "lib/storage_sql.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/tap.h"
#include "profile/storage.h"

_Noreturn static void
give_up(const struct duet_error *err)
{
    tap_diag("the storage of a profile: %s (%s)", err->text, err->hint);
    puts("Bail out!");
    exit(1);
}

const char *
storage_text(struct arena *arena, const char *engine)
{
    SCOPED(buf_release) struct buf sql = {0};
    struct duet_error err = {0};

    if (!storage_sql(&sql, engine, &err))
        give_up(&err);
    return arena_text(arena, buf_data(&sql));
}

void
storage_run(struct db *db)
{
    SCOPED(arena_clear) struct arena arena = {0};
    struct duet_error err = {0};

    if (!db_exec(db, storage_text(&arena, db_dialect(db)->name), &err))
        give_up(&err);
}
