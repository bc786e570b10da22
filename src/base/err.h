/*
 * Filling a struct duet_error.  Every function here returns false, so that
 * failure composes:
 *
 *     return file_read(path, &text, err) || err_wrap(err, "seed '%s'", path);
 */
#ifndef DUET_BASE_ERR_H
#define DUET_BASE_ERR_H

#include <stdbool.h>

#include "base/attr.h"
#include "duet.h"

/* Fill ERR anew.  Newlines in the text become blanks.  ERR may be NULL. */
bool err_set(struct duet_error *err, enum duet_error_kind kind, const char *fmt,
             ...) PRINTF_LIKE(3, 4);

/* Say first what was being done: "CONTEXT: what the error said". */
bool err_wrap(struct duet_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Say what to do about it, in place of an earlier hint. */
bool err_hint(struct duet_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same as err_set() for a failed system call: adds what errno says. */
bool err_errno(struct duet_error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
