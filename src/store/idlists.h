/* SPDX-License-Identifier: MIT
 *
 * Inside the store: the contacts of each domain, as ids in growing order, delta-coded in values under
 * 2 KB; names in order. Changes are gathered in the transaction and written at its end, so an import
 * of many writes each list once.
 */
#ifndef STORE_IDLISTS_H
#define STORE_IDLISTS_H

#include "store/table.h"

void idlists_add(struct txn *txn, struct span name, uint32_t id);
void idlists_remove(struct txn *txn, struct span name, uint32_t id);

/* A walk over one list, or over all lists in the order of their names. Start with a zeroed walk; `name`
 * (owned by the caller until the first step) and `id` say where: ids from there on. With `all` the
 * names behind it follow. */
struct idlists_walk {
    bool all;
    struct span name; /* out: until the next step */
    uint32_t id;      /* out */
    void *state_;
};
bool idlists_next(struct txn *txn, struct idlists_walk *walk);
void idlists_walk_end(struct idlists_walk *walk); /* before the transaction ends */

/* Many at once, each name's ids growing and behind those it has; quick in the order of names. Begin,
 * add, end; nothing else of this table between them. */
struct idlists_bulk;
struct idlists_bulk *idlists_bulk(struct txn *txn);
void idlists_bulk_add(struct idlists_bulk *bulk, struct span name, const uint32_t *ids, size_t n); /* not 0 */
void idlists_bulk_end(struct idlists_bulk *bulk);

#endif
