/* SPDX-License-Identifier: MIT
 *
 * The rows of each address, in the order of addresses, against the store as it was before the import.
 * Two threads read: each has a read transaction of its own, reads rows again, and makes records of
 * contacts that are new, a chunk of rows after the other in turn. This one puts them, chunk by chunk in
 * order, and takes the long way with rows that change what is there. What the readers see cannot be stale, for the rows of an address
 * touch nothing but that address and its contacts; where corrections tie two addresses together, the
 * rows wait until the end and then go in the order of the files.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "action/importing.h"
#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/record.h"
#include "store/text.h"

enum { READERS = 2, BATCHES = 6, CHUNK = 4096, AHEAD = 12 };

/* What is to be done about one address. */
enum made_kind {
    MADE_NEW,  /* put the contact */
    MADE_ROWS, /* the long way with items from .. to - 1 */
    MADE_LATER /* the same, at the end */
};
struct made {
    enum made_kind kind;
    struct standing standing; /* NEW */
    size_t at;                /* NEW, in the batch's bytes: folded, record, text, tags, external id */
    size_t folded, record, text, tags, external;
    size_t from, to;
};

/* What is to be done about the addresses that begin in one chunk of the items. */
struct batch {
    bool ready; /* to be put */
    struct made *made;
    size_t n, room;
    struct str bytes;
    uint64_t changed, unchanged; /* rows that need nothing more */
};

struct bulk;

/* A thread that reads. */
struct reading {
    struct bulk *bulk;
    size_t nth;
    pthread_t thread;
    bool started;
    struct txn *txn;
    struct reader **readers;
    struct columns *columns;
    struct mistyped mistyped;
    struct contact stored, fresh, blended;
    struct str spelled, fresh_bytes, blended_bytes, folded;
    enum result result;
    struct error error;
};

struct bulk {
    struct import *import;
    struct reading readings[READERS];
    bool empty, judged; /* no contact in the store; some judgements */
    uint64_t *tied;     /* hashes of addresses that corrections tie to others; a hash table */
    size_t tied_room, tied_n;
    /* between the threads */
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct batch batches[BATCHES]; /* that of a chunk is its number modulo BATCHES */
    size_t taken;                  /* chunks put so far */
    bool stop;
    /* the putting thread's */
    uint64_t *later; /* data of items */
    size_t later_n, later_room;
};

/* ---- addresses that corrections tie together */

static uint64_t tie_hash(struct span folded)
{
    return hash_quick(folded, 5) | 1;
}

static bool find_tie(const struct bulk *bulk, uint64_t hash, size_t *at)
{
    for (size_t i = hash & (bulk->tied_room - 1);; i = (i + 1) & (bulk->tied_room - 1))
        if (!bulk->tied[i] || bulk->tied[i] == hash) {
            *at = i;
            return bulk->tied[i] == hash;
        }
}

static bool is_tied(const struct bulk *bulk, struct span folded)
{
    size_t at;
    return bulk->tied_n && find_tie(bulk, tie_hash(folded), &at);
}

static void tie(struct bulk *bulk, struct span folded)
{
    size_t at;
    if (bulk->tied_n * 2 >= bulk->tied_room) {
        uint64_t *old = bulk->tied;
        size_t room = bulk->tied_room;
        bulk->tied_room = room ? room * 2 : 256;
        bulk->tied = alloc_zero(bulk->tied_room, sizeof *bulk->tied);
        for (size_t i = 0; i < room; i++)
            if (old[i] && !find_tie(bulk, old[i], &at))
                bulk->tied[at] = old[i];
        free(old);
    }
    if (!find_tie(bulk, tie_hash(folded), &at)) {
        bulk->tied[at] = tie_hash(folded);
        bulk->tied_n++;
    }
}

static void find_tied(struct bulk *bulk, struct txn *txn)
{
    struct judgements_walk walk = {0};
    while (judgements_next(txn, &walk)) {
        bulk->judged = true;
        if (walk.corrected_to.n) {
            tie(bulk, walk.folded);
            tie(bulk, walk.corrected_to);
        }
    }
    judgements_walk_end(&walk);
}

/* ---- a reading thread: one address */

static void add_made(struct batch *batch, struct made made)
{
    ALLOC_GROW(batch->made, batch->n, batch->room);
    batch->made[batch->n++] = made;
}

