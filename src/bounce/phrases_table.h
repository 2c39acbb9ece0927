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

#define PHRASE_EIGHTS (1u << 16)
#define PHRASE_FOURS (1u << 13)
#define PHRASE_TWOS (1u << 10)

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
    /* How pieces begin: a bit for each hash of eight bytes, of four or two where a piece has less. */
    uint32_t eights[PHRASE_EIGHTS / 32], fours[PHRASE_FOURS / 32], twos[PHRASE_TWOS / 32];
};

static inline uint32_t phrase_word(const char *s)
{
    const unsigned char *at = (const unsigned char *)s;
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint32_t phrase_eight(const char *s)
{
    return (phrase_word(s) * 0x9E3779B1u ^ phrase_word(s + 4)) * 0x85EBCA6Bu >> 16;
}

static inline uint32_t phrase_four(const char *s)
{
    return phrase_word(s) * 0x9E3779B1u >> 19;
}

static inline uint32_t phrase_two(const char *s)
{
    return ((unsigned char)s[0] * 37u + (unsigned char)s[1]) % PHRASE_TWOS;
}

#endif
