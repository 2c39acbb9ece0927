/* SPDX-License-Identifier: MIT */
#include "base/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/radix.h"

struct names_slot {
    uint32_t hash;
    uint32_t number; /* less 1; 0: free */
};

struct span names_at(const struct names *names, uint32_t number)
{
    uint32_t from = number ? names->ends_[number - 1] : 0;
    return (struct span){names->bytes_.at + from, names->ends_[number] - from};
}

static struct names_slot *find(const struct names *names, uint64_t hash, struct span name)
{
    for (size_t i = hash & (names->room_ - 1);; i = (i + 1) & (names->room_ - 1)) {
        struct names_slot *slot = &names->slots_[i];
        if (!slot->number ||
            (slot->hash == hash >> 32 && span_equal(names_at(names, slot->number - 1), name)))
            return slot;
    }
}

static void grow(struct names *names)
{
    names->room_ = names->room_ ? names->room_ * 2 : 64;
    free(names->slots_);
    names->slots_ = alloc_zero(names->room_, sizeof *names->slots_);
    for (uint32_t number = 0; number < names->n; number++) {
        uint64_t hash = hash_quick(names_at(names, number), 3);
        size_t i = hash & (names->room_ - 1);
        while (names->slots_[i].number)
            i = (i + 1) & (names->room_ - 1);
        names->slots_[i] = (struct names_slot){(uint32_t)(hash >> 32), number + 1};
    }
}

bool names_find(const struct names *names, struct span name, uint32_t *number)
{
    const struct names_slot *slot = names->n ? find(names, hash_quick(name, 3), name) : NULL;
    if (!slot || !slot->number)
        return false;
    *number = slot->number - 1;
    return true;
}

uint32_t names_number(struct names *names, struct span name)
{
    uint64_t hash = hash_quick(name, 3);
    if ((size_t)names->n * 2 >= names->room_)
        grow(names);
    struct names_slot *slot = find(names, hash, name);
    if (slot->number)
        return slot->number - 1;
    if (names->n == UINT32_MAX - 1 || name.n > UINT32_MAX - names->bytes_.n)
        return UINT32_MAX;
    *slot = (struct names_slot){(uint32_t)(hash >> 32), names->n + 1};
    str_add(&names->bytes_, name);
    ALLOC_GROW(names->ends_, names->n, names->ends_room_);
    names->ends_[names->n] = (uint32_t)names->bytes_.n;
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
    free(names->ends_);
    str_free(&names->bytes_);
    *names = (struct names){0};
}
