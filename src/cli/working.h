/*
 * What the commands that make profiles for workers have in common.
 */
#ifndef DUET_CLI_WORKING_H
#define DUET_CLI_WORKING_H

#include "cli/command.h"
#include "worker/own_profile.h"

/* The first member of a command's arguments. */
struct working_args {
    const char *migrations;
    const char *style;
    const char *seed;
    const char *pg_bin;
    const char *run_as;
    bool keep;
};

/* clang-format off */
#define WORKING_OPTIONS                                                      \
    {"migrations", 'm', OPTION_TEXT,                                         \
     offsetof(struct working_args, migrations), "DIR",                       \
     "the migrations; if not given DUET_MIGRATIONS, ./migrations, "          \
     "./db/migrations or, without these, those of a profile's storage"},     \
    {"style", 0, OPTION_TEXT, offsetof(struct working_args, style),          \
     "STYLE", "which tool's the files are, such as goose; found by looking " \
     "if not given"},                                                        \
    {"seed", 'f', OPTION_TEXT, offsetof(struct working_args, seed), "FILE",  \
     "the SQL that each begins with; if not given the tree's seed.sql, or "  \
     "the default user of a profile's storage"},                             \
    {"pg-bin", 0, OPTION_TEXT, offsetof(struct working_args, pg_bin), "DIR", \
     "the programs of the PostgreSQL server; if not given PG_BIN, else the " \
     "newest that is found"},                                                \
    {"run-as", 0, OPTION_TEXT, offsetof(struct working_args, run_as),        \
     "USER", "as root: the user that the server runs as"},                   \
    {"keep-files", 0, OPTION_FLAG, offsetof(struct working_args, keep),      \
     NULL, "leave the files there when the worker ends"}
/* clang-format on */

/* What ARGS say, for ENGINE; the owners are left to the caller. */
bool working_options(struct invocation *invocation,
                     const struct working_args *args, const char *engine,
                     struct own_profile_options *out, struct duet_error *err);

/* Make that profile; of one that is kept it is said where. */
bool working_open(struct invocation *invocation, struct own_profile *out,
                  const struct identity *identity,
                  const struct own_profile_options *options,
                  struct duet_error *err);

/* A number of workers: 1 to 999. */
bool working_count(const char *text, size_t *count, struct duet_error *err);

/* The identity of worker NUMBER of those that this command starts. */
struct identity working_identity(struct arena *arena, size_t number);

#endif
