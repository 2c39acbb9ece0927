/* SPDX-License-Identifier: MIT
 *
 * Layout: table domains: name, NUL, first id (big-endian) → each further id less the one before it.
 */
#include "store/idlists.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/names.h"
#include "base/text.h"

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

/* ---- what a transaction gathers: for each name the ids to be added, or taken out, growing */

struct gathered {
    uint32_t first, last, n; /* n 0: none */
    bool out;
    struct str deltas;
};

struct gathering {
    struct names names;
    struct gathered *lists; /* by number */
    size_t room;
};

static void gathering_drop(void *data)
{
    struct gathering *gathering = data;
    for (uint32_t i = 0; i < gathering->names.n; i++)
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

/* Those of a growing list that belong to a block, or would, from the first on. */
static size_t run_of_block(const uint32_t *changed, size_t n, uint32_t last)
{
    size_t run = 0;
    while (run < n && changed[run] <= last)
        run++;
    return run ? run : 1;
}

/* What becomes of a block's ids; at most n + changed_n of them. */
static size_t merge(const uint32_t *ids, size_t n, const uint32_t *changed, size_t changed_n, bool out,
                    uint32_t *merged)
{
    size_t m = 0, i = 0, k = 0;
    while (i < n || k < changed_n) {
        uint32_t id = k == changed_n || (i < n && ids[i] < changed[k]) ? ids[i] : changed[k];
        bool had = i < n && ids[i] == id, meant = k < changed_n && changed[k] == id;
        if (meant ? !out : had)
            merged[m++] = id;
        i += had;
        k += meant;
    }
    return m;
}

/* Puts ids into a list, or takes them out, each block once. */
static void change_many(struct txn *txn, struct span name, const uint32_t *changed, size_t n, bool out)
{
    uint32_t *merged = alloc_again(NULL, IDS_MAX + n, sizeof *merged), ids[IDS_MAX], first;
    struct span value;
    for (size_t run; n && !txn_failed(txn); changed += run, n -= run) {
        struct writer writer = {.txn = txn, .name = name};
        bool there = find_block(txn, name, *changed, &first, &value);
        size_t has = there ? read_block(first, value, ids) : 0;
        run = there ? run_of_block(changed, n, ids[has - 1]) : n;
        if (there) {
            struct key old = list_key(name, first);
            table_remove(txn, TABLE_domains, key_span(&old));
        }
        size_t m = merge(ids, has, changed, run, out, merged);
        for (size_t i = 0; i < m; i++)
            writer_add(&writer, merged[i]);
        writer_put(&writer);
        str_free(&writer.value);
    }
    free(merged);
}

static uint32_t *ids_of(const struct gathered *list)
{
    uint32_t *ids = alloc_again(NULL, list->n, sizeof *ids);
    struct span rest = span_of_str(&list->deltas);
    uint64_t delta;
    ids[0] = list->first;
    for (uint32_t i = 1; i < list->n && take_number(&rest, &delta); i++)
        ids[i] = ids[i - 1] + (uint32_t)delta;
    return ids;
}

static void write_list(struct txn *txn, struct span name, const struct gathered *list)
{
    struct writer writer = {.txn = txn, .name = name};
    uint32_t *ids = ids_of(list);
    if (!list->out && writer_open(&writer, ids[0])) {
        for (uint32_t i = 0; i < list->n; i++)
            writer_add(&writer, ids[i]);
        writer_put(&writer);
    } else {
        change_many(txn, name, ids, list->n, list->out);
    }
    str_free(&writer.value);
    free(ids);
}

static void flush(struct txn *txn)
{
    struct gathering *gathering = txn_slot(txn, SLOT_DOMAINS);
    for (uint32_t i = 0; gathering && i < gathering->names.n; i++)
        if (gathering->lists[i].n)
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
    if (!bulk->behind)
        change_many(bulk->writer.txn, name, ids, n, false);
    for (size_t i = 0; i < n && bulk->behind; i++)
        writer_add(&bulk->writer, ids[i]);
}

void idlists_bulk_end(struct idlists_bulk *bulk)
{
    writer_put(&bulk->writer);
    str_free(&bulk->writer.value);
    str_free(&bulk->name);
    free(bulk);
}

/* ---- changes */

static void gather(struct txn *txn, struct span name, uint32_t id, bool out)
{
    struct gathering *gathering = gathering_of(txn);
    uint32_t n = gathering->names.n, number = names_number(&gathering->names, name);
    if (number == UINT32_MAX) {
        txn_fail(txn, RESULT_DATA, _("too many new contacts at once: divide the file"));
        return;
    }
    if (number == n) {
        ALLOC_GROW(gathering->lists, number, gathering->room);
        gathering->lists[number] = (struct gathered){0};
    }
    struct gathered *list = &gathering->lists[number];
    if (list->n && (list->last >= id || list->out != out)) { /* out of order: what is gathered first */
        struct str copy = {0};
        str_add(&copy, name);
        flush(txn);
        gather(txn, span_of_str(&copy), id, out);
        str_free(&copy);
        return;
    }
    if (list->n)
        put_number(&list->deltas, id - list->last);
    else
        list->first = id;
    list->last = id;
    list->out = out;
    list->n++;
}

void idlists_add(struct txn *txn, struct span name, uint32_t id)
{
    gather(txn, name, id, false);
}

void idlists_remove(struct txn *txn, struct span name, uint32_t id)
{
    gather(txn, name, id, true);
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
