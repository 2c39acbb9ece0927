/* SPDX-License-Identifier: MIT
 *
 * Layout: number of the piece (big-endian) → 1,024 bytes, little-endian numbers of 1 byte (state) or 4
 * (tags) each; no row: all 0.
 */
#include "store/dense.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { PIECE_BYTES = DENSE_PIECE_MOST, WINDOW = 64 };

static const struct {
    enum table table;
    enum txn_slot slot;
    uint32_t width; /* bytes a number */
} kinds[DENSE_COUNT] = {
    [DENSE_STATE] = {TABLE_state, SLOT_STATES, 1},
    [DENSE_TAGS] = {TABLE_tags, SLOT_TAGS, 4},
};

static uint32_t ids_in_piece(enum dense dense)
{
    return PIECE_BYTES / kinds[dense].width;
}

/* Neighbouring pieces, looked at or changed: those written together lie together in the file, and whoever
 * goes through all of them maps a third of the pages. */
struct window {
    enum dense dense;
    uint32_t first; /* number of the first piece, a multiple of WINDOW */
    uint64_t known, dirty; /* a bit each */
    char bytes[WINDOW][PIECE_BYTES];
};

static void window_write(struct txn *txn, struct window *window)
{
    for (; window && window->dirty; window->dirty &= window->dirty - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(window->dirty);
        struct key key = key_of_u32(window->first + i);
        table_put(txn, kinds[window->dense].table, key_span(&key), (struct span){window->bytes[i], PIECE_BYTES});
    }
}

static void flush_states(struct txn *txn)
{
    window_write(txn, txn_slot(txn, SLOT_STATES));
}

static void flush_tags(struct txn *txn)
{
    window_write(txn, txn_slot(txn, SLOT_TAGS));
}

/* Borrowed from the map; NULL: all 0. */
static const char *piece_in_map(struct txn *txn, enum dense dense, uint32_t number)
{
    struct key key = key_of_u32(number);
    struct span value;
    if (!table_get(txn, kinds[dense].table, key_span(&key), &value))
        return NULL;
    if (value.n == PIECE_BYTES)
        return value.at;
    txn_damaged(txn, kinds[dense].table, key_span(&key));
    return NULL;
}

static struct window *window_of(struct txn *txn, enum dense dense, uint32_t number)
{
    struct window *window = txn_slot(txn, kinds[dense].slot);
    if (!window) {
        window = alloc(sizeof *window);
        window->dense = dense;
        window->first = UINT32_MAX;
        window->dirty = 0;
        void (*flush)(struct txn *) = dense == DENSE_STATE ? flush_states : flush_tags;
        txn_set_slot(txn, kinds[dense].slot, window, free, txn_writes(txn) ? flush : NULL);
    }
    if (window->first != number - number % WINDOW) {
        window_write(txn, window);
        window->first = number - number % WINDOW;
        window->known = 0;
    }
    return window;
}

/* The bytes of a piece, in the window. */
static char *piece_of(struct txn *txn, enum dense dense, uint32_t number)
{
    struct window *window = window_of(txn, dense, number);
    uint32_t i = number % WINDOW;
    if (!(window->known >> i & 1)) {
        const char *stored = piece_in_map(txn, dense, number);
        if (stored)
            memcpy(window->bytes[i], stored, PIECE_BYTES);
        else
            memset(window->bytes[i], 0, PIECE_BYTES);
        window->known |= UINT64_C(1) << i;
    }
    return window->bytes[i];
}

static uint32_t number_at(const char *bytes, uint32_t width, uint32_t i)
{
    if (width == 1)
        return (unsigned char)bytes[i];
    uint32_t number;
    memcpy(&number, bytes + (size_t)4 * i, 4);
    return number;
}

/* Never writes, for the caller may hold what is borrowed from the map. */
uint32_t dense_get(struct txn *txn, enum dense dense, uint32_t id)
{
    const struct window *window = txn_slot(txn, kinds[dense].slot);
    uint32_t number = id / ids_in_piece(dense);
    bool elsewhere = window && window->dirty && window->first != number - number % WINDOW;
    const char *piece = elsewhere ? piece_in_map(txn, dense, number) : piece_of(txn, dense, number);
    return piece ? number_at(piece, kinds[dense].width, id % ids_in_piece(dense)) : 0;
}

void dense_put(struct txn *txn, enum dense dense, uint32_t id, uint32_t number)
{
    char *piece = piece_of(txn, dense, id / ids_in_piece(dense));
    uint32_t width = kinds[dense].width, i = id % ids_in_piece(dense);
    if (number_at(piece, width, i) == number)
        return;
    struct window *window = txn_slot(txn, kinds[dense].slot);
    window->dirty |= UINT64_C(1) << id / ids_in_piece(dense) % WINDOW;
    if (width == 1)
        piece[i] = (char)number;
    else
        memcpy(piece + (size_t)4 * i, &number, 4);
}

bool dense_next(struct txn *txn, enum dense dense, struct dense_walk *walk)
{
    struct span key, value;
    uint32_t each = ids_in_piece(dense);
    bool more;
    if (!walk->state_) {
        struct key from = key_of_u32(walk->id / each);
        window_write(txn, txn_slot(txn, kinds[dense].slot));
        walk->state_ = cursor_open(txn, kinds[dense].table);
        more = cursor_seek(walk->state_, key_span(&from), &key, &value);
    } else {
        more = cursor_next(walk->state_, &key, &value);
    }
    if (!more)
        return false;
    if (key.n != 4 || value.n != PIECE_BYTES) {
        txn_damaged(txn, kinds[dense].table, key);
        return false;
    }
    uint32_t first = read_u32(key.at) * each, skip = walk->id > first ? walk->id - first : 0;
    walk->id = first + skip;
    walk->n = each - skip;
    walk->bytes_ = span_cut(value, (size_t)skip * kinds[dense].width, value.n);
    return true;
}

uint32_t dense_at(const struct dense_walk *walk, uint32_t i)
{
    return number_at(walk->bytes_.at, (uint32_t)(walk->bytes_.n / walk->n), i);
}

static size_t pick_bytes(const unsigned char *at, uint32_t n, const unsigned char *wanted, uint32_t numbers,
                         uint32_t *places)
{
    size_t found = 0;
    for (uint32_t i = 0; i < n; i++) {
        places[found] = i;
        found += at[i] < numbers && wanted[at[i]];
    }
    return found;
}

size_t dense_pick(const struct dense_walk *walk, uint32_t n, const unsigned char *wanted, uint32_t numbers,
                  uint32_t *places)
{
    size_t found = 0;
    if (walk->bytes_.n == walk->n)
        return pick_bytes((const unsigned char *)walk->bytes_.at, n, wanted, numbers, places);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = number_at(walk->bytes_.at, 4, i);
        places[found] = i;
        found += number < numbers && wanted[number];
    }
    return found;
}

void dense_walk_end(struct dense_walk *walk)
{
    cursor_close(walk->state_);
    walk->state_ = NULL;
}
