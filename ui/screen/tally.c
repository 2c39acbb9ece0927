/* SPDX-License-Identifier: MIT */
#include "screen/tally.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/judgements.h"

enum { PIECE = 64, PIECE_MS = 3 };

static void forget(struct tally_names *names)
{
    for (size_t i = 0; i < names->room; i++)
        free(names->slots[i].name);
    free(names->slots);
    *names = (struct tally_names){0};
}

void tally_free(struct tally *tally)
{
    forget(&tally->names);
    forget(&tally->before);
    hits_free(&tally->hits);
    str_free(&tally->text);
    *tally = (struct tally){0};
}

void tally_ask(struct tally *tally, struct span text, int64_t now)
{
    bool same = tally->wanted && span_equal(span_of_str(&tally->text), text);

    if (!same || tally_complete(tally)) {
        forget(&tally->before);
        tally->has_before = same;
        if (same)
            tally->before = tally->names;
        else
            forget(&tally->names);
        tally->names = (struct tally_names){0};
    } else {
        forget(&tally->names);
    }
    tally->done = 0;
    tally->again = false;
    hits_free(&tally->hits);
    hits_ask(&tally->hits, text, ORDER_ADDRESS, false, now);
    if (!same) {
        str_clear(&tally->text);
        str_add(&tally->text, text);
    }
    tally->wanted = true;
}

static struct tally_name *slot(const struct tally_names *names, struct span name)
{
    size_t at = hash_bytes(name.at, name.n, 0) & (names->room - 1);

    while (names->slots[at].name && !span_equal(span_of(names->slots[at].name), name))
        at = (at + 1) & (names->room - 1);
    return &names->slots[at];
}

static void grow(struct tally_names *names)
{
    struct tally_names old = *names;

    names->room = old.room ? old.room * 2 : 64;
    names->slots = alloc_zero(names->room, sizeof *names->slots);
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].name)
            *slot(names, span_of(old.slots[i].name)) = old.slots[i];
    free(old.slots);
}

static void count(struct tally *tally, struct span name)
{
    struct tally_names *names = &tally->names;

    if (!name.n)
        return;
    if (names->n * 2 >= names->room)
        grow(names);
    struct tally_name *found = slot(names, name);
    if (!found->name) {
        found->name = span_copy(name);
        names->n++;
    }
    found->n++;
}

static void count_contact(struct tally *tally, enum tally_kind kind, struct txn *txn, uint32_t id,
                          struct contact *contact, int64_t now)
{
    if (kind == TALLY_STATE) {
        count(tally, span_of(state_name(contacts_state(txn, id))));
        return;
    }
    contact_clear(contact);
    if (!contacts_get(txn, id, contact))
        return;
    if (kind == TALLY_DOMAIN) {
        count(tally, address_domain(contact->folded));
    } else if (kind == TALLY_REASON) {
        enum reason reason = judgements_standing(txn, contact->folded, now).reason;
        if (reason != REASON_none)
            count(tally, span_of(reason_name(reason)));
    } else {
        struct span rest = contact->tags, tag;
        while (rest.n && span_next(&rest, ';', &tag))
            count(tally, tag);
    }
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool tally_run(struct tally *tally, enum tally_kind kind, struct txn *txn, int64_t now)
{
    struct contact contact = {0};
    long long until = now_ms() + PIECE_MS;

    if (!tally->wanted || tally->hits.wrong)
        return false;
    if (hits_run(&tally->hits, txn, now))
        return true;
    if (!hits_complete(&tally->hits))
        return false; /* it failed */
    size_t n = hits_count(&tally->hits);
    if (n > TALLY_MOST)
        return false;
    while (tally->done < n && now_ms() < until)
        for (int i = 0; i < PIECE && tally->done < n; i++)
            count_contact(tally, kind, txn, hits_at(&tally->hits, tally->done++), &contact, now);
    contact_free(&contact);
    return tally->done < n;
}

bool tally_complete(const struct tally *tally)
{
    return tally->wanted && hits_complete(&tally->hits) &&
           tally->done == hits_count(&tally->hits);
}

bool tally_known(const struct tally *tally)
{
    return tally->wanted && (tally->has_before || tally_complete(tally));
}

static const struct tally_names *shown(const struct tally *tally)
{
    return tally->has_before && !tally_complete(tally) ? &tally->before : &tally->names;
}

uint64_t tally_get(const struct tally *tally, struct span name)
{
    const struct tally_names *names = shown(tally);

    return names->room ? slot(names, name)->n : 0;
}

static int larger_first(const void *a, const void *b)
{
    const struct tally_name *x = a, *y = b;

    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return strcmp(x->name, y->name);
}

size_t tally_top(const struct tally *tally, struct tally_name *out, size_t max)
{
    const struct tally_names *names = shown(tally);
    size_t n = 0;

    /* Keeps the best so far in order: max is a handful. */
    for (size_t i = 0; i < names->room; i++) {
        if (!names->slots[i].name)
            continue;
        if (n == max && larger_first(&names->slots[i], &out[n - 1]) > 0)
            continue;
        if (n < max)
            n++;
        out[n - 1] = names->slots[i];
        qsort(out, n, sizeof *out, larger_first);
    }
    return n;
}
