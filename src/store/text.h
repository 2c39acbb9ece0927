/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what words are looked for in. Address, name, external id and fields of each
 * contact, folded (utf8_fold), in the order of ids, packed so that they can be searched at the speed
 * of memory. Tags are not in it.
 */
#ifndef STORE_TEXT_H
#define STORE_TEXT_H

#include "contact/contact.h"
#include "store/table.h"

/* contact->id has its place by id: behind the last it is appended, else the change waits in an overlay
 * until there are enough to write blocks anew. */
void text_put(struct txn *txn, const struct contact *contact);
/* The same with what text_of() made of it. */
void text_put_record(struct txn *txn, uint32_t id, struct span record);
void text_remove(struct txn *txn, uint32_t id);
/* Writes the blocks anew that hold what changed or went: nothing of it is left behind. */
void text_merge(struct txn *txn);
/* What is searched of a contact, for text_put_record and for verify. Adds to out. */
void text_of(const struct contact *contact, struct str *out);

/* ---- searching */

struct text_search;

/* For contacts that have each of these folded literals (at least one, none empty; copied) within one of
 * their texts. */
struct text_search *text_search_new(const struct span *literals, size_t n);
void text_search_free(struct text_search *search);
/* Looks through up to `blocks` blocks (0: all there are, on two threads) of the contacts from `from` to
 * `to`, and calls `found` with each id in growing order. Returns the id to go on with, 0 at the end. */
uint32_t text_search_run(struct text_search *search, struct txn *txn, uint32_t from, uint32_t to,
                         size_t blocks, void (*found)(void *arg, uint32_t id), void *arg);

/* For verify: the text as stored; false if there is none. */
bool text_get(struct txn *txn, uint32_t id, struct str *out);

#endif
