/* SPDX-License-Identifier: MIT
 *
 * Table unpublished: the addresses whose standing changed since the mail server's map was last
 * brought up to date (src/send/publish.h), so that whoever may write the map can catch up after
 * whatever crash. Nothing is noted until a map was made from this store.
 */
#ifndef STORE_UNPUBLISHED_H
#define STORE_UNPUBLISHED_H

#include "contact/state.h"
#include "store/store.h"

/* For judgements.c: the standing of `folded` becomes `new`. Noted if the map has to follow. */
void unpublished_note(struct txn *txn, struct span folded, const struct standing *old,
                      const struct standing *new);
uint64_t unpublished_count(struct txn *txn);
/* Takes the first one out of the table and appends it to *folded (cleared); false: none is left. */
bool unpublished_take(struct txn *txn, struct str *folded);
void unpublished_clear(struct txn *txn);

/* Anything may differ, as after a restore: the next one who can compares the whole map. */
void unpublished_all(struct txn *txn);

/* What the map was made by: a number over 1 that stands for the settings, 1 if it may differ
 * all the same, 0 if none was ever made. */
uint64_t unpublished_settings(struct txn *txn);
void unpublished_set_settings(struct txn *txn, uint64_t settings);

#endif
