/* SPDX-License-Identifier: MIT
 *
 * Pieces → a trie → its classes of nodes with the same future (from the leaves up, so that children
 * are known by their class) → states, with the nodes that only lead on made part of the edges.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bounce/fold.h"
#include "bounce/phrases.h"
#include "bounce/phrases_table.h"

#define EXPANDED_MAX 400

struct node {
    uint32_t child, sibling; /* siblings by byte, ascending; 0: none */
    uint32_t piece;          /* 1 + index of the last piece that ends here, 0: none */
    uint32_t class;          /* the node that stands for all with the same future */
    unsigned char byte;
};

struct piece {
    uint32_t phrase, next_same; /* 1 + the next piece that ends at the same node */
    uint16_t index;
    bool last;
};

struct builder {
    struct node *nodes;
    size_t n, capacity;
    struct piece *pieces;
    size_t n_pieces, pieces_capacity;
    uint32_t *state; /* of a class: 1 + its state, 0: none yet */
    uint32_t *label; /* of a class: 1 + where the bytes stand that lead on from it */
    struct phrase_state *states;
    struct phrase_edge *edges;
    unsigned char *bytes;
    struct phrase_output *outputs;
    uint32_t *stack; /* classes that have to become states */
    size_t n_states, n_edges, n_outputs, n_stack;
    size_t states_capacity, edges_capacity, bytes_capacity, outputs_capacity, stack_capacity;
    struct str labels;
    uint32_t eights[PHRASE_EIGHTS / 32], fours[PHRASE_FOURS / 32], twos[PHRASE_TWOS / 32];
};

/* ---- the trie */

static uint32_t child_of(struct builder *b, uint32_t node, unsigned char byte)
{
    uint32_t before = 0, child = b->nodes[node].child;
    while (child && b->nodes[child].byte < byte) {
        before = child;
        child = b->nodes[child].sibling;
    }
    if (child && b->nodes[child].byte == byte)
        return child;
    ALLOC_GROW(b->nodes, b->n, b->capacity);
    uint32_t new = (uint32_t)b->n++;
    b->nodes[new] = (struct node){.sibling = child, .byte = byte, .class = new};
    if (before)
        b->nodes[before].sibling = new;
    else
        b->nodes[node].child = new;
    return new;
}

static void set_bit(uint32_t *bits, uint32_t number)
{
    bits[number / 32] |= 1u << number % 32;
}

/* A piece of one byte may have any second one. */
static void note_beginning(struct builder *b, struct span text)
{
    char two[2] = {text.at[0], 0};
    if (text.n >= 8)
        set_bit(b->eights, phrase_eight(text.at));
    else if (text.n >= 4)
        set_bit(b->fours, phrase_four(text.at));
    else
        for (int second = 0; second < 256; second++) {
            two[1] = text.n > 1 ? text.at[1] : (char)second;
            set_bit(b->twos, phrase_two(two));
        }
}

static void add_piece(struct builder *b, struct span text, uint32_t phrase, size_t index, bool last)
{
    uint32_t node = 0;
    note_beginning(b, text);
    for (size_t i = 0; i < text.n; i++)
        node = child_of(b, node, (unsigned char)text.at[i]);
    ALLOC_GROW(b->pieces, b->n_pieces, b->pieces_capacity);
    b->pieces[b->n_pieces++] = (struct piece){
        .phrase = phrase, .next_same = b->nodes[node].piece, .index = (uint16_t)index, .last = last};
    b->nodes[node].piece = (uint32_t)b->n_pieces;
}

static void add_plain(struct builder *b, struct span rest, uint32_t phrase)
{
    struct span part;
    size_t index = 0;
    while (span_next(&rest, '*', &part)) {
        char folded[FOLD_ROOM(EXPANDED_MAX)];
        struct span piece = {folded, fold_write(span_trim(part), folded)};
        if (piece.n)
            add_piece(b, piece, phrase, index++, !rest.at);
    }
}

