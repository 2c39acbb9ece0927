/* SPDX-License-Identifier: MIT
 *
 * A search goes through stages, in pieces. With an index (idsource.h) candidates come in the order of
 * ids, which is that of addresses for those that a first import gave (contacts_ordered), so:
 *
 *   OUTSIDE  hits among the others, later ids and strays, are found first;
 *   PLACE    each gets the id before which it belongs (outside.h), unless they are too many;
 *   INSIDE   hits among the ordered ids, the others put in between: they show as they come;
 *   SETTLE   where the others were too many, all addresses are walked, and the hits among them listed.
 *
 * One that narrows what another found goes through the hits of that, which stand in order (NARROW).
 * Without an index every contact is looked at in the order of addresses (WALK). Another order than the
 * address follows (ranking.h).
 */
#include "store/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/idsource.h"
#include "store/outside.h"
#include "store/ranking.h"
#include "store/sieve.h"

enum { NARROWED_MOST = 20000 }; /* hits of which it is quicker to look at each than through all texts */

enum stage { BEGIN, NARROW, OUTSIDE, PLACE, INSIDE, SETTLE, WALK, RANK, COMPLETE };

struct search {
    struct query *query;
    enum search_order order;
    bool descending;
    int64_t now;
    enum stage stage;
    struct sieve *sieve;
    struct idsource *source;
    unsigned asks;       /* enum query_kind: what the source does not tell of those it brings */
    uint32_t at, last;   /* the id to go on at; the highest */
    struct outside outside;
    size_t stray;        /* OUTSIDE: the next one to look at */
    bool settle;         /* too many stand outside to be placed one by one */
    unsigned char *chosen; /* SETTLE: a bit an id */
    struct str from;       /* SETTLE, WALK: the address to go on at */
    struct ranking *ranking;
    uint32_t *hits;
    size_t n, room;
    uint32_t *wider; /* NARROW: the hits to look at */
    size_t wider_at, wider_n;
    uint64_t snapshot;        /* of the store, which all of it saw, */
    bool mixed;               /* or did not */
};

struct search *search_new(struct query *query, enum search_order order, bool descending, int64_t now)
{
    struct search *search = alloc_zero(1, sizeof *search);
    search->query = query;
    search->order = order;
    search->descending = descending;
    search->now = now;
    search->sieve = sieve_new(query, now);
    return search;
}

void search_free(struct search *search)
{
    if (!search)
        return;
    idsource_free(search->source);
    sieve_free(search->sieve);
    ranking_free(search->ranking);
    outside_free(&search->outside);
    query_free(search->query);
    str_free(&search->from);
    free(search->chosen);
    free(search->hits);
    free(search->wider);
    free(search);
}

void search_narrow(struct search *search, const struct search *wider)
{
    if (wider->stage != COMPLETE || wider->mixed || wider->n > NARROWED_MOST || wider->order != search->order ||
        wider->descending != search->descending || !query_narrows(search->query, wider->query))
        return;
    search->wider = alloc_zero(wider->n + 1, sizeof *search->wider);
    search->wider_n = wider->n;
    search->snapshot = wider->snapshot;
    for (size_t i = 0; i < wider->n; i++)
        search->wider[i] = wider->hits[i];
}

/* Is one that an index brought a hit? */
static bool is_hit(struct search *search, struct txn *txn, uint32_t id)
{
    if (!search->asks)
        return true;
    return search->asks & ~(unsigned)(QUERY_OF_STATES | QUERY_OF_TAGS)
               ? sieve_passes(search->sieve, txn, id, SPAN_NONE)
               : sieve_passes_quickly(search->sieve, txn, id);
}

static void add_hit(struct search *search, uint32_t id)
{
    ALLOC_GROW(search->hits, search->n, search->room);
    search->hits[search->n++] = id;
}

/* ---- by an index: what stands outside the order */

struct finding {
    struct search *search;
    struct txn *txn;
};

static void found_outside(void *arg, uint32_t id)
{
    struct finding *finding = arg;
    struct search *search = finding->search;
    if (is_hit(search, finding->txn, id))
        outside_add(&search->outside, id);
}

