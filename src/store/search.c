/* SPDX-License-Identifier: MIT
 *
 * A search goes through stages, in pieces. With an index (idsource.h) candidates come in the order of
 * ids, which is that of addresses for those that a first import gave (contacts_ordered), so:
 *
 *   OUTSIDE  hits among the others, later ids and strays, are found first;
 *   PLACE    each gets the id before which it belongs, unless they are too many;
 *   INSIDE   hits among the ordered ids, the others put in between: they show as they come;
 *   SETTLE   where the others were too many, all addresses are walked, and the hits among them listed.
 *
 * Without an index every contact is looked at in the order of addresses (WALK). Another order than the
 * address follows (ranking.h).
 */
#include "store/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/evidence.h"
#include "store/idsource.h"
#include "store/judgements.h"
#include "store/ranking.h"
#include "store/table.h"

enum { PLACED_MAX = 20000 };

enum stage { BEGIN, OUTSIDE, PLACE, INSIDE, SETTLE, WALK, RANK, COMPLETE };

/* A hit outside the ordered ids, and the ordered id that it stands before. */
struct outside {
    char *folded;
    uint32_t id, before;
};

struct search {
    struct query *query;
    enum search_order order;
    bool descending;
    int64_t now;
    unsigned needs, states;
    enum stage stage;
    struct idsource *source;
    uint32_t from_id, to_id, last; /* ordered ids, both 0 for none; the highest */
    uint32_t at;                   /* the id to go on at */
    uint32_t *strays;           /* ordered ids that stand elsewhere, growing */
    size_t stray, strays_n, strays_room;
    bool settle;                /* too many stand outside to be placed one by one */
    struct outside *outside;
    size_t outside_at, outside_n, outside_room;
    unsigned char *chosen; /* SETTLE: a bit an id */
    struct str from;       /* SETTLE, WALK: the address to go on at */
    struct ranking *ranking;
    uint32_t *hits;
    size_t n, room;
    struct contact contact; /* memory kept between rows */
};

struct search *search_new(struct query *query, enum search_order order, bool descending, int64_t now)
{
    struct search *search = alloc_zero(1, sizeof *search);
    search->query = query;
    search->order = order;
    search->descending = descending;
    search->now = now;
    search->needs = query_needs(query);
    search->states = query_states(query);
    return search;
}

static void free_outside(struct search *search)
{
    for (size_t i = 0; i < search->outside_n; i++)
        free(search->outside[i].folded);
    free(search->outside);
    search->outside = NULL;
    search->outside_n = search->outside_room = 0;
}

void search_free(struct search *search)
{
    if (!search)
        return;
    idsource_free(search->source);
    ranking_free(search->ranking);
    free_outside(search);
    query_free(search->query);
    contact_free(&search->contact);
    str_free(&search->from);
    free(search->strays);
    free(search->chosen);
    free(search->hits);
    free(search);
}

/* ---- one candidate */

struct witness {
    struct txn *txn;
    struct span folded;
};

static bool has_evidence(void *arg, uint32_t scan, const char *mta)
{
    struct witness *witness = arg;
    struct evidence_walk walk = {0};
    bool found = false;
    while (!found && evidence_next(witness->txn, witness->folded, &walk))
        found = (!scan || walk.evidence.scan == scan) &&
                (!mta || span_find_nocase(walk.evidence.mta, span_of(mta)) >= 0);
    evidence_walk_end(&walk);
    return found;
}

/* By the cache alone: may the state still be one that is wanted? A suspect's 30 days may be over. */
static bool state_allows(struct search *search, struct txn *txn, uint32_t id, enum state *state)
{
    *state = contacts_state(txn, id);
    return *state == STATE_SUSPECT || search->states & 1u << *state;
}

/* `folded`: its address, where it is known already. */
static bool candidate(struct search *search, struct txn *txn, uint32_t id, struct span folded)
{
    struct contact *contact = &search->contact;
    struct query_row row = {.contact = contact, .evidence = has_evidence};
    bool stated = search->needs & (QUERY_STATE | QUERY_STANDING);
    if (stated && !state_allows(search, txn, id, &row.standing.state))
        return false;
    if (!folded.n || search->needs & (QUERY_RECORD | QUERY_STANDING)) {
        if (!contacts_get(txn, id, contact))
            return false;
        folded = contact->folded;
        row.corrected = contact->corrected;
    } else {
        contact_clear(contact);
        contact->id = id;
        contact->address = contact->folded = folded;
    }
    if (search->needs & QUERY_STANDING || (stated && row.standing.state == STATE_SUSPECT))
        row.standing = judgements_standing(txn, folded, search->now);
    struct witness witness = {txn, folded};
    row.evidence_arg = &witness;
    return query_matches(search->query, &row);
}

/* The same for one that an index brought. */
static bool is_hit(struct search *search, struct txn *txn, uint32_t id)
{
    enum state state;
    if (!idsource_exact(search->source))
        return candidate(search, txn, id, SPAN_NONE);
    if (!(search->needs & QUERY_STATE))
        return true;
    return state_allows(search, txn, id, &state) &&
           (state != STATE_SUSPECT || candidate(search, txn, id, SPAN_NONE));
}

static void add_hit(struct search *search, uint32_t id)
{
    ALLOC_GROW(search->hits, search->n, search->room);
    search->hits[search->n++] = id;
}

/* ---- by an index: what stands outside the order */

