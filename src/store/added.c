/* SPDX-License-Identifier: MIT
 *
 * A look into a table of a million domains misses the cache each time; a sort by their hashes does not.
 */
#include "store/added.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/radix.h"
#include "store/facts.h"
#include "store/idlists.h"
#include "store/tags.h"

enum { RECENT = 1024, NAME_MAX_BYTES = 255 };
#define NAMES_MOST ((UINT32_MAX >> 1) - 2 * NAME_MAX_BYTES) /* what 31 bits find */

struct items {
    struct radix_item *at;
    size_t n, room;
};

struct added {
    uint64_t active;
    uint64_t *sets; /* how many active ones have each set of tags */
    size_t sets_room;
    /* head: the domain's hash; data: id, place of its name, is it active (32, 31, 1 bits) */
    struct items domains;
    struct str names; /* length, name, … ; large domains stand there a few times */
    struct {
        uint64_t hash;
        size_t place;
    } recent[RECENT];
    struct items externals; /* data: the place in external_ids */
    struct str external_ids; /* id, length, text, … */
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
    free(added->domains.at);
    free(added->externals.at);
    str_free(&added->names);
    str_free(&added->external_ids);
    free(added);
}

static void add_item(struct items *items, uint64_t head, uint64_t data)
{
    ALLOC_GROW(items->at, items->n, items->room);
    items->at[items->n++] = (struct radix_item){head, data};
}

/* ---- domains */

static struct span name_at(const struct added *added, size_t place)
{
    return (struct span){added->names.at + place + 1, (unsigned char)added->names.at[place]};
}

static size_t place_of(struct added *added, struct span domain, uint64_t hash)
{
    size_t i = hash % RECENT, place = added->recent[i].place;
    if (added->recent[i].hash == hash && place < added->names.n &&
        span_equal(name_at(added, place), domain))
        return place;
    place = added->names.n;
    str_add_char(&added->names, (char)domain.n);
    str_add(&added->names, domain);
    added->recent[i].hash = hash;
    added->recent[i].place = place;
    return place;
}

bool added_is_full(const struct added *added)
{
    return added->names.n > NAMES_MOST;
}

void added_contact(struct added *added, uint32_t id, struct span domain, uint32_t set, bool active)
{
    uint64_t hash = hash_quick(domain, 3);
    domain = span_cut(domain, 0, NAME_MAX_BYTES);
    add_item(&added->domains, hash, (uint64_t)id << 32 | place_of(added, domain, hash) << 1 | active);
    if (!active)
        return;
    added->active++;
    if (set >= added->sets_room) {
        size_t room = added->sets_room;
        added->sets_room = (size_t)set * 2 + 64;
        added->sets = alloc_again(added->sets, added->sets_room, sizeof *added->sets);
        memset(added->sets + room, 0, (added->sets_room - room) * sizeof *added->sets);
    }
    added->sets[set]++;
}

static struct span domain_of(const struct added *added, const struct radix_item *item)
{
    return name_at(added, (item->data & UINT32_MAX) >> 1);
}

static uint64_t no_more(const void *arg, uint64_t data, size_t at)
{
    (void)arg;
    (void)data;
    (void)at;
    return 0;
}

/* The items of one domain. */
struct run {
    struct span name;
    const struct radix_item *items;
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    int order = span_compare(x->name, y->name);
    return order ? order : (x->items > y->items) - (x->items < y->items);
}

/* Where two domains have one hash, the runs of both are in pieces, which lie in the order of ids. */
static struct run *find_runs(const struct added *added, size_t *n)
{
    struct run *runs = NULL;
    size_t room = 0;
    *n = 0;
    for (size_t i = 0, end; i < added->domains.n; i = end) {
        const struct radix_item *items = &added->domains.at[i];
        struct span name = domain_of(added, items);
        for (end = i + 1; end < added->domains.n; end++) {
            struct span next = domain_of(added, &added->domains.at[end]);
            if (next.at != name.at && !span_equal(next, name))
                break;
        }
        ALLOC_GROW(runs, *n, room);
        runs[(*n)++] = (struct run){name, items, end - i};
    }
    if (*n)
        qsort(runs, *n, sizeof *runs, by_name);
    return runs;
}

static void settle_domains(struct added *added, struct txn *txn,
                           void (*told)(void *arg, struct span domain, uint64_t n), void *arg)
{
    struct idlists_bulk *bulk = idlists_bulk(txn);
    size_t n;
    radix_sort(added->domains.at, added->domains.n, no_more, NULL);
    struct run *runs = find_runs(added, &n);
    for (size_t i = 0; i < n; i++) {
        int64_t active = 0;
        for (size_t k = 0; k < runs[i].n; k++) {
            idlists_bulk_add(bulk, runs[i].name, (uint32_t)(runs[i].items[k].data >> 32));
            active += (int64_t)(runs[i].items[k].data & 1);
        }
        if (active)
            counts_add(txn, COUNT_DOMAIN, STATE_ACTIVE, runs[i].name, active);
        if (active && told)
            told(arg, runs[i].name, (uint64_t)active);
    }
    idlists_bulk_end(bulk);
    free(runs);
}

/* ---- tags */

static void settle_tags(const struct added *added, struct txn *txn)
{
    struct str tags = {0};
    for (uint32_t set = 1; set < added->sets_room; set++) {
        if (!added->sets[set])
            continue;
        str_clear(&tags);
        str_add(&tags, tags_set(txn, set));
        facts_count_tags(txn, span_of_str(&tags), STATE_ACTIVE, (int64_t)added->sets[set]);
    }
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
    add_item(&added->externals, external_more(added, place, 0), place);
}

void added_settle(struct added *added, struct txn *txn,
                  void (*told)(void *arg, struct span domain, uint64_t n), void *arg,
                  void (*external)(struct txn *txn, struct span external_id, uint32_t id))
{
    counts_add(txn, COUNT_STATE, STATE_ACTIVE, SPAN_NONE, (int64_t)added->active);
    settle_tags(added, txn);
    settle_domains(added, txn, told, arg);
    radix_sort(added->externals.at, added->externals.n, external_more, added);
    for (size_t i = 0; i < added->externals.n; i++) {
        uint32_t id;
        struct span external_id = external_at(added, added->externals.at[i].data, &id);
        external(txn, external_id, id);
    }
}
