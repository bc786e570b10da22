/*
 * A script's statements as one text:
 *
 *     [select 1][copy t from stdin]<1\n>! x:3:1: ...
 */
#ifndef DUET_TESTS_SPLITTING_H
#define DUET_TESTS_SPLITTING_H

#include "base/arena.h"
#include "base/buf.h"
#include "sql/script.h"

/* Statements in brackets, data in < and >, an error and its hint behind a !. */
const char *split(struct arena *arena, enum sql_language language,
                  const char *text);

/* The same through a window that is so wide at first; 0: as it is. */
const char *split_through(struct arena *arena, enum sql_language language,
                          const char *text, size_t window);

/* The statements alone, NULL at the end; *ENDED: there was no error. */
const char **statements_of(struct arena *arena, enum sql_language language,
                           const char *text, bool *ended);

/* The same of who splits at each semicolon. */
const char **naive_statements_of(struct arena *arena, const char *text);

/* From its first token to its last, but for semicolons at either end. */
const char *trimmed_statement(struct arena *arena, enum sql_language language,
                              const char *text);

/* sql_checksum() gives the same for both. */
bool is_same_checksum(enum sql_language language, const char *one,
                      const char *other);

#endif
