/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   judgements  folded address → standing, step, corrected, corrected_to, decisions; packed
 *   expiry      time at which a suspect's quiet days end, folded address → nothing
 */
#include "store/judgements.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/evidence.h"
#include "store/judging.h"
#include "store/facts.h"
#include "store/packed.h"
#include "store/steps.h"
#include "store/table.h"
#include "store/unpublished.h"

/* ---- codec */

static void standing_write(const struct standing *standing, struct str *out)
{
    put_number(out, standing->state);
    put_number(out, standing->reason);
    put_signed(out, standing->since);
    put_signed(out, standing->expires);
    put_number(out, standing->soft);
    put_signed(out, standing->bounced);
}

static bool standing_read(struct span *in, struct standing *standing)
{
    unsigned state, reason;
    uint32_t soft;
    if (!take_u8(in, &state, STATE_COUNT) || !take_u8(in, &reason, REASON_COUNT) ||
        !take_signed(in, &standing->since) || !take_signed(in, &standing->expires) ||
        !take_u32(in, &soft) || !take_signed(in, &standing->bounced))
        return false;
    standing->state = (enum state)state;
    standing->reason = (enum reason)reason;
    standing->soft = soft;
    return true;
}

void judgement_write(const struct judgement *judgement, struct str *out)
{
    put_number(out, judgement->step);
    put_signed(out, judgement->corrected);
    put_span(out, judgement->corrected_to);
    for (size_t i = 0; i < judgement->n; i++) {
        const struct decision *d = &judgement->decisions[i];
        put_signed(out, d->time);
        put_number(out, d->step);
        put_number(out, d->kind);
        put_number(out, d->reason);
    }
}

bool judgement_read(struct span in, struct judgement *judgement)
{
    judgement->n = 0;
    if (!take_u32(&in, &judgement->step) || !take_signed(&in, &judgement->corrected) ||
        !take_span(&in, &judgement->corrected_to))
        return false;
    while (in.n) {
        struct decision d = {0};
        unsigned kind, reason;
        if (!take_signed(&in, &d.time) || !take_u32(&in, &d.step) ||
            !take_u8(&in, &kind, EVENT_COMPLAINED + 1) || !take_u8(&in, &reason, REASON_COUNT))
            return false;
        d.kind = (enum event_kind)kind;
        d.reason = (enum reason)reason;
        judgement_decide(judgement, d);
    }
    return true;
}

void judgement_decide(struct judgement *judgement, struct decision decision)
{
    ALLOC_GROW(judgement->decisions, judgement->n, judgement->room);
    judgement->decisions[judgement->n++] = decision;
}

bool judgement_is_dead_by_hand(const struct judgement *judgement)
{
    const struct decision *last = judgement->n ? &judgement->decisions[judgement->n - 1] : NULL;
    return judgement->standing.state == STATE_INVALID && last && last->kind == EVENT_INVALID &&
           last->reason == REASON_manual;
}

void judgement_free(struct judgement *judgement)
{
    free(judgement->decisions);
    judgement->decisions = NULL;
    judgement->n = judgement->room = 0;
}

/* ---- reading */

bool judgements_get(struct txn *txn, struct span folded, struct judgement *judgement)
{
    struct key own;
    struct span key = key_for_text(folded, &own), value;
    struct decision *decisions = judgement->decisions;
    size_t room = judgement->room;
    *judgement = (struct judgement){.decisions = decisions, .room = room};
    if (!packed_get(txn, TABLE_judgements, key, &value))
        return false;
    if (!standing_read(&value, &judgement->standing) || !judgement_read(value, judgement)) {
        txn_damaged(txn, TABLE_judgements, key);
        return false;
    }
    return true;
}

static struct standing at_time(struct standing standing, int64_t now)
{
    if (standing.state == STATE_SUSPECT && standing.expires && standing.expires <= now) {
        standing.state = STATE_ACTIVE;
        standing.reason = REASON_none;
        standing.since = standing.expires;
        standing.expires = 0;
    }
    return standing;
}

struct standing judgements_standing(struct txn *txn, struct span folded, int64_t now)
{
    struct key room;
    struct span key = key_for_text(folded, &room), value;
    struct standing standing = {0};
    if (packed_get(txn, TABLE_judgements, key, &value) && !standing_read(&value, &standing))
        txn_damaged(txn, TABLE_judgements, key);
    return at_time(standing, now);
}

bool judgements_corrected_to(struct txn *txn, struct span folded, struct str *out)
{
    int64_t time;
    return judgements_correction(txn, folded, out, &time);
}

