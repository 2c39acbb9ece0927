/* SPDX-License-Identifier: MIT */
#include "bounce/phrases.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bounce/fold.h"

#define PARTIALS 64
#define EXPANDED_MAX 400

/* A node of the trie; children are a list, dense tables serve the root and its children alone, where
 * nearly all of the time is spent. */
struct node {
    uint32_t child, sibling, fail;
    uint32_t piece; /* 1 + index of the piece that ends here, 0: none */
    uint32_t link;  /* next node on the fail path where a piece ends */
    uint16_t depth;
    unsigned char byte;
};

struct piece {
    uint32_t phrase, next_same; /* 1 + the next piece that ends at the same node */
    uint16_t index, length;
    bool last;
};

struct phrases {
    struct node *nodes;
    size_t n, capacity;
    struct piece *pieces;
    size_t n_pieces, pieces_capacity;
    uint32_t root[256];
    uint32_t (*second)[256]; /* of the root's children, by their place in `root_index` */
    uint32_t root_index[256];
};

static uint32_t child_of(const struct phrases *p, uint32_t node, unsigned char byte)
{
    uint32_t child = p->nodes[node].child;
    while (child && p->nodes[child].byte != byte)
        child = p->nodes[child].sibling;
    return child;
}

static uint32_t add_child(struct phrases *p, uint32_t node, unsigned char byte)
{
    uint32_t child = child_of(p, node, byte);
    if (child)
        return child;
    ALLOC_GROW(p->nodes, p->n, p->capacity);
    child = (uint32_t)p->n++;
    p->nodes[child] = (struct node){.sibling = p->nodes[node].child,
                                    .byte = byte,
                                    .depth = (uint16_t)(p->nodes[node].depth + 1)};
    p->nodes[node].child = child;
    return child;
}

static void add_piece(struct phrases *p, struct span text, uint32_t phrase, size_t index, bool last)
{
    uint32_t node = 0;
    for (size_t i = 0; i < text.n; i++)
        node = add_child(p, node, (unsigned char)text.at[i]);
    ALLOC_GROW(p->pieces, p->n_pieces, p->pieces_capacity);
    p->pieces[p->n_pieces++] = (struct piece){.phrase = phrase,
                                              .next_same = p->nodes[node].piece,
                                              .index = (uint16_t)index,
                                              .length = (uint16_t)text.n,
                                              .last = last};
    p->nodes[node].piece = (uint32_t)p->n_pieces;
}

static void add_plain(struct phrases *p, struct span rest, uint32_t phrase)
{
    struct span part;
    size_t index = 0;
    while (span_next(&rest, '*', &part)) {
        char folded[FOLD_ROOM(EXPANDED_MAX)];
        struct span piece = {folded, fold_write(span_trim(part), folded)};
        if (piece.n)
            add_piece(p, piece, phrase, index++, !rest.at);
    }
}

/* Each "{a,b}" becomes one of its words in turn. */
static void add_phrase(struct phrases *p, struct span text, uint32_t phrase)
{
    ptrdiff_t open = span_find_char(text, '{'), close = span_find_char(text, '}');
    if (open < 0 || close < open) {
        if (text.n <= EXPANDED_MAX)
            add_plain(p, text, phrase);
        return;
    }
    struct span words = span_cut(text, (size_t)open + 1, (size_t)close), word;
    struct span before = span_cut(text, 0, (size_t)open);
    struct span behind = span_cut(text, (size_t)close + 1, text.n);
    while (span_next(&words, ',', &word)) {
        struct str one = {0};
        str_add(&one, before);
        str_add(&one, word);
        str_add(&one, behind);
        add_phrase(p, span_of_str(&one), phrase);
        str_free(&one);
    }
}

static void link_fails(struct phrases *p)
{
    uint32_t *queue = alloc_zero(p->n, sizeof *queue);
    size_t head = 0, tail = 0;
    for (uint32_t c = p->nodes[0].child; c; c = p->nodes[c].sibling)
        queue[tail++] = c;
    while (head < tail) {
        uint32_t node = queue[head++];
        for (uint32_t c = p->nodes[node].child; c; c = p->nodes[c].sibling) {
            uint32_t fail = p->nodes[node].fail, to;
            while (!(to = child_of(p, fail, p->nodes[c].byte)) && fail)
                fail = p->nodes[fail].fail;
            p->nodes[c].fail = to;
            p->nodes[c].link = p->nodes[to].piece ? to : p->nodes[to].link;
            queue[tail++] = c;
        }
    }
    free(queue);
}

static void fill_tables(struct phrases *p)
{
    uint32_t children = 0;
    for (uint32_t c = p->nodes[0].child; c; c = p->nodes[c].sibling) {
        p->root[p->nodes[c].byte] = c;
        p->root_index[p->nodes[c].byte] = children++;
    }
    p->second = alloc_zero(children ? children : 1, sizeof *p->second);
    for (uint32_t c = p->nodes[0].child; c; c = p->nodes[c].sibling) {
        uint32_t *row = p->second[p->root_index[p->nodes[c].byte]];
        memcpy(row, p->root, sizeof p->root);
        for (uint32_t g = p->nodes[c].child; g; g = p->nodes[g].sibling)
            row[p->nodes[g].byte] = g;
    }
}

struct phrases *phrases_new(const char *const *texts, size_t n)
{
    struct phrases *p = alloc_zero(1, sizeof *p);
    ALLOC_GROW(p->nodes, p->n, p->capacity);
    p->nodes[p->n++] = (struct node){0};
    for (size_t i = 0; i < n; i++)
        add_phrase(p, span_of(texts[i]), (uint32_t)i);
    link_fails(p);
    fill_tables(p);
    return p;
}

void phrases_free(struct phrases *p)
{
    if (!p)
        return;
    free(p->nodes);
    free(p->pieces);
    free(p->second);
    free(p);
}

static uint32_t step(const struct phrases *p, uint32_t node, unsigned char byte)
{
    for (;;) {
        const struct node *at = &p->nodes[node];
        if (at->depth == 0)
            return p->root[byte];
        if (at->depth == 1)
            return p->second[p->root_index[at->byte]][byte];
        uint32_t child = child_of(p, node, byte);
        if (child)
            return child;
        node = at->fail;
    }
}

struct partial {
    uint32_t phrase, from, to, next;
};

struct finder {
    const struct phrases *p;
    struct span text;
    struct phrase_hit *hits;
    size_t n, max;
    struct partial partials[PARTIALS];
    size_t n_partials;
};

static void hit(struct finder *f, uint32_t phrase, uint32_t from, uint32_t to, bool gap)
{
    if (f->n < f->max)
        f->hits[f->n++] = (struct phrase_hit){phrase, from, to, gap};
}

static void piece_found(struct finder *f, const struct piece *piece, uint32_t to)
{
    uint32_t from = to - piece->length;
    if (from && isalnum((unsigned char)f->text.at[from]) &&
        isalnum((unsigned char)f->text.at[from - 1]))
        return;
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

size_t phrases_find(const struct phrases *p, struct span text, struct phrase_hit *hits, size_t max)
{
    struct finder f = {.p = p, .text = text, .hits = hits, .max = max};
    uint32_t node = 0;
    for (size_t i = 0; i < text.n; i++) {
        node = step(p, node, (unsigned char)text.at[i]);
        uint32_t at = p->nodes[node].piece ? node : p->nodes[node].link;
        for (; at; at = p->nodes[at].link)
            for (uint32_t k = p->nodes[at].piece; k; k = p->pieces[k - 1].next_same)
                piece_found(&f, &p->pieces[k - 1], (uint32_t)(i + 1));
    }
    return f.n;
}