/* The new contact of several rows, as if they came one after the other. */
static void blend_rows(struct reading *reading, struct batch *batch, size_t from, size_t to)
{
    const struct import_list *list = &reading->bulk->import->list;
    struct reader_row row;
    for (size_t i = from; i < to; i++) {
        import_list_row(list, reading->readers, list->items[i].data, &row);
        contact_copy(&reading->fresh, &reading->blended, &reading->blended_bytes);
        if (import_blend(&row.contact, &reading->blended))
            batch->changed++;
        else
            batch->unchanged++;
        contact_copy(&reading->blended, &reading->fresh, &reading->fresh_bytes);
    }
}

static void make_new(struct reading *reading, struct batch *batch, size_t from, size_t to,
                     struct span folded, const struct reader_row *row)
{
    const struct import_list *list = &reading->bulk->import->list;
    struct made made = {.kind = MADE_NEW, .at = batch->bytes.n, .folded = folded.n};
    struct contact contact = row->contact;
    if (!import_list_plain(&list->items[from])) {
        address_fold(contact.address, &reading->spelled, &reading->folded, NULL);
        contact.address = span_of_str(&reading->spelled);
    }
    contact.folded = folded;
    contact.id = 0;
    contact.born = contact.step = reading->bulk->import->change.step;
    if (to - from > 1) {
        contact_copy(&contact, &reading->fresh, &reading->fresh_bytes);
        blend_rows(reading, batch, from + 1, to);
        contact = reading->fresh;
    }
    if (reading->bulk->judged)
        made.standing = judgements_standing(reading->txn, folded, 0);
    str_add(&batch->bytes, folded);
    struct span tags = contact.tags;
    contact.tags = SPAN_NONE; /* they stand beside the record */
    record_write_with(reading->columns, &contact, &batch->bytes);
    made.record = batch->bytes.n - made.at - made.folded;
    text_of(&contact, &batch->bytes);
    made.text = batch->bytes.n - made.at - made.folded - made.record;
    made.tags = tags.n;
    made.external = contact.external_id.n;
    str_add(&batch->bytes, tags);
    str_add(&batch->bytes, contact.external_id);
    add_made(batch, made);
    /* The domains of those that are active are told by contacts_settle, a contact each. */
    bool told = made.standing.state == STATE_ACTIVE && made.standing.reason == REASON_none;
    if (to - from > told)
        mistyped_see(&reading->mistyped, address_domain(folded), to - from - told);
}

/* Is there more to a row than the contact's data? */
static bool brings_state(const struct reading *reading, const struct reader_row *row)
{
    struct import_brought brought;
    return reading->bulk->import->options->reader.with_state &&
           (import_brought_read(row, &brought) || brought.event != EVENT_NONE);
}

/* Do the rows leave the contact as it is? `row` holds the first. */
static bool all_same(struct reading *reading, size_t from, size_t to, struct reader_row *row)
{
    const struct import_list *list = &reading->bulk->import->list;
    for (size_t i = from;; i++) {
        if (brings_state(reading, row) || import_differs(&row->contact, &reading->stored))
            return false;
        if (i + 1 == to)
            return true;
        import_list_row(list, reading->readers, list->items[i + 1].data, row);
    }
}

static bool any_state(struct reading *reading, size_t from, size_t to, struct reader_row *row)
{
    const struct import_list *list = &reading->bulk->import->list;
    bool any = brings_state(reading, row);
    if (to - from == 1 || !reading->bulk->import->options->reader.with_state)
        return any;
    for (size_t i = to; i-- > from && !any; any = brings_state(reading, row))
        import_list_row(list, reading->readers, list->items[i].data, row);
    if (!any)
        import_list_row(list, reading->readers, list->items[from].data, row);
    return any;
}

/* Where rows are matched by external id, one of an id and an address that no other row has is told at
 * once, if it is new in both or changes nothing. All others wait: they may move contacts about. */
