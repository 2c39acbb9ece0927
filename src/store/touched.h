/* SPDX-License-Identifier: MIT
 *
 * Inside the store, table touched: the steps that changed a contact or what is known of an address.
 */
#ifndef STORE_TOUCHED_H
#define STORE_TOUCHED_H

#include "store/codec.h"
#include "store/store.h"

struct key touched_contact(uint32_t id);
struct key touched_address(struct span folded);

void touched_put(struct txn *txn, struct key whom, uint32_t step);
/* Oldest first: up to `max` numbers, returns how many. */
size_t touched_steps(struct txn *txn, struct key whom, uint32_t *steps, size_t max);
/* The first step behind `after`, 0 for none. */
uint32_t touched_after(struct txn *txn, struct key whom, uint32_t after);
void touched_forget(struct txn *txn, struct key whom);

#endif
