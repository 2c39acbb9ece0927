/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what words are looked for in. Address, name, external id and fields of each
 * contact, folded (utf8_fold), by classes (textclass.h), in the order of ids, packed so that they can be
 * searched at the speed of memory. Tags are not in it.
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
/* Puts into the tables what waits in the transaction, before it reads them. */
void text_settle(struct txn *txn);
/* What is searched of a contact as a record (textblock.h), for text_put_record and for verify. Adds to out. */
void text_of(const struct contact *contact, struct str *out);

/* ---- all of it in the order of ids, for verify; start zeroed */

struct text_walk {
    uint32_t id; /* out */
    void *state_;
};
bool text_walk_next(struct txn *txn, struct text_walk *walk);
/* Is the text of walk->id that of the record? */
bool text_walk_is(struct text_walk *walk, struct span record);
void text_walk_end(struct text_walk *walk); /* before the transaction ends */

/* ---- searching */

struct text_search;

/* For contacts that have each of these folded literals (at least one, none empty; copied) within one of
 * their texts. */
struct text_search *text_search_new(const struct span *literals, size_t n);
void text_search_free(struct text_search *search);
/* Looks through the next `ids` (0: all there are, on several threads) of the contacts from `from` to
 * `to`, and calls `found` with each hit in growing order. Returns the id to go on with, 0 at the end. */
uint32_t text_search_run(struct text_search *search, struct txn *txn, uint32_t from, uint32_t to,
                         size_t ids, void (*found)(void *arg, uint32_t id), void *arg);
/* Bytes of text that it has looked at so far, a literal each, for tests. */
uint64_t text_search_bytes(const struct text_search *search);

#endif
