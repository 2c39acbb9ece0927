/* SPDX-License-Identifier: MIT
 *
 * Layout: table domains: name, NUL, first id (big-endian) → each further id less the one before it.
 */
#include "store/idlists.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/names.h"

enum { BLOCK_BYTES = 1900, IDS_MAX = 2 * BLOCK_BYTES };

/* ---- keys */

static struct key list_key(struct span name, uint32_t first)
{
    struct key key = key_of_text(name);
    key_byte(&key, 0);
    key_u32(&key, first);
    return key;
}

static bool key_parts(struct span key, struct span *name, uint32_t *first)
{
    if (key.n < 5)
        return false;
    *name = span_cut(key, 0, key.n - 5);
    *first = read_u32(key.at + key.n - 4);
    return true;
}

/* ---- what a transaction gathers: for each name the ids to be added, growing */

struct gathered {
    uint32_t first, last;
    struct str deltas;
};

struct gathering {
    struct names names;
    struct gathered *lists; /* by number of the name */
    size_t room;
};

static void gathering_drop(void *data)
{
    struct gathering *gathering = data;
    for (size_t i = 0; i < gathering->names.n; i++)
        str_free(&gathering->lists[i].deltas);
    free(gathering->lists);
    names_free(&gathering->names);
    free(gathering);
}

static void flush(struct txn *txn);

static struct gathering *gathering_of(struct txn *txn)
{
    struct gathering *gathering = txn_slot(txn, SLOT_DOMAINS);
    if (!gathering) {
        gathering = alloc_zero(1, sizeof *gathering);
        txn_set_slot(txn, SLOT_DOMAINS, gathering, gathering_drop, flush);
    }
    return gathering;
}

/* ---- blocks */

static void put_block(struct txn *txn, struct span name, const uint32_t *ids, size_t n)
{
    struct str value = {0};
    struct key key = list_key(name, ids[0]);
    for (size_t i = 1; i < n; i++)
        put_number(&value, ids[i] - ids[i - 1]);
    table_put(txn, TABLE_domains, key_span(&key), span_of_str(&value));
    str_free(&value);
}

/* Ids of a block; how many, at most IDS_MAX. */
static size_t read_block(uint32_t first, struct span value, uint32_t *ids)
{
    size_t n = 0;
    uint64_t delta;
    ids[n++] = first;
    while (value.n && n < IDS_MAX && take_number(&value, &delta)) {
        ids[n] = ids[n - 1] + (uint32_t)delta;
        n++;
    }
    return n;
}

static size_t block_bytes(const uint32_t *ids, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 1; i < n; i++)
        for (uint32_t delta = ids[i] - ids[i - 1]; bytes++, delta > 0x7f; delta >>= 7)
            ;
    return bytes;
}

/* The block of a list that holds an id, or would: the last that begins at or before it, else the first
 * one there is. */
static bool find_block(struct txn *txn, struct span name, uint32_t id, uint32_t *first,
                       struct span *value)
{
    struct key key = list_key(name, id), own = key_of_text(name);
    struct span found = SPAN_NONE, whose;
    *value = SPAN_NONE;
    struct cursor *cursor = cursor_open(txn, TABLE_domains);
    bool at = cursor_seek(cursor, key_span(&key), &found, value);
    bool exact = at && span_equal(found, key_span(&key));
    struct span behind = found, behind_value = *value;
    bool there = exact || (at ? cursor_previous(cursor, &found, value) : cursor_last(cursor, &found, value));
    there = there && key_parts(found, &whose, first) && span_equal(whose, key_span(&own));
    if (!there && at) {
        *value = behind_value;
        there = key_parts(behind, &whose, first) && span_equal(whose, key_span(&own));
    }
    cursor_close(cursor);
    return there;
}

