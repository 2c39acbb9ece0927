/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what many new contacts count for and are found by, gathered while they are put and
 * written once, sorted.
 */
#ifndef STORE_ADDED_H
#define STORE_ADDED_H

#include "store/table.h"

struct added;
struct added *added_new(void);
void added_free(struct added *added); /* NULL is fine */

/* Contact `id`, greater than those before, is at this domain; an active one counts there and, as all
 * do, for its set of tags (tags.h). Any other is counted by the caller. */
void added_contact(struct added *added, uint32_t id, struct span domain, uint32_t set, bool active);
bool added_is_full(const struct added *added); /* no more can be gathered */
void added_external(struct added *added, uint32_t id, struct span external_id);

/* Writes the lists of ids by domain and the counts, tells each domain and how many active contacts came
 * to it, and hands out the external ids in their order. */
void added_settle(struct added *added, struct txn *txn,
                  void (*told)(void *arg, struct span domain, uint64_t n), void *arg,
                  void (*external)(struct txn *txn, struct span external_id, uint32_t id));

#endif
