/*
 * What the program says about itself, from the tables of command.h.
 */
#ifndef DUET_CLI_HELP_H
#define DUET_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* `duet --help`, and the short form for who calls it without a command. */
void help_program(void);
void help_usage(FILE *file);

/* `duet PATH --help` */
void help_command(const struct command *command, const char *path);

/*
 * Everything as lines of fields, for tests and for what completes commands:
 *
 *     command  PATH  OPERANDS  SUMMARY
 *     option   PATH  NAME  LETTER  ARGUMENT  HELP
 *     example  PATH  LINE
 *
 * The PATH of an option of every command is empty.
 */
void help_tables(void);

#endif
