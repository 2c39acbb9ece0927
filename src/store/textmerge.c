/* SPDX-License-Identifier: MIT
 *
 * Class by class, one block after the other is made anew with what changed in it; one in which nothing
 * did stays. What does not fit into a block goes on into the next if that is made anew as well. New blocks are
 * put in runs, so that they lie together.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "store/textput.h"

struct merge {
    struct txn *txn;
    enum text_class class;
    struct {
        bool more;
        uint32_t id;
        struct str record; /* copied: what is put moves pages about */
        struct text_parts parts;
    } changed; /* the one in hand */
    struct str old; /* the bytes of a block */
    struct text_pack pack;
    uint32_t behind;     /* while something is in the pack: the first id of the block behind the last one */
    struct text_run run; /* new blocks that wait */
    uint32_t *gone;      /* and the keys of those they replace */
    size_t n, room;
};

/* The changed record with the least id from `from` on. */
static void seek_changed(struct merge *merge, uint32_t from)
{
    struct key key = key_of_u32(from);
    struct span found, value;
    struct cursor *cursor = cursor_open(merge->txn, TABLE_text_changed);
    merge->changed.more = cursor_seek(cursor, key_span(&key), &found, &value) && found.n == 4;
    if (merge->changed.more) {
        merge->changed.id = read_u32(found.at);
        str_clear(&merge->changed.record);
        str_add(&merge->changed.record, value);
        text_parts_read(&merge->changed.parts, span_of_str(&merge->changed.record));
    }
    cursor_close(cursor);
}

static void next_changed(struct merge *merge)
{
    if (merge->changed.id < UINT32_MAX)
        seek_changed(merge, merge->changed.id + 1);
    else
        merge->changed.more = false;
}

static void finish(struct merge *merge)
{
    text_run_add(&merge->run, &merge->pack);
    text_pack_clear(&merge->pack);
}

static void add(struct merge *merge, uint32_t id, struct span part)
{
    if (part.n && !text_pack_add(&merge->pack, id, part)) {
        finish(merge);
        text_pack_add(&merge->pack, id, part);
    }
}

static void put_run(struct merge *merge)
{
    enum table table = text_class_table(merge->class);
    for (size_t i = 0; i < merge->n; i++) {
        struct key key = key_of_u32(merge->gone[i]);
        table_remove(merge->txn, table, key_span(&key));
    }
    for (size_t i = 0; i < merge->run.n; i++) {
        struct key key = key_of_u32(merge->run.blocks[i].first);
        table_put(merge->txn, table, key_span(&key), text_run_block(&merge->run, i));
    }
    merge->n = 0;
    text_run_cut(&merge->run, 0);
}

/* The block's parts and those changed before id `next`, in the order of ids. True if anything differs. */
static bool merge_block(struct merge *merge, struct text_block *old, uint32_t next)
{
    bool differs = false, left = text_block_next(old);
    while (left || (merge->changed.more && merge->changed.id < next)) {
        bool changed = merge->changed.more && merge->changed.id < next;
        if (!changed || (left && old->id < merge->changed.id)) {
            add(merge, old->id, old->part);
            left = text_block_next(old);
            continue;
        }
        struct span part = span_of_str(&merge->changed.parts.of[merge->class]), before = SPAN_NONE;
        bool met = left && old->id == merge->changed.id;
        if (met)
            before = old->part;
        differs = differs || !span_equal(part, before);
        add(merge, merge->changed.id, part);
        if (met)
            left = text_block_next(old);
        next_changed(merge);
    }
    return differs;
}

/* The block of the changed one in hand. */
static void merge_next(struct merge *merge)
{
    uint32_t first, next;
    struct span block;
    struct text_block old = {0};
    bool there = text_block_at(merge->txn, merge->class, merge->changed.id, &first, &next, &block);
    if (first != merge->behind)
        finish(merge);
    bool open = merge->pack.text.n > 0;
    size_t waiting = merge->run.n;
    if (there) {
        str_clear(&merge->old);
        str_add(&merge->old, block);
        if (!text_block_open(&old, first, span_of_str(&merge->old))) {
            struct key key = key_of_u32(first);
            txn_damaged(merge->txn, text_class_table(merge->class), key_span(&key));
        }
    }
    if (!merge_block(merge, &old, next) && !open) {
        text_run_cut(&merge->run, waiting);
        text_pack_clear(&merge->pack);
        return;
    }
    merge->behind = next;
    if (there) {
        ALLOC_GROW(merge->gone, merge->n, merge->room);
        merge->gone[merge->n++] = first;
    }
    if (merge->run.n >= TEXT_RUN || merge->n >= TEXT_RUN)
        put_run(merge);
}

void text_merge_changed(struct txn *txn)
{
    struct merge merge = {.txn = txn};
    for (int class = 0; class < TEXT_CLASSES; class++) {
        merge.class = class;
        for (seek_changed(&merge, 0); merge.changed.more && !txn_failed(txn);)
            merge_next(&merge);
        finish(&merge);
        put_run(&merge);
    }
    for (seek_changed(&merge, 0); merge.changed.more && !txn_failed(txn); next_changed(&merge)) {
        struct key key = key_of_u32(merge.changed.id);
        table_remove(txn, TABLE_text_changed, key_span(&key));
    }
    str_free(&merge.changed.record);
    text_parts_free(&merge.changed.parts);
    str_free(&merge.old);
    text_pack_free(&merge.pack);
    text_run_free(&merge.run);
    free(merge.gone);
}
