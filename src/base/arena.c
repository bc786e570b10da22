#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_LEN = 4096, FIRST_ELEMENTS = 16 };

struct arena_block {
    struct arena_block *next;
    size_t len;  /* of data */
    size_t used; /* of data */
    alignas(max_align_t) unsigned char data[];
};

static void
out_of_memory(void)
{
    static const char message[] = "duet: out of memory\n";

    (void)fwrite(message, 1, sizeof message - 1, stderr);
    abort();
}

void *
must_alloc(size_t len)
{
    void *data = calloc(1, len ? len : 1);

    if (data == NULL)
        out_of_memory();
    return data;
}

void *
must_realloc(void *data, size_t len)
{
    void *moved = realloc(data, len ? len : 1);

    if (moved == NULL)
        out_of_memory();
    return moved;
}

char *
must_text(const char *text)
{
    size_t len = strlen(text) + 1;

    return memcpy(must_alloc(len), text, len);
}

static struct arena_block *
block_new(size_t len, struct arena_block *next)
{
    struct arena_block *block;

    if (len > SIZE_MAX - sizeof *block)
        out_of_memory();
    block = must_alloc(sizeof *block + len);
    block->next = next;
    block->len = len;
    return block;
}

void *
arena_alloc(struct arena *arena, size_t len)
{
    const size_t align = alignof(max_align_t);
    struct arena_block *block = arena->blocks;
    void *data;

    if (len > SIZE_MAX - align)
        out_of_memory();
    len = (len + align - 1) / align * align;
    if (block == NULL || block->len - block->used < len) {
        block = block_new(len > BLOCK_LEN ? len : BLOCK_LEN, block);
        arena->blocks = block;
    }
    data = block->data + block->used;
    block->used += len;
    return data;
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        out_of_memory();
    return arena_alloc(arena, count * size);
}

void *
arena_grow(struct arena *arena, void *data, size_t count, size_t *have,
           size_t size)
{
    void *more;

    if (count < *have)
        return data;
    *have = *have ? 2 * *have : FIRST_ELEMENTS;
    more = arena_array(arena, *have, size);
    if (count != 0)
        memcpy(more, data, count * size);
    return more;
}

char *
arena_copy(struct arena *arena, const char *data, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (len != 0)
        memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

char *
arena_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

char *
arena_vprintf(struct arena *arena, const char *fmt, va_list args)
{
    va_list again;
    char *text;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    text = arena_alloc(arena, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    return text;
}

char *
arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list args;
    char *text;

    va_start(args, fmt);
    text = arena_vprintf(arena, fmt, args);
    va_end(args);
    return text;
}

static void
blocks_free(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
}

void
arena_reuse(struct arena *arena)
{
    struct arena_block *block = arena->blocks;

    if (block == NULL)
        return;
    blocks_free(block->next);
    block->next = NULL;
    /* What arena_alloc() hands out is zeroed. */
    memset(block->data, 0, block->used);
    block->used = 0;
}

void
arena_clear(struct arena *arena)
{
    blocks_free(arena->blocks);
    arena->blocks = NULL;
}
