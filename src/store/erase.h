/* SPDX-License-Identifier: MIT
 *
 * A person is taken out of every table: contacts, judgements, evidence, originals that speak of nobody
 * else, review, history, and the command lines of steps. What others have in common with them stays, with
 * their address blotted out. Hashes are left (erased.h); the pages of the file are for pages.h.
 */
#ifndef STORE_ERASE_H
#define STORE_ERASE_H

#include "store/pages.h"
#include "store/store.h"

/* Who it is: contacts by id, all their addresses (folded), and what else names them in a text. */
struct erasing {
    uint32_t *ids;
    size_t ids_n, ids_room;
    char **names;
    size_t names_n, names_room;
    char **texts;
    size_t texts_n, texts_room;
};
/* What there is of them. */
struct erasing_sums {
    uint64_t contacts, addresses, evidence, originals, entries;
};

/* Finds the person at an address: the contacts there, or those to whom it was corrected, and every address
 * from which corrections lead to them or at which history knows them. False: nothing is known of it. */
bool erasing_find(struct txn *txn, struct span folded, struct erasing *who);
void erasing_free(struct erasing *who);
/* Counts, in a read transaction. */
void erasing_count(struct txn *txn, const struct erasing *who, struct erasing_sums *sums);
/* Does it, in a write transaction. */
void erasing_carry_out(struct txn *txn, const struct erasing *who, int64_t now, struct erasing_sums *sums);
/* After the commit: nothing of them is left in the file, neither in free pages nor in gaps nor in pages
 * between root and rows. BUSY if others still read what was before: it can be called again (pending). */
enum result erasing_scrub(struct store *store, const struct erasing *who, struct error *error);
/* Was one begun and not finished? */
bool erasing_pending(const struct store *store);

/* Persons who were erased in `from` but are in the transaction's store, as after `restore`: takes them
 * out, too; joins the hashes. Returns how many contacts and addresses went. `who` collects their names
 * for erasing_scrub. */
uint64_t erasing_replay(struct txn *txn, struct txn *from, int64_t now, struct erasing *who);

#endif
