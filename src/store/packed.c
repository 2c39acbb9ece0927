/* SPDX-License-Identifier: MIT */
#include "store/packed.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/blocks.h"

/* Two nodes of LMDB go on a page of 4 KB: of 2,038 bytes each, with a head of 8 and a seal of 4 behind. */
enum { NODE_BYTES = 2026, BLOCK_LEAST = 32 };

/* What a transaction keeps of a table: the block it changes. It stands for all keys from `low` (all
 * keys at all, if `first`) to below `high`, if there is a block behind it. */
struct hot {
    bool loaded, dirty;
    bool stored;     /* there is a row for it */
    bool first;      /* no block before it */
    bool bounded;    /* a block behind it, at `high` */
    struct str low, high, block;
    struct str row; /* low as it was when the row was stored */
    struct block_place place; /* the last put or found: those who go in order go on there */
    /* The row that was read last, for the next look. */
    bool seen;
    uint64_t seen_at; /* how many writes the transaction had made */
    struct span seen_low, seen_block;
    struct block_place seen_place;
    struct gap {
        bool known, bounded;
        uint64_t at; /* as seen_at */
        struct str from;
        struct span until; /* the row behind it, if bounded */
    } gap; /* where the last look found nothing, and none up to the next row will */
};

struct packed {
    size_t node; /* bytes of key and value that a block should not exceed */
    struct hot tables[TABLE_COUNT];
};

static void packed_drop(void *data)
{
    struct packed *packed = data;
    for (int i = 0; i < TABLE_COUNT; i++) {
        struct hot *hot = &packed->tables[i];
        struct str *const texts[] = {&hot->row, &hot->low, &hot->high, &hot->block, &hot->gap.from};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            str_free(texts[k]);
    }
    free(packed);
}

size_t packed_block_bytes(void)
{
    const char *own = getenv("ZWROTKA_BLOCK");
    uint64_t bytes;
    return own && span_number(span_of(own), &bytes) && bytes >= BLOCK_LEAST && bytes < NODE_BYTES
               ? bytes : NODE_BYTES;
}

static struct packed *packed_of(struct txn *txn)
{
    struct packed *packed = txn_slot(txn, SLOT_PACKED);
    if (!packed) {
        packed = alloc_zero(1, sizeof *packed);
        packed->node = packed_block_bytes();
        txn_set_slot(txn, SLOT_PACKED, packed, packed_drop, txn_writes(txn) ? packed_flush : NULL);
    }
    return packed;
}

static void set(struct str *to, struct span bytes)
{
    str_clear(to);
    str_add(to, bytes);
}

static bool covers(const struct hot *hot, struct span key)
{
    return hot->loaded && (hot->first || span_compare(key, span_of_str(&hot->low)) >= 0) &&
           (!hot->bounded || span_compare(key, span_of_str(&hot->high)) < 0);
}

/* ---- reading */

/* Is what was borrowed from the table then still as it was? */
static bool is_still(struct txn *txn, enum table table, uint64_t changes)
{
    return changes == txn_changes(txn) || !txn_changed(txn, table);
}

static bool look(struct txn *txn, enum table table, struct hot *hot, struct span key)
{
    if (hot->seen && is_still(txn, table, hot->seen_at) && span_compare(key, hot->seen_low) >= 0)
        return true;
    struct cursor *cursor = cursor_open(txn, table);
    hot->seen = cursor_at_or_below(cursor, key, &hot->seen_low, &hot->seen_block);
    hot->seen_place.n = 0;
    hot->seen_at = txn_changes(txn);
    cursor_close(cursor);
    return hot->seen;
}

static bool in_gap(struct txn *txn, enum table table, struct gap *gap, struct span key)
{
    gap->known = gap->known && is_still(txn, table, gap->at);
    return gap->known && span_compare(key, span_of_str(&gap->from)) >= 0 &&
           (!gap->bounded || span_compare(key, gap->until) < 0);
}

/* Those who ask in order for what is seldom there, or in an empty table, shall not search it each time. */
static void note_gap(struct txn *txn, enum table table, struct hot *hot, struct span key)
{
    struct gap *gap = &hot->gap;
    struct span unused;
    struct cursor *cursor = cursor_open(txn, table);
    gap->bounded = hot->seen ? cursor_at_or_below(cursor, key, &gap->until, &unused) &&
                                   cursor_next(cursor, &gap->until, &unused)
                             : cursor_seek(cursor, SPAN_NONE, &gap->until, &unused);
    cursor_close(cursor);
    set(&gap->from, hot->seen ? key : SPAN_NONE);
    gap->at = txn_changes(txn);
    gap->known = !txn_failed(txn);
}

