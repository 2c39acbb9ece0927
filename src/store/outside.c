/* SPDX-License-Identifier: MIT */
#include "store/outside.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/table.h"

void outside_read_strays(struct outside *outside, struct txn *txn)
{
    struct cursor *cursor = cursor_open(txn, TABLE_strays);
    struct span key, value;
    struct key from = key_of_u32(outside->from_id);
    bool more = outside->to_id && cursor_seek(cursor, key_span(&from), &key, &value);
    for (; more && key.n == 4 && read_u32(key.at) <= outside->to_id; more = cursor_next(cursor, &key, &value)) {
        ALLOC_GROW(outside->strays, outside->strays_n, outside->strays_room);
        outside->strays[outside->strays_n++] = read_u32(key.at);
    }
    cursor_close(cursor);
}

bool outside_is_stray(const struct outside *outside, uint32_t id)
{
    size_t low = 0, high = outside->strays_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (outside->strays[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < outside->strays_n && outside->strays[low] == id;
}

void outside_add(struct outside *outside, uint32_t id)
{
    ALLOC_GROW(outside->hits, outside->n, outside->room);
    outside->hits[outside->n++] = (struct outside_hit){.id = id};
}

static int by_address(const void *a, const void *b)
{
    const struct outside_hit *x = a, *y = b;
    int order = strcmp(x->folded, y->folded);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* The first ordered contact behind each; where several stand before the same one, it is found once. */
static void find_places(struct outside *outside, struct txn *txn)
{
    struct str known = {0};
    uint32_t before = 0;
    for (size_t i = 0; i < outside->n; i++) {
        struct outside_hit *hit = &outside->hits[i];
        if (before == UINT32_MAX || (before && span_compare(span_of(hit->folded), span_of_str(&known)) < 0)) {
            hit->before = before;
            continue;
        }
        struct contacts_walk walk = {.from = span_of(hit->folded)};
        before = UINT32_MAX;
        while (before == UINT32_MAX && contacts_next(txn, &walk))
            if (walk.id >= outside->from_id && walk.id <= outside->to_id && !outside_is_stray(outside, walk.id)) {
                before = walk.id;
                str_clear(&known);
                str_add(&known, walk.folded);
            }
        contacts_walk_end(&walk);
        hit->before = before;
    }
    str_free(&known);
}

void outside_place(struct outside *outside, struct txn *txn)
{
    struct contact contact = {0};
    for (size_t i = 0; i < outside->n; i++) {
        bool there = contacts_get(txn, outside->hits[i].id, &contact);
        outside->hits[i].folded = there ? span_copy(contact.folded) : alloc_text("");
    }
    contact_free(&contact);
    if (outside->n)
        qsort(outside->hits, outside->n, sizeof *outside->hits, by_address);
    if (outside->to_id)
        find_places(outside, txn);
}

uint32_t outside_next(struct outside *outside, uint32_t id)
{
    if (outside->at == outside->n || outside->hits[outside->at].before > id)
        return 0;
    return outside->hits[outside->at++].id;
}

void outside_drop(struct outside *outside)
{
    for (size_t i = 0; i < outside->n; i++)
        free(outside->hits[i].folded);
    free(outside->hits);
    outside->hits = NULL;
    outside->n = outside->room = outside->at = 0;
}

void outside_free(struct outside *outside)
{
    outside_drop(outside);
    free(outside->strays);
}
