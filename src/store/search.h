/* SPDX-License-Identifier: MIT
 *
 * Runs a query over the store in pieces, so that nobody waits: hits come in the order asked for,
 * four bytes each; between two pieces no transaction is held.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "query/query.h"
#include "store/store.h"

enum search_order { ORDER_ADDRESS, ORDER_NAME, ORDER_DOMAIN, ORDER_STATE, ORDER_BOUNCE };

struct search;

/* Takes the query. `now` is for suspects' 30 days. */
struct search *search_new(struct query *query, enum search_order order, bool descending, int64_t now);
void search_free(struct search *search);

/* Before its first run: where it can be, only the hits of `wider`, a complete search, are looked at again. It need not
 * live on. */
void search_narrow(struct search *search, const struct search *wider);

/* Looks at up to `rows` more contacts (0: all the rest). OK when complete, BUSY when there is more,
 * else the store's failure. Orders other than the address show their hits only when complete. */
enum result search_run(struct search *search, struct txn *txn, size_t rows, struct error *error);
bool search_complete(const struct search *search);
size_t search_count(const struct search *search); /* hits so far */
uint32_t search_hit(const struct search *search, size_t i);
/* Position of a contact among the hits so far, or -1. */
ptrdiff_t search_find(const struct search *search, uint32_t id);

/* What it had to look at so far, for tests: time depends on the machine, this does not. */
struct search_work {
    uint64_t records; /* of contacts */
    uint64_t text;    /* bytes of folded text */
};
struct search_work search_work(const struct search *search);

/* All hits' ids at once for a command: search_new, run to the end; the caller frees *ids. */
enum result search_all(struct txn *txn, struct query *query, int64_t now, uint32_t **ids, size_t *n,
                       struct error *error);

#endif
