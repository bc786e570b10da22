#include "schema/reflect.h"

#include <string.h>

#include "base/err.h"

static const struct {
    const char *engine;
    bool (*reflect)(struct schema *out, struct db *db, struct duet_error *err);
} readers[] = {
    {"sqlite", reflect_sqlite},
    {"postgres", reflect_postgres},
};

bool
schema_reflect(struct schema *out, struct db *db, struct duet_error *err)
{
    const char *engine = db_dialect(db)->name;

    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (strcmp(readers[i].engine, engine) == 0)
            return readers[i].reflect(out, db, err);
    return err_set(err, DUET_ERROR_USAGE,
                   "the schema of a database of %s can't be read", engine);
}
