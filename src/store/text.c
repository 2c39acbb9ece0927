/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   text         first id (big-endian) → length of the records, the records, and, if ids are missing in
 *                between, for each record but the first its id less that before it less 1
 *   text_changed id (big-endian) → the record of a contact that changed since its block was written;
 *                nothing: it is gone
 * A record is its texts, each ending in FIELD_END, then RECORD_END: bytes that UTF-8 never has, so that
 * no literal matches across them.
 */
#include "store/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "store/contacts.h"
#include "store/textblock.h"

enum { BLOCK_BYTES = 4064, CHANGED_LEAST = 4096, CHANGED_PART = 64 };

/* ---- records and blocks */

static void add_field(struct str *out, struct span text)
{
    if (!text.n)
        return;
    utf8_fold(text, out);
    str_add_char(out, TEXT_FIELD_END);
}

void text_of(const struct contact *contact, struct str *out)
{
    add_field(out, contact->address);
    add_field(out, contact->name);
    add_field(out, contact->external_id);
    for (size_t i = 0; i < contact->n; i++)
        add_field(out, contact->fields[i].value);
    str_add_char(out, TEXT_RECORD_END);
}

/* A block being made. */
struct pack {
    uint32_t first, last; /* ids in it, 0 for none */
    struct str text;      /* the records */
    struct str gaps;      /* id of each but the first, less that before it, less 1 */
    bool gapped;          /* some of them is not 0 */
    struct str block;
};

/* For ids that grow. False: the block is full. */
static bool pack_add(struct pack *pack, uint32_t id, struct span record)
{
    if (pack->text.n && pack->text.n + record.n + pack->gaps.n + 16 > BLOCK_BYTES)
        return false;
    if (!pack->text.n) {
        pack->first = id;
    } else {
        put_number(&pack->gaps, id - pack->last - 1);
        pack->gapped = pack->gapped || id - pack->last > 1;
    }
    pack->last = id;
    str_add(&pack->text, record);
    return true;
}

static struct span pack_block(struct pack *pack)
{
    str_clear(&pack->block);
    put_number(&pack->block, pack->text.n);
    str_add(&pack->block, span_of_str(&pack->text));
    if (pack->gapped)
        str_add(&pack->block, span_of_str(&pack->gaps));
    return span_of_str(&pack->block);
}

static void pack_clear(struct pack *pack) /* save for `last` */
{
    str_clear(&pack->text);
    str_clear(&pack->gaps);
    pack->gapped = false;
}

static void pack_free(struct pack *pack)
{
    str_free(&pack->text);
    str_free(&pack->gaps);
    str_free(&pack->block);
}

/* ---- the last block, open while contacts are appended */

struct tail {
    struct pack pack;
    bool dirty;
};

static void tail_drop(void *data)
{
    struct tail *tail = data;
    pack_free(&tail->pack);
    free(tail);
}

static void tail_write(struct txn *txn, struct tail *tail)
{
    if (!tail->dirty)
        return;
    struct key key = key_of_u32(tail->pack.first);
    table_put(txn, TABLE_text, key_span(&key), pack_block(&tail->pack));
    tail->dirty = false;
}

static void merge_changed(struct txn *txn);

static void tail_flush(struct txn *txn)
{
    tail_write(txn, txn_slot(txn, SLOT_TEXT));
    txn_set_slot(txn, SLOT_TEXT, NULL, NULL, NULL); /* drops it */
    uint64_t changed = table_rows(txn, TABLE_text_changed);
    if (changed >= CHANGED_LEAST && changed >= contacts_last_id(txn) / CHANGED_PART)
        merge_changed(txn);
}

static void unpack(struct pack *pack, uint32_t first, struct span block)
{
    struct text_block records;
    if (!text_block_open(&records, first, block))
        return;
    while (text_block_next(&records))
        pack_add(pack, records.id, records.record);
}

static struct tail *tail_of(struct txn *txn)
{
    struct tail *tail = txn_slot(txn, SLOT_TEXT);
    if (tail)
        return tail;
    tail = alloc_zero(1, sizeof *tail);
    txn_set_slot(txn, SLOT_TEXT, tail, tail_drop, tail_flush);
    struct cursor *cursor = cursor_open(txn, TABLE_text);
    struct span key, value;
    if (cursor_last(cursor, &key, &value) && key.n == 4)
        unpack(&tail->pack, read_u32(key.at), value);
    cursor_close(cursor);
    return tail;
}

/* ---- changes */

