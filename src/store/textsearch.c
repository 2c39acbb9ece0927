/* SPDX-License-Identifier: MIT
 *
 * The ids are gone through in stretches, a bit an id. Of each stretch the rarest literal is looked for
 * first, in the classes that may hold it, and the next ones only in blocks of contacts that have those
 * before. This thread finds where the blocks of a stretch lie, which costs nothing beside reading them,
 * and tells the hits; between, it and others read. Changed records are looked at one by one, and stand for
 * what the blocks have of them.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/beside.h"
#include "base/needle.h"
#include "store/text.h"
#include "store/textblock.h"

enum {
    STRETCH_IDS = 8192, /* at most, so that the second literal finds the text in the processor's cache */
    WORDS = STRETCH_IDS / 64,
    RING = 16,   /* stretches at a time */
    SAMPLE = 16, /* blocks of a class */
    DENSE = 8,   /* hits in a block, of some eighty */
    SPARE = 64,  /* words behind those of a stretch: a damaged block may have an end in each of its 4 KB */
};

struct literal {
    struct needle needle;
    unsigned classes;
    size_t weight; /* hits in a sample */
};

struct text_search {
    struct str bytes;
    struct literal *literals; /* the rarest first */
    size_t n;
    unsigned classes; /* of all literals */
    bool weighed;
    uint64_t looked; /* bytes */
};

struct text_search *text_search_new(const struct span *literals, size_t n)
{
    struct text_search *search = alloc_zero(1, sizeof *search);
    size_t at = 0;
    search->n = n;
    search->literals = alloc_zero(n, sizeof *search->literals);
    for (size_t i = 0; i < n; i++)
        str_add(&search->bytes, literals[i]);
    for (size_t i = 0; i < n; at += literals[i++].n) {
        struct literal *own = &search->literals[i];
        own->needle = needle_of((struct span){search->bytes.at + at, literals[i].n});
        own->classes = text_class_having(literals[i]);
        search->classes |= own->classes;
    }
    return search;
}

void text_search_free(struct text_search *search)
{
    if (!search)
        return;
    str_free(&search->bytes);
    free(search->literals);
    free(search);
}

uint64_t text_search_bytes(const struct text_search *search)
{
    return search->looked;
}

/* ---- a stretch, for one thread */

struct place {
    uint32_t first; /* id */
    struct span bytes;
};

struct stretch {
    const struct text_search *search;
    uint32_t from, to; /* ids, fewer than STRETCH_IDS from one to the other */
    struct class_places {
        struct place *places;
        size_t n, room;
    } classes[TEXT_CLASSES];
    uint64_t bits[WORDS]; /* out: hits, from `from` on */
    uint64_t more[WORDS + SPARE]; /* those of one literal */
    uint64_t looked;
    uint32_t damaged; /* first id of a block that cannot be read, 0 for none, */
    enum text_class class; /* and where */
    bool done;
};

/* Is any of the bits from `from` to `to` set? Ids as in the stretch, `to` not below `from`. */
static bool any_bit(const struct stretch *stretch, uint32_t from, uint32_t to)
{
    uint32_t i = (from - stretch->from) / 64, end = (to - stretch->from) / 64;
    while (i <= end && !stretch->bits[i]) /* whole words: now and then one too many */
        i++;
    return i <= end;
}

/* Looks through a block; `dense`: many of its contacts are expected to have it, and all are of the stretch. How
 * many have. */
static size_t look_through(struct stretch *stretch, const struct needle *needle, enum text_class class,
                           const struct place *place, bool dense)
{
    struct text_block block;
    ptrdiff_t at;
    size_t n = 0;
    if (!text_block_open(&block, place->first, place->bytes)) {
        stretch->damaged = place->first;
        stretch->class = class;
        return 0;
    }
    stretch->looked += block.text.n;
    if (dense && !block.gaps.n && block.text.n < SPARE * 64)
        return needle_rows(needle, TEXT_RECORD_END, block.text, stretch->more, place->first - stretch->from);
    for (; (at = needle_find(needle, block.text, block.at)) >= 0 && text_block_seek(&block, (size_t)at); n++)
        if (block.id >= stretch->from && block.id <= stretch->to)
            stretch->more[(block.id - stretch->from) / 64] |= UINT64_C(1) << (block.id - stretch->from) % 64;
    return n;
}

/* Sets the bits in `more` of those that have it, in the first `most` blocks of each class; with `among`
 * blocks of no contact in `bits` are left out. */
static void look_for(struct stretch *stretch, const struct literal *literal, bool among, size_t most)
{
    memset(stretch->more, 0, sizeof stretch->more);
    for (int class = 0; class < TEXT_CLASSES; class++) {
        const struct class_places *own = &stretch->classes[class];
        size_t before = 0; /* hits in the block before */
        if (!(literal->classes >> class & 1))
            continue;
        for (size_t i = 0; i < own->n && i < most; i++) {
            uint32_t from = own->places[i].first, to = i + 1 < own->n ? own->places[i + 1].first - 1 : stretch->to;
            bool whole = from >= stretch->from && i + 1 < own->n;
            if (from < stretch->from)
                from = stretch->from;
            if (!among || any_bit(stretch, from, to))
                before = look_through(stretch, &literal->needle, class, &own->places[i],
                                      whole && before >= DENSE);
        }
    }
}

