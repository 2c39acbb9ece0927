/* SPDX-License-Identifier: MIT
 *
 * Layouts (textblock.h says what records, parts and blocks are):
 *   text_letters, text_mixed, text_codes, text_numbers
 *                first id (big-endian) → a block of the parts of that class
 *   text_changed id (big-endian) → the record of a contact that changed since its blocks were written;
 *                nothing: it is gone
 */
#include "store/text.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/textput.h"

enum { CHANGED_LEAST = 4096, CHANGED_PART = 64 };

void text_of(const struct contact *contact, struct str *out)
{
    text_record_add(out, contact->address);
    text_record_add(out, contact->name);
    text_record_add(out, contact->external_id);
    for (size_t i = 0; i < contact->n; i++)
        text_record_add(out, contact->fields[i].value);
}

/* ---- the last block of each class, open while contacts are appended, and full ones that wait */

struct tail_class {
    struct text_run full;
    struct text_pack pack;
    uint32_t stored; /* first id of the last block that is in the table, 0 for none */
    bool dirty;      /* the pack is not as it is there */
};

struct tail {
    uint32_t last; /* the highest id in any of them */
    struct tail_class classes[TEXT_CLASSES];
    struct text_parts parts; /* of the record in hand */
};

static void tail_drop(void *data)
{
    struct tail *tail = data;
    for (int class = 0; class < TEXT_CLASSES; class++) {
        text_run_free(&tail->classes[class].full);
        text_pack_free(&tail->classes[class].pack);
    }
    text_parts_free(&tail->parts);
    free(tail);
}

/* The first of the waiting blocks may be the last of the table, grown. */
static void write_full(struct txn *txn, enum text_class class, struct tail_class *own)
{
    enum table table = text_class_table(class);
    for (size_t i = 0; i < own->full.n; i++) {
        uint32_t first = own->full.blocks[i].first;
        struct key key = key_of_u32(first);
        if (first == own->stored)
            table_put(txn, table, key_span(&key), text_run_block(&own->full, i));
        else
            table_append(txn, table, key_span(&key), text_run_block(&own->full, i));
        own->stored = first;
    }
    text_run_cut(&own->full, 0);
}

static void write_all(struct txn *txn, struct tail *tail)
{
    for (int class = 0; tail && class < TEXT_CLASSES; class++) {
        struct tail_class *own = &tail->classes[class];
        if (!own->dirty)
            continue;
        text_run_add(&own->full, &own->pack);
        write_full(txn, class, own);
        own->dirty = false;
    }
}

static void tail_flush(struct txn *txn)
{
    write_all(txn, txn_slot(txn, SLOT_TEXT));
    txn_set_slot(txn, SLOT_TEXT, NULL, NULL, NULL); /* drops it */
    uint64_t changed = table_rows(txn, TABLE_text_changed);
    if (changed >= CHANGED_LEAST && changed >= contacts_last_id(txn) / CHANGED_PART)
        text_merge_changed(txn);
}

static void read_last(struct txn *txn, enum text_class class, struct tail_class *own)
{
    struct cursor *cursor = cursor_open(txn, text_class_table(class));
    struct span key, value;
    struct text_block block;
    if (cursor_last(cursor, &key, &value) && key.n == 4) {
        own->stored = read_u32(key.at);
        if (text_block_open(&block, own->stored, value))
            while (text_block_next(&block))
                text_pack_add(&own->pack, block.id, block.part);
    }
    cursor_close(cursor);
}

static struct tail *tail_of(struct txn *txn)
{
    struct tail *tail = txn_slot(txn, SLOT_TEXT);
    if (tail)
        return tail;
    tail = alloc_zero(1, sizeof *tail);
    txn_set_slot(txn, SLOT_TEXT, tail, tail_drop, tail_flush);
    for (int class = 0; class < TEXT_CLASSES; class++) {
        struct tail_class *own = &tail->classes[class];
        read_last(txn, class, own);
        if (own->pack.last > tail->last)
            tail->last = own->pack.last;
    }
    return tail;
}

void text_settle(struct txn *txn)
{
    write_all(txn, txn_slot(txn, SLOT_TEXT));
}

/* ---- changes */

bool text_block_at(struct txn *txn, enum text_class class, uint32_t id, uint32_t *first, uint32_t *next,
                   struct span *block)
{
    struct key key = key_of_u32(id);
    struct span found, behind;
    struct cursor *cursor = cursor_open(txn, text_class_table(class));
    bool there = cursor_seek(cursor, key_span(&key), &found, block);
    *next = there ? read_u32(found.at) : UINT32_MAX;
    if (there && *next == id) {
        *first = id;
        *next = cursor_next(cursor, &found, &behind) ? read_u32(found.at) : UINT32_MAX;
    } else {
        there = there ? cursor_previous(cursor, &found, block) : cursor_last(cursor, &found, block);
        *first = there ? read_u32(found.at) : 0;
    }
    cursor_close(cursor);
    return there;
}

/* Nothing if the contact has none in that class. */
static struct span part_in_blocks(struct txn *txn, enum text_class class, uint32_t id)
{
    struct text_block block;
    uint32_t first, next;
    struct span bytes;
    if (text_block_at(txn, class, id, &first, &next, &bytes) && text_block_open(&block, first, bytes))
        while (text_block_next(&block) && block.id <= id)
            if (block.id == id)
                return block.part;
    return SPAN_NONE;
}

static bool is_in_blocks(struct txn *txn, struct text_parts *parts, uint32_t id, struct span record)
{
    bool same = true;
    text_parts_read(parts, record);
    for (int class = 0; same && class < TEXT_CLASSES; class++)
        same = span_equal(span_of_str(&parts->of[class]), part_in_blocks(txn, class, id));
    return same;
}

static void put_changed(struct txn *txn, struct tail *tail, uint32_t id, struct span record)
{
    struct key key = key_of_u32(id);
    struct span old;
    write_all(txn, tail);
    bool same = table_get(txn, TABLE_text_changed, key_span(&key), &old)
                    ? span_equal(old, record) : is_in_blocks(txn, &tail->parts, id, record);
    if (!same)
        table_put(txn, TABLE_text_changed, key_span(&key), record);
}

static void append(struct txn *txn, enum text_class class, struct tail_class *own, uint32_t id, struct span part)
{
    if (!text_pack_add(&own->pack, id, part)) {
        text_run_add(&own->full, &own->pack);
        text_pack_clear(&own->pack);
        text_pack_add(&own->pack, id, part);
    }
    own->dirty = true;
    if (own->full.n >= TEXT_RUN)
        write_full(txn, class, own);
}

void text_put_record(struct txn *txn, uint32_t id, struct span record)
{
    struct tail *tail = tail_of(txn);
    if (id <= tail->last) {
        put_changed(txn, tail, id, record);
        return;
    }
    tail->last = id;
    text_parts_read(&tail->parts, record);
    for (int class = 0; class < TEXT_CLASSES; class++)
        if (tail->parts.of[class].n)
            append(txn, class, &tail->classes[class], id, span_of_str(&tail->parts.of[class]));
}

void text_put(struct txn *txn, const struct contact *contact)
{
    struct str record = {0};
    text_of(contact, &record);
    text_put_record(txn, contact->id, span_of_str(&record));
    str_free(&record);
}

void text_remove(struct txn *txn, uint32_t id)
{
    put_changed(txn, tail_of(txn), id, SPAN_NONE);
}

void text_merge(struct txn *txn)
{
    text_settle(txn);
    text_merge_changed(txn);
    txn_set_slot(txn, SLOT_TEXT, NULL, NULL, NULL); /* the last blocks may be others now */
}
