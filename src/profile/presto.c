#include "profile/presto.h"

#include <stdlib.h>

#include "profile/computer.h"

bool
presto_rows(struct db *db, const char *workdir, int64_t *computer,
            struct duet_error *err)
{
    SCOPED(computers_close) struct computers *computers = NULL;
    const struct computer localhost = {
        .label = PRESTO_COMPUTER,
        .hostname = "localhost",
        .description = PRESTO_DESCRIPTION,
        .scheduler = "core.direct",
        .transport = "core.local",
        .workdir = workdir,
    };
    struct duet_row row;

    if (!computers_open(&computers, db, err) ||
        !computers_get(computers, &localhost, &row, err))
        return false;
    *computer = strtoll(row.id[0], NULL, 10);
    return true;
}
