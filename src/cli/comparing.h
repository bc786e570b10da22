/*
 * Comparing two schemas that operands name: what the commands compare and
 * schema diff have in common.
 */
#ifndef DUET_CLI_COMPARING_H
#define DUET_CLI_COMPARING_H

#include "cli/operand.h"
#include "schema/accepted.h"
#include "schema/compare.h"

struct compare_args {
    bool all;
    bool strict;
    bool sql;
    unsigned engine; /* which of comparing_engines[] */
    const char *accepted;
    const char *html;
    bool schema; /* what is compared: for the command compare */
};

extern const char *const comparing_engines[];

/* clang-format off */
#define COMPARE_OPTIONS                                                      \
    {"all", 'a', OPTION_FLAG, offsetof(struct compare_args, all), NULL,      \
     "show what is equivalent, too, and by which rule"},                     \
    {"strict", 0, OPTION_FLAG, offsetof(struct compare_args, strict), NULL,  \
     "what can't be compared is a difference"},                              \
    {"sql", 0, OPTION_FLAG, offsetof(struct compare_args, sql), NULL,        \
     "print the SQL that makes A what B is, as far as there is some"},       \
    {"for", 0, OPTION_CHOICE, offsetof(struct compare_args, engine),         \
     "sqlite|postgres",                                                      \
     "read two declarations for that engine; sqlite if not given"},          \
    {"accepted", 0, OPTION_TEXT, offsetof(struct compare_args, accepted),    \
     "FILE", "the differences in FILE are accepted; that beside the "        \
     "declaration if not given"},                                            \
    {"html", 0, OPTION_TEXT, offsetof(struct compare_args, html), "FILE",    \
     "write a page for a browser to FILE"}
/* clang-format on */

/* Two schemas, and what there is to say of them. */
struct compared {
    struct operand left;
    struct operand right;
    struct comparison comparison;
    struct accepted accepted;
    bool is_strict;
};

/* It is a difference, for the exit status. */
bool compared_counts(const struct compared *compared,
                     const struct finding *finding);

void compared_clear(struct compared *compared);

/* Compare what the two operands name, and print what is found. */
bool comparing_run(struct invocation *invocation,
                   const struct compare_args *args, struct duet_error *err);

#endif
