/*
 * Fixtures for tests: what duet.h calls a worker.
 */
#ifndef DUET_WORKER_FIXTURE_H
#define DUET_WORKER_FIXTURE_H

#include "db/db.h"

struct duet_worker;

/* As in duet.h. */
bool worker_open(struct duet_worker **out,
                 const struct duet_worker_options *options,
                 struct duet_error *err);
const char *worker_id(const struct duet_worker *worker);
const char *worker_engine(const struct duet_worker *worker);
const char *worker_url(const struct duet_worker *worker);
const char *worker_profile(const struct duet_worker *worker);
const char *worker_home(const struct duet_worker *worker);
const char *const *worker_environment(const struct duet_worker *worker);
bool worker_clean(struct duet_worker *worker, struct duet_clear_report *report,
                  struct duet_error *err);
bool worker_db(struct duet_worker *worker, struct db **db,
               struct duet_error *err);
const char *worker_label(struct duet_worker *worker, const char *stem);
bool worker_computer(struct duet_worker *worker,
                     const struct duet_computer_options *options,
                     struct duet_row *row, struct duet_error *err);
bool worker_folder(struct duet_worker *worker, const char *name,
                   const char **path, struct duet_error *err);
bool worker_audit(struct duet_worker *worker, const char *const *labelled,
                  const char *const **found, struct duet_error *err);
void worker_close(struct duet_worker **worker);

#endif
