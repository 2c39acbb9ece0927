/* SPDX-License-Identifier: MIT
 *
 * All rows, in the order of addresses, stretch by stretch. Two threads prepare stretches and make what is to be put,
 * a chunk of a stretch's items at a time. This one puts it, chunk by chunk in order, and takes the long way with
 * rows that change what is there; those of addresses that corrections tie together wait until the end and then go
 * in the order of the files.
 */
#include <pthread.h>
#include <stdlib.h>

#include "action/import_make.h"
#include "base/alloc.h"
#include "base/text.h"
#include "store/contacts.h"
#include "store/record.h"

enum { MAKERS = 2, GROUNDS = 2, BATCHES = 6, CHUNK = 8192, WRITE_BACK = 64 };

struct bulk;

/* A thread that makes. */
struct making {
    struct bulk *bulk;
    pthread_t thread;
    bool started, sorted; /* sorted: `fresh` and `result` are there */
    struct maker *maker;
    struct fresh *fresh; /* what it leaves */
    enum result result;
    struct error error;
};

/* How far a stretch is. */
struct stage {
    size_t from;  /* its first chunk */
    size_t left;  /* chunks that are not made yet */
    bool prepared;
};

struct bulk {
    struct import *import;
    struct import_known known;
    struct making makings[MAKERS];
    struct import_ground grounds[GROUNDS]; /* that of a stretch is its number modulo GROUNDS */
    size_t chunks;
    /* between the threads */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct stage *stages;          /* of each stretch */
    size_t preparing, done;        /* stretches begun; stretches of which all chunks are made, and all before */
    size_t making, making_stretch; /* the next chunk and its stretch */
    size_t numbered; /* chunks whose contacts have ids */
    uint32_t next_id;
    struct import_batch batches[BATCHES]; /* that of a chunk is its number modulo BATCHES */
    size_t taken;                  /* chunks put so far */
    bool stop;
    /* the putting thread's: places of rows */
    uint64_t *later;
    size_t later_n, later_room;
};

/* ---- a making thread: prepares the next stretch if a ground is free, else makes the next chunk */

static void divide(struct bulk *bulk)
{
    struct import_list *list = &bulk->import->list;
    import_list_divide(list);
    bulk->stages = alloc_zero(list->stretches_n, sizeof *bulk->stages);
    for (size_t i = 0; i < list->stretches_n; i++) {
        bulk->stages[i].from = bulk->chunks;
        bulk->stages[i].left = (list->stretches[i].n + CHUNK - 1) / CHUNK;
        bulk->chunks += bulk->stages[i].left;
    }
}

static bool prepare_next(struct bulk *bulk)
{
    size_t i = bulk->preparing;
    if (i == bulk->import->list.stretches_n || i >= bulk->done + GROUNDS)
        return false;
    bulk->preparing++;
    pthread_mutex_unlock(&bulk->lock);
    import_stretch_prepare(&bulk->import->list, &bulk->import->list.stretches[i], &bulk->grounds[i % GROUNDS]);
    pthread_mutex_lock(&bulk->lock);
    bulk->stages[i].prepared = true;
    return true;
}

/* Ids follow the order of chunks: that before it has to be made first. */
static void number(struct bulk *bulk, struct maker *maker, size_t chunk, struct import_batch *batch)
{
    while (!bulk->stop && bulk->numbered < chunk)
        pthread_cond_wait(&bulk->moved, &bulk->lock);
    uint32_t first = bulk->next_id;
    bulk->next_id += (uint32_t)batch->n;
    bulk->numbered++;
    pthread_cond_broadcast(&bulk->moved);
    if (bulk->stop)
        return;
    pthread_mutex_unlock(&bulk->lock);
    maker_number(maker, batch, first);
    pthread_mutex_lock(&bulk->lock);
}

static bool make_next(struct bulk *bulk, struct maker *maker)
{
    size_t chunk = bulk->making, i = bulk->making_stretch;
    struct stage *stage = &bulk->stages[i];
    if (chunk == bulk->chunks || !stage->prepared || chunk >= bulk->taken + BATCHES)
        return false;
    const struct import_stretch *stretch = &bulk->import->list.stretches[i];
    struct import_batch *batch = &bulk->batches[chunk % BATCHES];
    size_t from = (chunk - stage->from) * CHUNK, end = from + CHUNK < stretch->n ? from + CHUNK : stretch->n;
    bulk->making++;
    bulk->making_stretch += end == stretch->n;
    pthread_mutex_unlock(&bulk->lock);
    import_batch_clear(batch);
    maker_make(maker, stretch, from, end, batch);
    pthread_mutex_lock(&bulk->lock);
    if (bulk->known.fresh)
        number(bulk, maker, chunk, batch);
    batch->ready = true;
    stage->left--;
    while (bulk->done < bulk->preparing && bulk->stages[bulk->done].left == 0)
        bulk->done++;
    bulk->stop = bulk->stop || txn_failed(maker_txn(maker));
    return true;
}

