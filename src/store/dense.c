/* SPDX-License-Identifier: MIT
 *
 * Layout: number of the piece (big-endian) → 1,024 bytes, little-endian numbers of 1 byte (state) or 4
 * (tags) each; no row: all 0.
 */
#include "store/dense.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { PIECE_BYTES = 1024 };

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

/* The piece looked at last, with what was changed in it. */
struct piece {
    enum dense dense;
    uint32_t number;
    bool dirty;
    char bytes[PIECE_BYTES];
};

static void piece_write(struct txn *txn, struct piece *piece)
{
    if (!piece || !piece->dirty)
        return;
    struct key key = key_of_u32(piece->number);
    table_put(txn, kinds[piece->dense].table, key_span(&key), (struct span){piece->bytes, PIECE_BYTES});
    piece->dirty = false;
}

static void flush_states(struct txn *txn)
{
    piece_write(txn, txn_slot(txn, SLOT_STATES));
}

static void flush_tags(struct txn *txn)
{
    piece_write(txn, txn_slot(txn, SLOT_TAGS));
}

static void piece_read(struct txn *txn, struct piece *piece, uint32_t number)
{
    struct key key = key_of_u32(number);
    struct span value;
    bool there = table_get(txn, kinds[piece->dense].table, key_span(&key), &value);
    if (there && value.n != PIECE_BYTES) {
        txn_damaged(txn, kinds[piece->dense].table, key_span(&key));
        there = false;
    }
    if (there)
        memcpy(piece->bytes, value.at, PIECE_BYTES);
    else
        memset(piece->bytes, 0, PIECE_BYTES);
    piece->number = number;
}

static struct piece *piece_of(struct txn *txn, enum dense dense, uint32_t id)
{
    struct piece *piece = txn_slot(txn, kinds[dense].slot);
    uint32_t number = id / ids_in_piece(dense);
    if (!piece) {
        piece = alloc_zero(1, sizeof *piece);
        piece->dense = dense;
        void (*flush)(struct txn *) = dense == DENSE_STATE ? flush_states : flush_tags;
        txn_set_slot(txn, kinds[dense].slot, piece, free, txn_writes(txn) ? flush : NULL);
        piece_read(txn, piece, number);
    } else if (piece->number != number) {
        piece_write(txn, piece);
        piece_read(txn, piece, number);
    }
    return piece;
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
    struct piece *piece = txn_slot(txn, kinds[dense].slot), other;
    if (piece && piece->dirty && piece->number != id / ids_in_piece(dense)) {
        other.dense = dense;
        piece_read(txn, &other, id / ids_in_piece(dense));
        piece = &other;
    } else {
        piece = piece_of(txn, dense, id);
    }
    return number_at(piece->bytes, kinds[dense].width, id % ids_in_piece(dense));
}

void dense_put(struct txn *txn, enum dense dense, uint32_t id, uint32_t number)
{
    struct piece *piece = piece_of(txn, dense, id);
    uint32_t width = kinds[dense].width, i = id % ids_in_piece(dense);
    if (number_at(piece->bytes, width, i) == number)
        return;
    piece->dirty = true;
    if (width == 1)
        piece->bytes[i] = (char)number;
    else
        memcpy(piece->bytes + (size_t)4 * i, &number, 4);
}

bool dense_next(struct txn *txn, enum dense dense, struct dense_walk *walk)
{
    struct span key, value;
    uint32_t each = ids_in_piece(dense);
    bool more;
    if (!walk->state_) {
        struct key from = key_of_u32(walk->id / each);
        piece_write(txn, txn_slot(txn, kinds[dense].slot));
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

void dense_walk_end(struct dense_walk *walk)
{
    cursor_close(walk->state_);
    walk->state_ = NULL;
}
