/* SPDX-License-Identifier: MIT
 *
 * The filter panel: states, reasons, domains and tags with the number of contacts each would leave,
 * given the rest of the query. Its boxes are the query line seen another way: what is ticked is what
 * the text holds, and ticking rewrites the text.
 */
#ifndef SCREEN_FACETS_H
#define SCREEN_FACETS_H

#include "base/str.h"
#include "screen/draw.h"
#include "screen/keys.h"
#include "screen/tally.h"
#include "store/counts.h"

enum facet { FACET_STATE, FACET_REASON, FACET_DOMAIN, FACET_TAG, FACET_COUNTED, FACET_BOUNCED = FACET_COUNTED };

enum { FACET_VALUES_MOST = 12 };

struct facet_row {
    enum facet facet;
    bool title;      /* the name of the facet itself */
    bool ticked;
    bool exact;      /* n is known */
    bool uncounted;  /* nobody counts it */
    uint64_t n;
    char *value;     /* as the query has it */
    char *label;
};

/* The largest values of a facet over some states, kept until the store changes. */
struct facet_top {
    unsigned states;
    struct count_row rows[FACET_VALUES_MOST];
    size_t n;
    struct str bytes;
    bool known;             /* for `states` */
    struct counts_sum *sum; /* being gone through, for `asked` */
    unsigned asked;
};

struct facets {
    struct facet_top tops[FACET_COUNTED];
    struct facet_row *rows;
    size_t n, room;
    size_t cursor, top;
    struct tally tallies[FACET_COUNTED];
    struct str text;  /* the query they are for */
    int height;
};

void facets_free(struct facets *facets);
void facets_changed(struct facets *facets); /* the store has changed: what was kept is old */
/* For another query text, or another store: counts begin anew where they have to be counted. */
void facets_ask(struct facets *facets, struct span text, struct txn *txn, int64_t now, int height);
/* A piece of counting; true if there is more. */
bool facets_run(struct facets *facets, struct txn *txn, int64_t now);
void facets_draw(struct facets *facets, struct area area, bool focus, int *y, int *x);
bool facets_act(struct facets *facets, enum act act); /* moves the cursor */
/* The query text with the value under the cursor switched; false if there is none. */
bool facets_switch(const struct facets *facets, struct span text, struct str *out);

/* The text without its terms of `key`; adds to out. */
void facets_without(struct span text, struct span key, struct str *out);

#endif
