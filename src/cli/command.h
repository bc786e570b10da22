/*
 * A command of the program, as one table:
 *
 *     struct greet_args {
 *         const char *name;
 *         bool loud;
 *     };
 *
 *     static const struct option_spec options[] = {
 *         {"name", 'n', OPTION_TEXT, offsetof(struct greet_args, name),
 *          "NAME", "greet NAME, not everybody"},
 *         {"loud", 0, OPTION_FLAG, offsetof(struct greet_args, loud), NULL,
 *          "in capital letters"},
 *         {0},
 *     };
 *
 *     const struct command command_greet = {
 *         .name = "greet",
 *         .summary = "say hello",
 *         .operands = "WORD [MORE]...",
 *         .description = "Says hello, then each WORD.\n",
 *         .example = "duet greet --name Ada world\n",
 *         .args_size = sizeof(struct greet_args),
 *         .options = options,
 *         .run = run,
 *     };
 *
 * The parser, --help, the suggestions for what is misspelt and the test of the
 * manual page work from it, and the commands stand in commands[] in main.c.
 * Every example is run by tests/cli/help.t.
 */
#ifndef DUET_CLI_COMMAND_H
#define DUET_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "db/db.h"
#include "duet.h"

/* What an option takes, and the type of the field that gets it. */
enum option_kind {
    OPTION_TEXT,    /* const char *: the last one given, or NULL */
    OPTION_FLAG,    /* bool */
    OPTION_LIST,    /* const char *const *: a,b and again; NULL at the end */
    OPTION_TEXTS,   /* the same, but a comma is part of the value */
    OPTION_CHOICE,  /* unsigned: which of the words in ARGUMENT, 0 the first */
    OPTION_DURATION /* unsigned: milliseconds, from 5s, 300ms, 2m or 1h */
};

/* A field that no option set is zero: NULL, false, the first choice. */
struct option_spec {
    const char *name; /* without the dashes; NULL ends the table */
    char letter;      /* or 0 */
    enum option_kind kind;
    size_t offset;        /* of the field in the command's arguments */
    const char *argument; /* "DIR", for a choice "keep|restart"; or NULL */
    const char *help;     /* in half a sentence */
};

struct invocation;

struct command {
    const char *name;
    const char *summary; /* lower case, no full stop */
    /*
     * As the synopsis shows them, "" for none.  They are counted: WORD is
     * needed, [WORD] is not, and with ... there may be any number.
     */
    const char *operands;
    const char *description; /* whole paragraphs, 78 columns, newline at end */
    const char *example;     /* shell commands, one a line, that work */
    size_t args_size;        /* of the struct that options write to, or 0 */
    const struct option_spec *options;        /* {0} at the end, or NULL */
    const struct command *const *subcommands; /* NULL at the end, or NULL */
    /* Not needed where there are subcommands. */
    bool (*run)(struct invocation *invocation, struct duet_error *err);
};

/* The options that every command has. */
struct global_options {
    const char *url;
    const char *profile;
    bool json;
    bool verbose;
    bool quiet;
    bool help;
    bool version;
};

extern const struct option_spec global_options[];

/*
 * One run of a command.
 *
 * run() returns false exactly when it filled the error in; main() prints it
 * and exits with what its kind stands for (2 usage, 3 drift, 4 busy, 5
 * connect, else 1).  When it returns true the exit status is 0, or STATUS if
 * it set that.
 */
struct invocation {
    struct arena *arena; /* lives until the program ends */
    const struct command *command;
    const void *args; /* of the command's own type; all zeros by default */
    const char *const *operands;
    size_t noperands;
    const struct global_options *global;
    int status;
    struct db_trace trace; /* says what is run if --verbose; else zeros */
};

/*
 * The database that the options, the environment or the profiles name; of one
 * that is no profile's the URL alone is set.
 */
struct profile;
bool invocation_profile(struct invocation *invocation, struct profile *profile,
                        struct duet_error *err);
bool invocation_url(struct invocation *invocation, const char **url,
                    struct duet_error *err);

/*
 * Open that database; OPTIONS may be NULL, its trace is set here.  Ctrl-C
 * cancels what the connection does until database_close():
 *
 *     SCOPED(database_close) struct db *db = NULL;
 *
 *     if (!invocation_open(invocation, NULL, &db, err))
 *         return false;
 */
bool invocation_open(struct invocation *invocation,
                     const struct db_options *options, struct db **db,
                     struct duet_error *err);

/* The same for the database of a URL. */
bool invocation_open_url(struct invocation *invocation, const char *url,
                         const struct db_options *options, struct db **db,
                         struct duet_error *err);
void database_close(struct db **db);

/*
 * Ctrl-C cancels what is done on SCRATCH, until this is called with NULL: from
 * then on it is caught and cancels nothing, so that SCRATCH can be dropped.
 */
struct scratch;
void interrupt_scratch(struct scratch *scratch);

/*
 * A remark on stderr, unless --quiet: lower case, no full stop, no newline.
 * Data goes to stdout; see render.h.
 */
void talk(const struct invocation *invocation, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* Each in its own cmd_*.c. */
extern const struct command command_presto;
extern const struct command command_profile;
extern const struct command command_clear;
extern const struct command command_reset;
extern const struct command command_get_or_create;
extern const struct command command_serve;
extern const struct command command_new;
extern const struct command command_up;
extern const struct command command_down;
extern const struct command command_redo;
extern const struct command command_status;
extern const struct command command_baseline;
extern const struct command command_repair;
extern const struct command command_verify;
extern const struct command command_adopt;
extern const struct command command_schema;
extern const struct command command_compare;
extern const struct command command_cluster;
extern const struct command command_worker;
extern const struct command command_help;

/* The commands of the program, NULL at the end. */
extern const struct command *const commands[];

#endif
