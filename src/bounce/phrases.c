/* SPDX-License-Identifier: MIT
 *
 * Phrases begin where words do, so the automaton is walked from each beginning of a word: nearly all
 * of those walks end within a few bytes.
 */
#include "bounce/phrases.h"

#include <string.h>

#include "bounce/phrases_table.h"

#define PARTIALS 64
#define PENDING 256

/* A letter or digit of ASCII. */
static bool word_byte(unsigned char c)
{
    return (unsigned)(c | 32) - 'a' < 26 || (unsigned)c - '0' < 10;
}

struct partial {
    uint32_t phrase, from, to, next;
};

/* A piece that was found: what begins earlier may end later, and ends are what is in order. */
struct pending {
    const struct phrase_output *output;
    uint32_t from, to;
};

struct finder {
    const struct phrases *p;
    struct span text;
    struct phrase_hit *hits;
    size_t n, max;
    size_t n_partials, n_pending;
    struct partial partials[PARTIALS];
    struct pending pending[PENDING];
};

static void hit(struct finder *f, uint32_t phrase, uint32_t from, uint32_t to, bool gap)
{
    if (f->n < f->max)
        f->hits[f->n++] = (struct phrase_hit){phrase, from, to, gap};
}

static void piece_found(struct finder *f, const struct phrase_output *piece, uint32_t from,
                        uint32_t to)
{
    if (piece->index == 0 && piece->last) {
        hit(f, piece->phrase, from, to, false);
        return;
    }
    struct partial *mine = NULL;
    for (size_t i = 0; i < f->n_partials && !mine; i++)
        if (f->partials[i].phrase == piece->phrase)
            mine = &f->partials[i];
    if (piece->index == 0) {
        if (!mine)
            mine = &f->partials[f->n_partials < PARTIALS ? f->n_partials++ : to % PARTIALS];
        *mine = (struct partial){piece->phrase, from, to, 1};
    } else if (mine && mine->next == piece->index && from >= mine->to &&
               from - mine->to <= PHRASE_GAP) {
        mine->to = to;
        mine->next++;
        if (piece->last) {
            hit(f, piece->phrase, mine->from, to, true);
            mine->next = 0;
        }
    }
}

/* Tells of what ends at `end` or before. */
static void flush(struct finder *f, uint32_t end)
{
    size_t done = 0;
    for (; done < f->n_pending && f->pending[done].to <= end; done++)
        for (const struct phrase_output *output = f->pending[done].output;; output++) {
            piece_found(f, output, f->pending[done].from, f->pending[done].to);
            if (!output->more)
                break;
        }
    f->n_pending -= done;
    if (done && f->n_pending)
        memmove(f->pending, f->pending + done, f->n_pending * sizeof *f->pending);
}

static void wait(struct finder *f, uint32_t output, uint32_t from, uint32_t to)
{
    if (f->n_pending == PENDING)
        flush(f, f->pending[0].to);
    size_t at = f->n_pending++;
    for (; at && f->pending[at - 1].to > to; at--)
        f->pending[at] = f->pending[at - 1];
    f->pending[at] = (struct pending){&f->p->outputs[output], from, to};
}

/* Index of the state's edge for a byte, UINT32_MAX if there is none. */
static uint32_t edge_of(const struct phrases *p, uint32_t state, unsigned char byte)
{
    uint32_t end = p->states[state + 1].edge;
    for (uint32_t i = p->states[state].edge; i < end && p->bytes[i] <= byte; i++)
        if (p->bytes[i] == byte)
            return i;
    return UINT32_MAX;
}

static void walk(struct finder *f, uint32_t from, uint32_t edge)
{
    const struct phrases *p = f->p;
    const char *text = f->text.at;
    size_t at = from, n = f->text.n;
    while (edge != UINT32_MAX) {
        const struct phrase_edge *way = &p->edges[edge];
        const char *label = p->labels + way->label;
        at++;
        if (n - at < way->length)
            return;
        for (size_t i = 0; i < way->length; i++)
            if (text[at + i] != label[i])
                return;
        at += way->length;
        if (p->states[way->target].output)
            wait(f, p->states[way->target].output, from, (uint32_t)at);
        if (at == n)
            return;
        edge = edge_of(p, way->target, (unsigned char)text[at]);
    }
}

static bool bit(const uint32_t *bits, uint32_t number)
{
    return bits[number / 32] >> number % 32 & 1;
}

/* May a piece begin so? Where less than eight bytes are left, a walk tells as fast. */
static bool may_begin(const struct phrases *p, const char *at, size_t left)
{
    return left < 8 || bit(p->eights, phrase_eight(at)) || bit(p->fours, phrase_four(at)) ||
           bit(p->twos, phrase_two(at));
}

size_t phrases_find(const struct phrases *p, struct span text, struct phrase_hit *hits, size_t max)
{
    struct finder f;
    f.p = p;
    f.text = text;
    f.hits = hits;
    f.max = max;
    f.n = f.n_partials = f.n_pending = 0;
    bool word = false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        bool within = word;
        word = word_byte(byte);
        if ((within && word) || !p->first[byte] || !may_begin(p, text.at + i, text.n - i))
            continue;
        if (f.n_pending)
            flush(&f, (uint32_t)i);
        walk(&f, (uint32_t)i, p->first[byte] - 1);
    }
    flush(&f, UINT32_MAX);
    return f.n;
}
