/*
 * The value of an option, from its text into the field that its table names.
 */
#ifndef DUET_CLI_OPTION_VALUE_H
#define DUET_CLI_OPTION_VALUE_H

#include "cli/command.h"

/*
 * ARGS is the struct that has the field.  What is stored points to VALUE or
 * into ARENA; VALUE is not looked at for a flag.
 */
bool option_store(struct arena *arena, const struct option_spec *spec,
                  void *args, const char *value, struct duet_error *err);

#endif
