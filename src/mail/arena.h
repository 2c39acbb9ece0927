/* SPDX-License-Identifier: MIT
 *
 * Memory of one message: many small pieces, freed at once. All that the readers of mail/ and bounce/
 * hand out lies in the arena they were given, or in the message itself.
 */
#ifndef MAIL_ARENA_H
#define MAIL_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    char *at, *end;             /* what is left of the newest */
};

/* `n` bytes, not cleared, aligned for any type. Ends the program when there is no memory; callers
 * ask for no more than a small multiple of the message. */
void *arena_get(struct arena *arena, size_t n);
void *arena_zero(struct arena *arena, size_t n);

/* The first chunk is of this size, where the usual one would be much too large: for what is kept. */
void arena_small(struct arena *arena, size_t n);

/* Room for up to n bytes whose number is not known yet; arena_keep() then says how many are used.
 * Nothing may be asked for in between. */
char *arena_open(struct arena *arena, size_t n);
struct span arena_keep(struct arena *arena, char *start, size_t used); /* puts a NUL behind them */

char *arena_text(struct arena *arena, struct span s); /* a copy with a NUL behind it */
struct span arena_copy(struct arena *arena, struct span s);

/* Makes room for one more element; what was there stays valid until the arena goes. */
void *arena_grow(struct arena *arena, void *old, size_t n, size_t *capacity, size_t size);

void arena_free(struct arena *arena);

#endif