static void make_keyed(struct reading *reading, struct batch *batch, size_t at, struct span folded)
{
    const struct import_list *list = &reading->bulk->import->list;
    struct reader_row row;
    uint32_t ids[2], id = 0;
    import_list_row(list, reading->readers, list->items[at].data, &row);
    struct span external_id = row.contact.external_id;
    bool later = import_list_repeats(list, external_id) || brings_state(reading, &row) ||
                 erasures_have(reading->bulk->import->erasures, folded), new = false;
    if (!later && !reading->bulk->empty) {
        id = contacts_external(reading->txn, external_id);
        size_t n = id ? 0 : contacts_at(reading->txn, folded, ids, 2);
        if (n == 1 && !external_id.n)
            id = ids[0];
        new = !id && n == 0;
    } else {
        new = !later;
    }
    if (new) {
        make_new(reading, batch, at, at + 1, folded, &row);
        return;
    }
    if (id && contacts_get(reading->txn, id, &reading->stored) &&
               span_equal(reading->stored.folded, folded) &&
               !import_differs(&row.contact, &reading->stored)) {
        batch->unchanged++;
    } else {
        add_made(batch, (struct made){.kind = MADE_LATER, .from = at, .to = at + 1});
        return;
    }
    mistyped_see(&reading->mistyped, address_domain(folded), 1);
}

static void make_group(struct reading *reading, struct batch *batch, size_t from, size_t to,
                       struct span folded)
{
    const struct import_list *list = &reading->bulk->import->list;
    struct reader_row row;
    uint32_t ids[2];
    bool keyed = reading->bulk->import->options->by_external_id;
    if (keyed && to - from == 1 && !is_tied(reading->bulk, folded)) {
        make_keyed(reading, batch, from, folded);
        return;
    }
    if (keyed || is_tied(reading->bulk, folded)) {
        add_made(batch, (struct made){.kind = MADE_LATER, .from = from, .to = to});
        return;
    }
    import_list_row(list, reading->readers, list->items[from].data, &row);
    size_t n = reading->bulk->empty ? 0 : contacts_at(reading->txn, folded, ids, 2);
    bool rows = n > 1;
    if (n == 0) {
        rows = any_state(reading, from, to, &row) ||
               erasures_have(reading->bulk->import->erasures, folded);
        if (!rows) {
            make_new(reading, batch, from, to, folded, &row);
            return;
        }
    } else if (n == 1) {
        rows = !contacts_get(reading->txn, ids[0], &reading->stored) || !all_same(reading, from, to, &row);
        if (!rows)
            batch->unchanged += to - from;
    }
    if (rows)
        add_made(batch, (struct made){.kind = MADE_ROWS, .from = from, .to = to});
    else
        mistyped_see(&reading->mistyped, address_domain(folded), to - from);
}

/* ---- a reading thread: chunk after chunk */

static struct batch *free_batch(struct bulk *bulk, size_t chunk)
{
    struct batch *batch = &bulk->batches[chunk % BATCHES];
    pthread_mutex_lock(&bulk->lock);
    while (!bulk->stop && chunk >= bulk->taken + BATCHES)
        pthread_cond_wait(&bulk->moved, &bulk->lock);
    bool stop = bulk->stop;
    pthread_mutex_unlock(&bulk->lock);
    if (stop)
        return NULL;
    batch->n = 0;
    batch->changed = batch->unchanged = 0;
    str_clear(&batch->bytes);
    return batch;
}

static void hand_over(struct bulk *bulk, struct batch *batch, bool stop)
{
    pthread_mutex_lock(&bulk->lock);
    batch->ready = true;
    bulk->stop = bulk->stop || stop;
    pthread_cond_broadcast(&bulk->moved);
    pthread_mutex_unlock(&bulk->lock);
}

/* Rows lie scattered in the file: each is fetched some time before it is needed. */
static void look_ahead(const struct import_list *list, size_t i)
{
    if (i + AHEAD < list->n)
        import_list_prefetch(list, list->items[i + AHEAD].data);
}

static void read_chunk(struct reading *reading, size_t chunk, struct batch *batch)
{
    const struct import_list *list = &reading->bulk->import->list;
    char rooms[2][IMPORT_FOLDED_MAX];
    struct span folded, next = SPAN_NONE;
    size_t from = chunk * CHUNK, end = from + CHUNK < list->n ? from + CHUNK : list->n, to;
    unsigned room = 0;
    if (from) { /* an address that began in the chunk before belongs there */
        folded = import_list_folded(list, list->items[from - 1].data, rooms[room]);
        for (room = !room; from < end; from++) {
            next = import_list_folded(list, list->items[from].data, rooms[room]);
            if (!span_equal(folded, next))
                break;
        }
    } else {
        next = import_list_folded(list, list->items[from].data, rooms[room]);
    }
    for (; from < end; from = to) {
        folded = next;
        room = !room;
        for (to = from + 1; to < list->n; to++) {
            look_ahead(list, to);
            next = import_list_folded(list, list->items[to].data, rooms[room]);
            if (!span_equal(folded, next))
                break;
        }
        make_group(reading, batch, from, to, folded);
    }
}

