/*
 * A file of variables, as many tools read it:
 *
 *     # for development
 *     export DATABASE_URL='sqlite:app.db'
 *     NAME = plain text # a comment
 *     TEXT="with \"escapes\"\nand lines"
 *
 * Nothing is expanded.
 */
#ifndef DUET_PROFILE_DOTENV_H
#define DUET_PROFILE_DOTENV_H

#include "base/arena.h"

/* The value of NAME in TEXT, the last one if there are several; or NULL. */
const char *dotenv_find(struct arena *arena, const char *text,
                        const char *name);

#endif
