/* SPDX-License-Identifier: MIT
 *
 * The fixed sentences of servers' notices, and what each tells the reader of the text.
 */
#ifndef BOUNCE_MARKS_H
#define BOUNCE_MARKS_H

#include <stddef.h>

#include "base/str.h"
#include "bounce/phrases.h"

enum mark {
    MARK_BOUNCE = 1 << 0,   /* only a server says this */
    MARK_TO = 1 << 1,       /* the recipient follows: on the line, or on the lines behind it */
    MARK_REASON = 1 << 2,   /* what the server said follows */
    MARK_DELAY = 1 << 3,    /* still trying */
    MARK_RETURNED = 1 << 4, /* the returned message follows */
    MARK_STOP = 1 << 5,     /* no more recipients, no reason */
    MARK_ALL = 1 << 6,      /* with TO: a list follows to the next STOP, blank lines in it */
    MARK_DELIVERED = 1 << 7, /* it arrived: nothing to act on */
    MARK_BEFORE = 1 << 8,   /* the recipient stands before it on the line */
    MARK_IS = 1 << 9,       /* the line itself is the reason */
    MARK_ABOVE = 1 << 10,   /* each recipient's reason stands above it */
    MARK_LOCAL = 1 << 11,   /* local parts alone stand for recipients */
};

struct mark_row {
    const char *text; /* folded, phrases.h */
    unsigned marks;
    const char *name; /* whose: for explain; NULL: many */
};

struct mark_hit {
    const struct mark_row *row;
    size_t from, to; /* in the folded line */
};

/* The marks of a folded line; returns how many, at most `max`. */
size_t marks_find(struct span folded, struct mark_hit *hits, size_t max);

/* The text of each row, NULL behind the last; and their automaton, which data/phrases_make.c makes of
 * them. */
const char *marks_text(size_t i);
extern const struct phrases marks_phrases;

#endif
