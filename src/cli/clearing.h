/*
 * What the commands clear and reset have in common.
 */
#ifndef DUET_CLI_CLEARING_H
#define DUET_CLI_CLEARING_H

#include "base/json.h"
#include "cli/command.h"

struct clear_args {
    const char *const *keep;
    const char *const *only;
    unsigned sequences; /* 1: restart */
    bool dry_run;
    unsigned lock_timeout;
};

/*
 * Their options, the first of them those of 'duet serve', too, for structs that
 * start with a struct clear_args.  As rows of a table they are not what
 * clang-format takes a macro for.
 */
/* clang-format off */
#define KEEP_OPTIONS                                                         \
    {"keep", 'k', OPTION_LIST, offsetof(struct clear_args, keep), "TABLE",   \
     "leave TABLE alone: a name, schema.name or schema.*; may be given "     \
     "more than once, and as A,B"},                                          \
    {"only", 'o', OPTION_LIST, offsetof(struct clear_args, only), "TABLE",   \
     "clear nothing but TABLE; given as --keep is"},                         \
    {"sequences", 's', OPTION_CHOICE,                                        \
     offsetof(struct clear_args, sequences), "keep|restart",                 \
     "whether ids start again at 1; keep if not given"}
#define CLEAR_OPTIONS                                                        \
    KEEP_OPTIONS,                                                            \
    {"dry-run", 'n', OPTION_FLAG, offsetof(struct clear_args, dry_run),      \
     NULL, "say what would be deleted, and delete nothing"},                 \
    {"lock-timeout", 't', OPTION_DURATION,                                   \
     offsetof(struct clear_args, lock_timeout), "TIME",                      \
     "give up after TIME without a lock, say 300ms; 5s if not given"}
/* clang-format on */

/*
 * Do what the arguments say and print the report.  SEED is run in the same
 * transaction, and messages call it NAME; both may be NULL.
 */
bool clearing_run(struct invocation *invocation, const struct clear_args *args,
                  const char *seed, const char *name, struct duet_error *err);

/* The same for a cleaner. */
struct duet_clear_options clearing_options(const struct clear_args *args);

/* The report as members of the object that is open in JSON. */
void clearing_json(struct json *json, const struct duet_clear_report *report);

/* An error in a seed says so; here it learns that this is NAME.  Is false. */
bool clearing_name_seed(struct duet_error *err, const char *name);

#endif
