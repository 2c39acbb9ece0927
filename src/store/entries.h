/* SPDX-License-Identifier: MIT
 *
 * Table entries: what each contact, address, piece of evidence was before a step changed it. Every
 * change goes through here; undo reads it backwards.
 */
#ifndef STORE_ENTRIES_H
#define STORE_ENTRIES_H

#include "contact/contact.h"
#include "store/codec.h"
#include "store/evidence.h"
#include "store/judgements.h"
#include "store/store.h"

/* What a step changed, one entry each, in order. */
enum entry_kind {
    ENTRY_CONTACT,  /* contact `id`: `before` is its whole record, absent if the step added it */
    ENTRY_ADDED,    /* contacts id .. id+count-1 were added (imports) */
    ENTRY_ADDRESS,  /* judgement of `folded`: decisions and correction before */
    ENTRY_EVIDENCE, /* evidence `number` at `time` of `folded`: `evidence` before, absent if the step
                       brought it */
    ENTRY_REVIEW,   /* review item `review`, absent if the step added it */
    ENTRY_TAGS,     /* the tags of contact `id` and nothing else: `tags_before`, `tags_after` */
};
struct entry {
    enum entry_kind kind;
    uint32_t id, count;
    bool absent;             /* CONTACT, EVIDENCE, REVIEW: was not there before */
    struct contact before;   /* CONTACT */
    struct span folded;      /* ADDRESS, EVIDENCE */
    struct judgement was;    /* ADDRESS: decisions, n, corrected_to, corrected, step */
    int64_t time;            /* EVIDENCE */
    uint32_t number;
    struct evidence evidence;
    struct review_item review;
    struct span tags_before, tags_after; /* TAGS */
};

/* The two that every change goes through: they note what was before, then store. contact->step is
 * set to `step` (and born for a new one). */
uint32_t entries_put_contact(struct txn *txn, uint32_t step, struct contact *contact);
void entries_remove_contact(struct txn *txn, uint32_t step, uint32_t id);
/* Other tags for a contact, and nothing else: a million of them in a step are cheap, for no record is
 * written. contact->tags are those it has; `tags` may not borrow from the map. */
void entries_put_tags(struct txn *txn, uint32_t step, const struct contact *contact, struct span tags);
void entries_put_judgement(struct txn *txn, uint32_t step, struct span folded,
                         struct judgement *judgement, int64_t now);
/* One more decision about an address of which `before` was just read; `folded` may not borrow from the map. */
void entries_decide(struct txn *txn, uint32_t step, struct span folded, struct judgement *before,
                    const struct decision *decision);
/* For undo: noted just so, but stored as it was, with the step it had, so that what was done before
 * can be undone next. Nothing may borrow from the map. */
void entries_restore_contact(struct txn *txn, uint32_t step, const struct contact *contact);
void entries_restore_judgement(struct txn *txn, uint32_t step, struct span folded,
                             struct judgement *judgement, int64_t now);
/* New evidence (number 0; its scan becomes `step`), or another version of what is there. No refresh:
 * that is the caller's, once an address. Returns its number. */
uint32_t entries_put_evidence(struct txn *txn, uint32_t step, struct span folded,
                          const struct evidence *evidence);
/* Evidence that waits for review has an item under its number, kept in step with its hold; items
 * about messages that name nobody come and go by these two. */
uint32_t entries_add_review(struct txn *txn, uint32_t step, const struct review_item *item);
void entries_remove_review(struct txn *txn, uint32_t step, uint32_t number);
/* For an import: contacts first .. first+count-1 were put by contacts_put with born = step. */
void entries_added(struct txn *txn, uint32_t step, uint32_t first, uint32_t count);

enum { ENTRIES_IN_HAND = 512 };

/* Newest first, as undo wants them; but where many behind each other change contacts or addresses in
 * ascending order, each once, those come in that order, which is quicker to write. Its entry's spans
 * are good until the next write; the walk itself goes on over writes. */
struct entries_walk {
    struct entry entry; /* out; freed by end */
    bool begun_, ascending_;
    uint32_t left_;              /* those not taken in hand yet */
    uint32_t in_hand_, given_;   /* how many of the step are, and were */
    struct str bytes_;
    size_t starts_[ENTRIES_IN_HAND + 1];
};
bool entries_next(struct txn *txn, uint32_t step, struct entries_walk *walk);
void entries_walk_end(struct entries_walk *walk);

/* All entries of all steps, in order; start with a zeroed walk. The spans are good until the next step. */
struct entries_all {
    uint32_t step, n;   /* out: whose it is, and its number there */
    struct entry entry; /* out */
    void *state_;
};
bool entries_all_next(struct txn *txn, struct entries_all *all);
void entries_all_end(struct entries_all *all); /* before the transaction ends, and before a write */
/* For erase alone: history forgets. */
void entries_drop(struct txn *txn, uint32_t step, uint32_t n);
void entries_untouch_contact(struct txn *txn, uint32_t id);
void entries_untouch_address(struct txn *txn, struct span folded);

/* The steps that touched a contact, oldest first: up to `max` numbers, returns how many. */
size_t entries_of_contact(struct txn *txn, uint32_t id, uint32_t *steps, size_t max);
/* The folded address that the contact had before this step corrected it. False, and "": it did not,
 * or the step is so large that it is not searched for one contact. */
bool entries_address_before(struct txn *txn, uint32_t step, uint32_t id, struct str *folded);
size_t entries_of_address(struct txn *txn, struct span folded, uint32_t *steps, size_t max);
/* The first step behind `after` that touched it, 0 for none. Contacts an import added are not told
 * here, but by their `born`. */
uint32_t entries_next_of_contact(struct txn *txn, uint32_t id, uint32_t after);
/* The last step that changed the contact or its tags: what an edit is checked against. */
uint32_t entries_last_of_contact(struct txn *txn, const struct contact *contact);
uint32_t entries_next_of_address(struct txn *txn, struct span folded, uint32_t after);

/* Where an entry of a step stands in the table, and how many entries the step has. */
struct key entries_key(uint32_t step, uint32_t n);
uint32_t entries_count(struct txn *txn, uint32_t step);

/* For steps.c: entries of this transaction belong to `step`, behind those that it has. */
void entries_begin(struct txn *txn, uint32_t step);

#endif