static enum block_found find_row(struct txn *txn, enum table table, struct hot *hot, struct span key,
                                 struct span *value)
{
    enum block_found found = BLOCK_BEYOND;
    bool again = hot->seen;
    if (in_gap(txn, table, &hot->gap, key))
        return BLOCK_BEYOND;
    if (look(txn, table, hot, key))
        found = block_find(hot->seen_low, hot->seen_block, &hot->seen_place, key, value);
    if (found == BLOCK_BEYOND && hot->seen && again) { /* the block of before ends too early */
        hot->seen = false;
        if (look(txn, table, hot, key))
            found = block_find(hot->seen_low, hot->seen_block, &hot->seen_place, key, value);
    }
    if (found == BLOCK_BEYOND)
        note_gap(txn, table, hot, key);
    return found;
}

bool packed_get(struct txn *txn, enum table table, struct span key, struct span *value)
{
    struct hot *hot = &packed_of(txn)->tables[table];
    if (txn_failed(txn) || key.n == 0 || key.n > BLOCK_KEY_MAX)
        return false;
    enum block_found found =
        covers(hot, key)
            ? block_find(span_of_str(&hot->low), span_of_str(&hot->block), &hot->place, key, value)
            : find_row(txn, table, hot, key, value);
    if (found == BLOCK_DAMAGED)
        txn_damaged(txn, table, key);
    return found == BLOCK_FOUND;
}

/* The block that would have the key, and where the next one begins: in the table, or in hand. */
static bool block_for(struct txn *txn, enum table table, const struct hot *hot, struct span key,
                      struct span *low, struct span *block, struct str *next)
{
    if (covers(hot, key)) {
        *low = span_of_str(&hot->low);
        *block = span_of_str(&hot->block);
        set(next, hot->bounded ? span_of_str(&hot->high) : SPAN_NONE);
        return true;
    }
    struct span behind, unused;
    struct cursor *cursor = cursor_open(txn, table);
    bool there = cursor_at_or_below(cursor, key, low, block);
    bool more = there ? cursor_next(cursor, &behind, &unused)
                      : cursor_seek(cursor, SPAN_NONE, &behind, &unused);
    cursor_close(cursor);
    set(next, more ? behind : SPAN_NONE);
    if (hot->loaded && span_compare(span_of_str(&hot->low), key) > 0 &&
        (!next->n || span_compare(span_of_str(&hot->low), span_of_str(next)) < 0))
        set(next, span_of_str(&hot->low)); /* it may have no row yet */
    if (!there)
        *low = *block = SPAN_NONE;
    return true;
}

bool packed_after(struct txn *txn, enum table table, struct span key, struct str *found,
                  struct span *value)
{
    const struct hot *hot = &packed_of(txn)->tables[table];
    struct block_reader reader;
    struct span low, block;
    struct str next = {0}, at = {0};
    bool there = false, more = true;
    str_add(&at, key);
    while (!there && more && !txn_failed(txn) &&
           block_for(txn, table, hot, span_of_str(&at), &low, &block, &next)) {
        block_open(&reader, low, block);
        while (!there && block_next(&reader))
            there = span_compare(reader.key, span_of_str(&at)) >= 0;
        if (reader.damaged)
            txn_damaged(txn, table, low);
        more = next.n > 0;
        if (there) {
            set(found, reader.key);
            *value = reader.value;
        } else {
            set(&at, span_of_str(&next));
        }
    }
    str_free(&next);
    str_free(&at);
    return there && !txn_failed(txn);
}

/* ---- writing */

static void write_block(struct txn *txn, enum table table, struct hot *hot, struct span low,
                        struct span block)
{
    if (block.n == 0) {
        if (hot->stored)
            table_remove(txn, table, low);
        hot->stored = false;
        return;
    }
    if (hot->stored || hot->bounded)
        table_put(txn, table, low, block);
    else
        table_append(txn, table, low, block);
    hot->stored = true;
}

