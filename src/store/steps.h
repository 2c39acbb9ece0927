/* SPDX-License-Identifier: MIT
 *
 * Table changes: every change as a step: who, when, by which command, and what each contact and
 * address was before. Undo reads it backwards.
 */
#ifndef STORE_STEPS_H
#define STORE_STEPS_H

#include "contact/contact.h"
#include "store/evidence.h"
#include "store/judgements.h"
#include "store/store.h"

/* Stored: add at the end only. */
enum step_kind {
    STEP_IMPORT,
    STEP_ADD,
    STEP_EDIT,
    STEP_TAG,
    STEP_MARK,
    STEP_SCAN,
    STEP_UNDO,
    STEP_MERGE,
    STEP_RELEASE,
    STEP_ERASE,
    STEP_REVIEW,
    STEP_REJUDGE,
    STEP_KINDS
};
const char *step_kind_name(enum step_kind kind); /* "import" */

struct step {
    uint32_t number;
    enum step_kind kind;
    int64_t time;
    struct span who;
    struct span command;  /* the command line that does the same */
    uint32_t contacts;    /* how many contacts or addresses it touched */
    uint32_t undoes;      /* for an undo */
    uint32_t undone_by;   /* 0: in force */
};

/* Begins a step in a write transaction; its number goes into all that it writes. */
uint32_t steps_begin(struct txn *txn, enum step_kind kind, struct span who, struct span command,
                     int64_t now);
void steps_set_contacts(struct txn *txn, uint32_t step, uint32_t contacts);
void steps_set_undone(struct txn *txn, uint32_t step, uint32_t by);
void steps_set_undoes(struct txn *txn, uint32_t step, uint32_t undoes);

bool steps_get(struct txn *txn, uint32_t number, struct step *step);
uint32_t steps_last(struct txn *txn);

/* Goes on with a step in a further transaction (a scan commits in batches). */
void steps_continue(struct txn *txn, uint32_t step);

/* What a step changed, one entry each, in order. */
enum entry_kind {
    ENTRY_CONTACT,  /* contact `id`: `before` is its whole record, absent if the step added it */
    ENTRY_ADDED,    /* contacts id .. id+count-1 were added (imports) */
    ENTRY_ADDRESS,  /* judgement of `folded`: decisions and correction before */
    ENTRY_EVIDENCE, /* evidence `number` at `time` of `folded`: event and hold before; event NONE and
                       hold NONE with `fresh`: the step brought it */
    ENTRY_REVIEW,   /* review item `review`, absent if the step added it */
};
struct entry {
    enum entry_kind kind;
    uint32_t id, count;
    bool absent;             /* CONTACT, REVIEW: was not there before */
    struct contact before;   /* CONTACT */
    struct span folded;      /* ADDRESS, EVIDENCE */
    struct judgement was;    /* ADDRESS: decisions, n, corrected_to, corrected, step */
    int64_t time;            /* EVIDENCE */
    uint32_t number;
    enum event_kind event;
    enum hold hold;
    bool fresh;
    struct review_item review;
};

/* The two that every change goes through: they note what was before, then store. contact->step is
 * set to `step` (and born for a new one). */
uint32_t steps_put_contact(struct txn *txn, uint32_t step, struct contact *contact);
void steps_remove_contact(struct txn *txn, uint32_t step, uint32_t id);
void steps_put_judgement(struct txn *txn, uint32_t step, struct span folded,
                         struct judgement *judgement, int64_t now);
/* For undo: noted just so, but stored as it was, with the step it had, so that what was done before
 * can be undone next. Nothing may borrow from the map. */
void steps_restore_contact(struct txn *txn, uint32_t step, const struct contact *contact);
void steps_restore_judgement(struct txn *txn, uint32_t step, struct span folded,
                             struct judgement *judgement, int64_t now);
void steps_add_evidence(struct txn *txn, uint32_t step, struct span folded,
                        const struct evidence *evidence); /* no refresh: the caller's, per address */
void steps_change_evidence(struct txn *txn, uint32_t step, struct span folded,
                           const struct evidence *evidence, enum event_kind event, enum hold hold);
/* Evidence that waits for review has an item under its number, kept in step with its hold; items
 * about messages that name nobody come and go by these two. */
uint32_t steps_add_review(struct txn *txn, uint32_t step, const struct review_item *item);
void steps_remove_review(struct txn *txn, uint32_t step, uint32_t number);
/* For an import: contacts first .. first+count-1 were put by contacts_put with born = step. */
void steps_added(struct txn *txn, uint32_t step, uint32_t first, uint32_t count);

/* Newest first, as undo wants them. Its entry's spans are good until the next write; the walk itself
 * goes on over writes. */
struct steps_walk {
    struct entry entry; /* out; freed by end */
    bool begun_;
    uint32_t next_;
};
bool steps_next(struct txn *txn, uint32_t step, struct steps_walk *walk);
void steps_walk_end(struct steps_walk *walk);

/* The steps that touched a contact, oldest first: up to `max` numbers, returns how many. */
size_t steps_of_contact(struct txn *txn, uint32_t id, uint32_t *steps, size_t max);
size_t steps_of_address(struct txn *txn, struct span folded, uint32_t *steps, size_t max);

#endif
