/*
 * Names and texts as SQL writes them, the same on both engines.
 */
#ifndef DUET_SQL_QUOTE_H
#define DUET_SQL_QUOTE_H

#include "base/arena.h"

/*
 * NAME as an identifier, always in double quotes:
 *
 *     say "hi"  ->  "say ""hi"""
 */
char *sql_ident(struct arena *arena, const char *name);

/*
 * The same, but as it stands where both engines read that as the same name:
 *
 *     label  ->  label        Label  ->  "Label"        order  ->  "order"
 */
char *sql_name(struct arena *arena, const char *name);

/* The same for the name of a type: PostgreSQL has some of two words. */
char *sql_type_name(struct arena *arena, const char *name);

/*
 * TEXT as a literal in single quotes; NULL becomes null:
 *
 *     it's  ->  'it''s'
 *
 * A backslash is one: PostgreSQL has standard_conforming_strings on here.
 */
char *sql_literal(struct arena *arena, const char *text);

#endif
