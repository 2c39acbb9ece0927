/* SPDX-License-Identifier: MIT
 *
 * Cursors over a packed table: block by block, entry by entry.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "store/blocks.h"
#include "store/packed.h"

struct packed_cursor {
    struct txn *txn;
    enum table table;
    struct cursor *rows;
    struct span low, block;
    struct block_reader reader;
    size_t n; /* entries of the block read so far */
};

struct packed_cursor *packed_open(struct txn *txn, enum table table)
{
    if (txn_writes(txn))
        packed_flush(txn);
    struct cursor *rows = cursor_open(txn, table);
    if (!rows)
        return NULL;
    struct packed_cursor *cursor = alloc(sizeof *cursor);
    cursor->txn = txn;
    cursor->table = table;
    cursor->rows = rows;
    cursor->low = cursor->block = SPAN_NONE;
    cursor->n = 0;
    block_open(&cursor->reader, SPAN_NONE, SPAN_NONE);
    return cursor;
}

static void enter(struct packed_cursor *cursor)
{
    block_open(&cursor->reader, cursor->low, cursor->block);
    cursor->n = 0;
}

static bool step(struct packed_cursor *cursor, struct span *found, struct span *value)
{
    if (!block_next(&cursor->reader)) {
        if (cursor->reader.damaged)
            txn_damaged(cursor->txn, cursor->table, cursor->low);
        return false;
    }
    cursor->n++;
    *found = cursor->reader.key;
    *value = cursor->reader.value;
    return true;
}

bool packed_next(struct packed_cursor *cursor, struct span *found, struct span *value)
{
    if (!cursor)
        return false;
    if (step(cursor, found, value))
        return true;
    if (cursor->reader.damaged || !cursor_next(cursor->rows, &cursor->low, &cursor->block))
        return false;
    enter(cursor);
    return step(cursor, found, value);
}

bool packed_seek(struct packed_cursor *cursor, struct span key, struct span *found,
                 struct span *value)
{
    if (!cursor || txn_failed(cursor->txn))
        return false;
    if (key.n > BLOCK_KEY_MAX)
        key.n = BLOCK_KEY_MAX; /* no entry lies between it and the whole */
    if (!(key.n && cursor_at_or_below(cursor->rows, key, &cursor->low, &cursor->block)) &&
        !cursor_seek(cursor->rows, SPAN_NONE, &cursor->low, &cursor->block))
        return false;
    enter(cursor);
    bool more = packed_next(cursor, found, value);
    while (more && span_compare(*found, key) < 0)
        more = packed_next(cursor, found, value);
    return more;
}

/* On the entry number n of the block, from 1. */
static bool go_to(struct packed_cursor *cursor, size_t n, struct span *found, struct span *value)
{
    bool there = n > 0;
    enter(cursor);
    while (there && cursor->n < n)
        there = step(cursor, found, value);
    return there;
}

static bool go_to_end(struct packed_cursor *cursor, struct span *found, struct span *value)
{
    bool any = false;
    enter(cursor);
    while (step(cursor, found, value))
        any = true;
    return any && !cursor->reader.damaged;
}

bool packed_last(struct packed_cursor *cursor, struct span *found, struct span *value)
{
    return cursor && cursor_last(cursor->rows, &cursor->low, &cursor->block) &&
           go_to_end(cursor, found, value);
}

bool packed_previous(struct packed_cursor *cursor, struct span *found, struct span *value)
{
    if (!cursor)
        return false;
    if (cursor->n > 1)
        return go_to(cursor, cursor->n - 1, found, value);
    return cursor_previous(cursor->rows, &cursor->low, &cursor->block) &&
           go_to_end(cursor, found, value);
}

bool packed_part(struct packed_cursor *cursor, double part, struct span *found, struct span *value)
{
    if (!cursor)
        return false;
    uint64_t rows = table_rows(cursor->txn, cursor->table);
    uint64_t skip = part <= 0 ? 0 : part >= 1 ? rows : (uint64_t)(part * (double)rows);
    if (rows && skip >= rows)
        skip = rows - 1;
    bool back = skip > rows / 2;
    bool more = back ? cursor_last(cursor->rows, &cursor->low, &cursor->block)
                     : cursor_seek(cursor->rows, SPAN_NONE, &cursor->low, &cursor->block);
    for (uint64_t i = back ? rows - 1 - skip : skip; more && i > 0; i--)
        more = back ? cursor_previous(cursor->rows, &cursor->low, &cursor->block)
                    : cursor_next(cursor->rows, &cursor->low, &cursor->block);
    if (!more)
        return false;
    enter(cursor);
    return packed_next(cursor, found, value);
}

void packed_close(struct packed_cursor *cursor)
{
    if (cursor)
        cursor_close(cursor->rows);
    free(cursor);
}