bool judgements_correction(struct txn *txn, struct span folded, struct str *out, int64_t *time)
{
    enum { CHAIN_MAX = 100 };
    struct judgement judgement = {0};
    struct str at = {0};
    str_add(&at, folded);
    int64_t last = 0;
    int steps = 0;
    while (steps < CHAIN_MAX && judgements_get(txn, span_of_str(&at), &judgement) &&
           judgement.corrected_to.n) {
        struct str next = {0};
        str_add(&next, judgement.corrected_to);
        str_free(&at);
        at = next;
        last = judgement.corrected;
        steps++;
    }
    judgement_free(&judgement);
    bool found = steps > 0 && steps < CHAIN_MAX && !span_equal(span_of_str(&at), folded);
    if (found) {
        str_clear(out);
        str_add(out, span_of_str(&at));
        *time = last;
    }
    str_free(&at);
    return found;
}

/* ---- the function over what is stored */

/* Within a second: by step, within a step by arrival. */
static uint64_t event_order(uint32_t step, uint32_t number)
{
    return (uint64_t)step << 32 | number;
}

static struct event event_of_evidence(const struct evidence *evidence)
{
    return (struct event){evidence->time, event_order(evidence->scan, evidence->number),
                          evidence_effect(evidence), evidence->reason};
}

static struct standing compute(struct txn *txn, struct span folded,
                               const struct judgement *judgement, int64_t now)
{
    struct event few[4], *events = few, *many = NULL; /* a million marks shall not ask for memory each */
    size_t n = 0, room = 0;
    struct evidence_walk walk = {0};
    bool any = evidence_any(txn, folded);
    if (any || judgement->n > sizeof few / sizeof *few) {
        while (room < judgement->n)
            ALLOC_GROW(many, room, room);
        events = many;
    }
    for (size_t i = 0; i < judgement->n; i++) {
        const struct decision *d = &judgement->decisions[i];
        events[n++] = (struct event){d->time, event_order(d->step, (uint32_t)i), d->kind, d->reason};
    }
    while (any && evidence_next(txn, folded, &walk)) {
        ALLOC_GROW(many, n, room);
        events = many;
        events[n++] = event_of_evidence(&walk.evidence);
    }
    evidence_walk_end(&walk);
    struct standing standing = state_of(events, n, now);
    free(many);
    return standing;
}

static void set_expiry(struct txn *txn, int64_t time, struct span folded, bool in)
{
    struct key key = {.n = 0};
    if (!time)
        return;
    key_i64(&key, time);
    key_text(&key, folded);
    if (in)
        table_put(txn, TABLE_expiry, key_span(&key), SPAN_NONE);
    else
        table_remove(txn, TABLE_expiry, key_span(&key));
}

/* `old` is the standing as it is stored. */
static void put_with(struct txn *txn, struct span folded, const struct judgement *judgement,
                     struct standing old, struct standing new)
{
    struct key key = key_of_text(folded);
    struct str name = {0}, value = {0};
    str_add(&name, folded); /* it may borrow from the map */
    standing_write(&new, &value);
    judgement_write(judgement, &value);
    bool nothing = judgement->n == 0 && judgement->corrected_to.n == 0 && judgement->step == 0 &&
                   new.state == STATE_ACTIVE && new.bounced == 0;
    if (nothing)
        packed_remove(txn, TABLE_judgements, key_span(&key));
    else
        packed_put(txn, TABLE_judgements, key_span(&key), span_of_str(&value));
    if (old.expires != new.expires) {
        set_expiry(txn, old.expires, span_of_str(&name), false);
        set_expiry(txn, new.expires, span_of_str(&name), true);
    }
    facts_follow(txn, span_of_str(&name), &old, &new);
    unpublished_note(txn, span_of_str(&name), &old, &new);
    str_free(&name);
    str_free(&value);
}

void judgements_put(struct txn *txn, struct span folded, const struct judgement *judgement,
                    int64_t now)
{
    judgements_put_over(txn, folded, judgement, judgements_standing(txn, folded, 0), now);
}

void judgements_put_over(struct txn *txn, struct span folded, const struct judgement *judgement,
                         struct standing stored, int64_t now)
{
    put_with(txn, folded, judgement, at_time(stored, 0), compute(txn, folded, judgement, now));
}

