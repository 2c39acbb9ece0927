/* SPDX-License-Identifier: MIT
 *
 * Inside action/import_*.c: a row as it is sorted. Its head is the first eight bytes of the folded address; its
 * data are, from the top, 38 bits of place, 10 of distance, 8 of length, 8 of size. The row's bytes begin at
 * `place` (of those of all files, or of a stretch), `size` times eight bytes hold it, its address begins
 * `distance` behind the place, and folding it is lower-casing it. Where that is not so the distance is FAR, and the
 * place one in list->folded: there stand the row's own place and its size, in 8 bytes each, and the folded address.
 */
#ifndef ACTION_IMPORT_ITEM_H
#define ACTION_IMPORT_ITEM_H

#include "base/lower.h"
#include "base/str.h"

enum { ITEM_FAR = 0x3ff, ITEM_UNIT = 8, ITEM_UNITS_MAX = 0xff, ITEM_PLACE_BITS = 38 };

static inline uint64_t item_pack(uint64_t place, size_t distance, size_t length, size_t units)
{
    return place << 26 | (uint64_t)distance << 16 | (uint64_t)length << 8 | units;
}

static inline uint64_t item_place(uint64_t data)
{
    return data >> 26;
}

static inline size_t item_distance(uint64_t data)
{
    return data >> 16 & 0x3ff;
}

static inline bool item_is_far(uint64_t data)
{
    return item_distance(data) == ITEM_FAR;
}

static inline size_t item_length(uint64_t data)
{
    return data >> 8 & 0xff;
}

static inline size_t item_units(uint64_t data)
{
    return data & 0xff;
}

/* Eight bytes of an address from `at` on, as a head: of what is folded or needs no more than lower case. */
static inline uint64_t item_head(struct span address, size_t at)
{
    uint64_t head = 0;
    if (at >= address.n)
        return 0;
    if (address.n - at >= 8)
        memcpy(&head, address.at + at, 8);
    else
        memcpy(&head, address.at + at, address.n - at);
    head = lower_8(head);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    head = __builtin_bswap64(head);
#endif
    return head;
}

#endif