static void stretch_run(struct stretch *stretch)
{
    for (size_t k = 0; k < stretch->search->n; k++) {
        look_for(stretch, &stretch->search->literals[k], k > 0, SIZE_MAX);
        for (size_t i = 0; i < WORDS; i++)
            stretch->bits[i] = k ? stretch->bits[i] & stretch->more[i] : stretch->more[i];
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct literal *x = a, *y = b;
    return (x->weight > y->weight) - (x->weight < y->weight);
}

/* How rare is each of several literals? The first blocks say. */
static void weigh(struct text_search *search, struct stretch *stretch)
{
    search->weighed = true;
    for (size_t k = 0; search->n > 1 && k < search->n; k++) {
        look_for(stretch, &search->literals[k], false, SAMPLE);
        for (size_t i = 0; i < WORDS; i++)
            search->literals[k].weight += (size_t)__builtin_popcountll(stretch->more[i]);
    }
    if (search->n > 1)
        qsort(search->literals, search->n, sizeof *search->literals, by_weight);
}

/* ---- where the blocks lie */

/* One class: the block that the cursor stands on, and the one before it, which may reach further than
 * the stretch it was last in. */
struct lane {
    struct cursor *cursor;
    bool more;
    struct place next, last;
};

static void lane_take(struct lane *lane, bool more, struct span key, struct span value)
{
    lane->more = more && key.n == 4;
    if (lane->more)
        lane->next = (struct place){read_u32(key.at), value};
}

static void lane_open(struct lane *lane, struct txn *txn, enum text_class class, uint32_t from)
{
    struct key key = key_of_u32(from);
    struct span found, value;
    lane->cursor = cursor_open(txn, text_class_table(class));
    bool more = cursor_at_or_below(lane->cursor, key_span(&key), &found, &value) ||
                cursor_seek(lane->cursor, SPAN_NONE, &found, &value);
    lane_take(lane, more, found, value);
}

static void lane_fill(struct lane *lane, struct class_places *own, uint32_t from, uint32_t to)
{
    struct span key, value;
    own->n = 0;
    if (lane->last.bytes.n && !(lane->more && lane->next.first <= from)) {
        ALLOC_GROW(own->places, own->n, own->room);
        own->places[own->n++] = lane->last;
    }
    while (lane->more && lane->next.first <= to) {
        ALLOC_GROW(own->places, own->n, own->room);
        own->places[own->n++] = lane->last = lane->next;
        bool more = cursor_next(lane->cursor, &key, &value);
        lane_take(lane, more, key, value);
    }
}

/* ---- the changed records */

struct changed {
    struct cursor *cursor;
    bool more;
    uint32_t id;
    struct span record;
    struct text_parts parts;
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

static void changed_close(struct changed *changed)
{
    cursor_close(changed->cursor);
    text_parts_free(&changed->parts);
}

static bool changed_has_all(struct changed *changed, const struct text_search *search)
{
    size_t found = 0;
    text_parts_read(&changed->parts, changed->record);
    for (size_t k = 0; k < search->n && found == k; k++)
        for (int class = 0; class < TEXT_CLASSES && found == k; class++)
            found += needle_find(&search->literals[k].needle, span_of_str(&changed->parts.of[class]), 0) >= 0;
    return found == search->n;
}

/* ---- a run */

struct run {
    struct text_search *search;
    struct txn *txn;
    struct lane lanes[TEXT_CLASSES];
    struct changed changed;
    uint32_t next, to; /* ids; next 0: no more */
    void (*found)(void *arg, uint32_t id);
    void *arg;
    /* with helpers: stretches in a ring; those before `told` are done with, and so on */
    struct stretch *ring;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t told, taken, filled;
    bool over;
};

/* Changed records up to `to` at most, and before `id`. */
static void tell_changed(struct run *run, uint64_t before)
{
    struct changed *changed = &run->changed;
    for (; changed->more && changed->id < before && changed->id <= run->to; changed_next(changed))
        if (changed_has_all(changed, run->search))
            run->found(run->arg, changed->id);
}

static void tell(struct run *run, const struct stretch *stretch)
{
    run->search->looked += stretch->looked;
    for (size_t i = 0; i < WORDS; i++)
        for (uint64_t bits = stretch->bits[i]; bits; bits &= bits - 1) {
            uint32_t id = stretch->from + (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(bits);
            tell_changed(run, id);
            if (!run->changed.more || run->changed.id != id)
                run->found(run->arg, id);
        }
    tell_changed(run, (uint64_t)stretch->to + 1);
    struct key key = key_of_u32(stretch->damaged);
    if (stretch->damaged)
        txn_damaged(run->txn, text_class_table(stretch->class), key_span(&key));
}

static void fill(struct run *run, struct stretch *stretch, uint32_t most)
{
    uint32_t left = run->to - run->next;
    stretch->search = run->search;
    stretch->from = run->next;
    stretch->to = left < most ? run->to : run->next + most - 1;
    stretch->looked = 0;
    stretch->damaged = 0;
    stretch->done = false;
    run->next = left < most ? 0 : run->next + most;
    for (int class = 0; class < TEXT_CLASSES; class++)
        if (run->lanes[class].cursor)
            lane_fill(&run->lanes[class], &stretch->classes[class], stretch->from, stretch->to);
    if (!run->search->weighed)
        weigh(run->search, stretch);
}

static void stretch_free(struct stretch *stretch)
{
    for (int class = 0; class < TEXT_CLASSES; class++)
        free(stretch->classes[class].places);
}

/* So many ids are looked through, or a few more, by this thread. */
static void run_alone(struct run *run, size_t ids, uint32_t most)
{
    struct stretch *stretch = alloc_zero(1, sizeof *stretch);
    for (size_t seen = 0; run->next && seen < ids && !txn_failed(run->txn); seen += most) {
        fill(run, stretch, ids - seen < most ? (uint32_t)(ids - seen) : most);
        stretch_run(stretch);
        tell(run, stretch);
    }
    stretch_free(stretch);
    free(stretch);
}

/* ---- with helpers */

/* With the lock held, which is let go meanwhile. */
static void run_taken(struct run *run)
{
    struct stretch *stretch = &run->ring[run->taken++ % RING];
    pthread_mutex_unlock(&run->lock);
    stretch_run(stretch);
    pthread_mutex_lock(&run->lock);
    stretch->done = true;
    pthread_cond_broadcast(&run->moved);
}

static void *help(void *arg)
{
    struct run *run = arg;
    pthread_mutex_lock(&run->lock);
    while (!run->over)
        if (run->taken < run->filled)
            run_taken(run);
        else
            pthread_cond_wait(&run->moved, &run->lock);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* With the lock held: fills, else tells what is done, else reads what nobody took, else waits. */
static void go_on(struct run *run, uint32_t most)
{
    struct stretch *oldest = &run->ring[run->told % RING];
    if (run->next && run->filled < run->told + RING) {
        pthread_mutex_unlock(&run->lock);
        fill(run, &run->ring[run->filled % RING], most);
        pthread_mutex_lock(&run->lock);
        run->filled++;
        pthread_cond_broadcast(&run->moved);
    } else if (oldest->done) {
        pthread_mutex_unlock(&run->lock);
        tell(run, oldest);
        pthread_mutex_lock(&run->lock);
        oldest->done = false;
        run->told++;
    } else if (run->taken < run->filled) {
        run_taken(run);
    } else {
        pthread_cond_wait(&run->moved, &run->lock);
    }
}

static void run_together(struct run *run, uint32_t most)
{
    struct beside helpers;
    run->ring = alloc_zero(RING, sizeof *run->ring);
    pthread_mutex_init(&run->lock, NULL);
    pthread_cond_init(&run->moved, NULL);
    beside_start(&helpers, help, run);
    pthread_mutex_lock(&run->lock);
    while ((run->next || run->told < run->filled) && !txn_failed(run->txn))
        go_on(run, most);
    run->over = true;
    pthread_cond_broadcast(&run->moved);
    pthread_mutex_unlock(&run->lock);
    beside_join(&helpers);
    pthread_cond_destroy(&run->moved);
    pthread_mutex_destroy(&run->lock);
    for (size_t i = 0; i < RING; i++)
        stretch_free(&run->ring[i]);
    free(run->ring);
}

uint32_t text_search_run(struct text_search *search, struct txn *txn, uint32_t from, uint32_t to,
                         size_t ids, void (*found)(void *arg, uint32_t id), void *arg)
{
    struct run run = {.search = search, .txn = txn, .next = from, .to = to, .found = found, .arg = arg};
    uint32_t most = (uint32_t)text_block_bytes() * 2; /* shrinks with the blocks, under test */
    if (from > to)
        return 0;
    if (txn_writes(txn))
        text_settle(txn);
    for (int class = 0; class < TEXT_CLASSES; class++)
        if (search->classes >> class & 1)
            lane_open(&run.lanes[class], txn, class, from);
    changed_open(&run.changed, txn, from);
    if (ids || to - from < most)
        run_alone(&run, ids ? ids : SIZE_MAX, most);
    else
        run_together(&run, most);
    changed_close(&run.changed);
    for (int class = 0; class < TEXT_CLASSES; class++)
        cursor_close(run.lanes[class].cursor);
    return txn_failed(txn) ? 0 : run.next;
}
