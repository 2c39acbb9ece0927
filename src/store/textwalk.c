/* SPDX-License-Identifier: MIT
 *
 * Four tables and what changed since, side by side.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "store/text.h"
#include "store/textblock.h"

struct lane {
    struct cursor *cursor;
    bool begun, more;
    struct text_block block;
};

struct walk {
    struct lane lanes[TEXT_CLASSES];
    struct cursor *cursor; /* of what changed */
    bool more;
    uint32_t changed;
    struct span record;
    struct text_parts own, other; /* of walk->id; of what it is compared with */
};

static void lane_next(struct txn *txn, enum text_class class, struct lane *lane)
{
    struct span key, value;
    while (!text_block_next(&lane->block)) {
        lane->more = lane->begun ? cursor_next(lane->cursor, &key, &value)
                                 : cursor_seek(lane->cursor, SPAN_NONE, &key, &value);
        lane->begun = true;
        if (!lane->more)
            return;
        if (key.n != 4 || !text_block_open(&lane->block, read_u32(key.at), value)) {
            txn_damaged(txn, text_class_table(class), key);
            lane->more = false;
            return;
        }
    }
}

static void changed_next(struct walk *walk, bool begun)
{
    struct span key;
    walk->more = (begun ? cursor_next(walk->cursor, &key, &walk->record)
                        : cursor_seek(walk->cursor, SPAN_NONE, &key, &walk->record)) && key.n == 4;
    if (walk->more)
        walk->changed = read_u32(key.at);
}

static struct walk *walk_of(struct txn *txn, struct text_walk *out)
{
    struct walk *walk = out->state_;
    if (walk)
        return walk;
    out->state_ = walk = alloc_zero(1, sizeof *walk);
    for (int class = 0; class < TEXT_CLASSES; class++) {
        walk->lanes[class].cursor = cursor_open(txn, text_class_table(class));
        walk->lanes[class].more = true;
        lane_next(txn, class, &walk->lanes[class]);
    }
    walk->cursor = cursor_open(txn, TABLE_text_changed);
    changed_next(walk, false);
    return walk;
}

/* What the blocks have of this id, the least there is. */
static void take_parts(struct txn *txn, struct walk *walk, uint32_t id)
{
    for (int class = 0; class < TEXT_CLASSES; class++) {
        struct lane *lane = &walk->lanes[class];
        str_clear(&walk->own.of[class]);
        if (lane->more && lane->block.id == id) {
            str_add(&walk->own.of[class], lane->block.part);
            lane_next(txn, class, lane);
        }
    }
}

bool text_walk_next(struct txn *txn, struct text_walk *out)
{
    struct walk *walk = walk_of(txn, out);
    for (;;) {
        uint64_t id = walk->more ? walk->changed : UINT64_MAX;
        for (int class = 0; class < TEXT_CLASSES; class++)
            if (walk->lanes[class].more && walk->lanes[class].block.id < id)
                id = walk->lanes[class].block.id;
        if (id == UINT64_MAX)
            return false;
        out->id = (uint32_t)id;
        take_parts(txn, walk, out->id);
        if (!walk->more || walk->changed != id)
            return true;
        bool gone = walk->record.n == 0;
        text_parts_read(&walk->own, walk->record);
        changed_next(walk, true);
        if (!gone)
            return true;
    }
}

bool text_walk_is(struct text_walk *out, struct span record)
{
    struct walk *walk = out->state_;
    bool same = true;
    text_parts_read(&walk->other, record);
    for (int class = 0; same && class < TEXT_CLASSES; class++)
        same = span_equal(span_of_str(&walk->own.of[class]), span_of_str(&walk->other.of[class]));
    return same;
}

void text_walk_end(struct text_walk *out)
{
    struct walk *walk = out->state_;
    if (!walk)
        return;
    for (int class = 0; class < TEXT_CLASSES; class++)
        cursor_close(walk->lanes[class].cursor);
    cursor_close(walk->cursor);
    text_parts_free(&walk->own);
    text_parts_free(&walk->other);
    free(walk);
    out->state_ = NULL;
}