static void run_outside(struct search *search, struct txn *txn, size_t rows)
{
    struct finding finding = {search, txn};
    struct outside *outside = &search->outside;
    size_t seen = 0;
    if (search->at && search->at < outside->from_id) {
        search->at = idsource_run(search->source, txn, search->at, outside->from_id - 1, rows,
                                  found_outside, &finding);
        if (!search->at)
            search->at = outside->to_id + 1;
    } else if (search->at && search->at <= search->last) {
        search->at = idsource_run(search->source, txn, search->at, search->last, rows, found_outside,
                                  &finding);
    }
    if (search->at && search->at <= search->last)
        return;
    while (search->stray < outside->strays_n && (!rows || seen++ < rows)) {
        uint32_t id = outside->strays[search->stray++];
        if (sieve_passes(search->sieve, txn, id, SPAN_NONE))
            outside_add(outside, id);
    }
    if (search->stray == outside->strays_n)
        search->stage = PLACE;
}

static void run_place(struct search *search, struct txn *txn)
{
    struct outside *outside = &search->outside;
    search->at = outside->from_id;
    search->stage = INSIDE;
    search->settle = outside->n > OUTSIDE_PLACED_MAX;
    if (!search->settle) {
        outside_place(outside, txn);
        return;
    }
    for (size_t i = 0; i < outside->n; i++)
        add_hit(search, outside->hits[i].id);
    outside_drop(outside);
}

/* ---- the ordered ids */

static void add_outside_before(struct search *search, uint32_t id)
{
    for (uint32_t other; (other = outside_next(&search->outside, id));)
        add_hit(search, other);
}

static void found_inside(void *arg, uint32_t id)
{
    struct finding *finding = arg;
    struct search *search = finding->search;
    if (outside_is_stray(&search->outside, id) || !is_hit(search, finding->txn, id))
        return;
    add_outside_before(search, id);
    add_hit(search, id);
}

static void begin_settling(struct search *search)
{
    search->chosen = alloc_zero((size_t)search->last / 8 + 1, 1);
    for (size_t i = 0; i < search->n; i++)
        search->chosen[search->hits[i] / 8] |= (unsigned char)(1u << search->hits[i] % 8);
    search->n = 0;
    search->stage = SETTLE;
}

static void run_inside(struct search *search, struct txn *txn, size_t rows)
{
    struct finding finding = {search, txn};
    if (search->at)
        search->at = idsource_run(search->source, txn, search->at, search->outside.to_id, rows, found_inside,
                                  &finding);
    if (search->at)
        return;
    if (search->settle) {
        begin_settling(search);
        return;
    }
    add_outside_before(search, UINT32_MAX);
    outside_drop(&search->outside);
    search->stage = RANK;
}

/* ---- over all addresses */

static bool is_chosen(const struct search *search, uint32_t id)
{
    return id <= search->last && search->chosen[id / 8] >> id % 8 & 1;
}

static void run_walk(struct search *search, struct txn *txn, size_t rows)
{
    struct contacts_walk walk = {.from = span_of_str(&search->from)};
    struct str last = {0};
    size_t seen = 0;
    bool paused = false;
    while (!paused && contacts_next(txn, &walk)) {
        if (rows && seen >= rows && !span_equal(walk.folded, span_of_str(&last))) {
            paused = true; /* never between two contacts of one address */
            str_clear(&search->from);
            str_add(&search->from, walk.folded);
            break;
        }
        if (rows && ++seen >= rows) {
            str_clear(&last);
            str_add(&last, walk.folded);
        }
        if (search->chosen ? is_chosen(search, walk.id)
                           : sieve_passes(search->sieve, txn, walk.id, walk.folded))
            add_hit(search, walk.id);
    }
    contacts_walk_end(&walk);
    str_free(&last);
    if (!paused)
        search->stage = RANK;
}

/* ---- the end */

static void found_ranked(void *arg, uint32_t id)
{
    add_hit(arg, id);
}

static void turn_round(struct search *search)
{
    for (size_t i = 0; i < search->n / 2; i++) {
        uint32_t other = search->hits[i];
        search->hits[i] = search->hits[search->n - 1 - i];
        search->hits[search->n - 1 - i] = other;
    }
}

static void run_rank(struct search *search, struct txn *txn, size_t rows)
{
    if (search->order != ORDER_ADDRESS) {
        if (!search->ranking) {
            search->ranking = ranking_new(search->order, search->hits, search->n, search->now);
            search->hits = NULL;
            search->n = search->room = 0;
        }
        if (!ranking_run(search->ranking, txn, rows, found_ranked, search))
            return;
        ranking_free(search->ranking);
        search->ranking = NULL;
    }
    if (search->descending)
        turn_round(search);
    search->stage = COMPLETE;
}

