/* SPDX-License-Identifier: MIT
 *
 * Table counts: kept exact in the transaction that changes anything.
 */
#ifndef STORE_COUNTS_H
#define STORE_COUNTS_H

#include "contact/state.h"
#include "store/store.h"

enum count_kind { COUNT_STATE, COUNT_REASON, COUNT_DOMAIN, COUNT_TAG }; /* stored */

/* Contacts in `state` with that reason, domain (A-label) or tag; name "" for COUNT_STATE. */
uint64_t counts_get(struct txn *txn, enum count_kind kind, enum state state, struct span name);

/* The `max` largest names of a kind over the states in `states` (bits 1 << STATE_x), largest first.
 * Names are copied into *bytes. Returns how many. */
struct count_row {
    struct span name;
    uint64_t n;
};
size_t counts_top(struct txn *txn, enum count_kind kind, unsigned states, struct count_row *rows,
                  size_t max, struct str *bytes);

/* The same in pieces, between which no transaction is held: of a store that changes meanwhile it is as
 * true as any look at it. */
struct counts_sum;
struct counts_sum *counts_sum_new(enum count_kind kind, unsigned states);
void counts_sum_free(struct counts_sum *sum); /* NULL is fine */
/* Goes through up to `rows` more names; true when it has gone through all. */
bool counts_sum_run(struct counts_sum *sum, struct txn *txn, size_t rows);
/* As counts_top. */
size_t counts_sum_top(const struct counts_sum *sum, struct count_row *rows, size_t max,
                      struct str *bytes);

#endif
