/*
 * The words that a language keeps for itself.
 */
#ifndef DUET_SCHEMA_KEYWORD_H
#define DUET_SCHEMA_KEYWORD_H

#include <stdbool.h>

#include "db/token.h"
#include "sql/language.h"

/* TOKEN, a word, is no name of a table or a column unless it is in quotes. */
bool keyword_is_reserved(enum sql_language language, const struct token *token);

/* A type that PostgreSQL has of itself. */
bool keyword_is_type(const char *name);

#endif
