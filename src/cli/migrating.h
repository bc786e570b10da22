/*
 * What the commands on migrations have in common: the database, the tree, and
 * how it is shown what becomes of each migration.
 */
#ifndef DUET_CLI_MIGRATING_H
#define DUET_CLI_MIGRATING_H

#include "base/json.h"
#include "cli/command.h"
#include "cli/render.h"
#include "migrate/migrate.h"

/* The first member of a command's arguments. */
struct migrating_args {
    const char *migrations;
    const char *style; /* see tree_style_find() */
    unsigned lock_timeout;
    unsigned wait;
};

/* clang-format off */
#define TREE_OPTIONS                                                         \
    {"migrations", 'm', OPTION_TEXT,                                         \
     offsetof(struct migrating_args, migrations), "DIR",                     \
     "the migrations; if not given DUET_MIGRATIONS, those of the profile, "  \
     "./migrations, ./db/migrations or, without these, those of a "          \
     "profile's storage"},                                                   \
    {"style", 0, OPTION_TEXT, offsetof(struct migrating_args, style),        \
     "STYLE", "which tool's the files are, such as goose; found by looking " \
     "if not given"}

#define MIGRATING_OPTIONS                                                    \
    TREE_OPTIONS,                                                            \
    {"lock-timeout", 0, OPTION_DURATION,                                     \
     offsetof(struct migrating_args, lock_timeout), "TIME",                  \
     "how long a statement waits for a lock before it is tried again; 5s "   \
     "if not given"},                                                        \
    {"wait", 'w', OPTION_DURATION, offsetof(struct migrating_args, wait),    \
     "TIME", "how long to wait for other runs and for locks, all in all; "   \
     "5m if not given"}
/* clang-format on */

struct migrating {
    struct invocation *invocation;
    const char *url;
    const char *shown;
    struct db *db;
    struct tree tree;
    struct migrate_options options; /* to be added to */
    struct progress progress;
    struct json list; /* of what was done, with --json */
};

/* What becomes of a database that is not there. */
enum if_missing {
    IF_MISSING_FAIL,
    IF_MISSING_MAKE,
    IF_MISSING_PRETEND /* it is taken for an empty one, and not made */
};

/* Open the database that is meant, and read its tree. */
bool migrating_open(struct migrating *migrating, struct invocation *invocation,
                    enum if_missing if_missing, struct duet_error *err);
void migrating_close(struct migrating *migrating);

/*
 * The directory of the migrations, by the options, the environment, the
 * profile or what there is; NULL: there is none.
 */
bool migrating_directory(struct invocation *invocation, const char **dir,
                         struct duet_error *err);

/* Read the tree alone, for that engine; URL may be NULL. */
bool migrating_tree(struct invocation *invocation, const char *engine,
                    struct tree *tree, struct duet_error *err);

/* Read the tree in that DIRECTORY. */
bool migrating_read(struct tree *tree, const struct migrating_args *args,
                    const char *directory, const char *engine,
                    struct duet_error *err);

/* With --json: what was done, as a document. */
void migrating_print(struct migrating *migrating,
                     const struct migrate_report *report);

/* "3 applied, 1 pending", in ARENA; STATES are how many there are of each. */
const char *states_text(struct arena *arena, const size_t *states);

/* "1.2 ms", in ARENA; DURATION in microseconds. */
const char *duration_text(struct arena *arena, int64_t duration);

#endif
