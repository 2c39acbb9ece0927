/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what hangs on a contact and its address's standing and has to move with them:
 * the state cache and the counts.
 */
#ifndef STORE_FACTS_H
#define STORE_FACTS_H

#include "contact/contact.h"
#include "store/counts.h"

/* counts.c */
void counts_add(struct txn *txn, enum count_kind kind, enum state state, struct span name,
                int64_t change);

/* counts.c: is none stored? Then names of one kind and state in growing order are written at once by */
bool counts_are_none(struct txn *txn);
void counts_append(struct txn *txn, enum count_kind kind, enum state state, struct span name, int64_t n);

/* counts.c, for verify: takes one gathered difference that is not 0; false when there is none left. */
struct count_difference {
    enum state state;
    struct span name; /* until the next call */
    int64_t wrong;
};
bool counts_difference(struct txn *txn, struct count_difference *out);

/* contacts.c: counts a contact in (+1) or out (-1) of its facets. */
void facts_count(struct txn *txn, const struct contact *contact, enum state state,
                 enum reason reason, int64_t change);
void facts_count_tags(struct txn *txn, struct span tags, enum state state, int64_t change);
/* contacts.c: the standing of an address changed: state cache and counts of its contacts follow. */
void facts_follow(struct txn *txn, struct span folded, const struct standing *old,
                  const struct standing *new);

#endif