static void read_strays(struct search *search, struct txn *txn)
{
    struct cursor *cursor = cursor_open(txn, TABLE_strays);
    struct span key, value;
    struct key from = key_of_u32(search->from_id);
    bool more = search->to_id && cursor_seek(cursor, key_span(&from), &key, &value);
    for (; more && key.n == 4 && read_u32(key.at) <= search->to_id; more = cursor_next(cursor, &key, &value)) {
        ALLOC_GROW(search->strays, search->strays_n, search->strays_room);
        search->strays[search->strays_n++] = read_u32(key.at);
    }
    cursor_close(cursor);
}

struct finding {
    struct search *search;
    struct txn *txn;
};

static void add_outside(struct search *search, uint32_t id)
{
    ALLOC_GROW(search->outside, search->outside_n, search->outside_room);
    search->outside[search->outside_n++] = (struct outside){.id = id};
}

static void found_outside(void *arg, uint32_t id)
{
    struct finding *finding = arg;
    struct search *search = finding->search;
    if (!is_hit(search, finding->txn, id))
        return;
    add_outside(search, id);
}

static void run_outside(struct search *search, struct txn *txn, size_t rows)
{
    struct finding finding = {search, txn};
    size_t seen = 0;
    if (search->at && search->at < search->from_id) {
        search->at = idsource_run(search->source, txn, search->at, search->from_id - 1, rows,
                                  found_outside, &finding);
        if (!search->at)
            search->at = search->to_id + 1;
    } else if (search->at && search->at <= search->last) {
        search->at = idsource_run(search->source, txn, search->at, search->last, rows, found_outside,
                                  &finding);
    }
    if (search->at && search->at <= search->last)
        return;
    while (search->stray < search->strays_n && (!rows || seen++ < rows)) {
        uint32_t id = search->strays[search->stray++];
        if (candidate(search, txn, id, SPAN_NONE))
            add_outside(search, id);
    }
    if (search->stray == search->strays_n)
        search->stage = PLACE;
}

/* ---- where it belongs */

static int by_address(const void *a, const void *b)
{
    const struct outside *x = a, *y = b;
    int order = strcmp(x->folded, y->folded);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static bool is_stray(const struct search *search, uint32_t id)
{
    size_t low = 0, high = search->strays_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->strays[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < search->strays_n && search->strays[low] == id;
}

/* The first ordered contact behind each; where several stand before the same one, it is found once. */
static void find_places(struct search *search, struct txn *txn)
{
    struct str known = {0};
    uint32_t before = 0;
    for (size_t i = 0; i < search->outside_n; i++) {
        struct outside *outside = &search->outside[i];
        if (before == UINT32_MAX ||
            (before && span_compare(span_of(outside->folded), span_of_str(&known)) < 0)) {
            outside->before = before;
            continue;
        }
        struct contacts_walk walk = {.from = span_of(outside->folded)};
        before = UINT32_MAX;
        while (before == UINT32_MAX && contacts_next(txn, &walk))
            if (walk.id >= search->from_id && walk.id <= search->to_id && !is_stray(search, walk.id)) {
                before = walk.id;
                str_clear(&known);
                str_add(&known, walk.folded);
            }
        contacts_walk_end(&walk);
        outside->before = before;
    }
    str_free(&known);
}

static void run_place(struct search *search, struct txn *txn)
{
    search->at = search->from_id;
    search->stage = INSIDE;
    search->settle = search->outside_n > PLACED_MAX;
    for (size_t i = 0; i < search->outside_n; i++) {
        struct outside *outside = &search->outside[i];
        if (search->settle)
            add_hit(search, outside->id);
        else if (contacts_get(txn, outside->id, &search->contact))
            outside->folded = span_copy(search->contact.folded);
        else
            outside->folded = alloc_text("");
    }
    if (search->settle) {
        free_outside(search);
        return;
    }
    if (search->outside_n)
        qsort(search->outside, search->outside_n, sizeof *search->outside, by_address);
    if (search->to_id)
        find_places(search, txn);
}

/* ---- the ordered ids */

static void add_outside_before(struct search *search, uint32_t id)
{
    for (; search->outside_at < search->outside_n; search->outside_at++) {
        if (search->outside[search->outside_at].before > id)
            return;
        add_hit(search, search->outside[search->outside_at].id);
    }
}

static void found_inside(void *arg, uint32_t id)
{
    struct finding *finding = arg;
    struct search *search = finding->search;
    if ((search->strays_n && is_stray(search, id)) || !is_hit(search, finding->txn, id))
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
        search->at = idsource_run(search->source, txn, search->at, search->to_id, rows, found_inside,
                                  &finding);
    if (search->at)
        return;
    if (search->settle) {
        begin_settling(search);
        return;
    }
    add_outside_before(search, UINT32_MAX);
    free_outside(search);
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
        if (search->chosen ? is_chosen(search, walk.id) : candidate(search, txn, walk.id, walk.folded))
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

/* ---- the stages */

static void begin(struct search *search, struct txn *txn)
{
    uint32_t id = query_id(search->query);
    search->last = contacts_last_id(txn);
    contacts_ordered(txn, &search->from_id, &search->to_id);
    if (id) {
        if (candidate(search, txn, id, SPAN_NONE))
            add_hit(search, id);
        search->stage = RANK;
        return;
    }
    search->source = idsource_new(txn, search->query);
    search->stage = search->source ? OUTSIDE : WALK;
    search->at = search->from_id == 1 ? search->to_id + 1 : 1;
    if (search->source)
        read_strays(search, txn);
}

static void run_stage(struct search *search, struct txn *txn, size_t rows)
{
    switch (search->stage) {
    case BEGIN:
        begin(search, txn);
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
    if (search->stage == COMPLETE)
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
