/* SPDX-License-Identifier: MIT
 *
 * What is inside of a struct phrases: the smallest automaton that takes the phrases' pieces (a
 * directed acyclic word graph), states with one way on and nothing to say drawn together. Only
 * bounce/phrases*.c and data/phrases_make.c look at it, the one of the built-in rules is compiled in.
 */
#ifndef BOUNCE_PHRASES_TABLE_H
#define BOUNCE_PHRASES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct phrase_state {
    uint32_t edge;   /* its first; they go on to the first of the next state */
    uint32_t output; /* index of its first, 0: none */
};

/* A byte (phrases.bytes) and `length` bytes behind it lead to `target`. */
struct phrase_edge {
    uint32_t target, label; /* the latter in phrases.labels */
    uint32_t length;
};

/* A piece ends here. */
struct phrase_output {
    uint32_t phrase;
    uint16_t index; /* of the piece in its phrase */
    bool last;      /* of its phrase */
    bool more;      /* the next output is this state's, too */
};

struct phrases {
    const struct phrase_state *states; /* the first is where all begin; one more than there are */
    const struct phrase_edge *edges;
    const unsigned char *bytes; /* of each edge, ascending within a state */
    const char *labels;
    const struct phrase_output *outputs; /* the first is none */
    uint32_t n_states, n_edges, n_labels, n_outputs;
    uint32_t first[256]; /* 1 + edge of the first state, by its byte */
};

#endif