/* The judgement is the one that was just read. */
static void put_standing(struct txn *txn, struct span folded, struct judgement *judgement,
                         struct standing standing)
{
    struct str target = {0};
    str_add(&target, judgement->corrected_to);
    judgement->corrected_to = span_of_str(&target);
    put_with(txn, folded, judgement, at_time(judgement->standing, 0), standing);
    str_free(&target);
}

void judgements_refresh(struct txn *txn, struct span folded, int64_t now)
{
    struct judgement judgement = {0};
    judgements_get(txn, folded, &judgement);
    put_standing(txn, folded, &judgement, compute(txn, folded, &judgement, now));
    judgement_free(&judgement);
}

/* May state_insert be asked about this new piece of evidence? */
static bool fits_between(struct txn *txn, const struct judgement *judgement,
                         const struct evidence *evidence)
{
    const struct standing *so_far = &judgement->standing;
    bool level = so_far->since == evidence->time || so_far->bounced == evidence->time;
    if (level && evidence->scan != steps_last(txn))
        return false; /* a scan at the same time may have brought the other */
    for (size_t i = 0; i < judgement->n; i++) {
        const struct decision *d = &judgement->decisions[i];
        if (d->time > evidence->time || (d->time == evidence->time && d->step > evidence->scan))
            return false;
    }
    return true;
}

void judgements_came_in(struct txn *txn, struct span folded, const struct evidence *evidence)
{
    const int64_t now = 0; /* or every old bounce would meet a suspicion that has run out since */
    struct judgement judgement = {0};
    struct event event = event_of_evidence(evidence);
    judgements_get(txn, folded, &judgement);
    struct standing standing = judgement.standing;
    if (!fits_between(txn, &judgement, evidence) || !state_insert(&standing, &event, now))
        standing = compute(txn, folded, &judgement, now);
    put_standing(txn, folded, &judgement, standing);
    judgement_free(&judgement);
}

struct standing judgements_replay(struct txn *txn, struct span folded, int64_t now)
{
    struct judgement judgement = {0};
    judgements_get(txn, folded, &judgement);
    struct standing standing = compute(txn, folded, &judgement, now);
    judgement_free(&judgement);
    return standing;
}

static void drop_due(struct txn *txn, struct span folded, int64_t now)
{
    struct cursor *cursor = cursor_open(txn, TABLE_expiry);
    struct span key, value;
    int64_t time = now;
    bool still = cursor_seek(cursor, SPAN_NONE, &key, &value) && key.n > 8 &&
                 (time = read_i64(key.at)) <= now && span_equal(span_cut(key, 8, key.n), folded);
    cursor_close(cursor);
    if (still)
        set_expiry(txn, time, folded, false);
}

bool expiry_due(struct txn *txn, int64_t now)
{
    struct cursor *cursor = cursor_open(txn, TABLE_expiry);
    struct span key, value;
    bool due = cursor_seek(cursor, SPAN_NONE, &key, &value) && key.n > 8 && read_i64(key.at) <= now;
    cursor_close(cursor);
    return due;
}

void expiry_sweep(struct txn *txn, int64_t now)
{
    for (;;) {
        struct cursor *cursor = cursor_open(txn, TABLE_expiry);
        struct span key, value;
        bool due = cursor_seek(cursor, SPAN_NONE, &key, &value) && key.n > 8 &&
                   read_i64(key.at) <= now;
        char *folded = due ? span_copy(span_cut(key, 8, key.n)) : NULL;
        cursor_close(cursor);
        if (!due)
            return;
        judgements_refresh(txn, span_of(folded), now);
        drop_due(txn, span_of(folded), now); /* in a damaged store nothing else would */
        free(folded);
        if (txn_failed(txn))
            return;
    }
}

/* ---- walking */

bool judgements_next(struct txn *txn, struct judgements_walk *walk)
{
    struct span value;
    bool more;
    if (!walk->state_) {
        struct key from = key_of_text(walk->from);
        walk->state_ = packed_open(txn, TABLE_judgements);
        more = packed_seek(walk->state_, key_span(&from), &walk->folded, &value);
    } else {
        more = packed_next(walk->state_, &walk->folded, &value);
    }
    uint32_t step;
    if (more && (!standing_read(&value, &walk->standing) || !take_u32(&value, &step) ||
                 !take_signed(&value, &walk->corrected) ||
                 !take_span(&value, &walk->corrected_to))) {
        txn_damaged(txn, TABLE_judgements, walk->folded);
        more = false;
    }
    return more;
}

void judgements_walk_end(struct judgements_walk *walk)
{
    packed_close(walk->state_);
    walk->state_ = NULL;
}