/* Each "{a,b}" becomes one of its words in turn. */
static void add_phrase(struct builder *b, struct span text, uint32_t phrase)
{
    ptrdiff_t open = span_find_char(text, '{'), close = span_find_char(text, '}');
    if (open < 0 || close < open) {
        if (text.n <= EXPANDED_MAX)
            add_plain(b, text, phrase);
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
        add_phrase(b, span_of_str(&one), phrase);
        str_free(&one);
    }
}

/* ---- its classes */

static uint64_t mixed(uint64_t hash, uint64_t number)
{
    hash = (hash ^ number) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t future_hash(const struct builder *b, uint32_t node)
{
    uint64_t hash = 0;
    for (uint32_t c = b->nodes[node].child; c; c = b->nodes[c].sibling)
        hash = mixed(hash, (uint64_t)b->nodes[c].class << 8 | b->nodes[c].byte);
    for (uint32_t k = b->nodes[node].piece; k; k = b->pieces[k - 1].next_same)
        hash = mixed(hash, (uint64_t)b->pieces[k - 1].phrase << 16 | b->pieces[k - 1].index);
    return hash;
}

static bool same_future(const struct builder *b, uint32_t x, uint32_t y)
{
    uint32_t c = b->nodes[x].child, d = b->nodes[y].child;
    for (; c && d; c = b->nodes[c].sibling, d = b->nodes[d].sibling)
        if (b->nodes[c].byte != b->nodes[d].byte || b->nodes[c].class != b->nodes[d].class)
            return false;
    uint32_t k = b->nodes[x].piece, m = b->nodes[y].piece;
    for (; k && m; k = b->pieces[k - 1].next_same, m = b->pieces[m - 1].next_same) {
        const struct piece *one = &b->pieces[k - 1], *other = &b->pieces[m - 1];
        if (one->phrase != other->phrase || one->index != other->index || one->last != other->last)
            return false;
    }
    return c == d && k == m;
}

/* A child is made after its parent: backwards, children come first. */
static void classify(struct builder *b)
{
    size_t room = 64;
    while (room < b->n * 2)
        room *= 2;
    uint32_t *slots = alloc_zero(room, sizeof *slots); /* 1 + node */
    for (size_t node = b->n; node-- > 0;) {
        size_t at = future_hash(b, (uint32_t)node) & (room - 1);
        while (slots[at] && !same_future(b, (uint32_t)node, slots[at] - 1))
            at = (at + 1) & (room - 1);
        if (!slots[at])
            slots[at] = (uint32_t)node + 1;
        b->nodes[node].class = slots[at] - 1;
    }
    free(slots);
}

/* ---- states */

/* Nothing to say, and one way on. */
static bool leads_on(const struct builder *b, uint32_t class)
{
    const struct node *node = &b->nodes[class];
    return !node->piece && node->child && !b->nodes[node->child].sibling;
}

/* The label from `class` on; writes it where no other edge has passed there yet. */
static uint32_t label_of(struct builder *b, uint32_t class)
{
    if (!b->label[class])
        for (uint32_t at = class; leads_on(b, at); at = b->nodes[b->nodes[at].child].class) {
            if (!b->label[at])
                b->label[at] = (uint32_t)b->labels.n + 1;
            str_add_char(&b->labels, (char)b->nodes[b->nodes[at].child].byte);
        }
    return b->label[class] ? b->label[class] - 1 : 0;
}

static void add_edge(struct builder *b, uint32_t child)
{
    struct phrase_edge edge = {.label = label_of(b, b->nodes[child].class)};
    uint32_t class = b->nodes[child].class;
    for (; leads_on(b, class); edge.length++)
        class = b->nodes[b->nodes[class].child].class;
    edge.target = class; /* for now */
    size_t n = b->n_edges;
    ALLOC_GROW(b->bytes, n, b->bytes_capacity);
    b->bytes[n] = b->nodes[child].byte;
    ALLOC_GROW(b->edges, b->n_edges, b->edges_capacity);
    b->edges[b->n_edges++] = edge;
}

static uint32_t add_outputs(struct builder *b, uint32_t piece)
{
    uint32_t first = piece ? (uint32_t)b->n_outputs : 0;
    for (; piece; piece = b->pieces[piece - 1].next_same) {
        const struct piece *p = &b->pieces[piece - 1];
        ALLOC_GROW(b->outputs, b->n_outputs, b->outputs_capacity);
        b->outputs[b->n_outputs++] =
            (struct phrase_output){p->phrase, p->index, p->last, p->next_same != 0};
    }
    return first;
}

static void add_state(struct builder *b, size_t number, uint32_t piece)
{
    ALLOC_GROW(b->states, number, b->states_capacity);
    b->states[number] = (struct phrase_state){(uint32_t)b->n_edges, add_outputs(b, piece)};
}

/* The last edge's state comes next, so that a walk finds much of its way in neighbouring memory. */
static void push_targets(struct builder *b, size_t from)
{
    for (size_t i = from; i < b->n_edges; i++) {
        ALLOC_GROW(b->stack, b->n_stack, b->stack_capacity);
        b->stack[b->n_stack++] = b->edges[i].target;
    }
}

static void draw(struct builder *b)
{
    b->state = alloc_zero(b->n, sizeof *b->state);
    b->label = alloc_zero(b->n, sizeof *b->label);
    ALLOC_GROW(b->outputs, b->n_outputs, b->outputs_capacity);
    b->outputs[b->n_outputs++] = (struct phrase_output){0};
    ALLOC_GROW(b->stack, b->n_stack, b->stack_capacity);
    b->stack[b->n_stack++] = b->nodes[0].class;
    while (b->n_stack) {
        uint32_t class = b->stack[--b->n_stack];
        if (b->state[class])
            continue;
        size_t edges = b->n_edges;
        add_state(b, b->n_states++, b->nodes[class].piece);
        b->state[class] = (uint32_t)b->n_states;
        for (uint32_t c = b->nodes[class].child; c; c = b->nodes[c].sibling)
            add_edge(b, c);
        push_targets(b, edges);
    }
    add_state(b, b->n_states, 0);
    for (size_t i = 0; i < b->n_edges; i++)
        b->edges[i].target = b->state[b->edges[i].target] - 1;
}

struct phrases *phrases_new(const char *const *texts, size_t n)
{
    struct builder b = {0};
    ALLOC_GROW(b.nodes, b.n, b.capacity);
    b.nodes[b.n++] = (struct node){0};
    for (size_t i = 0; i < n; i++)
        add_phrase(&b, span_of(texts[i]), (uint32_t)i);
    classify(&b);
    draw(&b);
    struct phrases *p = alloc_zero(1, sizeof *p);
    *p = (struct phrases){.states = b.states,
                          .edges = b.edges,
                          .bytes = b.bytes,
                          .outputs = b.outputs,
                          .n_states = (uint32_t)b.n_states,
                          .n_edges = (uint32_t)b.n_edges,
                          .n_labels = (uint32_t)b.labels.n,
                          .n_outputs = (uint32_t)b.n_outputs};
    p->labels = str_take(&b.labels);
    memcpy(p->eights, b.eights, sizeof p->eights);
    memcpy(p->fours, b.fours, sizeof p->fours);
    memcpy(p->twos, b.twos, sizeof p->twos);
    for (uint32_t i = 0; i < p->states[1].edge; i++)
        p->first[p->bytes[i]] = i + 1;
    free(b.nodes);
    free(b.pieces);
    free(b.state);
    free(b.label);
    free(b.stack);
    return p;
}

void phrases_free(struct phrases *p)
{
    if (!p)
        return;
    free((void *)p->states);
    free((void *)p->edges);
    free((void *)p->bytes);
    free((void *)p->labels);
    free((void *)p->outputs);
    free(p);
}
