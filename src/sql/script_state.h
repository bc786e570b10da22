/*
 * A script that is being read: what its parts share.  script_window.c goes on
 * from token to token, script_statement.c and script_line.c say what one
 * means, script_data.c reads what stands behind COPY.
 */
#ifndef DUET_SQL_SCRIPT_STATE_H
#define DUET_SQL_SCRIPT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "db/token.h"
#include "sql/script.h"
#include "sql/script_read.h"

struct position {
    uint64_t place;
    size_t line;
    size_t column;
};

/* Where SQLite's shell is in a statement: see sqlite3_complete(). */
enum shell_state {
    SHELL_START,
    SHELL_NORMAL,
    SHELL_EXPLAIN,
    SHELL_CREATE,
    SHELL_TRIGGER,
    SHELL_SEMICOLON, /* within a trigger, as the next one */
    SHELL_END
};

/* The statement that is being read. */
struct progress {
    bool begun;
    struct position start;
    uint64_t end; /* of its last token */
    enum shell_state state;
    size_t parens;
    size_t begins; /* BEGIN ATOMIC and, within it, CASE without their END */
    char words[5]; /* first letters of the words that psql looks for */
    size_t nwords;
    bool after_begin;
};

struct script {
    struct reader reader;
    struct duet_error *err;
    enum sql_language language;
    struct arena arena; /* of the statement's names */
    struct digest digest;
    uint64_t at; /* behind what was read */
    struct position counted;
    bool line_is_blank; /* so far */
    struct progress progress;
    size_t number;
    char *cut; /* the NUL behind the statement, in place of ... */
    char cut_character;
    bool in_data;
    bool within_line; /* of data */
    bool ended;
    bool failed;
};

/* ------------------------------------------------------------------------
 * The window
 */

uint64_t script_place_of(const struct script *script, const char *at);

/* Of a place that is not before those that were counted. */
struct position script_position_of(const struct script *script, uint64_t place);

/* What is needed stays; every pointer into the window is another one then. */
bool script_read_more(struct script *script);

/* *OUT is the end of the line in which PLACE is; the window may move. */
bool script_find_line_end(struct script *script, uint64_t place,
                          const char **out);

/* Go on to AT. */
void script_advance(struct script *script, const char *at);

/* False at the end and on an error; TOKEN is what token_next() makes of it. */
bool script_next_token(struct script *script, struct token *token);

/* A token counts in the checksum. */
void script_hash(struct script *script, const char *text, size_t len);

/* These are false: the error is at that place.  HINT may be NULL. */
bool script_fail(struct script *script, uint64_t place, const char *text,
                 const char *hint);
bool script_fail_at(struct script *script, const struct position *position);
bool script_fail_at_nul(struct script *script);

/* ------------------------------------------------------------------------
 * Tokens
 */

/* What comes of a token. */
enum step {
    STEP_ON,
    STEP_DONE, /* the statement is complete, if there is one */
    STEP_QUIT, /* the script is */
    STEP_FAILED
};

/* One that is part of a statement, or ends it. */
enum step script_take(struct script *script, const struct token *token);

/* One that may not be SQL: what psql or the shell of SQLite makes of it. */
enum step script_take_psql(struct script *script, struct token *token);
enum step script_take_shell(struct script *script, struct token *token);

/* Where the shell is behind TOKEN. */
enum shell_state shell_next_state(enum shell_state state,
                                  const struct token *token);

/* ------------------------------------------------------------------------
 * The data of COPY
 */

/* From behind its statement to the next line. */
bool script_skip_to_data(struct script *script);

/* False at its end and on an error. */
bool script_next_data(struct script *script, const char **data, size_t *len);

/* Does nothing but blanks, or a comment, stand from AT to END? */
bool is_rest_of_line(const char *at, const char *end);

#endif
