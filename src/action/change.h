/* SPDX-License-Identifier: MIT
 *
 * Inside action/: what every change has in common.
 */
#ifndef ACTION_CHANGE_H
#define ACTION_CHANGE_H

#include "action/action.h"
#include "store/judgements.h"
#include "store/entries.h"
#include "store/steps.h"

struct change {
    struct txn *txn;
    uint32_t step;
    const struct actor *actor;
    struct outcome *outcome;
};

/* Opens the write transaction and begins a step. */
enum result change_begin(struct change *change, struct store *store, const struct actor *actor,
                         enum step_kind kind, struct outcome *outcome, struct error *error);
/* Commits if anything changed and `result` is OK or BUSY (some were left), else drops it; passes
 * `result` on, or the commit's failure. */
enum result change_end(struct change *change, enum result result, struct error *error);
/* A line for outcome->notes. */
void change_note(struct change *change, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a decision about an address, made by this step now. */
void change_decide(struct change *change, struct span folded, enum event_kind kind,
                   enum reason reason);

/* The same where its judgement was just read, and `folded` does not borrow from the map. */
void change_decide_known(struct change *change, struct span folded, struct judgement *judgement,
                         enum event_kind kind, enum reason reason);

/* Checks an address that somebody types for contact `id` (0: a new one): DATA when it is none, when
 * another contact has it (unless the external ids differ), or when it is known dead, was corrected
 * away or erased (unless force). */
enum result change_check_address(struct txn *txn, struct span text, uint32_t id,
                                 struct span external_id, bool force, struct str *spelled,
                                 struct str *folded, struct error *error);

/* Forgets where `folded` was corrected to, for it is somebody's again: else chains of corrections
 * would become rings; and that it was erased. */
void change_own(struct change *change, struct span folded);

/* The correction itself: `contact` follows to the new address (spans stay borrowed by the contact),
 * the old one points to the new, the new one to nowhere. The contact is not stored yet. */
void change_correct(struct change *change, struct contact *contact, struct span spelled,
                    struct span folded);

/* The contact that had `folded` before a correction, 0 for none; *target becomes its address. Where
 * several share that, it is the one that was corrected then. */
uint32_t change_successor(struct txn *txn, struct span folded, struct str *target);

#endif
