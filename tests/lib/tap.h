/*
 * A test program that speaks TAP (testanything.org):
 *
 *     int
 *     main(void)
 *     {
 *         if (!getenv("TEST_POSTGRES"))
 *             tap_skip_all("no PostgreSQL server");
 *         OK(is_open(door), "the %s door is open", name);
 *         IS_TEXT(door_color(door), "red", "its color is kept");
 *         IS_INT(door_width(door), 80, "so is its width");
 *         return tap_done();
 *     }
 *
 * Each point is one line; one that fails is followed by where it stands and,
 * for the IS_ ones, by both values.  All of them return whether they passed.
 */
#ifndef DUET_TESTS_TAP_H
#define DUET_TESTS_TAP_H

#include <stdbool.h>

#define TAP_PRINTF(fmt, first) \
    __attribute__((__format__(__printf__, (fmt), (first))))

/* The condition holds. */
#define OK(cond, ...) tap_ok((cond), __FILE__, __LINE__, __VA_ARGS__)

/* Two texts are the same; NULL is the same as NULL only. */
#define IS_TEXT(got, want, ...) \
    tap_is_text((got), (want), __FILE__, __LINE__, __VA_ARGS__)

/* Two integers are the same. */
#define IS_INT(got, want, ...)                                          \
    tap_is_int((long long)(got), (long long)(want), __FILE__, __LINE__, \
               __VA_ARGS__)

/* A remark for the reader of the output; may be several lines. */
void tap_diag(const char *fmt, ...) TAP_PRINTF(1, 2);

/* Count points as passed that cannot be tried here. */
void tap_skip(int count, const char *why);

/* Skip the whole program: ends it with success.  Before the first point. */
_Noreturn void tap_skip_all(const char *why);

/* Give up: nothing that follows would mean anything. */
_Noreturn void tap_bail_out(const char *fmt, ...) TAP_PRINTF(1, 2);

/* Print the plan; returns what main() returns: 1 if a point failed. */
int tap_done(void);

bool tap_ok(bool passed, const char *file, int line, const char *fmt, ...)
    TAP_PRINTF(4, 5);
bool tap_is_text(const char *got, const char *want, const char *file, int line,
                 const char *fmt, ...) TAP_PRINTF(5, 6);
bool tap_is_int(long long got, long long want, const char *file, int line,
                const char *fmt, ...) TAP_PRINTF(5, 6);

#endif
