/* SPDX-License-Identifier: MIT */
#include "base/pattern.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* A letter asked for: plain ones match by their folded key, exact ones by themselves. */
struct element {
    uint32_t code;
    bool exact;
};

/* What stands between two `*`; never empty. */
struct piece {
    size_t from, to; /* elements */
};

struct pattern {
    struct element *elements;
    size_t n;
    struct piece *pieces;
    size_t piece_count;
    bool ascii;
    bool has_exact;
    bool has_star;
    bool star_first, star_last;
    struct str literal;
};

#define NOTHING UINT32_MAX /* no code point */

/* A text as it is compared: a letter takes a cell for each letter of its folded key ('ß' two, the
 * second with exact = NOTHING), a mark takes one with plain = NOTHING. */
struct cell {
    uint32_t plain;
    uint32_t exact;
};

static void end_piece(struct pattern *p, size_t *from, size_t *capacity)
{
    if (p->n > *from) {
        ALLOC_GROW(p->pieces, p->piece_count, *capacity);
        p->pieces[p->piece_count++] = (struct piece){*from, p->n};
    }
    *from = p->n;
}

static void find_literal(struct pattern *p)
{
    struct piece best = {0, 0};
    for (size_t i = 0; i < p->piece_count; i++)
        if (p->pieces[i].to - p->pieces[i].from > best.to - best.from)
            best = p->pieces[i];
    struct str piece = {0};
    for (size_t i = best.from; i < best.to; i++) {
        char bytes[4];
        str_add(&piece, (struct span){bytes, utf8_write(p->elements[i].code, bytes)});
    }
    utf8_fold(span_of_str(&piece), &p->literal);
    str_free(&piece);
}

struct pattern *pattern_new(struct span text)
{
    struct pattern *p = alloc_zero(1, sizeof *p);
    struct str normal = {0};
    size_t capacity = 0, piece_capacity = 0, from = 0, length;
    utf8_nfc(text, &normal);
    p->ascii = true;
    for (struct span rest = span_of_str(&normal); rest.n; rest = span_cut(rest, length, rest.n)) {
        uint32_t code = utf8_read(rest, &length), plain[4];
        if (code == '*') {
            p->has_star = p->star_last = true;
            p->star_first = p->star_first || p->n == 0;
            end_piece(p, &from, &piece_capacity);
            continue;
        }
        code = utf8_fold_case(code);
        bool is_plain = utf8_fold_plain(code, plain) == 1 && plain[0] == code;
        /* A mark that no letter took in makes an accented letter of what is before it. */
        if (utf8_is_mark(code) && p->n > from)
            p->elements[p->n - 1].exact = true;
        p->star_last = false;
        ALLOC_GROW(p->elements, p->n, capacity);
        p->elements[p->n++] = (struct element){code, !is_plain};
        p->has_exact = p->has_exact || !is_plain;
        p->ascii = p->ascii && code < 0x80;
    }
    end_piece(p, &from, &piece_capacity);
    find_literal(p);
    str_free(&normal);
    return p;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    free(p->elements);
    free(p->pieces);
    str_free(&p->literal);
    free(p);
}

struct span pattern_literal(const struct pattern *p)
{
    return span_of_str(&p->literal);
}

bool pattern_is_literal(const struct pattern *p)
{
    return !p->has_exact && !p->has_star;
}

static unsigned char ascii_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool in_ascii(const struct pattern *p, const unsigned char *text, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < p->piece_count; i++) {
        const struct element *want = p->elements + p->pieces[i].from;
        size_t length = p->pieces[i].to - p->pieces[i].from, same = 0;
        for (; at + length <= n; at++) {
            if (ascii_lower(text[at]) != want[0].code)
                continue;
            for (same = 1; same < length && ascii_lower(text[at + same]) == want[same].code;)
                same++;
            if (same == length)
                break;
        }
        if (same != length)
            return false;
        at += length;
    }
    return true;
}

static size_t skip_marks(const struct cell *cells, size_t n, size_t at)
{
    while (at < n && cells[at].plain == NOTHING)
        at++;
    return at;
}

/* Where the match of all elements of a piece that begins at `at` ends; 0 if there is none. */
static size_t piece_at(const struct pattern *p, struct piece piece, const struct cell *cells,
                       size_t n, size_t at)
{
    for (size_t i = piece.from; i < piece.to; i++) {
        struct element want = p->elements[i];
        if (at >= n)
            return 0;
        if (!want.exact) {
            if (cells[at].plain != want.code)
                return 0;
            at = skip_marks(cells, n, at + 1);
            continue;
        }
        if (cells[at].exact != want.code)
            return 0;
        for (at++; at < n && cells[at].exact == NOTHING;)
            at++;
        bool mark_follows = i + 1 < piece.to && utf8_is_mark(p->elements[i + 1].code);
        if (!mark_follows && at < n && cells[at].plain == NOTHING)
            return 0;
    }
    return at;
}

static bool in_cells(const struct pattern *p, const struct cell *cells, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < p->piece_count; i++) {
        size_t end = 0;
        for (; at < n && !end; at++)
            end = piece_at(p, p->pieces[i], cells, n, at);
        if (!end)
            return false;
        at = end;
    }
    return true;
}

/* Where no `*` stands, the first piece begins and the last one ends the text; the last is looked
 * for wherever the others leave room for it. */
static bool is_cells(const struct pattern *p, const struct cell *cells, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < p->piece_count; i++) {
        bool bound = i == 0 && !p->star_first;
        bool final = i + 1 == p->piece_count && !p->star_last;
        size_t end = 0, last = bound ? 1 : n;
        for (; at < last && at < n; at++) {
            end = piece_at(p, p->pieces[i], cells, n, at);
            if (final && end != n)
                end = 0;
            if (end)
                break;
        }
        if (!end)
            return false;
        at = end;
    }
    return p->piece_count ? true : p->has_star || n == 0;
}

static size_t cells_of(struct span s, struct cell *cells)
{
    size_t n = 0, length;
    for (; s.n; s = span_cut(s, length, s.n)) {
        uint32_t code = utf8_read(s, &length), plain[4];
        size_t letters = utf8_fold_plain(code, plain);
        cells[n++] = (struct cell){letters ? plain[0] : NOTHING, utf8_fold_case(code)};
        for (size_t i = 1; i < letters; i++)
            cells[n++] = (struct cell){plain[i], NOTHING};
    }
    return n;
}

static bool try_cells(const struct pattern *p, struct span s,
                      bool (*try)(const struct pattern *, const struct cell *, size_t))
{
    struct str normal = {0};
    /* Marks that stand apart are joined first, so that both spellings are one. */
    if (!utf8_is_composed(s)) {
        utf8_nfc(s, &normal);
        s = span_of_str(&normal);
    }
    /* Two bytes give two cells at most ('ß'), three give three (U+FB03). */
    struct cell few[256], *cells = few;
    if (s.n > sizeof few / sizeof *few)
        cells = alloc_again(NULL, s.n, sizeof *cells);
    bool found = try(p, cells, cells_of(s, cells));
    if (cells != few)
        free(cells);
    str_free(&normal);
    return found;
}

bool pattern_in(const struct pattern *p, struct span s)
{
    if (p->piece_count == 0)
        return true;
    if (utf8_ascii(s))
        return p->ascii && in_ascii(p, (const unsigned char *)s.at, s.n);
    return try_cells(p, s, in_cells);
}

bool pattern_is(const struct pattern *p, struct span s)
{
    return try_cells(p, s, is_cells);
}
