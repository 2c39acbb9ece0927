/* SPDX-License-Identifier: MIT
 *
 * Inside the store: hits in the order of addresses put into another order, in pieces. Equal ones stay
 * in the order of addresses; names count up to their first SORTER_KEY bytes.
 */
#ifndef STORE_RANKING_H
#define STORE_RANKING_H

#include "store/search.h"

struct ranking;

/* Takes `hits` (from malloc, may be NULL). Not for ORDER_ADDRESS. */
struct ranking *ranking_new(enum search_order order, uint32_t *hits, size_t n, int64_t now);
void ranking_free(struct ranking *ranking); /* NULL is fine */
/* Does the work of about `rows` rows (0: all of it); calls `ranked` with ids in their order. True when all
 * were told. */
bool ranking_run(struct ranking *ranking, struct txn *txn, size_t rows,
                 void (*ranked)(void *arg, uint32_t id), void *arg);

#endif
