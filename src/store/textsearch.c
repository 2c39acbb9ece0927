/* SPDX-License-Identifier: MIT
 *
 * Blocks are handed out in batches: one thread walks the table, which costs nothing beside reading what
 * is in it, and with no limit of blocks a second one takes every other batch. Changed records are
 * looked at one by one, between the blocks they belong to.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/needle.h"
#include "store/text.h"
#include "store/textblock.h"

enum { BATCH_BLOCKS = 2048 };

struct text_search {
    struct str bytes;
    struct needle *needles; /* the longest first */
    size_t n;
};

struct text_search *text_search_new(const struct span *literals, size_t n)
{
    struct text_search *search = alloc_zero(1, sizeof *search);
    size_t at = 0, longest = 0;
    search->n = n;
    search->needles = alloc_zero(n, sizeof *search->needles);
    for (size_t i = 0; i < search->n; i++)
        str_add(&search->bytes, literals[i]);
    for (size_t i = 0; i < search->n; at += literals[i++].n) {
        search->needles[i] = needle_of((struct span){search->bytes.at + at, literals[i].n});
        if (literals[i].n > search->needles[longest].text.n)
            longest = i;
    }
    struct needle first = search->needles[longest];
    search->needles[longest] = search->needles[0];
    search->needles[0] = first;
    return search;
}

void text_search_free(struct text_search *search)
{
    if (!search)
        return;
    str_free(&search->bytes);
    free(search->needles);
    free(search);
}

static bool has_all(const struct text_search *search, struct span record, size_t from)
{
    for (size_t i = from; i < search->n; i++)
        if (needle_find(&search->needles[i], record, 0) < 0)
            return false;
    return true;
}

/* ---- a batch of blocks, for one thread */

struct batch {
    const struct text_search *search;
    struct {
        uint32_t first;
        struct span bytes;
    } blocks[BATCH_BLOCKS];
    size_t n;
    uint32_t from, to; /* ids outside are not wanted */
    uint32_t *ids;     /* out */
    size_t hits, room;
    uint32_t damaged; /* first id of a block that cannot be read, 0 for none */
};

static void look_through(struct batch *batch, size_t i)
{
    const struct needle *needle = &batch->search->needles[0];
    struct text_block block;
    if (!text_block_open(&block, batch->blocks[i].first, batch->blocks[i].bytes)) {
        batch->damaged = batch->blocks[i].first;
        return;
    }
    ptrdiff_t at;
    while ((at = needle_find(needle, block.text, block.at)) >= 0 &&
           text_block_seek(&block, (size_t)at)) {
        if (block.id < batch->from || block.id > batch->to || !has_all(batch->search, block.record, 1))
            continue;
        ALLOC_GROW(batch->ids, batch->hits, batch->room);
        batch->ids[batch->hits++] = block.id;
    }
}

static void *batch_run(void *arg)
{
    struct batch *batch = arg;
    batch->hits = 0;
    for (size_t i = 0; i < batch->n; i++)
        look_through(batch, i);
    return NULL;
}

/* ---- the changed records */

struct changed {
    struct cursor *cursor;
    bool more;
    uint32_t id;
    struct span record;
};

static void changed_read(struct changed *changed, bool more, struct span key)
{
    changed->more = more && key.n == 4;
    if (changed->more)
        changed->id = read_u32(key.at);
}

static void changed_open(struct changed *changed, struct txn *txn, uint32_t from)
{
    struct key key = key_of_u32(from);
    struct span found;
    changed->cursor = cursor_open(txn, TABLE_text_changed);
    changed_read(changed, cursor_seek(changed->cursor, key_span(&key), &found, &changed->record), found);
}

static void changed_next(struct changed *changed)
{
    struct span found;
    changed_read(changed, cursor_next(changed->cursor, &found, &changed->record), found);
}

/* ---- a run */

struct run {
    struct text_search *search;
    struct txn *txn;
    struct changed changed;
    uint32_t to;
    void (*found)(void *arg, uint32_t id);
    void *arg;
};

