/*
 * The options that make `up` and `status` work in many databases.
 */
#ifndef DUET_CLI_FLEET_H
#define DUET_CLI_FLEET_H

#include "cli/migrating.h"

/* A member of a command's arguments, behind struct migrating_args. */
struct fleet_args {
    const char *urls;
    const char *schemas;
    const char *jobs;
    bool all_profiles;
    bool fail_fast;
};

/* clang-format off */
/* TYPE is that of the arguments, where they are called fleet. */
#define FLEET_OPTIONS(type)                                                  \
    {"all-profiles", 0, OPTION_FLAG, offsetof(type, fleet.all_profiles),     \
     NULL, "in every profile, not in one database"},                         \
    {"urls", 0, OPTION_TEXT, offsetof(type, fleet.urls), "FILE",             \
     "in each database whose URL is a line of FILE; standard input if it "   \
     "is -"},                                                                \
    {"schemas", 0, OPTION_TEXT, offsetof(type, fleet.schemas), "PATTERN",    \
     "in each schema of the database whose name matches PATTERN, where * "   \
     "and ? stand for others (PostgreSQL)"},                                 \
    {"jobs", 'j', OPTION_TEXT, offsetof(type, fleet.jobs), "N",              \
     "in N databases at a time; 1 if not given"},                            \
    {"fail-fast", 0, OPTION_FLAG, offsetof(type, fleet.fail_fast), NULL,     \
     "start no other database after the first failure"}
/* clang-format on */

/* Several databases are meant. */
bool fleet_is_meant(const struct fleet_args *args);

/* Nothing that is for several databases was given for one. */
bool fleet_args_check(const struct fleet_args *args, struct duet_error *err);

/* `up` in all of them, and the report; ARGS are of the command. */
bool fleet_up(struct invocation *invocation, const struct fleet_args *args,
              const struct migrate_options *options, struct duet_error *err);

/* `status`: EXIT_CODE asks for 3 unless all are applied. */
bool fleet_status(struct invocation *invocation, const struct fleet_args *args,
                  bool exit_code, struct duet_error *err);

#endif