/* Puts an id into the middle of a list, or takes it out. */
static void change(struct txn *txn, struct span name, uint32_t id, bool in)
{
    uint32_t ids[IDS_MAX + 1], first;
    struct span value;
    size_t n = 0, at = 0;
    if (find_block(txn, name, id, &first, &value)) {
        struct key old = list_key(name, first);
        n = read_block(first, value, ids);
        table_remove(txn, TABLE_domains, key_span(&old));
    }
    while (at < n && ids[at] < id)
        at++;
    bool there = at < n && ids[at] == id;
    if (in && !there) {
        memmove(ids + at + 1, ids + at, (n++ - at) * sizeof *ids);
        ids[at] = id;
    } else if (!in && there) {
        memmove(ids + at, ids + at + 1, (--n - at) * sizeof *ids);
    }
    size_t half = block_bytes(ids, n) > BLOCK_BYTES ? n / 2 : n;
    if (half)
        put_block(txn, name, ids, half);
    if (half < n)
        put_block(txn, name, ids + half, n - half);
}

/* Deltas behind the last id of a list, in blocks. */
struct writer {
    struct txn *txn;
    struct span name;
    uint32_t first, last;
    struct str value;
    bool open;
    bool append; /* nothing in the table lies behind it */
};

static void writer_put(struct writer *writer)
{
    struct key key = list_key(writer->name, writer->first);
    if (writer->open && writer->append)
        table_append(writer->txn, TABLE_domains, key_span(&key), span_of_str(&writer->value));
    else if (writer->open)
        table_put(writer->txn, TABLE_domains, key_span(&key), span_of_str(&writer->value));
}

static void writer_add(struct writer *writer, uint32_t id)
{
    if (!writer->open || writer->value.n + 5 > BLOCK_BYTES) {
        writer_put(writer);
        str_clear(&writer->value);
        writer->first = id;
        writer->open = true;
    } else {
        put_number(&writer->value, id - writer->last);
    }
    writer->last = id;
}

/* Opens the last block, if all of a list lies before `id`. False: it does not. */
static bool writer_open(struct writer *writer, uint32_t id)
{
    struct span value;
    uint32_t ids[IDS_MAX];
    if (!find_block(writer->txn, writer->name, UINT32_MAX, &writer->first, &value))
        return true;
    size_t n = read_block(writer->first, value, ids);
    if (ids[n - 1] >= id)
        return false;
    writer->last = ids[n - 1];
    str_add(&writer->value, value);
    writer->open = true;
    return true;
}

static void write_list(struct txn *txn, struct span name, const struct gathered *list)
{
    struct writer writer = {.txn = txn, .name = name};
    struct span rest = span_of_str(&list->deltas);
    uint32_t id = list->first;
    uint64_t delta = 0;
    bool behind = writer_open(&writer, id);
    do {
        id += (uint32_t)delta;
        if (behind)
            writer_add(&writer, id);
        else
            change(txn, name, id, true);
    } while (take_number(&rest, &delta));
    if (behind)
        writer_put(&writer);
    str_free(&writer.value);
}

static void flush(struct txn *txn)
{
    struct gathering *gathering = txn_slot(txn, SLOT_DOMAINS);
    for (uint32_t i = 0; gathering && i < gathering->names.n; i++)
        if (gathering->lists[i].first)
            write_list(txn, names_at(&gathering->names, i), &gathering->lists[i]);
    txn_set_slot(txn, SLOT_DOMAINS, NULL, NULL, NULL); /* drops it */
}

/* ---- many, by name */

struct idlists_bulk {
    struct writer writer;
    struct str name;
    bool behind; /* all of this list lies before what is added */
};

struct idlists_bulk *idlists_bulk(struct txn *txn)
{
    struct idlists_bulk *bulk = alloc_zero(1, sizeof *bulk);
    flush(txn);
    bulk->writer.txn = txn;
    bulk->writer.append = table_rows(txn, TABLE_domains) == 0;
    return bulk;
}

static void bulk_begin(struct idlists_bulk *bulk, struct span name, uint32_t id)
{
    writer_put(&bulk->writer);
    str_clear(&bulk->name);
    str_add(&bulk->name, name);
    str_clear(&bulk->writer.value);
    bulk->writer.open = false;
    bulk->writer.name = span_of_str(&bulk->name);
    bulk->behind = bulk->writer.append || writer_open(&bulk->writer, id);
}