/* Its first key went down: the row that it had goes at once, since a part may take that very key. */
static void unstore(struct txn *txn, enum table table, struct hot *hot)
{
    if (hot->stored && !span_equal(span_of_str(&hot->low), span_of_str(&hot->row)))
        hot->stored = !table_remove(txn, table, span_of_str(&hot->row));
    set(&hot->row, span_of_str(&hot->low));
}

/* A block that has become small takes in the one behind it. */
static void join_next(struct txn *txn, enum table table, struct hot *hot, size_t node)
{
    struct span next, high = span_of_str(&hot->high);
    struct str old = {0};
    size_t own = hot->low.n + hot->block.n;
    if (!hot->bounded || own >= node / 4 || !table_get(txn, table, high, &next) ||
        own + next.n + high.n + 6 >= node / 4 * 3)
        return;
    if (!block_join(span_of_str(&hot->low), &hot->block, high, next))
        txn_damaged(txn, table, high);
    str_add(&old, high);
    table_remove(txn, table, span_of_str(&old));
    str_free(&old);
}

static void flush(struct txn *txn, enum table table, struct hot *hot, size_t node)
{
    if (hot->dirty) {
        if (hot->block.n)
            join_next(txn, table, hot, node);
        write_block(txn, table, hot, span_of_str(&hot->low), span_of_str(&hot->block));
    }
    hot->loaded = hot->dirty = false;
}

void packed_flush(struct txn *txn)
{
    struct packed *packed = packed_of(txn);
    for (int i = 0; i < TABLE_COUNT; i++)
        flush(txn, (enum table)i, &packed->tables[i], packed->node);
}

/* Takes up the block to which the key belongs; in an empty table, a new one. */
static void load(struct txn *txn, enum table table, struct hot *hot, struct span key)
{
    struct cursor *cursor = cursor_open(txn, table);
    struct span low, block, next;
    bool at_or_below = cursor_at_or_below(cursor, key, &low, &block);
    hot->first = !at_or_below;
    hot->stored = at_or_below || cursor_seek(cursor, SPAN_NONE, &low, &block);
    if (!hot->stored) {
        low = key;
        block = SPAN_NONE;
    }
    set(&hot->row, low);
    set(&hot->low, low);
    set(&hot->block, block);
    hot->bounded = hot->stored && cursor_next(cursor, &next, &block);
    if (hot->bounded)
        set(&hot->high, next);
    cursor_close(cursor);
    hot->loaded = true;
    hot->dirty = false;
    hot->place.n = 0;
}

static void place_at_end(struct hot *hot, size_t from, struct span key)
{
    hot->place.from = from;
    hot->place.at = hot->block.n;
    hot->place.n = key.n;
    memcpy(hot->place.key, key.n ? key.at : "", key.n);
}

static void go_to_last(struct hot *hot)
{
    struct block_reader reader;
    block_open(&reader, span_of_str(&hot->low), span_of_str(&hot->block));
    while (block_next(&reader))
        ;
    if (!reader.damaged) /* else: found when it is changed */
        place_at_end(hot, reader.at, reader.key);
}

static struct hot *hot_for(struct txn *txn, enum table table, struct span key)
{
    struct packed *packed = packed_of(txn);
    struct hot *hot = &packed->tables[table];
    if (!covers(hot, key)) {
        flush(txn, table, hot, packed->node);
        load(txn, table, hot, key);
    }
    return hot;
}

/* The last block of the table is full: it is written, and the entry begins one of its own. */
static void begin_behind(struct txn *txn, enum table table, struct hot *hot, struct span key,
                         struct span value)
{
    write_block(txn, table, hot, span_of_str(&hot->low), span_of_str(&hot->block));
    set(&hot->low, key);
    str_clear(&hot->block);
    block_append(&hot->block, key, key, value);
    hot->first = hot->stored = false;
}

