#include "migrate/ledger.h"

#include "base/err.h"

bool
ledger_create(struct db *db, struct duet_error *err)
{
    return db_exec(db, db_sql(db, SQL_LEDGER_CREATE), err) ||
           err_wrap(err, "ledger");
}

bool
ledger_stamp(struct db *db, const struct tree *tree, struct duet_error *err)
{
    for (size_t i = 0; i < tree->count; i++) {
        const struct migration *migration = &tree->list[i];
        const struct db_value args[] = {
            db_text(migration->version), db_text(migration->name),
            db_text(migration->checksum), db_text(DUET_VERSION)};

        if (!db_execute(db, db_sql(db, SQL_LEDGER_STAMP), args, 4, NULL, err))
            return err_wrap(err, "ledger");
    }
    return true;
}

void
ledger_hide(struct schema *schema)
{
    struct object *parts[] = {
        schema_find(schema, OBJECT_TABLE, NULL, LEDGER_TABLE),
        /* Who may read it, where that was granted: see postgres_privileges. */
        schema_find(schema, OBJECT_OTHER, NULL, "table " LEDGER_TABLE),
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != NULL)
            schema_remove(schema, parts[i]);
}
