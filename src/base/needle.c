/* SPDX-License-Identifier: MIT */
#include "base/needle.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#define WIDE __attribute__((target("avx2,popcnt,bmi")))
#endif

/* From the commonest on, in folded addresses and names of several languages. */
static const char common[] = "aeionrskltmcwzpdy.ugjbh@0123456789vfx-q_";

static unsigned rarity(char c)
{
    const char *at = c ? strchr(common, c) : NULL;
    return at ? (unsigned)(at - common) : sizeof common;
}

struct needle needle_of(struct span text)
{
    struct needle needle = {text, 0, text.n - 1};
    for (size_t i = 0; i < text.n; i++)
        if (rarity(text.at[i]) > rarity(text.at[needle.one]))
            needle.one = i;
    if (needle.one == needle.other)
        needle.other = 0;
    for (size_t i = 0; i < text.n; i++)
        if (i != needle.one && rarity(text.at[i]) > rarity(text.at[needle.other]))
            needle.other = i;
    return needle;
}

/* Most differ in their first bytes, so a call to memcmp would cost more than it does. */
static inline bool is_at(const char *at, struct span text)
{
    size_t i = 0;
    while (i < text.n && at[i] == text.at[i])
        i++;
    return i == text.n;
}

/* ---- a byte at a time: the ends, and machines that have nothing better */

static ptrdiff_t find_slowly(const struct needle *needle, struct span in, size_t from)
{
    struct span text = needle->text;
    while (from + text.n <= in.n) {
        size_t last = in.n - text.n;
        const char *at = memchr(in.at + from + needle->one, text.at[needle->one], last - from + 1);
        if (!at)
            return -1;
        from = (size_t)(at - in.at) - needle->one;
        if (is_at(in.at + from, text))
            return (ptrdiff_t)from;
        from++;
    }
    return -1;
}

static size_t count_slowly(char byte, struct span in, size_t from, size_t to, size_t *behind)
{
    size_t n = 0;
    for (; from < to; from++)
        if (in.at[from] == byte) {
            n++;
            *behind = from + 1;
        }
    return n;
}

/* From a place in row `row` on. */
static size_t rows_slowly(const struct needle *needle, char end, struct span in, size_t from, uint64_t *bits, size_t row)
{
    size_t n = 0;
    ptrdiff_t at;
    while ((at = find_slowly(needle, in, from)) >= 0) {
        row += count_slowly(end, in, from, (size_t)at, &from);
        n += !(bits[row / 64] >> row % 64 & 1);
        bits[row / 64] |= UINT64_C(1) << row % 64;
        row++;
        const char *behind = memchr(in.at + at, end, in.n - (size_t)at);
        if (!behind)
            break;
        from = (size_t)(behind - in.at) + 1;
    }
    return n;
}

#ifdef __x86_64__

/* ---- sixteen places at a time, as long as all of them could hold the whole text */

static ptrdiff_t find_sse2(const struct needle *needle, struct span in, size_t from)
{
    struct span text = needle->text;
    const __m128i one = _mm_set1_epi8(text.at[needle->one]);
    const __m128i other = _mm_set1_epi8(text.at[needle->other]);
    for (; from + text.n + 15 <= in.n; from += 16) {
        const char *at = in.at + from;
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(at + needle->one));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(at + needle->other));
        unsigned found = (unsigned)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(a, one), _mm_cmpeq_epi8(b, other)));
        for (; found; found &= found - 1) {
            unsigned i = (unsigned)__builtin_ctz(found);
            if (is_at(at + i, text))
                return (ptrdiff_t)(from + i);
        }
    }
    return find_slowly(needle, in, from);
}

static size_t count_sse2(char byte, struct span in, size_t from, size_t to, size_t *behind)
{
    const __m128i wanted = _mm_set1_epi8(byte);
    size_t n = 0;
    for (; from + 16 <= to; from += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(in.at + from));
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted));
        if (found) {
            n += (size_t)__builtin_popcount(found);
            *behind = from + 32 - (size_t)__builtin_clz(found);
        }
    }
    return n + count_slowly(byte, in, from, to, behind);
}

/* ---- 32 or 64 places */

WIDE static inline unsigned both_avx2(const char *a, __m256i one, const char *b, __m256i other)
{
    __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)a);
    __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)b);
    return (unsigned)_mm256_movemask_epi8(
        _mm256_and_si256(_mm256_cmpeq_epi8(x, one), _mm256_cmpeq_epi8(y, other)));
}

