/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what a query asks of one contact, the cheapest first: its state and its tags are
 * known without its record.
 */
#ifndef STORE_SIEVE_H
#define STORE_SIEVE_H

#include "query/query.h"
#include "store/store.h"

struct sieve;

/* Borrows the query. `now` is for suspects' 30 days. */
struct sieve *sieve_new(const struct query *query, int64_t now);
void sieve_free(struct sieve *sieve); /* NULL is fine */
/* Is it a hit? `folded`: its address, where it is known already. */
bool sieve_passes(struct sieve *sieve, struct txn *txn, uint32_t id, struct span folded);
/* The same of one for which nothing but its state and its tags may speak against it. */
bool sieve_passes_quickly(struct sieve *sieve, struct txn *txn, uint32_t id);
/* How many records were read so far, for tests. */
uint64_t sieve_records(const struct sieve *sieve);

#endif
