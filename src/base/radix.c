/* SPDX-License-Identifier: MIT */
#include "base/radix.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"

enum { FEW = 24, THREADS_FROM = 100000, TOP = 1 << 16 };

struct sort {
    radix_more *more;
    const void *arg;
};

/* ---- a handful: by insertion */

static bool is_less(const struct sort *sort, const struct radix_item *a, const struct radix_item *b,
                    size_t base)
{
    uint64_t x = a->head, y = b->head;
    for (size_t at = base + 8; x == y && x; at += 8) {
        x = sort->more(sort->arg, a->data, at);
        y = sort->more(sort->arg, b->data, at);
    }
    return x < y;
}

static void sort_few(const struct sort *sort, struct radix_item *items, size_t n, size_t base)
{
    for (size_t i = 1; i < n; i++) {
        struct radix_item item = items[i];
        size_t k = i;
        for (; k > 0 && is_less(sort, &item, &items[k - 1], base); k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
}

/* ---- many: by their first byte that differs */

static unsigned byte_at(uint64_t head, unsigned byte)
{
    return (unsigned)(head >> (56 - 8 * byte)) & 0xff;
}

/* The first byte in which the heads differ, 8 for none. */
static unsigned first_difference(const struct radix_item *items, size_t n)
{
    uint64_t all = 0;
    for (size_t i = 1; i < n; i++)
        all |= items[i].head ^ items[0].head;
    return all ? (unsigned)__builtin_clzll(all) / 8 : 8;
}

/* The heads begin with byte `base` of the keys. */
static void sort_many(const struct sort *sort, struct radix_item *items, struct radix_item *spare,
                      size_t n, size_t base)
{
    unsigned byte;
    if (n <= FEW) {
        sort_few(sort, items, n, base);
        return;
    }
    while ((byte = first_difference(items, n)) == 8) {
        if (items[0].head == 0)
            return; /* all of them ended */
        base += 8;
        for (size_t i = 0; i < n; i++)
            items[i].head = sort->more(sort->arg, items[i].data, base);
    }
    size_t starts[257] = {0};
    for (size_t i = 0; i < n; i++)
        starts[byte_at(items[i].head, byte) + 1]++;
    for (unsigned i = 0; i < 256; i++)
        starts[i + 1] += starts[i];
    size_t to[256];
    memcpy(to, starts, sizeof to);
    for (size_t i = 0; i < n; i++)
        spare[to[byte_at(items[i].head, byte)]++] = items[i];
    memcpy(items, spare, n * sizeof *items);
    for (unsigned i = 0; i < 256; i++)
        if (starts[i + 1] - starts[i] > 1)
            sort_many(sort, items + starts[i], spare + starts[i], starts[i + 1] - starts[i], base);
}

/* ---- two threads: they share out the groups of the first two bytes */

struct share {
    const struct sort *sort;
    struct radix_item *items, *spare;
    const size_t *starts; /* TOP + 1 */
    atomic_uint next;
};

static void *work(void *arg)
{
    struct share *share = arg;
    for (unsigned i; (i = atomic_fetch_add(&share->next, 1)) < TOP;) {
        size_t from = share->starts[i], n = share->starts[i + 1] - from;
        if (n > 1)
            sort_many(share->sort, share->items + from, share->spare + from, n, 0);
    }
    return NULL;
}

/* By the first two bytes, into `starts`: one byte after the other, for a scatter over 65,536 places would
 * miss the cache with each item. */
static void spread(struct radix_item *items, struct radix_item *spare, size_t n, size_t *starts)
{
    size_t *to = alloc(TOP * sizeof *to), first[256];
    for (size_t i = 0; i < n; i++)
        starts[(items[i].head >> 48) + 1]++;
    for (size_t i = 0; i < TOP; i++)
        starts[i + 1] += starts[i];
    for (size_t i = 0; i < 256; i++)
        first[i] = starts[i << 8];
    memcpy(to, starts, TOP * sizeof *to);
    for (size_t i = 0; i < n; i++)
        spare[first[items[i].head >> 56]++] = items[i];
    for (size_t i = 0; i < n; i++)
        items[to[spare[i].head >> 48]++] = spare[i];
    free(to);
}

static void sort_on_two(const struct sort *sort, struct radix_item *items, struct radix_item *spare,
                        size_t n)
{
    size_t *starts = alloc_zero(TOP + 1, sizeof *starts);
    spread(items, spare, n, starts);
    struct share share = {.sort = sort, .items = items, .spare = spare, .starts = starts};
    pthread_t other;
    bool two = pthread_create(&other, NULL, work, &share) == 0;
    work(&share);
    if (two)
        pthread_join(other, NULL);
    free(starts);
}

/* Scattered writes over hundreds of megabytes: fewer, larger pages, where the system has them. */
static void ask_large_pages(struct radix_item *items, size_t n)
{
    enum { LARGE = 2 << 20 };
    uintptr_t from = ((uintptr_t)items + LARGE - 1) & ~(uintptr_t)(LARGE - 1);
    uintptr_t to = (uintptr_t)(items + n) & ~(uintptr_t)(LARGE - 1);
    if (from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
}

void radix_sort(struct radix_item *items, size_t n, radix_more *more, const void *arg)
{
    struct sort sort = {more, arg};
    if (n < 2)
        return;
    struct radix_item *spare = alloc_again(NULL, n, sizeof *spare);
    ask_large_pages(spare, n);
    if (n < THREADS_FROM)
        sort_many(&sort, items, spare, n, 0);
    else
        sort_on_two(&sort, items, spare, n);
    free(spare);
}
