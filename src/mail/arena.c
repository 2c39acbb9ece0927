/* SPDX-License-Identifier: MIT */
#include "mail/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Most messages fit the first chunk. */
#define CHUNK_FIRST (24 * 1024)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    max_align_t bytes[];
};

static void add_chunk_of(struct arena *arena, size_t size)
{
    struct arena_chunk *chunk = alloc(sizeof *chunk + size);
    *chunk = (struct arena_chunk){.next = arena->chunks, .size = size};
    arena->chunks = chunk;
    arena->at = (char *)chunk->bytes;
    arena->end = arena->at + size;
}

static void add_chunk(struct arena *arena, size_t n)
{
    size_t size = arena->chunks ? arena->chunks->size * 2 : CHUNK_FIRST;
    if (size > 4 * 1024 * 1024)
        size = 4 * 1024 * 1024;
    add_chunk_of(arena, size < n ? n : size);
}

void arena_small(struct arena *arena, size_t n)
{
    if (!arena->chunks)
        add_chunk_of(arena, n);
}

char *arena_open(struct arena *arena, size_t n)
{
    if ((size_t)(arena->end - arena->at) < n + 1)
        add_chunk(arena, n + 1);
    return arena->at;
}

struct span arena_keep(struct arena *arena, char *start, size_t used)
{
    start[used] = '\0';
    size_t step = (used + 1 + 15) & ~(size_t)15;
    size_t left = (size_t)(arena->end - start);
    arena->at = start + (step < left ? step : left);
    return (struct span){start, used};
}

void *arena_get(struct arena *arena, size_t n)
{
    char *at = arena_open(arena, n);
    arena_keep(arena, at, n);
    return at;
}

void *arena_zero(struct arena *arena, size_t n)
{
    return memset(arena_get(arena, n), 0, n);
}

struct span arena_copy(struct arena *arena, struct span s)
{
    char *at = arena_open(arena, s.n);
    if (s.n)
        memcpy(at, s.at, s.n);
    return arena_keep(arena, at, s.n);
}

char *arena_text(struct arena *arena, struct span s)
{
    return (char *)arena_copy(arena, s).at;
}

void *arena_grow(struct arena *arena, void *old, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return old;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *new = arena_get(arena, wanted * size);
    if (n)
        memcpy(new, old, n * size);
    *capacity = wanted;
    return new;
}

void arena_free(struct arena *arena)
{
    struct arena_chunk *next;
    for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *arena = (struct arena){0};
}