static void run_narrow(struct search *search, struct txn *txn, size_t rows)
{
    for (size_t seen = 0; search->wider_at < search->wider_n && (!rows || seen < rows); seen++) {
        uint32_t id = search->wider[search->wider_at++];
        if (sieve_passes(search->sieve, txn, id, SPAN_NONE))
            add_hit(search, id);
    }
    if (search->wider_at == search->wider_n)
        search->stage = COMPLETE;
}

/* ---- the stages */

static void begin(struct search *search, struct txn *txn)
{
    uint32_t id = query_id(search->query);
    bool narrow = search->wider && search->snapshot == txn_snapshot(txn);
    search->snapshot = txn_snapshot(txn);
    if (narrow) {
        search->stage = NARROW;
        return;
    }
    search->last = contacts_last_id(txn);
    contacts_ordered(txn, &search->outside.from_id, &search->outside.to_id);
    if (id) {
        if (sieve_passes(search->sieve, txn, id, SPAN_NONE))
            add_hit(search, id);
        search->stage = RANK;
        return;
    }
    search->source = idsource_new(txn, search->query);
    search->stage = search->source ? OUTSIDE : WALK;
    search->at = search->outside.from_id == 1 ? search->outside.to_id + 1 : 1;
    if (!search->source)
        return;
    search->asks = query_kinds(search->query) & ~idsource_tells(search->source);
    outside_read_strays(&search->outside, txn);
}

static void run_stage(struct search *search, struct txn *txn, size_t rows)
{
    switch (search->stage) {
    case BEGIN:
        begin(search, txn);
        break;
    case NARROW:
        run_narrow(search, txn, rows);
        break;
    case OUTSIDE:
        run_outside(search, txn, rows);
        break;
    case PLACE:
        run_place(search, txn);
        break;
    case INSIDE:
        run_inside(search, txn, rows);
        break;
    case SETTLE:
    case WALK:
        run_walk(search, txn, rows);
        break;
    case RANK:
        run_rank(search, txn, rows);
        break;
    case COMPLETE:
        break;
    }
}

enum result search_run(struct search *search, struct txn *txn, size_t rows, struct error *error)
{
    enum stage before;
    search->mixed = search->mixed || (search->stage != BEGIN && search->snapshot != txn_snapshot(txn));
    do { /* a piece of a stage, and if that ends it, one of the next */
        before = search->stage;
        run_stage(search, txn, rows);
    } while (search->stage != COMPLETE && !txn_failed(txn) && (!rows || search->stage != before));
    if (txn_failed(txn))
        return txn_result(txn, error);
    return search->stage == COMPLETE ? RESULT_OK : RESULT_BUSY;
}

bool search_complete(const struct search *search)
{
    return search->stage == COMPLETE;
}

/* What is not in its final order does not show. */
static bool shows(const struct search *search)
{
    if (search->stage == COMPLETE || search->stage == NARROW)
        return true;
    if (search->descending || (search->order != ORDER_ADDRESS && !search->ranking))
        return false;
    return search->stage != INSIDE || !search->settle;
}

size_t search_count(const struct search *search)
{
    return shows(search) ? search->n : 0;
}

uint32_t search_hit(const struct search *search, size_t i)
{
    return i < search_count(search) ? search->hits[i] : 0;
}

ptrdiff_t search_find(const struct search *search, uint32_t id)
{
    for (size_t i = 0; i < search_count(search); i++)
        if (search->hits[i] == id)
            return (ptrdiff_t)i;
    return -1;
}

struct search_work search_work(const struct search *search)
{
    return (struct search_work){sieve_records(search->sieve), search->source ? idsource_bytes(search->source) : 0};
}

enum result search_all(struct txn *txn, struct query *query, int64_t now, uint32_t **ids, size_t *n,
                       struct error *error)
{
    struct search *search = search_new(query, ORDER_ADDRESS, false, now);
    enum result result = search_run(search, txn, 0, error);
    if (result == RESULT_OK) {
        *ids = search->hits;
        *n = search->n;
        search->hits = NULL;
    }
    search_free(search);
    return result;
}
