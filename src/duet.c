/*
 * The public layer: it gives the functions behind duet.h their public names.
 */
#include "duet.h"

#include "base/attr.h"
#include "db/db.h"
#include "rows/clear.h"
#include "rows/get_or_create.h"
#include "worker/fixture.h"

/* A struct duet_db is a struct db, by its public name. */
static struct db *
db_of(struct duet_db *db)
{
    return (struct db *)db;
}

EXPORTED const char *
duet_error_name(enum duet_error_kind kind)
{
    static const char *const names[] = {
        "none",  "usage", "io",         "connect", "uncertain", "busy",
        "retry", "sql",   "constraint", "denied",  "cancelled", "drift"};

    return (size_t)kind < sizeof names / sizeof *names ? names[kind]
                                                       : "unknown";
}

EXPORTED const char *
duet_version(void)
{
    return DUET_VERSION;
}

EXPORTED bool
duet_open(struct duet_db **out, const char *url,
          const struct duet_open_options *options, struct duet_error *err)
{
    const struct db_options db_options = {
        .lock_timeout = options ? options->lock_timeout : 0};
    struct db *db = NULL;

    if (!db_open(&db, url, &db_options, err))
        return false;
    *out = (struct duet_db *)db;
    return true;
}

EXPORTED void
duet_attach_sqlite(struct duet_db **out, struct sqlite3 *handle)
{
    db_attach_sqlite((struct db **)out, handle);
}

EXPORTED bool
duet_attach_postgres(struct duet_db **out, struct pg_conn *handle,
                     struct duet_error *err)
{
    return db_attach_postgres((struct db **)out, handle, err);
}

EXPORTED void
duet_close(struct duet_db **db)
{
    db_close((struct db **)db);
}

EXPORTED void
duet_cancel(struct duet_db *db)
{
    db_cancel(db_of(db));
}

EXPORTED bool
duet_getter_open(struct duet_getter **out, struct duet_db *db,
                 const char *table, const char *const *key, size_t nkey,
                 const char *const *set, size_t nset, struct duet_error *err)
{
    return getter_open(out, db_of(db), table, key, nkey, set, nset, err);
}

EXPORTED bool
duet_get_or_create(struct duet_getter *getter, const char *const *key,
                   const char *const *set, struct duet_row *row,
                   struct duet_error *err)
{
    return get_or_create(getter, key, set, row, err);
}

EXPORTED void
duet_getter_close(struct duet_getter **getter)
{
    getter_close(getter);
}

EXPORTED bool
duet_cleaner_open(struct duet_cleaner **out, const char *url,
                  const struct duet_clear_options *options,
                  struct duet_error *err)
{
    return cleaner_open(out, url, options, NULL, err);
}

EXPORTED bool
duet_clear(struct duet_cleaner *cleaner, struct duet_clear_report *report,
           struct duet_error *err)
{
    return cleaner_clear(cleaner, report, err);
}

EXPORTED bool
duet_clear_preview(struct duet_cleaner *cleaner,
                   struct duet_clear_report *report, struct duet_error *err)
{
    return cleaner_preview(cleaner, report, err);
}

EXPORTED bool
duet_reset(struct duet_cleaner *cleaner, const char *seed,
           struct duet_clear_report *report, struct duet_error *err)
{
    return cleaner_reset(cleaner, seed, report, err);
}

EXPORTED void
duet_cleaner_cancel(struct duet_cleaner *cleaner)
{
    cleaner_cancel(cleaner);
}

EXPORTED void
duet_cleaner_close(struct duet_cleaner **cleaner)
{
    cleaner_close(cleaner);
}

EXPORTED bool
duet_worker_open(struct duet_worker **out,
                 const struct duet_worker_options *options,
                 struct duet_error *err)
{
    return worker_open(out, options, err);
}

EXPORTED const char *
duet_worker_id(const struct duet_worker *worker)
{
    return worker_id(worker);
}

EXPORTED const char *
duet_worker_engine(const struct duet_worker *worker)
{
    return worker_engine(worker);
}

EXPORTED const char *
duet_worker_url(const struct duet_worker *worker)
{
    return worker_url(worker);
}

EXPORTED const char *
duet_worker_profile(const struct duet_worker *worker)
{
    return worker_profile(worker);
}

EXPORTED const char *
duet_worker_home(const struct duet_worker *worker)
{
    return worker_home(worker);
}

EXPORTED const char *const *
duet_worker_environment(const struct duet_worker *worker)
{
    return worker_environment(worker);
}

EXPORTED bool
duet_worker_clean(struct duet_worker *worker, struct duet_clear_report *report,
                  struct duet_error *err)
{
    return worker_clean(worker, report, err);
}

EXPORTED bool
duet_worker_db(struct duet_worker *worker, struct duet_db **db,
               struct duet_error *err)
{
    return worker_db(worker, (struct db **)db, err);
}

EXPORTED const char *
duet_worker_label(struct duet_worker *worker, const char *stem)
{
    return worker_label(worker, stem);
}

EXPORTED bool
duet_worker_computer(struct duet_worker *worker,
                     const struct duet_computer_options *options,
                     struct duet_row *row, struct duet_error *err)
{
    return worker_computer(worker, options, row, err);
}

EXPORTED bool
duet_worker_folder(struct duet_worker *worker, const char *name,
                   const char **path, struct duet_error *err)
{
    return worker_folder(worker, name, path, err);
}

EXPORTED bool
duet_worker_audit(struct duet_worker *worker, const char *const *labelled,
                  const char *const **found, struct duet_error *err)
{
    return worker_audit(worker, labelled, found, err);
}

EXPORTED void
duet_worker_close(struct duet_worker **worker)
{
    worker_close(worker);
}
