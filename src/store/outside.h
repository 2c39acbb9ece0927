/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a search's hits outside the ordered ids (contacts_ordered), and where each belongs
 * among those. Start zeroed.
 */
#ifndef STORE_OUTSIDE_H
#define STORE_OUTSIDE_H

#include "store/store.h"

enum { OUTSIDE_PLACED_MAX = 20000 }; /* of more it is quicker to walk all addresses */

struct outside {
    uint32_t from_id, to_id; /* the ordered ids, both 0 for none */
    uint32_t *strays;        /* those of them that stand elsewhere, growing */
    size_t strays_n, strays_room;
    struct outside_hit {
        char *folded;
        uint32_t id, before; /* the ordered id that it stands before */
    } *hits;
    size_t n, room, at;
};

void outside_read_strays(struct outside *outside, struct txn *txn);
bool outside_is_stray(const struct outside *outside, uint32_t id);
void outside_add(struct outside *outside, uint32_t id);
/* Finds the place of each, and sorts them by address. */
void outside_place(struct outside *outside, struct txn *txn);
/* The next of them that stands before that ordered id; 0: there is none. */
uint32_t outside_next(struct outside *outside, uint32_t id);
void outside_drop(struct outside *outside); /* the hits, not the strays */
void outside_free(struct outside *outside);

#endif