/* Cut in two again and again until the parts fit; the one that has the key stays in hand. */
static void shrink(struct txn *txn, enum table table, struct hot *hot, struct span key, size_t node)
{
    struct str high_low = {0}, high = {0};
    hot->place.n = 0;
    while (hot->block.n + hot->low.n > node && !txn_failed(txn)) {
        if (!block_split(span_of_str(&hot->low), &hot->block, &high_low, &high))
            txn_damaged(txn, table, span_of_str(&hot->low));
        if (high.n == 0)
            break;
        if (span_compare(key, span_of_str(&high_low)) < 0) {
            /* The upper half is a row of its own at once. */
            if (hot->bounded)
                table_put(txn, table, span_of_str(&high_low), span_of_str(&high));
            else
                table_append(txn, table, span_of_str(&high_low), span_of_str(&high));
            set(&hot->high, span_of_str(&high_low));
            hot->bounded = true;
            continue;
        }
        write_block(txn, table, hot, span_of_str(&hot->low), span_of_str(&hot->block));
        set(&hot->low, span_of_str(&high_low));
        set(&hot->block, span_of_str(&high));
        hot->first = hot->stored = false;
    }
    str_free(&high_low);
    str_free(&high);
}

/* Would the key come behind all others of the table? Most do when many are put. */
static bool is_behind(const struct hot *hot, struct span key)
{
    const struct block_place *place = &hot->place;
    return hot->loaded && !hot->bounded && place->n && place->at == hot->block.n &&
           span_compare(key, (struct span){place->key, place->n}) > (hot->block.n ? 0 : -1);
}

static bool is_too_much(const struct hot *hot, struct span key, struct span value, size_t node)
{
    return hot->block.n && hot->block.n + hot->low.n + packed_entry_most(key, value) > node;
}

static void put_behind(struct txn *txn, enum table table, struct hot *hot, struct span key,
                       struct span value, size_t node)
{
    size_t from = hot->block.n;
    if (is_too_much(hot, key, value, node)) {
        begin_behind(txn, table, hot, key, value);
        from = 0;
    } else {
        struct span last = {hot->place.key, hot->place.n};
        block_append(&hot->block, hot->block.n ? last : span_of_str(&hot->low), key, value);
    }
    place_at_end(hot, from, key);
}

static void put_hot(struct txn *txn, enum table table, struct hot *hot, struct span key,
                    struct span value, size_t node)
{
    hot->dirty = true;
    if (is_behind(hot, key)) {
        put_behind(txn, table, hot, key, value, node);
        return;
    }
    if (!block_put(&hot->low, &hot->block, &hot->place, key, value))
        txn_damaged(txn, table, span_of_str(&hot->low));
    unstore(txn, table, hot);
    if (hot->block.n + hot->low.n > node)
        shrink(txn, table, hot, key, node);
}

/* Was the value read from a block that the put may change, write or leave? */
static bool is_borrowed(const struct hot *hot, struct span value)
{
    const struct span blocks[] = {span_of_str(&hot->block), hot->seen ? hot->seen_block : SPAN_NONE};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (value.n && blocks[i].n && value.at >= blocks[i].at && value.at < blocks[i].at + blocks[i].n)
            return true;
    return false;
}

void packed_put(struct txn *txn, enum table table, struct span key, struct span value)
{
    struct packed *packed = packed_of(txn);
    struct hot *hot = &packed->tables[table];
    struct str own = {0};
    if (is_borrowed(hot, value)) {
        str_add(&own, value);
        value = span_of_str(&own);
    }
    if (!is_behind(hot, key)) {
        hot = hot_for(txn, table, key);
        if (!hot->bounded && (!hot->place.n || is_too_much(hot, key, value, packed->node)))
            go_to_last(hot);
    }
    if (!txn_failed(txn))
        put_hot(txn, table, hot, key, value, packed->node);
    str_free(&own);
}

void packed_append_block(struct txn *txn, enum table table, struct span low, struct span block, uint32_t seal)
{
    struct packed *packed = packed_of(txn);
    struct hot *hot = &packed->tables[table];
    if (hot->loaded)
        flush(txn, table, hot, packed->node);
    table_append_sealed(txn, table, low, block, seal);
}

bool packed_remove(struct txn *txn, enum table table, struct span key)
{
    struct hot *hot = hot_for(txn, table, key);
    bool there = false;
    if (txn_failed(txn))
        return false;
    if (!block_remove(span_of_str(&hot->low), &hot->block, &hot->place, key, &there))
        txn_damaged(txn, table, span_of_str(&hot->low));
    if (there && hot->block.n && span_equal(key, span_of_str(&hot->low))) {
        block_raise(&hot->low, &hot->block); /* the row is not to go on under the name of what is gone */
        unstore(txn, table, hot);
    }
    hot->dirty = hot->dirty || there;
    return there;
}
