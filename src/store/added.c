/* SPDX-License-Identifier: MIT */
#include "store/added.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/names.h"
#include "base/radix.h"
#include "store/facts.h"
#include "store/idlists.h"
#include "store/tags.h"

enum { NAME_MAX_BYTES = 255 };
#define FULL_BYTES (UINT32_MAX - 4 * NAME_MAX_BYTES)

/* A contact at a domain. */
struct pair {
    uint32_t domain; /* its number, twice, and 1 for an active contact */
    uint32_t id;
};

/* A domain among the sorted ones. */
struct domain {
    size_t name_end, ids_end; /* where its name and ids end, and those of the next begin */
    uint32_t active;
};

struct added {
    uint64_t *sets; /* how many active ones have each set of tags */
    size_t sets_room;
    struct names domains;
    struct pair *pairs; /* ids growing */
    size_t n, room;
    struct radix_item *externals; /* data: the place in external_ids */
    size_t externals_n, externals_room;
    struct str external_ids; /* id, length, text, … */
    /* sorted: */
    struct domain *sorted; /* by name; NULL: not yet */
    struct str names;      /* in that order */
    uint32_t *ids;         /* by domain, in that order */
};

struct added *added_new(void)
{
    return alloc_zero(1, sizeof(struct added));
}

void added_free(struct added *added)
{
    if (!added)
        return;
    free(added->sets);
    names_free(&added->domains);
    free(added->pairs);
    free(added->externals);
    str_free(&added->external_ids);
    free(added->sorted);
    str_free(&added->names);
    free(added->ids);
    free(added);
}

/* ---- domains */

bool added_is_full(const struct added *added)
{
    return added->domains.bytes_.n > FULL_BYTES;
}

void added_fetch(const struct added *added, uint64_t hash, bool near)
{
    (near ? names_fetch_name : names_fetch)(&added->domains, hash);
}

void added_contact(struct added *added, uint32_t id, struct span domain, uint64_t hash, bool active)
{
    uint32_t number = names_number_of(&added->domains, domain, hash);
    ALLOC_GROW(added->pairs, added->n, added->room);
    added->pairs[added->n++] = (struct pair){number << 1 | active, id};
}

void added_sort(struct added *added)
{
    uint32_t domains = added->domains.n;
    if (added->sorted)
        return;
    uint32_t *order = names_sorted(&added->domains);
    added->sorted = alloc_zero(domains + 1, sizeof *added->sorted);
    struct place { /* by number */
        uint32_t n, active; /* how many there are; then n is where the next one goes */
    } *at = alloc_zero(domains + 1, sizeof *at);
    for (size_t i = 0; i < added->n; i++) {
        at[added->pairs[i].domain >> 1].n++;
        at[added->pairs[i].domain >> 1].active += added->pairs[i].domain & 1;
    }
    str_reserve(&added->names, added->domains.bytes_.n);
    uint32_t from = 0;
    for (size_t rank = 0; rank < domains; rank++) {
        struct place *place = &at[order[rank]];
        uint32_t n = place->n;
        place->n = from;
        from += n;
        str_add(&added->names, names_at(&added->domains, order[rank]));
        added->sorted[rank] = (struct domain){added->names.n, from, place->active};
    }
    added->ids = alloc_large(added->n * sizeof *added->ids + 1);
    for (size_t i = 0; i < added->n; i++)
        added->ids[at[added->pairs[i].domain >> 1].n++] = added->pairs[i].id;
    free(at);
    free(order);
    free(added->pairs);
    added->pairs = NULL;
}

static struct span name_at(const struct added *added, uint32_t rank)
{
    return span_cut(span_of_str(&added->names), rank ? added->sorted[rank - 1].name_end : 0,
                    added->sorted[rank].name_end);
}

void added_tell(const struct added *added, void (*told)(void *arg, struct span domain, uint64_t n), void *arg)
{
    for (uint32_t rank = 0; rank < added->domains.n; rank++)
        if (added->sorted[rank].active)
            told(arg, name_at(added, rank), added->sorted[rank].active);
}

/* One gathering, gone through in the order of domains. */
struct walk {
    const struct added *added;
    uint32_t rank;
    struct span name; /* of this rank */
    const uint32_t *ids, *end;
};

static bool walk_on(struct walk *walk)
{
    const struct added *added = walk->added;
    if (walk->rank == added->domains.n)
        return false;
    walk->name = name_at(added, walk->rank);
    walk->ids = added->ids + (walk->rank ? added->sorted[walk->rank - 1].ids_end : 0);
    walk->end = added->ids + added->sorted[walk->rank].ids_end;
    return true;
}