static size_t chunks_of(const struct bulk *bulk)
{
    return (bulk->import->list.n + CHUNK - 1) / CHUNK;
}

static void *read_all(void *arg)
{
    struct reading *reading = arg;
    struct batch *batch;
    for (size_t chunk = reading->nth; chunk < chunks_of(reading->bulk); chunk += READERS) {
        if (!(batch = free_batch(reading->bulk, chunk)))
            break;
        read_chunk(reading, chunk, batch);
        hand_over(reading->bulk, batch, txn_failed(reading->txn));
    }
    reading->result = txn_result(reading->txn, &reading->error);
    return NULL;
}

/* ---- this thread */

static struct batch *next_batch(struct bulk *bulk)
{
    struct batch *batch = &bulk->batches[bulk->taken % BATCHES];
    pthread_mutex_lock(&bulk->lock);
    while (!bulk->stop && !batch->ready)
        pthread_cond_wait(&bulk->moved, &bulk->lock);
    bool stop = bulk->stop;
    pthread_mutex_unlock(&bulk->lock);
    return stop ? NULL : batch;
}

static void give_back(struct bulk *bulk, struct batch *batch, bool stop)
{
    pthread_mutex_lock(&bulk->lock);
    batch->ready = false;
    bulk->taken++;
    bulk->stop = bulk->stop || stop;
    pthread_cond_broadcast(&bulk->moved);
    pthread_mutex_unlock(&bulk->lock);
}

static void put_new(struct import *import, const struct batch *batch, const struct made *made)
{
    struct span rest = span_cut(span_of_str(&batch->bytes), made->at, batch->bytes.n);
    size_t record = made->folded, text = record + made->record, tags = text + made->text,
           external = tags + made->tags;
    struct contact contact = {.folded = span_cut(rest, 0, record),
                              .tags = span_cut(rest, tags, external),
                              .external_id = span_cut(rest, external, external + made->external)};
    uint32_t id = contacts_add(import->change.txn, &contact, span_cut(rest, record, text),
                               span_cut(rest, text, tags), &made->standing);
    if (!import->added++)
        import->first = id;
}