/* Changed records before `id` (those up to `to` at most). */
static void tell_changed(struct run *run, uint64_t before)
{
    struct changed *changed = &run->changed;
    for (; changed->more && changed->id < before && changed->id <= run->to; changed_next(changed))
        if (has_all(run->search, changed->record, 0))
            run->found(run->arg, changed->id);
}

static void tell(struct run *run, const struct batch *batch)
{
    for (size_t i = 0; i < batch->hits; i++) {
        tell_changed(run, batch->ids[i]);
        bool anew = run->changed.more && run->changed.id == batch->ids[i];
        if (!anew)
            run->found(run->arg, batch->ids[i]);
    }
    struct key key = key_of_u32(batch->damaged);
    if (batch->damaged)
        txn_damaged(run->txn, TABLE_text, key_span(&key));
}

/* Fills a batch from where the cursor stands; returns the first id of the next block, or 0. */
static uint32_t fill(struct batch *batch, struct cursor *cursor, struct span *key, struct span *value,
                     size_t most)
{
    bool more = true;
    batch->n = 0;
    while (batch->n < most && more && read_u32(key->at) <= batch->to) {
        batch->blocks[batch->n].first = read_u32(key->at);
        batch->blocks[batch->n++].bytes = *value;
        more = cursor_next(cursor, key, value);
    }
    return more && read_u32(key->at) <= batch->to ? read_u32(key->at) : 0;
}

/* Stands on the block with the first id that is wanted; it may begin before. */
static bool begin(struct cursor *cursor, uint32_t from, struct span *key, struct span *value)
{
    struct key want = key_of_u32(from);
    if (!cursor_seek(cursor, key_span(&want), key, value))
        return cursor_last(cursor, key, value);
    if (read_u32(key->at) != from)
        cursor_previous(cursor, key, value);
    return true;
}

static struct batch *batch_new(const struct text_search *search, uint32_t from, uint32_t to)
{
    struct batch *batch = alloc(sizeof *batch);
    batch->search = search;
    batch->from = from;
    batch->to = to;
    batch->ids = NULL;
    batch->n = batch->hits = batch->room = 0;
    batch->damaged = 0;
    return batch;
}

static void batch_free(struct batch *batch)
{
    free(batch->ids);
    free(batch);
}

/* Two batches at a time, the second by another thread where one can be had. */
static void run_pair(struct run *run, struct batch *one, struct batch *other)
{
    pthread_t thread;
    bool helped = other->n && pthread_create(&thread, NULL, batch_run, other) == 0;
    batch_run(one);
    if (helped)
        pthread_join(thread, NULL);
    else
        batch_run(other);
    tell(run, one);
    tell(run, other);
}

uint32_t text_search_run(struct text_search *search, struct txn *txn, uint32_t from, uint32_t to,
                         size_t blocks, void (*found)(void *arg, uint32_t id), void *arg)
{
    struct run run = {.search = search, .txn = txn, .to = to, .found = found, .arg = arg};
    struct span key, value;
    struct cursor *cursor = cursor_open(txn, TABLE_text);
    struct batch *one = batch_new(search, from, to), *other = batch_new(search, from, to);
    uint32_t next = begin(cursor, from, &key, &value) ? read_u32(key.at) : 0;
    changed_open(&run.changed, txn, from);
    while (next && next <= to && !txn_failed(txn)) {
        size_t most = blocks && blocks < BATCH_BLOCKS ? blocks : BATCH_BLOCKS;
        next = fill(one, cursor, &key, &value, most);
        other->n = 0;
        if (!blocks && next)
            next = fill(other, cursor, &key, &value, most);
        run_pair(&run, one, other);
        if (blocks && (blocks -= one->n) == 0)
            break;
    }
    tell_changed(&run, next ? next : (uint64_t)to + 1);
    batch_free(one);
    batch_free(other);
    cursor_close(run.changed.cursor);
    cursor_close(cursor);
    return txn_failed(txn) ? 0 : next;
}