static void *make_all(void *arg)
{
    struct making *making = arg;
    struct bulk *bulk = making->bulk;
    pthread_mutex_lock(&bulk->lock);
    while (!bulk->stop && bulk->making < bulk->chunks) {
        if (prepare_next(bulk) || make_next(bulk, making->maker))
            pthread_cond_broadcast(&bulk->moved);
        else
            pthread_cond_wait(&bulk->moved, &bulk->lock);
    }
    pthread_mutex_unlock(&bulk->lock);
    making->fresh = maker_sort(making->maker);
    making->result = txn_result(maker_txn(making->maker), &making->error);
    pthread_mutex_lock(&bulk->lock);
    making->sorted = true;
    pthread_cond_broadcast(&bulk->moved);
    pthread_mutex_unlock(&bulk->lock);
    maker_tell(making->maker);
    return NULL;
}

/* ---- this thread */

static struct import_batch *next_batch(struct bulk *bulk)
{
    struct import_batch *batch = &bulk->batches[bulk->taken % BATCHES];
    pthread_mutex_lock(&bulk->lock);
    while (!bulk->stop && !batch->ready)
        pthread_cond_wait(&bulk->moved, &bulk->lock);
    bool stop = bulk->stop;
    pthread_mutex_unlock(&bulk->lock);
    return stop ? NULL : batch;
}

static void give_back(struct bulk *bulk, struct import_batch *batch, bool stop)
{
    pthread_mutex_lock(&bulk->lock);
    batch->ready = false;
    bulk->taken++;
    bulk->stop = bulk->stop || stop;
    pthread_cond_broadcast(&bulk->moved);
    pthread_mutex_unlock(&bulk->lock);
}

static void put_new(struct import *import, const struct import_batch *batch, const struct import_made *made)
{
    struct fresh_contact new = import_batch_new(batch, made);
    struct contact contact = {.folded = new.folded, .tags = new.tags, .external_id = new.external_id};
    uint32_t id = contacts_add(import->change.txn, &contact, new.record, new.text, &made->standing);
    if (!import->added++)
        import->first = id;
}

static void put_fresh(struct import *import, const struct import_batch *batch)
{
    if (!import->added)
        import->first = batch->fresh.first;
    import->added += batch->fresh.n;
    contacts_put_fresh(import->change.txn, &batch->fresh);
}

static void put_batch(struct bulk *bulk, struct reader **readers, const struct import_batch *batch)
{
    struct import *import = bulk->import;
    struct reader_row row;
    uint64_t added = batch->fresh.n;
    if (added)
        put_fresh(import, batch);
    for (size_t i = 0, k = 0; !batch->fresh.n && i < batch->n; i++) {
        const struct import_made *made = &batch->made[i];
        if (made->kind == MADE_NEW) {
            put_new(import, batch, made);
            added++;
        }
        for (size_t end = k + made->rows; k < end; k++) {
            if (made->kind == MADE_LATER) {
                ALLOC_GROW(bulk->later, bulk->later_n, bulk->later_room);
                bulk->later[bulk->later_n++] = batch->rows[k];
                continue;
            }
            import_list_row(&import->list, readers, batch->rows[k], &row);
            import_row(import, &row, batch->rows[k]);
        }
    }
    import->sums->added += added;
    import->sums->changed += batch->changed;
    import->sums->unchanged += batch->unchanged;
    import->change.outcome->changed += added + batch->changed;
}

static enum result put_all(struct bulk *bulk, struct reader **readers, struct error *error)
{
    struct import *import = bulk->import;
    enum result result = RESULT_OK;
    struct import_batch *batch;
    while (bulk->taken < bulk->chunks && (batch = next_batch(bulk))) {
        put_batch(bulk, readers, batch);
        result = import_progress(import, 25 + 70 * (double)bulk->taken / (double)bulk->chunks, error);
        give_back(bulk, batch, result != RESULT_OK);
        if (bulk->taken % WRITE_BACK == 0)
            store_write_back(import->change.txn);
    }
    return result;
}

