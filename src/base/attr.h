/*
 * The four GNU attributes used here, by name.
 */
#ifndef DUET_BASE_ATTR_H
#define DUET_BASE_ATTR_H

/* The arguments are checked against a printf format. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* The caller must look at the result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/*
 * The variable is released by FUNCTION when its scope ends; the function gets
 * the variable's address and accepts an empty one:
 *
 *     SCOPED(arena_clear) struct arena arena = {0};
 */
#define SCOPED(function) __attribute__((cleanup(function)))

/* A symbol that the shared library exports. */
#define EXPORTED __attribute__((visibility("default")))

#endif
