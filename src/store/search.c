/* SPDX-License-Identifier: MIT
 *
 * Two roads, both in the order of addresses: over all contacts, or, where the query asks only for
 * states that are not the default, over the judgements, of which there are few.
 */
#include "store/search.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/evidence.h"
#include "store/judgements.h"
#include "store/table.h"

struct search {
    struct query *query;
    enum search_order order;
    bool descending;
    int64_t now;
    unsigned needs, states;
    bool complete;
    struct str from; /* the address to go on at */
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

void search_free(struct search *search)
{
    if (!search)
        return;
    query_free(search->query);
    contact_free(&search->contact);
    str_free(&search->from);
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

static void fill_standing(struct search *search, struct txn *txn, uint32_t id, struct span folded,
                          struct query_row *row)
{
    if (search->needs & QUERY_STANDING) {
        row->standing = judgements_standing(txn, folded, search->now);
        return;
    }
    row->standing.state = contacts_state(txn, id);
    if (row->standing.state == STATE_SUSPECT)
        row->standing = judgements_standing(txn, folded, search->now);
}

static bool candidate(struct search *search, struct txn *txn, uint32_t id, struct span folded)
{
    struct contact *contact = &search->contact;
    struct witness witness = {txn, folded};
    struct query_row row = {
        .contact = contact, .evidence = has_evidence, .evidence_arg = &witness};
    if (search->needs & (QUERY_STATE | QUERY_STANDING)) {
        fill_standing(search, txn, id, folded, &row);
        if (!(search->states & 1u << row.standing.state))
            return false;
    }
    if (search->needs & (QUERY_RECORD | QUERY_STANDING)) {
        if (!contacts_get(txn, id, contact))
            return false;
        row.corrected = contact->corrected;
    } else {
        contact_clear(contact);
        contact->id = id;
        contact->address = contact->folded = folded;
    }
    return query_matches(search->query, &row);
}

static void add_hit(struct search *search, uint32_t id)
{
    ALLOC_GROW(search->hits, search->n, search->room);
    search->hits[search->n++] = id;
}

/* ---- the two roads */

/* True when the end was reached. */
static bool over_contacts(struct search *search, struct txn *txn, size_t rows)
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
        if (candidate(search, txn, walk.id, walk.folded))
            add_hit(search, walk.id);
    }
    contacts_walk_end(&walk);
    str_free(&last);
    return !paused;
}

static bool over_judgements(struct search *search, struct txn *txn, size_t rows)
{
    struct judgements_walk walk = {.from = span_of_str(&search->from)};
    size_t seen = 0;
    bool paused = false;
    while (judgements_next(txn, &walk)) {
        uint32_t ids[CONTACTS_SHARE_MAX];
        if (rows && seen++ >= rows) {
            paused = true;
            str_clear(&search->from);
            str_add(&search->from, walk.folded);
            break;
        }
        if (!(search->states & 1u << walk.standing.state))
            continue;
        size_t n = contacts_at(txn, walk.folded, ids, CONTACTS_SHARE_MAX);
        for (size_t i = 0; i < n; i++)
            if (candidate(search, txn, ids[i], walk.folded))
                add_hit(search, ids[i]);
    }
    judgements_walk_end(&walk);
    return !paused;
}

static bool by_id(struct search *search, struct txn *txn, uint32_t id)
{
    struct str folded = {0};
    if (contacts_get(txn, id, &search->contact)) {
        str_add(&folded, search->contact.folded);
        if (candidate(search, txn, id, span_of_str(&folded)))
            add_hit(search, id);
    }
    str_free(&folded);
    return true;
}

/* ---- other orders than the address: by a key each, in memory until sorted */

struct keyed {
    char *text;
    int64_t number;
    uint32_t id;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return span_compare(span_of(x->text), span_of(y->text));
}

static char *fold_key(struct span text)
{
    struct str out = {0};
    while (text.n) {
        size_t n;
        uint32_t plain[4];
        size_t k = utf8_fold_plain(utf8_read(text, &n), plain);
        for (size_t i = 0; i < k; i++) {
            char bytes[4];
            str_add(&out, (struct span){bytes, utf8_write(plain[i], bytes)});
        }
        text = span_cut(text, n, text.n);
    }
    return str_take(&out);
}

static void key_of(struct search *search, struct txn *txn, struct keyed *keyed)
{
    struct contact *contact = &search->contact;
    if (!contacts_get(txn, keyed->id, contact)) {
        keyed->text = alloc_text("");
        return;
    }
    struct standing standing = judgements_standing(txn, contact->folded, search->now);
    switch (search->order) {
    case ORDER_NAME:
        keyed->text = fold_key(contact->name);
        keyed->number = contact->name.n == 0; /* those without a name behind the others */
        return;
    case ORDER_DOMAIN:
        keyed->text = span_copy(address_domain(contact->folded));
        return;
    case ORDER_STATE:
        keyed->number = standing.state;
        break;
    case ORDER_BOUNCE:
        keyed->number = -standing.bounced;
        break;
    case ORDER_ADDRESS:
        break;
    }
    keyed->text = span_copy(contact->folded);
}

static void sort_hits(struct search *search, struct txn *txn)
{
    if (search->order != ORDER_ADDRESS) {
        struct keyed *keyed = alloc_zero(search->n, sizeof *keyed);
        for (size_t i = 0; i < search->n; i++) {
            keyed[i].id = search->hits[i];
            key_of(search, txn, &keyed[i]);
        }
        qsort(keyed, search->n, sizeof *keyed, compare_keyed);
        for (size_t i = 0; i < search->n; i++) {
            search->hits[i] = keyed[i].id;
            free(keyed[i].text);
        }
        free(keyed);
    }
    for (size_t i = 0; search->descending && i < search->n / 2; i++) {
        uint32_t other = search->hits[i];
        search->hits[i] = search->hits[search->n - 1 - i];
        search->hits[search->n - 1 - i] = other;
    }
}

enum result search_run(struct search *search, struct txn *txn, size_t rows, struct error *error)
{
    if (search->complete)
        return RESULT_OK;
    uint32_t id = query_id(search->query);
    bool end;
    if (id)
        end = by_id(search, txn, id);
    else if (!(search->states & 1u << STATE_ACTIVE))
        end = over_judgements(search, txn, rows);
    else
        end = over_contacts(search, txn, rows);
    if (end && !txn_failed(txn)) {
        sort_hits(search, txn);
        search->complete = true;
    }
    if (txn_failed(txn))
        return txn_result(txn, error);
    return search->complete ? RESULT_OK : RESULT_BUSY;
}

bool search_complete(const struct search *search)
{
    return search->complete;
}

/* Hits in an order that is made at the end do not show before it. */
static bool shows(const struct search *search)
{
    return search->complete || (search->order == ORDER_ADDRESS && !search->descending);
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
