/*
 * The parts of the splitter that know what statements and commands mean.
 */
#ifndef DUET_SQL_SCRIPT_PART_H
#define DUET_SQL_SCRIPT_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "sql/script.h"

/* Fill in what STATEMENT is, by its text.  Its names are put in ARENA. */
void statement_classify(struct arena *arena, enum sql_language language,
                        struct statement *statement);

/* From here on psql would read '\' as PostgreSQL once did: an escape. */
bool statement_turns_escapes_on(const char *text);

/* What a line means to psql, or to the shell of SQLite. */
enum command_effect {
    COMMAND_NOTHING, /* nothing to a database */
    COMMAND_SEND,    /* the statement before it is to be run */
    COMMAND_QUIT,    /* the script ends */
    COMMAND_REFUSED
};

struct command {
    enum command_effect effect;
    size_t len;       /* of all of it */
    size_t name_len;  /* of its name, with the \ or . before it */
    const char *why;  /* for one that is refused; NULL: it is what it is */
    const char *hint; /* what to do instead */
};

/* AT is psql's \, END the end of the line. */
void psql_command_read(struct command *out, const char *at, const char *end);

/* AT is the dot at the beginning of a line. */
void shell_command_read(struct command *out, const char *at, const char *end);

/*
 * The length of the `:name` at AT (or `:'name'`, ...) in whose place psql
 * would put something else; 0: none.
 */
size_t psql_variable_len(const char *at, const char *end);

#endif
