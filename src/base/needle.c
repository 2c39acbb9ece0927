/* SPDX-License-Identifier: MIT */
#include "base/needle.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
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

static ptrdiff_t find_slowly(const struct needle *needle, struct span in, size_t from)
{
    struct span text = needle->text;
    while (from + text.n <= in.n) {
        size_t last = in.n - text.n;
        const char *at = memchr(in.at + from + needle->one, text.at[needle->one], last - from + 1);
        if (!at)
            return -1;
        from = (size_t)(at - in.at) - needle->one;
        if (memcmp(in.at + from, text.at, text.n) == 0)
            return (ptrdiff_t)from;
        from++;
    }
    return -1;
}

#ifdef __SSE2__
/* Sixteen places at a time, as long as all of them could hold the whole text. */
ptrdiff_t needle_find(const struct needle *needle, struct span in, size_t from)
{
    struct span text = needle->text;
    const __m128i one = _mm_set1_epi8(text.at[needle->one]);
    const __m128i other = _mm_set1_epi8(text.at[needle->other]);
    while (from + text.n + 15 <= in.n) {
        const char *at = in.at + from;
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(at + needle->one));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(at + needle->other));
        unsigned found = (unsigned)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(a, one), _mm_cmpeq_epi8(b, other)));
        for (; found; found &= found - 1) {
            unsigned i = (unsigned)__builtin_ctz(found);
            if (memcmp(at + i, text.at, text.n) == 0)
                return (ptrdiff_t)(from + i);
        }
        from += 16;
    }
    return find_slowly(needle, in, from);
}
#else
ptrdiff_t needle_find(const struct needle *needle, struct span in, size_t from)
{
    return find_slowly(needle, in, from);
}
#endif
