/* SPDX-License-Identifier: MIT
 *
 * Short texts, copied as they are or in lower case (ASCII), some bytes at once: an import does little else.
 */
#ifndef BASE_LOWER_H
#define BASE_LOWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes in a word; those beyond ASCII stay as they are. */
static inline uint64_t lower_8(uint64_t x)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = x & 0x7f * ones;
    uint64_t from_a = low + (0x80 - 'A') * ones, beyond_z = low + (0x7f - 'Z') * ones;
    return x | ((~x & 0x80 * ones & (from_a ^ beyond_z)) >> 2);
}

/* memcpy for what is seldom more than a few bytes; `at` may be NULL if n is 0. */
static inline void copy_short(char *to, const char *at, size_t n)
{
    if (n > 32) {
        memcpy(to, at, n);
    } else if (n >= 16) {
        memcpy(to, at, 16);
        memcpy(to + n - 16, at + n - 16, 16);
    } else if (n >= 8) {
        memcpy(to, at, 8);
        memcpy(to + n - 8, at + n - 8, 8);
    } else if (n >= 4) {
        memcpy(to, at, 4);
        memcpy(to + n - 4, at + n - 4, 4);
    } else if (n) {
        to[0] = at[0];
        to[n / 2] = at[n / 2];
        to[n - 1] = at[n - 1];
    }
}

/* Copies n bytes in lower case. False: some are beyond ASCII (and copied as they are). */
static inline bool lower_copy(char *to, const char *at, size_t n)
{
    uint64_t word = 0, all = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, at + i, 8);
        all |= word;
        word = lower_8(word);
        memcpy(to + i, &word, 8);
    }
    if (i == n)
        return !(all & UINT64_C(0x8080808080808080));
    if (n >= 8) { /* the last eight, some of them again */
        memcpy(&word, at + n - 8, 8);
        all |= word;
        word = lower_8(word);
        memcpy(to + n - 8, &word, 8);
        return !(all & UINT64_C(0x8080808080808080));
    }
    if (n >= 4) {
        uint32_t front, back;
        memcpy(&front, at, 4);
        memcpy(&back, at + n - 4, 4);
        all = word = (uint64_t)back << 32 | front;
        word = lower_8(word);
        front = (uint32_t)word;
        back = (uint32_t)(word >> 32);
        memcpy(to, &front, 4);
        memcpy(to + n - 4, &back, 4);
        return !(all & UINT64_C(0x8080808080808080));
    }
    for (; i < n; i++) {
        unsigned char c = (unsigned char)at[i];
        all |= c;
        to[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return !(all & 0x80);
}

#endif
