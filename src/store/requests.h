/* SPDX-License-Identifier: MIT
 *
 * Scan requests (table requests): an operator asks, a running `watch` takes it up. Only the newest
 * few are kept.
 */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include "store/store.h"

/* Asks for a scan of everything that is watched. Returns the request's number, from 1 on. */
uint32_t requests_put(struct txn *txn, struct span who, int64_t now);
/* The newest request's number, 0 for none ever; who (NULL: not wanted) borrows from the store. */
uint32_t requests_last(struct txn *txn, struct span *who);

#endif
