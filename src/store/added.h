/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what many new contacts count for and are found by, gathered while they are made or put, by one
 * thread or several, and written once, sorted.
 */
#ifndef STORE_ADDED_H
#define STORE_ADDED_H

#include "store/table.h"

struct added;
struct added *added_new(void);
void added_free(struct added *added); /* NULL is fine */

/* Contact `id`, greater than those before, is at this domain; active ones are counted there. The hash is
 * names_hash of the domain; added_fetch may come some contacts before, and with `near` when they are few (see names_fetch). */
void added_contact(struct added *added, uint32_t id, struct span domain, uint64_t hash, bool active);
void added_fetch(const struct added *added, uint64_t hash, bool near);
bool added_is_full(const struct added *added); /* no more can be gathered */
/* `n` active contacts have this set of tags (tags.h). */
void added_tags(struct added *added, uint32_t set, uint64_t n);
void added_external(struct added *added, uint32_t id, struct span external_id);

/* Sorts what there is, so that added_settle finds it so; nothing may be added any more. */
void added_sort(struct added *added);
/* Tells each domain, and how many active contacts came to it; sorted. */
void added_tell(const struct added *added, void (*told)(void *arg, struct span domain, uint64_t n), void *arg);
/* Writes the lists of ids by domain and the counts of all gatherings, ADDED_MOST at most, and hands out the external
 * ids, of each in their order. Sorts those that are not. */
enum { ADDED_MOST = 8 };
void added_settle(struct added *const *all, size_t n, struct txn *txn,
                  void (*external)(struct txn *txn, struct span external_id, uint32_t id));

#endif