WIDE static ptrdiff_t find_avx2(const struct needle *needle, struct span in, size_t from)
{
    struct span text = needle->text;
    const __m256i one = _mm256_set1_epi8(text.at[needle->one]);
    const __m256i other = _mm256_set1_epi8(text.at[needle->other]);
    for (; from + text.n + 63 <= in.n; from += 64) {
        const char *at = in.at + from, *a = at + needle->one, *b = at + needle->other;
        unsigned low = both_avx2(a, one, b, other), high = both_avx2(a + 32, one, b + 32, other);
        for (uint64_t found = (uint64_t)high << 32 | low; found; found &= found - 1) {
            unsigned i = (unsigned)__builtin_ctzll(found);
            if (is_at(at + i, text))
                return (ptrdiff_t)(from + i);
        }
    }
    return find_sse2(needle, in, from);
}

WIDE static size_t count_avx2(char byte, struct span in, size_t from, size_t to, size_t *behind)
{
    const __m256i wanted = _mm256_set1_epi8(byte);
    size_t n = 0;
    for (; from + 32 <= to; from += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(in.at + from));
        unsigned found = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted));
        if (found) {
            n += (size_t)__builtin_popcount(found);
            *behind = from + 32 - (size_t)__builtin_clz(found);
        }
    }
    return n + count_sse2(byte, in, from, to, behind);
}

WIDE static size_t rows_avx2(const struct needle *needle, char end, struct span in, uint64_t *bits, size_t row)
{
    struct span text = needle->text;
    const __m256i one = _mm256_set1_epi8(text.at[needle->one]), last = _mm256_set1_epi8(end);
    const __m256i other = _mm256_set1_epi8(text.at[needle->other]);
    size_t from = 0, n = 0;
    for (; from + text.n + 63 <= in.n; from += 64) {
        const char *at = in.at + from, *a = at + needle->one, *b = at + needle->other;
        unsigned low = both_avx2(a, one, b, other), high = both_avx2(a + 32, one, b + 32, other);
        uint64_t found = (uint64_t)high << 32 | low, ends;
        low = both_avx2(at, last, at, last);
        high = both_avx2(at + 32, last, at + 32, last);
        ends = (uint64_t)high << 32 | low;
        while (found) {
            unsigned i = (unsigned)__builtin_ctzll(found);
            found &= found - 1;
            if (!is_at(at + i, text))
                continue;
            size_t here = row + (size_t)__builtin_popcountll(ends & ((UINT64_C(1) << i) - 1));
            uint64_t bit = UINT64_C(1) << here % 64, rest = ends >> i;
            n += !(bits[here / 64] & bit);
            bits[here / 64] |= bit;
            found = rest ? found & UINT64_MAX << (i + (unsigned)__builtin_ctzll(rest)) : 0;
        }
        row += (size_t)__builtin_popcountll(ends);
    }
    return n + rows_slowly(needle, end, in, from, bits, row);
}

size_t needle_rows(const struct needle *needle, char end, struct span in, uint64_t *bits, size_t first)
{
    return __builtin_cpu_supports("avx2") ? rows_avx2(needle, end, in, bits, first)
                                          : rows_slowly(needle, end, in, 0, bits, first);
}

ptrdiff_t needle_find(const struct needle *needle, struct span in, size_t from)
{
    return __builtin_cpu_supports("avx2") ? find_avx2(needle, in, from) : find_sse2(needle, in, from);
}

size_t needle_count(char byte, struct span in, size_t from, size_t to, size_t *behind)
{
    return __builtin_cpu_supports("avx2") ? count_avx2(byte, in, from, to, behind)
                                          : count_sse2(byte, in, from, to, behind);
}

#else

size_t needle_rows(const struct needle *needle, char end, struct span in, uint64_t *bits, size_t first)
{
    return rows_slowly(needle, end, in, 0, bits, first);
}

ptrdiff_t needle_find(const struct needle *needle, struct span in, size_t from)
{
    return find_slowly(needle, in, from);
}

size_t needle_count(char byte, struct span in, size_t from, size_t to, size_t *behind)
{
    return count_slowly(byte, in, from, to, behind);
}

#endif
