/*
 * Memory that is released all at once.
 *
 *     SCOPED(arena_clear) struct arena arena = {0};
 *     char *name = arena_printf(&arena, "%s_%d", stem, number);
 *
 * Nothing is freed singly; arena_clear() frees everything and leaves the arena
 * usable again.  Allocation never returns NULL: running out of memory ends the
 * process.  That is the one place where the library does so.
 */
#ifndef DUET_BASE_ARENA_H
#define DUET_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
};

/* LEN bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t len);

/* COUNT elements of SIZE bytes each, zeroed. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/*
 * Room for one element more behind COUNT elements of SIZE bytes.  *HAVE is how
 * many there is room for, 0 at first; the result is DATA, or a larger copy.
 */
void *arena_grow(struct arena *arena, void *data, size_t count, size_t *have,
                 size_t size);

/* A copy of TEXT; NULL stays NULL. */
char *arena_text(struct arena *arena, const char *text);

/* A copy of LEN bytes of DATA with a NUL behind them. */
char *arena_copy(struct arena *arena, const char *data, size_t len);

char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *arena, const char *fmt, va_list args)
    PRINTF_LIKE(2, 0);

/* Forget everything, but keep one block for what comes next. */
void arena_reuse(struct arena *arena);

/* Free everything; the arena is empty and usable. */
void arena_clear(struct arena *arena);

/* malloc() and realloc() under the same rule: they never return NULL. */
void *must_alloc(size_t len);
void *must_realloc(void *data, size_t len);
char *must_text(const char *text);

#endif
