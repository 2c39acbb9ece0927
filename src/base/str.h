/* SPDX-License-Identifier: MIT
 *
 * Two strings: a span borrows bytes (any bytes, NULs too, no NUL at the end), a str owns and grows
 * them (a NUL always stands behind the last one, once anything was added).
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const char *at;
    size_t n; /* bytes */
};

struct str {
    char *at; /* NULL while empty and never added to */
    size_t n;
    size_t capacity;
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})
#define SPAN_NONE ((struct span){NULL, 0})
#define SPAN_ARGS(span) (int)(span).n, (span).at ? (span).at : "" /* for "%.*s" */

/* NULL gives the empty span. */
static inline struct span span_of(const char *text)
{
    return (struct span){text, text ? strlen(text) : 0};
}

struct span span_of_str(const struct str *str);

/* Clamped. */
static inline struct span span_cut(struct span s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return (struct span){s.at ? s.at + from : NULL, to - from};
}

bool span_equal(struct span a, struct span b);
bool span_equal_nocase(struct span a, struct span b); /* ASCII case only */
int span_compare(struct span a, struct span b);       /* memcmp, then the shorter first */
bool span_starts(struct span s, struct span with);
bool span_starts_nocase(struct span s, struct span with);
bool span_ends(struct span s, struct span with);

/* span_starts_nocase and span_equal_nocase for lists of texts, none empty: most fail at their first
 * byte, before they are measured. */
static inline bool span_starts_text(struct span s, const char *text)
{
    return s.n && (s.at[0] | 32) == (text[0] | 32) && span_starts_nocase(s, span_of(text));
}

static inline bool span_is_text(struct span s, const char *text)
{
    return s.n && (s.at[0] | 32) == (text[0] | 32) && span_equal_nocase(s, span_of(text));
}

struct span span_trim(struct span s); /* blanks, tabs, CR, LF off both ends */

/* Byte offset of the first `needle`, or -1. */
ptrdiff_t span_find(struct span s, struct span needle);
ptrdiff_t span_find_nocase(struct span s, struct span needle); /* ASCII case only */
ptrdiff_t span_find_char(struct span s, char c);
ptrdiff_t span_find_last(struct span s, char c);

/* Takes what stands before the next `separator` off the front of *rest; false at the end. An empty
 * rest gives nothing; "a," gives "a" and "". Start with rest->at not NULL. */
bool span_next(struct span *rest, char separator, struct span *part);

/* Takes one line off the front, without its LF, CRLF or CR; false at the end. */
bool span_line(struct span *rest, struct span *line);

bool span_number(struct span s, uint64_t *out); /* all decimal digits, no overflow */
char *span_copy(struct span s);                 /* NUL-terminated; the caller frees */

void str_add(struct str *s, struct span bytes);
void str_add_text(struct str *s, const char *text);
void str_add_char(struct str *s, char c);
void str_add_lower(struct str *s, struct span bytes); /* ASCII letters small */
void str_add_number(struct str *s, uint64_t number); /* decimal digits */
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_clear(struct str *s);            /* keeps the memory */
void str_grow(struct str *s, size_t n); /* see below */
static inline void str_reserve(struct str *s, size_t n) /* room for n more bytes and a NUL */
{
    if (s->n + n + 1 > s->capacity)
        str_grow(s, n);
}
void str_free(struct str *s);             /* and makes it empty again */
char *str_take(struct str *s);            /* the bytes; never NULL; the caller frees; s is empty */
const char *str_text(const struct str *s); /* never NULL; valid until the next change */

uint64_t hash_bytes(const void *bytes, size_t n, uint64_t seed); /* FNV-1a style, not for secrets */
/* Eight bytes at a time, for tables in memory: it may differ from build to build, so never store it. */
uint64_t hash_quick(struct span bytes, uint64_t seed);

#endif
