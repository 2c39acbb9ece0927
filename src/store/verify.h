/* SPDX-License-Identifier: MIT
 *
 * The full check: every row against its seal, every index, cache and count computed again and compared.
 * That no page is broken has to be known before (store_open_checked).
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "store/store.h"

struct verify_sums {
    uint64_t contacts, addresses, evidence, steps, complaints;
};

struct verify_call {
    bool replay; /* compute every state again from its evidence and decisions */
    int64_t now;
    void (*complaint)(void *arg, const char *text);
    void (*progress)(void *arg, unsigned percent); /* NULL is fine */
    void *arg;
};

/* Says each finding (of very many the first), and goes on. DATA if there was any. */
enum result store_verify(struct store *store, const struct verify_call *call, struct verify_sums *sums,
                         struct error *error);

#endif
