/* SPDX-License-Identifier: MIT
 *
 * Table judgements: folded address → its standing (a cache of state_of), the decisions about it, and
 * where its contact was corrected to. Only for addresses about which anything is known.
 */
#ifndef STORE_JUDGEMENTS_H
#define STORE_JUDGEMENTS_H

#include "contact/state.h"
#include "store/evidence.h"
#include "store/store.h"

struct decision {
    int64_t time;
    uint32_t step; /* which brought it */
    enum event_kind kind;
    enum reason reason;
};

struct judgement {
    struct standing standing;
    struct decision *decisions; /* in the order they were made; owned by the judgement */
    size_t n, room;
    struct span corrected_to;   /* folded, "" if its contact was not corrected away */
    int64_t corrected;          /* when */
    uint32_t step;              /* the last step that decided or corrected here, 0 for none */
};

/* False: nothing is known of it; *judgement is then the active one. */
bool judgements_get(struct txn *txn, struct span folded, struct judgement *judgement);
void judgement_free(struct judgement *judgement); /* the array; the struct is the caller's */
void judgement_decide(struct judgement *judgement, struct decision decision);
/* Is it invalid, and did a person say so last? Then a bounce of before may still be the reason. */
bool judgement_is_dead_by_hand(const struct judgement *judgement);

/* Stores decisions and correction, computes the standing anew from them and the evidence, and
 * follows it up in state cache and counts of the contacts there. */
void judgements_put(struct txn *txn, struct span folded, const struct judgement *judgement,
                    int64_t now);
/* The same for those who have read what is stored: `stored` is that one's standing. */
void judgements_put_over(struct txn *txn, struct span folded, const struct judgement *judgement,
                         struct standing stored, int64_t now);
/* Computes the standing anew after the evidence changed. */
void judgements_refresh(struct txn *txn, struct span folded, int64_t now);
/* The same after this one new piece of evidence was put and nothing else: nearly always at once, in
 * whatever order they come, or thousands of bounces about one address would take for ever.
 * Suspicions that have run out by now are settled by expiry_sweep, before the commit. */
void judgements_came_in(struct txn *txn, struct span folded, const struct evidence *evidence);

/* The standing alone, quickly (a suspect whose 30 days are over by `now` is active). */
struct standing judgements_standing(struct txn *txn, struct span folded, int64_t now);

/* The end of the chain of corrections from `folded`; false if it was never corrected, or the chain
 * is a ring. */
bool judgements_corrected_to(struct txn *txn, struct span folded, struct str *out);
/* The same, with the time of the last correction of the chain. */
bool judgements_correction(struct txn *txn, struct span folded, struct str *out, int64_t *time);

/* Every known address in order; as contacts_walk. */
struct judgements_walk {
    struct span from;
    struct span folded;
    struct standing standing;
    struct span corrected_to;
    int64_t corrected;
    void *state_;
};
bool judgements_next(struct txn *txn, struct judgements_walk *walk);
void judgements_walk_end(struct judgements_walk *walk);

/* Suspects whose quiet days are over by `now`: are there any? Sweep makes them active; every step
 * does so when it begins. */
bool expiry_due(struct txn *txn, int64_t now);
void expiry_sweep(struct txn *txn, int64_t now);

/* What verify --replay compares: the standing as stored and as computed from scratch. */
struct standing judgements_replay(struct txn *txn, struct span folded, int64_t now);

#endif
