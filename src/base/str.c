/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"

struct span span_of_str(const struct str *str)
{
    return (struct span){str_text(str), str->n};
}

bool span_equal(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

bool span_equal_nocase(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.at[i] != b.at[i] && lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

int span_compare(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.at, b.at, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool span_starts(struct span s, struct span with)
{
    return s.n >= with.n && span_equal(span_cut(s, 0, with.n), with);
}

bool span_starts_nocase(struct span s, struct span with)
{
    return s.n >= with.n && span_equal_nocase(span_cut(s, 0, with.n), with);
}

bool span_ends(struct span s, struct span with)
{
    return s.n >= with.n && span_equal(span_cut(s, s.n - with.n, s.n), with);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
    while (s.n && is_blank(s.at[0])) {
        s.at++;
        s.n--;
    }
    while (s.n && is_blank(s.at[s.n - 1]))
        s.n--;
    return s;
}

#ifdef __SSE2__
/* Sixteen places at a time, by the needle's first and last byte. memmem() prepares itself for longer
 * than most of our searches take; beyond NEEDLE_SHORT it alone is sure to stay linear. */
static ptrdiff_t find_short(struct span s, struct span needle)
{
    const __m128i first = _mm_set1_epi8(needle.at[0]), last = _mm_set1_epi8(needle.at[needle.n - 1]);
    size_t i = 0;
    for (; i + needle.n + 15 <= s.n; i += 16) {
        __m128i front = _mm_loadu_si128((const __m128i *)(s.at + i));
        __m128i back = _mm_loadu_si128((const __m128i *)(s.at + i + needle.n - 1));
        unsigned both = (unsigned)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(front, first), _mm_cmpeq_epi8(back, last)));
        for (; both; both &= both - 1) {
            size_t at = i + (size_t)__builtin_ctz(both);
            if (memcmp(s.at + at, needle.at, needle.n) == 0)
                return (ptrdiff_t)at;
        }
    }
    for (; i + needle.n <= s.n; i++)
        if (s.at[i] == needle.at[0] && memcmp(s.at + i, needle.at, needle.n) == 0)
            return (ptrdiff_t)i;
    return -1;
}
#define NEEDLE_SHORT 64
#else
#define find_short(s, needle) (-1)
#define NEEDLE_SHORT 0
#endif

ptrdiff_t span_find(struct span s, struct span needle)
{
    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return -1;
    if (needle.n <= NEEDLE_SHORT)
        return find_short(s, needle);
    const char *hit = memmem(s.at, s.n, needle.at, needle.n);
    return hit ? hit - s.at : -1;
}

ptrdiff_t span_find_nocase(struct span s, struct span needle)
{
    if (needle.n == 0)
        return 0;
    char first = lower(needle.at[0]);
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (lower(s.at[i]) == first &&
            span_equal_nocase((struct span){s.at + i, needle.n}, needle))
            return (ptrdiff_t)i;
    return -1;
}

ptrdiff_t span_find_char(struct span s, char c)
{
    const char *hit = s.n ? memchr(s.at, c, s.n) : NULL;
    return hit ? hit - s.at : -1;
}

ptrdiff_t span_find_last(struct span s, char c)
{
    const char *hit = s.n ? memrchr(s.at, c, s.n) : NULL;
    return hit ? hit - s.at : -1;
}

bool span_next(struct span *rest, char separator, struct span *part)
{
    if (!rest->at)
        return false;
    ptrdiff_t at = span_find_char(*rest, separator);
    if (at < 0) {
        *part = *rest;
        *rest = SPAN_NONE;
    } else {
        *part = span_cut(*rest, 0, (size_t)at);
        *rest = span_cut(*rest, (size_t)at + 1, rest->n);
    }
    return true;
}

bool span_line(struct span *rest, struct span *line)
{
    if (rest->n == 0)
        return false;
    size_t i = 0;
    const char *lf = memchr(rest->at, '\n', rest->n);
    size_t limit = lf ? (size_t)(lf - rest->at) : rest->n;
    const char *cr = memchr(rest->at, '\r', limit);
    i = cr ? (size_t)(cr - rest->at) : limit;
    *line = span_cut(*rest, 0, i);
    if (i < rest->n && rest->at[i] == '\r')
        i++;
    if (i < rest->n && rest->at[i] == '\n' && (i == 0 || i == limit || rest->at[i - 1] == '\r'))
        i++;
    *rest = span_cut(*rest, i, rest->n);
    return true;
}

bool span_number(struct span s, uint64_t *out)
{
    uint64_t number = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = (unsigned char)s.at[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, digit, &number))
            return false;
    }
    *out = number;
    return true;
}

char *span_copy(struct span s)
{
    return alloc_bytes(s.at, s.n);
}

void str_grow(struct str *s, size_t n)
{
    size_t need = s->n + n + 1;
    size_t capacity = s->capacity ? s->capacity : 32;
    while (capacity < need)
        capacity *= 2;
    s->at = alloc_again(s->at, capacity, 1);
    s->capacity = capacity;
}

void str_add(struct str *s, struct span bytes)
{
    str_reserve(s, bytes.n);
    if (bytes.n)
        memcpy(s->at + s->n, bytes.at, bytes.n);
    s->n += bytes.n;
    s->at[s->n] = '\0';
}

void str_add_text(struct str *s, const char *text)
{
    str_add(s, span_of(text));
}

void str_add_char(struct str *s, char c)
{
    if (s->n + 1 >= s->capacity)
        str_reserve(s, 1);
    s->at[s->n++] = c;
    s->at[s->n] = '\0';
}

void str_add_number(struct str *s, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    str_add(s, (struct span){digits + at, sizeof digits - at});
}

void str_add_lower(struct str *s, struct span bytes)
{
    size_t before = s->n;
    str_add(s, bytes);
    for (size_t i = before; i < s->n; i++)
        if (s->at[i] >= 'A' && s->at[i] <= 'Z')
            s->at[i] |= 0x20;
}

void str_addf(struct str *s, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0) {
        str_reserve(s, (size_t)n);
        vsnprintf(s->at + s->n, (size_t)n + 1, format, again);
        s->n += (size_t)n;
    }
    va_end(again);
}

void str_clear(struct str *s)
{
    s->n = 0;
    if (s->at)
        s->at[0] = '\0';
}

void str_free(struct str *s)
{
    free(s->at);
    *s = (struct str){0};
}

char *str_take(struct str *s)
{
    str_reserve(s, 0);
    s->at[s->n] = '\0';
    char *bytes = s->at;
    *s = (struct str){0};
    return bytes;
}

const char *str_text(const struct str *s)
{
    return s->at ? s->at : "";
}

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
    const unsigned char *at = bytes;
    uint64_t hash = 1469598103934665603u ^ (seed * 0x9E3779B97F4A7C15u);
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ at[i]) * 1099511628211u;
    return hash ^ (hash >> 29);
}

uint64_t hash_quick(struct span bytes, uint64_t seed)
{
    const uint64_t odd = 0x9E3779B97F4A7C15u;
    uint64_t hash = (seed + bytes.n + 1) * odd, word;
    const char *at = bytes.n ? bytes.at : "";
    size_t n = bytes.n;
    for (; n >= 8; at += 8, n -= 8) {
        memcpy(&word, at, 8);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    word = 0;
    for (size_t i = 0; i < n; i++)
        word = word << 8 | (unsigned char)at[i];
    hash = (hash ^ word) * odd;
    hash ^= hash >> 29;
    return hash * odd ^ hash >> 32;
}