/* The block that holds an id, or would, and the first id of the one behind it. False: none before it. */
static bool block_at(struct txn *txn, uint32_t id, uint32_t *first, uint32_t *next, struct span *block)
{
    struct key key = key_of_u32(id);
    struct span found, behind;
    struct cursor *cursor = cursor_open(txn, TABLE_text);
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

static bool stored(struct txn *txn, uint32_t id, struct span *record)
{
    struct key key = key_of_u32(id);
    struct text_block records;
    uint32_t first, next;
    struct span block;
    if (table_get(txn, TABLE_text_changed, key_span(&key), record))
        return record->n > 0;
    if (!block_at(txn, id, &first, &next, &block) || !text_block_open(&records, first, block))
        return false;
    while (text_block_next(&records) && records.id <= id)
        if (records.id == id) {
            *record = records.record;
            return true;
        }
    return false;
}

static void put_changed(struct txn *txn, uint32_t id, struct span record)
{
    struct key key = key_of_u32(id);
    struct span old;
    tail_write(txn, tail_of(txn));
    if (stored(txn, id, &old) ? !span_equal(old, record) : record.n > 0)
        table_put(txn, TABLE_text_changed, key_span(&key), record);
}

void text_put_record(struct txn *txn, uint32_t id, struct span record)
{
    struct tail *tail = tail_of(txn);
    if (id <= tail->pack.last) {
        put_changed(txn, id, record);
        return;
    }
    if (!pack_add(&tail->pack, id, record)) {
        tail_write(txn, tail);
        pack_clear(&tail->pack);
        pack_add(&tail->pack, id, record);
    }
    tail->dirty = true;
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
    put_changed(txn, id, SPAN_NONE);
}

bool text_get(struct txn *txn, uint32_t id, struct str *out)
{
    struct span record;
    if (txn_writes(txn))
        tail_write(txn, tail_of(txn));
    bool there = stored(txn, id, &record);
    if (there)
        str_add(out, record);
    return there;
}

/* ---- merging: one block after the other is written anew with what changed in it */

static void put_pack(struct txn *txn, struct pack *pack)
{
    struct key key = key_of_u32(pack->first);
    if (pack->text.n)
        table_put(txn, TABLE_text, key_span(&key), pack_block(pack));
    pack_clear(pack);
}

static void add_merged(struct txn *txn, struct pack *pack, uint32_t id, struct span record)
{
    if (record.n && !pack_add(pack, id, record)) {
        put_pack(txn, pack);
        pack_add(pack, id, record);
    }
}

/* The changed record with the least id from `from` on, copied. */
static bool next_changed(struct txn *txn, uint32_t from, uint32_t *id, struct str *record)
{
    struct key key = key_of_u32(from);
    struct span found, value;
    struct cursor *cursor = cursor_open(txn, TABLE_text_changed);
    bool there = cursor_seek(cursor, key_span(&key), &found, &value) && found.n == 4;
    if (there) {
        *id = read_u32(found.at);
        str_clear(record);
        str_add(record, value);
    }
    cursor_close(cursor);
    return there;
}

static bool take_changed(struct txn *txn, uint32_t *id, struct str *record)
{
    struct key key = key_of_u32(*id);
    table_remove(txn, TABLE_text_changed, key_span(&key));
    return *id < UINT32_MAX && next_changed(txn, *id + 1, id, record);
}

static void merge_changed(struct txn *txn)
{
    struct str record = {0}, bytes = {0};
    struct pack pack = {0};
    uint32_t id;
    bool more = next_changed(txn, 0, &id, &record);
    while (more && !txn_failed(txn)) {
        uint32_t first, next;
        struct span block = SPAN_NONE;
        struct text_block old = {0};
        if (block_at(txn, id, &first, &next, &block)) {
            struct key key = key_of_u32(first);
            str_clear(&bytes);
            str_add(&bytes, block); /* every write below may move it */
            table_remove(txn, TABLE_text, key_span(&key));
            if (!text_block_open(&old, first, span_of_str(&bytes)))
                txn_damaged(txn, TABLE_text, key_span(&key));
        }
        pack.last = 0;
        bool left = text_block_next(&old);
        while (left || (more && id < next)) {
            if (left && (!more || id >= next || old.id < id)) {
                add_merged(txn, &pack, old.id, old.record);
                left = text_block_next(&old);
                continue;
            }
            add_merged(txn, &pack, id, span_of_str(&record));
            if (left && old.id == id)
                left = text_block_next(&old);
            more = take_changed(txn, &id, &record);
        }
        put_pack(txn, &pack);
    }
    pack_free(&pack);
    str_free(&record);
    str_free(&bytes);
}

void text_merge(struct txn *txn)
{
    tail_write(txn, tail_of(txn));
    merge_changed(txn);
    txn_set_slot(txn, SLOT_TEXT, NULL, NULL, NULL); /* the last block may be another one now */
}