void idlists_bulk_add(struct idlists_bulk *bulk, struct span name, const uint32_t *ids, size_t n)
{
    if (!bulk->name.n || !span_equal(span_of_str(&bulk->name), name))
        bulk_begin(bulk, name, ids[0]);
    for (size_t i = 0; i < n; i++)
        if (bulk->behind)
            writer_add(&bulk->writer, ids[i]);
        else
            change(bulk->writer.txn, name, ids[i], true);
}

void idlists_bulk_end(struct idlists_bulk *bulk)
{
    writer_put(&bulk->writer);
    str_free(&bulk->writer.value);
    str_free(&bulk->name);
    free(bulk);
}

/* ---- changes */

static void gather(struct txn *txn, struct span name, uint32_t id)
{
    struct gathering *gathering = gathering_of(txn);
    uint32_t known = gathering->names.n, number = names_number(&gathering->names, name);
    if (gathering->names.n > known) {
        ALLOC_GROW(gathering->lists, number, gathering->room);
        gathering->lists[number] = (struct gathered){.first = id, .last = id};
    } else if (gathering->lists[number].last >= id) {
        struct str copy = {0}; /* out of order: what is gathered first */
        str_add(&copy, name);
        flush(txn);
        gather(txn, span_of_str(&copy), id);
        str_free(&copy);
    } else {
        struct gathered *list = &gathering->lists[number];
        put_number(&list->deltas, id - list->last);
        list->last = id;
    }
}

void idlists_add(struct txn *txn, struct span name, uint32_t id)
{
    gather(txn, name, id);
}

void idlists_remove(struct txn *txn, struct span name, uint32_t id)
{
    struct str copy = {0};
    str_add(&copy, name); /* it may borrow from the map */
    flush(txn);
    change(txn, span_of_str(&copy), id, false);
    str_free(&copy);
}

/* ---- walking */

struct place {
    struct cursor *cursor;
    struct span key, value;
    struct str name; /* the list asked for */
    uint32_t from;
    bool in_block;
};

static bool enter_block(struct txn *txn, struct idlists_walk *walk, struct place *place)
{
    struct span name;
    if (!key_parts(place->key, &name, &walk->id)) {
        txn_damaged(txn, TABLE_domains, place->key);
        return false;
    }
    if (!walk->all && !span_equal(name, span_of_str(&place->name)))
        return false;
    walk->name = name;
    place->in_block = true;
    return true;
}

static bool step(struct txn *txn, struct idlists_walk *walk, struct place *place)
{
    uint64_t delta;
    if (place->in_block && place->value.n) {
        if (!take_number(&place->value, &delta)) {
            txn_damaged(txn, TABLE_domains, place->key);
            return false;
        }
        walk->id += (uint32_t)delta;
        return true;
    }
    return cursor_next(place->cursor, &place->key, &place->value) && enter_block(txn, walk, place);
}

static bool begin(struct txn *txn, struct idlists_walk *walk)
{
    struct place *place = walk->state_ = alloc_zero(1, sizeof *place);
    uint32_t first = 0, from = walk->id;
    struct span value;
    struct key name = key_of_text(walk->name);
    str_add(&place->name, key_span(&name));
    if (txn_writes(txn))
        flush(txn);
    find_block(txn, walk->name, from, &first, &value);
    struct key key = list_key(walk->name, first);
    place->cursor = cursor_open(txn, TABLE_domains);
    if (!cursor_seek(place->cursor, key_span(&key), &place->key, &place->value) ||
        !enter_block(txn, walk, place))
        return false;
    while (walk->id < from && span_equal(walk->name, span_of_str(&place->name)))
        if (!step(txn, walk, place))
            return false;
    return true;
}

bool idlists_next(struct txn *txn, struct idlists_walk *walk)
{
    return walk->state_ ? step(txn, walk, walk->state_) : begin(txn, walk);
}

void idlists_walk_end(struct idlists_walk *walk)
{
    struct place *place = walk->state_;
    if (place) {
        cursor_close(place->cursor);
        str_free(&place->name);
    }
    free(place);
    walk->state_ = NULL;
}
