/*
 * Reads a command line by the tables of command.h.
 *
 * Options stand anywhere before "--", before the command too, as --name VALUE,
 * --name=VALUE, -n VALUE or -nVALUE; flags of one letter may be joined (-qv).
 */
#ifndef DUET_CLI_OPTIONS_H
#define DUET_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "cli/command.h"

/* What a command line says. */
struct command_line {
    const struct command *command; /* NULL: none was named */
    const char *path;              /* its full name, "profile create" */
    void *args;                    /* of the command */
    const char **operands;
    size_t noperands;
    struct global_options global;
};

/*
 * Read ARGV, which ends in NULL and starts behind the program's name.  What it
 * gives points into ARGV and the arena.  With false, LINE holds what was read
 * so far: the command to name in the message, and whether --json was given.
 */
bool options_read(struct command_line *line, struct arena *arena,
                  const struct command *const *all, const char *const *argv,
                  struct duet_error *err);

/* How many operands a command takes at least and at most, from its synopsis. */
void operands_count(const char *synopsis, size_t *least, size_t *most);

/*
 * The command that WORDS name, say "profile", "create", or NULL; USED gets how
 * many words that took.  Where a command is missing or wrong ERR tells.
 */
const struct command *command_find(const struct command *const *all,
                                   const char *const *words, size_t nwords,
                                   size_t *used, struct duet_error *err);

/* "profile create" from its two words; NWORDS is at least 1. */
const char *words_join(struct arena *arena, const char *const *words,
                       size_t nwords);

#endif
