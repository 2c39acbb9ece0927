/* SPDX-License-Identifier: MIT */
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/radix.h"

enum { HEAD = 8 };

struct names_slot {
    uint32_t hash;
    uint32_t behind; /* where the name begins in bytes_, behind its head; 0: free */
};

static struct span name_behind(const struct names *names, uint32_t behind)
{
    uint32_t n;
    memcpy(&n, names->bytes_.at + behind - 4, sizeof n);
    return (struct span){names->bytes_.at + behind, n};
}

static uint32_t number_behind(const struct names *names, uint32_t behind)
{
    uint32_t number;
    memcpy(&number, names->bytes_.at + behind - HEAD, sizeof number);
    return number;
}

struct span names_at(const struct names *names, uint32_t number)
{
    return name_behind(names, names->at_[number]);
}

static struct names_slot *find(const struct names *names, uint64_t hash, struct span name)
{
    for (size_t i = hash & (names->room_ - 1);; i = (i + 1) & (names->room_ - 1)) {
        struct names_slot *slot = &names->slots_[i];
        if (!slot->behind || (slot->hash == hash >> 32 && span_equal(name_behind(names, slot->behind), name)))
            return slot;
    }
}

static void grow(struct names *names)
{
    names->room_ = names->room_ ? names->room_ * 2 : 64;
    free(names->slots_);
    names->slots_ = alloc_zero(names->room_, sizeof *names->slots_);
    for (uint32_t number = 0; number < names->n; number++) {
        uint64_t hash = names_hash(names_at(names, number));
        size_t i = hash & (names->room_ - 1);
        while (names->slots_[i].behind)
            i = (i + 1) & (names->room_ - 1);
        names->slots_[i] = (struct names_slot){(uint32_t)(hash >> 32), names->at_[number]};
    }
}

uint64_t names_hash(struct span name)
{
    return hash_quick(name, 3);
}

void names_fetch(const struct names *names, uint64_t hash)
{
    if (names->n)
        __builtin_prefetch(&names->slots_[hash & (names->room_ - 1)]);
}

void names_fetch_name(const struct names *names, uint64_t hash)
{
    uint32_t behind = names->n ? names->slots_[hash & (names->room_ - 1)].behind : 0;
    if (behind)
        __builtin_prefetch(names->bytes_.at + behind - HEAD);
}

bool names_find(const struct names *names, struct span name, uint32_t *number)
{
    const struct names_slot *slot = names->n ? find(names, names_hash(name), name) : NULL;
    if (!slot || !slot->behind)
        return false;
    *number = number_behind(names, slot->behind);
    return true;
}

uint32_t names_number(struct names *names, struct span name)
{
    return names_number_of(names, name, names_hash(name));
}

uint32_t names_number_of(struct names *names, struct span name, uint64_t hash)
{
    if ((size_t)names->n * 2 >= names->room_)
        grow(names);
    struct names_slot *slot = find(names, hash, name);
    if (slot->behind)
        return number_behind(names, slot->behind);
    if (names->n == UINT32_MAX - 1 || name.n + HEAD > UINT32_MAX - names->bytes_.n)
        alloc_failed();
    uint32_t head[2] = {names->n, (uint32_t)name.n};
    str_add(&names->bytes_, (struct span){(const char *)head, HEAD});
    *slot = (struct names_slot){(uint32_t)(hash >> 32), (uint32_t)names->bytes_.n};
    ALLOC_GROW(names->at_, names->n, names->at_room_);
    names->at_[names->n] = (uint32_t)names->bytes_.n;
    str_add(&names->bytes_, name);
    return names->n++;
}

static uint64_t head_of(const void *names, uint64_t number, size_t at)
{
    struct span name = names_at(names, (uint32_t)number);
    uint64_t head = 0;
    if (at + 8 <= name.n) {
        memcpy(&head, name.at + at, 8);
    } else if (at < name.n) {
        memcpy(&head, name.at + at, name.n - at);
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    head = __builtin_bswap64(head);
#endif
    return head;
}

uint32_t *names_sorted(const struct names *names)
{
    struct radix_item *items = alloc_large(names->n * sizeof *items + 1);
    uint32_t *numbers = alloc((names->n + 1) * sizeof *numbers);
    for (uint32_t i = 0; i < names->n; i++)
        items[i] = (struct radix_item){head_of(names, i, 0), i};
    radix_sort(items, names->n, head_of, names);
    for (uint32_t i = 0; i < names->n; i++)
        numbers[i] = (uint32_t)items[i].data;
    free(items);
    return numbers;
}

void names_free(struct names *names)
{
    free(names->slots_);
    free(names->at_);
    str_free(&names->bytes_);
    *names = (struct names){0};
}
