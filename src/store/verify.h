/* SPDX-License-Identifier: MIT
 *
 * The full check: every index, cache and count computed again and compared.
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "store/store.h"

struct verify_sums {
    uint64_t contacts, addresses, evidence, steps, complaints;
};

/* Says each finding to `complaint`, and goes on. DATA if there was any. With `replay` every state is
 * computed again from its evidence and decisions. */
enum result store_verify(struct store *store, bool replay, int64_t now,
                         void (*complaint)(void *arg, const char *text), void *arg,
                         struct verify_sums *sums, struct error *error);

#endif
