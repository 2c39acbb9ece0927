/* SPDX-License-Identifier: MIT
 *
 * Sorting millions of byte strings: most significant byte first, eight bytes of each in hand.
 */
#ifndef BASE_RADIX_H
#define BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* `head` holds eight bytes of the key as a big-endian number, zeros behind its end. Where keys hold zero
 * bytes, the order of those that differ in nothing but them is left open. `data` finds the key again. */
struct radix_item {
    uint64_t head;
    uint64_t data;
};

/* The eight bytes of the key of `data` from `at` on, in the same form; zero at its end. */
typedef uint64_t radix_more(const void *arg, uint64_t data, size_t at);

/* Sorts items by their keys (bytes compared, the shorter first), equal ones as they stood. Their heads are of no
 * use afterwards. Needs as much memory again. */
void radix_sort(struct radix_item *items, size_t n, radix_more *more, const void *arg);

#endif
