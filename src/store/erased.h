/* SPDX-License-Identifier: MIT
 *
 * Table erased: of each address of an erased person a keyed hash (HMAC-SHA-256, the key in table meta),
 * so that an import does not bring the person back, and nothing that could be read.
 */
#ifndef STORE_ERASED_H
#define STORE_ERASED_H

#include "store/store.h"

void erased_put(struct txn *txn, struct span folded, int64_t now);
bool erased_has(struct txn *txn, struct span folded);
bool erased_forget(struct txn *txn, struct span folded); /* false: it was not there */
uint64_t erased_count(struct txn *txn);
/* Takes in what `from`, a transaction of another store, knows. */
void erased_join(struct txn *txn, struct txn *from);

/* All of them in memory, for those who ask about millions: a sieve lets few come to the hash. Threads may
 * share it. */
struct erasures;
struct erasures *erasures_load(struct txn *txn); /* NULL: nobody was erased */
void erasures_free(struct erasures *erasures);   /* NULL is fine */
bool erasures_have(const struct erasures *erasures, struct span folded); /* NULL is fine */

#endif