static int by_place(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static enum result put_later(struct bulk *bulk, struct reader **readers, struct error *error)
{
    struct import *import = bulk->import;
    enum result result = RESULT_OK;
    if (bulk->later_n)
        qsort(bulk->later, bulk->later_n, sizeof *bulk->later, by_place);
    for (size_t i = 0; i < bulk->later_n && result == RESULT_OK; i++) {
        struct reader_row row;
        import_list_row(&import->list, readers, bulk->later[i], &row);
        import_row(import, &row, bulk->later[i]);
        if (i % CHUNK == 0)
            result = import_progress(import, 95, error);
    }
    return result;
}

/* ---- all of it */

static void see_domain(void *mistyped, struct span domain, uint64_t n)
{
    mistyped_see(mistyped, domain, n);
}

static enum result start(struct bulk *bulk, struct store *store, struct error *error)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < MAKERS && result == RESULT_OK; i++) {
        bulk->makings[i].bulk = bulk;
        result = maker_new(bulk->import, &bulk->known, store, &bulk->makings[i].maker, error);
    }
    if (result == RESULT_OK)
        import_known_read(&bulk->known, bulk->import, maker_txn(bulk->makings[0].maker));
    bulk->next_id = contacts_last_id(bulk->import->change.txn) + 1;
    for (size_t i = 0; i < MAKERS && result == RESULT_OK; i++) {
        struct making *making = &bulk->makings[i];
        making->started = pthread_create(&making->thread, NULL, make_all, making) == 0;
        if (!making->started)
            result = error_set(error, RESULT_IO, _("no thread can be started"));
    }
    return result;
}

static enum result finish(struct bulk *bulk, enum result result, struct error *error)
{
    pthread_mutex_lock(&bulk->lock);
    bulk->stop = true;
    pthread_cond_broadcast(&bulk->moved);
    for (size_t i = 0; i < MAKERS; i++)
        while (bulk->makings[i].started && !bulk->makings[i].sorted)
            pthread_cond_wait(&bulk->moved, &bulk->lock);
    pthread_mutex_unlock(&bulk->lock);
    for (size_t i = 0; i < MAKERS; i++) {
        const struct making *making = &bulk->makings[i];
        if (result == RESULT_OK && making->result) {
            result = making->result;
            *error = making->error;
        }
    }
    for (size_t i = 0; i < GROUNDS; i++)
        free(bulk->grounds[i].bytes);
    return result;
}

static void settle(struct bulk *bulk)
{
    struct import *import = bulk->import;
    struct fresh *fresh[MAKERS];
    size_t n = 0;
    for (size_t i = 0; i < MAKERS; i++)
        if (bulk->makings[i].fresh)
            fresh[n++] = bulk->makings[i].fresh;
    contacts_settle(import->change.txn, fresh, n, see_domain, &import->mistyped);
    for (size_t i = 0; i < MAKERS; i++) {
        if (bulk->makings[i].started)
            pthread_join(bulk->makings[i].thread, NULL);
        maker_free(bulk->makings[i].maker);
    }
}

static enum result run(struct bulk *bulk, struct store *store, struct error *error)
{
    struct import *import = bulk->import;
    struct reader **readers = import_list_readers(&import->list, false);
    enum result result = start(bulk, store, error);
    if (result == RESULT_OK)
        result = put_all(bulk, readers, error);
    result = finish(bulk, result, error);
    free(import->list.items); /* settling needs memory of its own */
    import->list.items = NULL;
    import->list.n = import->list.room = 0;
    settle(bulk);
    if (result == RESULT_OK)
        result = put_later(bulk, readers, error);
    import_list_readers_free(&import->list, readers, false);
    return result;
}

static void bulk_free(struct bulk *bulk)
{
    for (size_t i = 0; i < BATCHES; i++)
        import_batch_free(&bulk->batches[i]);
    pthread_cond_destroy(&bulk->moved);
    pthread_mutex_destroy(&bulk->lock);
    import_known_free(&bulk->known);
    free(bulk->stages);
    free(bulk->later);
    free(bulk);
}

enum result import_bulk(struct import *import, struct store *store, struct error *error)
{
    struct bulk *bulk = alloc_zero(1, sizeof *bulk);
    bulk->import = import;
    pthread_mutex_init(&bulk->lock, NULL);
    pthread_cond_init(&bulk->moved, NULL);
    for (size_t i = 0; i < import->list.fields_n; i++)
        columns_need(import->change.txn, import->list.fields[i]);
    divide(bulk);
    enum result result = run(bulk, store, error);
    bulk_free(bulk);
    return result;
}
