/* SPDX-License-Identifier: MIT
 *
 * Inside the store: where a search finds its candidates, in the order of ids: the index that leaves the
 * fewest of them to be looked at.
 */
#ifndef STORE_IDSOURCE_H
#define STORE_IDSOURCE_H

#include "query/query.h"
#include "store/store.h"

struct idsource;

/* NULL if no index helps: then every contact is a candidate. Borrows the query. */
struct idsource *idsource_new(struct txn *txn, const struct query *query);
void idsource_free(struct idsource *source); /* NULL is fine */
/* What holds for each candidate: all that the query has of these (enum query_kind). */
unsigned idsource_tells(const struct idsource *source);
uint64_t idsource_bytes(const struct idsource *source); /* of text that were looked at */

/* Calls `found` for candidates from `from` to `to`, growing, as far as the work of looking at `rows`
 * contacts goes (0: to the end). Returns the id to go on with, 0 when all were told. */
uint32_t idsource_run(struct idsource *source, struct txn *txn, uint32_t from, uint32_t to,
                      size_t rows, void (*found)(void *arg, uint32_t id), void *arg);

#endif
