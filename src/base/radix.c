/* SPDX-License-Identifier: MIT */
#include "base/radix.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { FEW = 32 };

struct sort {
    radix_more *more;
    const void *arg;
};

/* All have the same head, which begins with byte *base of the keys: the next ones, until some differ. False: all
 * keys have ended. */
static bool go_on(const struct sort *sort, struct radix_item *items, size_t n, size_t *base)
{
    bool differ = false;
    while (!differ && items[0].head) {
        *base += 8;
        for (size_t i = 0; i < n; i++) {
            items[i].head = sort->more(sort->arg, items[i].data, *base);
            differ = differ || items[i].head != items[0].head;
        }
    }
    return differ;
}

/* ---- a handful: by insertion, then those that have one head by what comes behind it */

static void sort_few(const struct sort *sort, struct radix_item *items, size_t n, size_t base)
{
    for (size_t i = 1; i < n; i++) {
        struct radix_item item = items[i];
        size_t k = i;
        for (; k > 0 && item.head < items[k - 1].head; k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
    for (size_t i = 0, end; i + 1 < n; i = end) {
        size_t behind = base;
        for (end = i + 1; end < n && items[end].head == items[i].head; end++)
            ;
        if (end - i > 1 && go_on(sort, items + i, end - i, &behind))
            sort_few(sort, items + i, end - i, behind);
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
    if (n <= FEW) {
        sort_few(sort, items, n, base);
        return;
    }
    unsigned byte = first_difference(items, n);
    if (byte == 8) {
        if (!go_on(sort, items, n, &base))
            return;
        byte = first_difference(items, n);
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

void radix_sort(struct radix_item *items, size_t n, radix_more *more, const void *arg)
{
    struct sort sort = {more, arg};
    if (n < 2)
        return;
    struct radix_item *spare = n > FEW ? alloc_large(n * sizeof *spare) : NULL;
    sort_many(&sort, items, spare, n, 0);
    free(spare);
}
