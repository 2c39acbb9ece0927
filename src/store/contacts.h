/* SPDX-License-Identifier: MIT
 *
 * Table contacts, with what hangs on it: addresses, external ids, the state cache and counts.
 */
#ifndef STORE_CONTACTS_H
#define STORE_CONTACTS_H

#include "contact/contact.h"
#include "contact/state.h"
#include "store/store.h"

/* Fills *contact (its spans borrow from the map; contact->fields is reused). False: no such id. */
bool contacts_get(struct txn *txn, uint32_t id, struct contact *contact);

/* Stores it, new (id 0: the next free one) or changed; keeps every index and count. contact->folded
 * must be set; contact's spans may borrow from this very transaction. Returns the id. */
uint32_t contacts_put(struct txn *txn, const struct contact *contact);
/* The same for a new contact at an address that no other has, by an import of many: its record is
 * written already (record.h, without tags), and its text (text.h), the standing of its address known. Nothing may borrow from the map.
 * Quick in the order of addresses. Its external id and counts are gathered: after the last one, and
 * before anything looks at those, comes contacts_settle. That tells, if asked to, the domains of those
 * whose standing is none but active, and how many each has. */
uint32_t contacts_add(struct txn *txn, const struct contact *contact, struct span record,
                      struct span text, const struct standing *standing);
/* `fresh`: what the threads gathered whose batches were put (fresh.h). */
struct fresh;
void contacts_settle(struct txn *txn, struct fresh *const *fresh, size_t n,
                     void (*told)(void *arg, struct span domain, uint64_t n), void *arg);
/* Other tags and nothing else: the record stays as it is. `tags` may not borrow from the map, contact->tags
 * are those it has. Use store/entries.h. */
void contacts_put_tags(struct txn *txn, const struct contact *contact, struct span tags);
void contacts_remove(struct txn *txn, uint32_t id); /* by erase and by undo of an import alone */

/* Ids of the contacts at a folded address (nearly always one, never more than CONTACTS_SHARE_MAX):
 * how many, the first `max` into ids. */
enum { CONTACTS_SHARE_MAX = 1024 };
size_t contacts_at(struct txn *txn, struct span folded, uint32_t *ids, size_t max);
/* The contact with that external id, the first of them if there are more; 0 for none. */
uint32_t contacts_external(struct txn *txn, struct span external_id);

/* The state of contact `id` from the dense cache, at once. STATE_ACTIVE for an unknown id. */
enum state contacts_state(struct txn *txn, uint32_t id);

/* Walking in the order of folded addresses, contacts of one address by id. Start with a zeroed walk:
 * forward from the first, or set `from` (owned by the caller until the first step) to begin at that
 * address. In a write transaction nothing may be written until the end of the walk. */
struct contacts_walk {
    struct span from;
    struct span folded; /* out; good until the next step */
    uint32_t id;        /* out */
    void *state_;       /* the store's own */
};
bool contacts_next(struct txn *txn, struct contacts_walk *walk);
/* The same backwards: from the last, or from the last one before `from`. The two may be mixed, but
 * after a false of either the walk is over. */
bool contacts_previous(struct txn *txn, struct contacts_walk *walk);
/* Puts a zeroed walk somewhere near that part (0 to 1) of the order, where contacts_next begins;
 * *rank (may be NULL) gets about how many contacts lie before it. Some milliseconds at ten million. */
void contacts_walk_at(struct txn *txn, struct contacts_walk *walk, double part, uint64_t *rank);
void contacts_walk_end(struct contacts_walk *walk); /* before the transaction ends */

/* All contacts in the order of their ids, for whole passes: start with a zeroed struct, or set `from`.
 * The contact is as contacts_get gives it, until the next step. */
struct contacts_each {
    uint32_t from;
    struct contact contact; /* out */
    void *state_;
};
bool contacts_each(struct txn *txn, struct contacts_each *each);
void contacts_each_end(struct contacts_each *each); /* before the transaction ends */

uint64_t contacts_count(struct txn *txn);
uint32_t contacts_last_id(struct txn *txn);
/* The longest run of ids that were given in the order of addresses, as a first import gives them, and
 * still stand so, save those in table strays. Both 0: none. */
void contacts_ordered(struct txn *txn, uint32_t *from, uint32_t *to);

/* For erase: what is kept of the last address in order (see contacts_ordered) is forgotten if it is this
 * one; a new run begins. */
void contacts_forget_order(struct txn *txn, struct span folded);

/* Columns beyond address, name, external_id and tags, in order of first use. */
size_t contacts_columns(struct txn *txn);
struct span contacts_column(struct txn *txn, size_t i);

#endif