/* The ids of some lists, each growing, in one order. */
static void add_ids(struct idlists_bulk *bulk, struct span name, struct walk *const *walks, size_t n)
{
    for (;;) {
        struct walk *least = NULL;
        uint32_t second = UINT32_MAX;
        for (size_t i = 0; i < n; i++) {
            struct walk *walk = walks[i];
            if (walk->ids == walk->end)
                continue;
            if (!least || *walk->ids < *least->ids) {
                second = least ? *least->ids : second;
                least = walk;
            } else if (*walk->ids < second) {
                second = *walk->ids;
            }
        }
        if (!least)
            return;
        size_t k = 1;
        while (least->ids + k < least->end && least->ids[k] < second)
            k++;
        idlists_bulk_add(bulk, name, least->ids, k);
        least->ids += k;
    }
}

static void settle_domains(struct added *const *all, size_t n, struct txn *txn)
{
    struct idlists_bulk *bulk = idlists_bulk(txn);
    struct walk walks[ADDED_MOST];
    size_t left = 0;
    bool first = counts_are_none(txn);
    for (size_t i = 0; i < n; i++) {
        walks[left].added = all[i];
        walks[left].rank = 0;
        left += walk_on(&walks[left]);
    }
    while (left) {
        struct walk *same[ADDED_MOST];
        size_t same_n = 0;
        int64_t active = 0;
        for (size_t i = 0; i < left; i++) {
            int order = same_n ? span_compare(walks[i].name, same[0]->name) : 0;
            if (order < 0)
                same_n = 0;
            if (order <= 0)
                same[same_n++] = &walks[i];
        }
        struct span name = same[0]->name;
        add_ids(bulk, name, same, same_n);
        for (size_t i = 0; i < same_n; i++)
            active += same[i]->added->sorted[same[i]->rank].active;
        if (active)
            (first ? counts_append : counts_add)(txn, COUNT_DOMAIN, STATE_ACTIVE, name, active);
        while (same_n--) { /* the last first, for another may take its place */
            same[same_n]->rank++;
            if (!walk_on(same[same_n]))
                *same[same_n] = walks[--left];
        }
    }
    idlists_bulk_end(bulk);
}

/* ---- tags */

void added_tags(struct added *added, uint32_t set, uint64_t n)
{
    if (set >= added->sets_room) {
        size_t room = added->sets_room;
        added->sets_room = (size_t)set * 2 + 64;
        added->sets = alloc_again(added->sets, added->sets_room, sizeof *added->sets);
        memset(added->sets + room, 0, (added->sets_room - room) * sizeof *added->sets);
    }
    added->sets[set] += n;
}

static void settle_tags(const struct added *added, struct txn *txn)
{
    struct str tags = {0};
    uint64_t active = 0;
    for (uint32_t set = 0; set < added->sets_room; set++) {
        active += added->sets[set];
        if (!set || !added->sets[set])
            continue;
        str_clear(&tags);
        str_add(&tags, tags_set(txn, set));
        facts_count_tags(txn, span_of_str(&tags), STATE_ACTIVE, (int64_t)added->sets[set]);
    }
    if (active)
        counts_add(txn, COUNT_STATE, STATE_ACTIVE, SPAN_NONE, (int64_t)active);
    str_free(&tags);
}

/* ---- external ids */

static struct span external_at(const struct added *added, uint64_t place, uint32_t *id)
{
    struct span rest = span_cut(span_of_str(&added->external_ids), place, added->external_ids.n);
    struct span external_id = SPAN_NONE;
    memcpy(id, rest.at, sizeof *id);
    rest = span_cut(rest, sizeof *id, rest.n);
    take_span(&rest, &external_id);
    return external_id;
}

static uint64_t external_more(const void *added, uint64_t place, size_t at)
{
    uint32_t id;
    uint64_t head = 0;
    struct span external_id = external_at(added, place, &id);
    for (size_t i = at; i < at + 8; i++)
        head = head << 8 | (i < external_id.n ? (unsigned char)external_id.at[i] : 0);
    return head;
}

void added_external(struct added *added, uint32_t id, struct span external_id)
{
    uint64_t place = added->external_ids.n;
    str_add(&added->external_ids, (struct span){(const char *)&id, sizeof id});
    put_span(&added->external_ids, external_id);
    ALLOC_GROW(added->externals, added->externals_n, added->externals_room);
    added->externals[added->externals_n++] = (struct radix_item){external_more(added, place, 0), place};
}

static void settle_externals(struct added *added, struct txn *txn,
                             void (*external)(struct txn *txn, struct span external_id, uint32_t id))
{
    if (added->externals_n)
        radix_sort(added->externals, added->externals_n, external_more, added);
    for (size_t i = 0; i < added->externals_n; i++) {
        uint32_t id;
        struct span external_id = external_at(added, added->externals[i].data, &id);
        external(txn, external_id, id);
    }
}

/* ---- all */

void added_settle(struct added *const *all, size_t n, struct txn *txn,
                  void (*external)(struct txn *txn, struct span external_id, uint32_t id))
{
    for (size_t i = 0; i < n; i++)
        added_sort(all[i]);
    settle_domains(all, n, txn);
    for (size_t i = 0; i < n; i++) {
        settle_tags(all[i], txn);
        settle_externals(all[i], txn, external);
    }
}
