/* SPDX-License-Identifier: MIT
 *
 * Inside the store: which tags each contact has. They stand beside the records, as the number of a
 * set ("vip;2026"), so that a million contacts get another tag without a record being written anew.
 */
#ifndef STORE_TAGS_H
#define STORE_TAGS_H

#include "store/table.h"

/* "a;b;c", "" for none; borrowed from the map. */
struct span tags_get(struct txn *txn, uint32_t id);
void tags_put(struct txn *txn, uint32_t id, struct span tags);

/* Sets have numbers from 1 on; 0 is the empty one. */
uint32_t tags_number(struct txn *txn, uint32_t id);
void tags_put_number(struct txn *txn, uint32_t id, uint32_t number);
struct span tags_set(struct txn *txn, uint32_t number);      /* its tags */
uint32_t tags_set_number(struct txn *txn, struct span tags); /* made if it is new */
uint32_t tags_find(struct txn *txn, struct span tags);       /* 0: there is no such set */
/* A set that nobody has any more is forgotten: empty, its number used up. */
void tags_forget(struct txn *txn, uint32_t number);
uint32_t tags_sets(struct txn *txn);                         /* the last number given */

#endif