static void put_batch(struct bulk *bulk, struct reader **readers, const struct batch *batch)
{
    struct import *import = bulk->import;
    struct reader_row row;
    uint64_t added = 0;
    for (size_t i = 0; i < batch->n; i++) {
        const struct made *made = &batch->made[i];
        if (made->kind == MADE_NEW) {
            put_new(import, batch, made);
            added++;
        }
        for (size_t k = made->from; k < made->to; k++) {
            uint64_t data = import->list.items[k].data;
            if (made->kind == MADE_LATER) {
                ALLOC_GROW(bulk->later, bulk->later_n, bulk->later_room);
                bulk->later[bulk->later_n++] = data;
                continue;
            }
            import_list_row(&import->list, readers, data, &row);
            import_row(import, &row, import_list_place(&import->list, data));
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
    size_t chunks = chunks_of(bulk);
    struct batch *batch;
    while (bulk->taken < chunks && (batch = next_batch(bulk))) {
        put_batch(bulk, readers, batch);
        result = import_progress(import, 25 + 70 * (double)bulk->taken / (double)chunks, error);
        give_back(bulk, batch, result != RESULT_OK);
    }
    return result;
}

static int by_place(const void *a, const void *b, void *list)
{
    uint64_t x = import_list_place(list, *(const uint64_t *)a);
    uint64_t y = import_list_place(list, *(const uint64_t *)b);
    return (x > y) - (x < y);
}

static enum result put_later(struct bulk *bulk, struct reader **readers, struct error *error)
{
    struct import *import = bulk->import;
    enum result result = RESULT_OK;
    if (bulk->later_n)
        qsort_r(bulk->later, bulk->later_n, sizeof *bulk->later, by_place, &import->list);
    for (size_t i = 0; i < bulk->later_n && result == RESULT_OK; i++) {
        struct reader_row row;
        import_list_row(&import->list, readers, bulk->later[i], &row);
        import_row(import, &row, import_list_place(&import->list, bulk->later[i]));
        if (i % CHUNK == 0)
            result = import_progress(import, 95, error);
    }
    return result;
}

/* ---- all of it */

static enum result start(struct bulk *bulk, size_t nth, struct store *store, struct error *error)
{
    struct reading *reading = &bulk->readings[nth];
    const struct import *import = bulk->import;
    reading->bulk = bulk;
    reading->nth = nth;
    enum result result = store_read(store, &reading->txn, error);
    if (result)
        return result;
    if (nth == 0) {
        bulk->empty = contacts_count(reading->txn) == 0;
        find_tied(bulk, reading->txn);
    }
    reading->readers = import_list_readers(&import->list, true);
    reading->columns = columns_copy(import->change.txn);
    return RESULT_OK;
}

static void see_domain(void *mistyped, struct span domain, uint64_t n)
{
    mistyped_see(mistyped, domain, n);
}

static enum result run(struct bulk *bulk, struct error *error)
{
    struct reader **readers = import_list_readers(&bulk->import->list, false);
    enum result result = RESULT_OK;
    for (size_t i = 0; i < READERS && result == RESULT_OK; i++) {
        struct reading *reading = &bulk->readings[i];
        reading->started = pthread_create(&reading->thread, NULL, read_all, reading) == 0;
        if (!reading->started)
            result = error_set(error, RESULT_IO, _("no thread can be started"));
    }
    if (result == RESULT_OK)
        result = put_all(bulk, readers, error);
    pthread_mutex_lock(&bulk->lock);
    bulk->stop = true;
    pthread_cond_broadcast(&bulk->moved);
    pthread_mutex_unlock(&bulk->lock);
    for (size_t i = 0; i < READERS; i++) {
        struct reading *reading = &bulk->readings[i];
        if (reading->started)
            pthread_join(reading->thread, NULL);
        mistyped_join(&bulk->import->mistyped, &reading->mistyped);
        if (result == RESULT_OK && reading->result) {
            result = reading->result;
            *error = reading->error;
        }
    }
    if (!bulk->later_n) { /* settling needs memory of its own */
        free(bulk->import->list.items);
        bulk->import->list.items = NULL;
        bulk->import->list.n = bulk->import->list.room = 0;
    }
    contacts_settle(bulk->import->change.txn, see_domain, &bulk->import->mistyped);
    if (result == RESULT_OK)
        result = put_later(bulk, readers, error);
    import_list_readers_free(&bulk->import->list, readers, false);
    return result;
}

static void reading_free(struct reading *reading)
{
    struct str *const texts[] = {&reading->spelled, &reading->fresh_bytes, &reading->blended_bytes,
                                 &reading->folded};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        str_free(texts[i]);
    contact_free(&reading->stored);
    contact_free(&reading->fresh);
    contact_free(&reading->blended);
    mistyped_free(&reading->mistyped);
    columns_free(reading->columns);
    if (reading->readers)
        import_list_readers_free(&reading->bulk->import->list, reading->readers, true);
    txn_end(reading->txn);
}

static void bulk_free(struct bulk *bulk)
{
    for (size_t i = 0; i < READERS; i++)
        reading_free(&bulk->readings[i]);
    for (size_t i = 0; i < BATCHES; i++) {
        free(bulk->batches[i].made);
        str_free(&bulk->batches[i].bytes);
    }
    pthread_cond_destroy(&bulk->moved);
    pthread_mutex_destroy(&bulk->lock);
    free(bulk->tied);
    free(bulk->later);
    free(bulk);
}

enum result import_bulk(struct import *import, struct store *store, struct error *error)
{
    struct bulk *bulk = alloc_zero(1, sizeof *bulk);
    enum result result = RESULT_OK;
    bulk->import = import;
    pthread_mutex_init(&bulk->lock, NULL);
    pthread_cond_init(&bulk->moved, NULL);
    for (size_t i = 0; i < import->list.fields_n; i++)
        columns_need(import->change.txn, import->list.fields[i]);
    for (size_t i = 0; i < READERS && result == RESULT_OK; i++)
        result = start(bulk, i, store, error);
    if (result == RESULT_OK)
        result = run(bulk, error);
    bulk_free(bulk);
    return result;
}
