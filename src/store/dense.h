/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a small number for each contact's id, packed in values of 1,024 bytes, so that a
 * million of them change, or are looked through, in the time of one pass. 0 where nothing was put.
 */
#ifndef STORE_DENSE_H
#define STORE_DENSE_H

#include "store/table.h"

enum dense { DENSE_STATE, DENSE_TAGS, DENSE_COUNT };

uint32_t dense_get(struct txn *txn, enum dense dense, uint32_t id);
/* Neighbouring ids one after the other are gathered and written once. */
void dense_put(struct txn *txn, enum dense dense, uint32_t id, uint32_t number);

/* A pass over the ids that have a number, in pieces of neighbours. Start with a zeroed walk, `id` the
 * first to look at. */
struct dense_walk {
    uint32_t id;  /* out: of the first number in this piece */
    uint32_t n;   /* out: so many ids */
    struct span bytes_; /* until the next write */
    void *state_;
};
bool dense_next(struct txn *txn, enum dense dense, struct dense_walk *walk);
enum { DENSE_PIECE_MOST = 1024 }; /* ids in one */
/* The i-th number of the piece. */
uint32_t dense_at(const struct dense_walk *walk, uint32_t i);
/* Of the first n numbers of the piece those for which wanted[number] is 1, not 0; none of `numbers` or
 * above: their places in the piece into `places` (room for n). How many. */
size_t dense_pick(const struct dense_walk *walk, uint32_t n, const unsigned char *wanted, uint32_t numbers,
                  uint32_t *places);
void dense_walk_end(struct dense_walk *walk); /* before the transaction ends */

#endif
