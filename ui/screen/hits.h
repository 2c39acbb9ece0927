/* SPDX-License-Identifier: MIT
 *
 * The rows of the list: a query being run in pieces. What is shown stays until what comes next has
 * something to show, so that nothing flickers.
 */
#ifndef SCREEN_HITS_H
#define SCREEN_HITS_H

#include <stdbool.h>

#include "store/search.h"

struct hits {
    struct search *shown, *next;
    struct str text; /* of the query that runs */
    enum search_order order;
    bool descending;
    bool again;      /* the store moved on while `next` was still running */
    bool wrong;      /* the text is no query: error says where */
    struct error error;
    size_t rows;     /* for one piece */
    size_t want;     /* so many hits make it worth showing unfinished ones */
    uint64_t swaps;  /* grows whenever other hits are shown */
};

void hits_free(struct hits *hits);
/* Asks for other hits. A text that is no query leaves those that are shown and sets `wrong`. */
void hits_ask(struct hits *hits, struct span text, enum search_order order, bool descending,
              int64_t now);
void hits_again(struct hits *hits, int64_t now); /* the same, for the store has changed */
/* One piece of about 3 ms; true if there is more to do. */
bool hits_run(struct hits *hits, struct txn *txn, int64_t now);

size_t hits_count(const struct hits *hits);
uint32_t hits_at(const struct hits *hits, size_t i); /* 0 beyond the end */
ptrdiff_t hits_find(const struct hits *hits, uint32_t id);
bool hits_complete(const struct hits *hits); /* all of them are shown */

#endif
