/* SPDX-License-Identifier: MIT */
#include "scan/policy.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/address.h"
#include "store/contacts.h"

static bool is_contact(struct txn *txn, struct span folded)
{
    uint32_t id;
    return contacts_at(txn, folded, &id, 1) > 0;
}

void policy_address(struct txn *txn, const struct bounce *bounce, size_t i, struct str *folded)
{
    const struct bounce_recipient *recipient = &bounce->recipients[i];
    const char *original = recipient->original[0] ? recipient->original : recipient->address;
    struct str final = {0}, target = {0};
    address_key(span_of(original), folded);
    address_key(span_of(recipient->address), &final);
    bool ours = is_contact(txn, span_of_str(folded)) ||
                judgements_corrected_to(txn, span_of_str(folded), &target);
    if (!ours && is_contact(txn, span_of_str(&final))) {
        str_clear(folded);
        str_add(folded, span_of_str(&final));
    }
    str_free(&final);
    str_free(&target);
}

int64_t policy_time(const struct bounce *bounce, int64_t now)
{
    return bounce->time > 0 && bounce->time < now ? bounce->time : now;
}

/* ---- trust: does the returned message come from us? */

static bool sender_matches(const char *patterns, const char *address)
{
    struct span rest = span_of(patterns), one;
    bool found = false;
    while (!found && address[0] && span_next(&rest, ',', &one)) {
        char *pattern = span_copy(span_trim(one));
        found = pattern[0] && fnmatch(pattern, address, FNM_CASEFOLD) == 0;
        free(pattern);
    }
    return found;
}

static bool is_ours(const struct config *config, const struct bounce *bounce)
{
    return config->senders && (sender_matches(config->senders, bounce->sender) ||
                               sender_matches(config->senders, bounce->returned_from));
}

/* ---- the soft limit */

/* Do more than `limit` soft bounces that count, this one included, lie within `within` of each
 * other? They may come in any order, so the window may reach to either side; none reaches over
 * `cleared`, the last mark active. */
static bool beyond_limit(struct txn *txn, struct span folded, int64_t time, uint32_t number,
                         unsigned limit, int64_t within, int64_t cleared)
{
    int64_t since = time - within > cleared ? time - within : cleared;
    struct evidence_walk walk = {.from = since};
    int64_t *times = NULL; /* this one's is among them */
    size_t n = 0, room = 0;
    bool more = true, placed = false, beyond = false;
    while (!beyond && (more || !placed)) {
        more = more && evidence_next(txn, folded, &walk) && walk.evidence.time <= time + within;
        enum event_kind event = more ? evidence_effect(&walk.evidence) : EVENT_NONE;
        bool soft = (event == EVENT_SOFT || event == EVENT_LIMIT) && walk.evidence.number != number;
        if (!placed && (!more || walk.evidence.time > time)) {
            ALLOC_GROW(times, n, room);
            times[n++] = time;
            placed = true;
        }
        if (soft) {
            ALLOC_GROW(times, n, room);
            times[n++] = walk.evidence.time;
        }
        beyond = placed && n > limit && times[n - 1] - times[n - 1 - limit] <= within;
        if (!placed && n >= limit)
            beyond = true; /* all of them, and this one at the end */
    }
    evidence_walk_end(&walk);
    free(times);
    return beyond;
}

static int64_t last_decision(const struct judgement *judgement, enum event_kind kind)
{
    int64_t time = 0;
    for (size_t i = 0; i < judgement->n; i++)
        if ((kind == EVENT_NONE || judgement->decisions[i].kind == kind) &&
            judgement->decisions[i].time > time)
            time = judgement->decisions[i].time;
    return time;
}

static enum event_kind event_of(struct txn *txn, const struct config *config,
                                const struct bounce_recipient *recipient, struct span folded,
                                const struct judgement *judgement, int64_t time,
                                uint32_t number)
{
    static const enum event_kind events[] = {
        [VERDICT_NONE] = EVENT_NONE,
        [VERDICT_SOFT] = EVENT_SOFT,
        [VERDICT_HARD] = EVENT_HARD,
        [VERDICT_COMPLAINT] = EVENT_COMPLAINT,
    };
    enum event_kind event = events[recipient->verdict];
    if (event == EVENT_SOFT && config->soft_limit &&
        beyond_limit(txn, folded, time, number, config->soft_limit, config->soft_within,
                     last_decision(judgement, EVENT_ACTIVE)))
        event = EVENT_LIMIT;
    return event;
}

static enum hold hold_of(const struct config *config, const struct bounce *bounce, size_t i,
                         int64_t time, int64_t now)
{
    const struct bounce_recipient *recipient = &bounce->recipients[i];
    /* Our own suppression list, or our own DMARC: a report says so, but nobody complains by it. */
    bool authentication = recipient->verdict == VERDICT_COMPLAINT &&
                          recipient->reason == REASON_authfailure;
    if (recipient->reason == REASON_suppressed || authentication)
        return HOLD_OWN;
    if (config->max_age && time < now - config->max_age)
        return HOLD_OLD;
    if (recipient->alias_member)
        return HOLD_ALIAS;
    if (config->trust != TRUST_ANY && !is_ours(config, bounce))
        return HOLD_FORGED;
    return HOLD_NONE;
}

/* The first that fits, in the order of interface.md. */
static enum scan_outcome outcome_of(struct txn *txn, const struct ruling *ruling,
                                    const struct judgement *judgement, enum verdict verdict,
                                    struct span folded, int64_t time)
{
    if (hold_in_review(ruling->hold))
        return OUTCOME_held;
    if (ruling->hold == HOLD_OLD || time < last_decision(judgement, EVENT_NONE))
        return OUTCOME_old;
    if (verdict == VERDICT_COMPLAINT)
        return OUTCOME_complained;
    if (verdict != VERDICT_HARD)
        return OUTCOME_soft;
    if (judgement->corrected_to.n && !is_contact(txn, folded))
        return OUTCOME_corrected;
    if (!state_sendable(judgement->standing.state, false))
        return OUTCOME_known;
    return is_contact(txn, folded) ? OUTCOME_invalidated : OUTCOME_unmatched;
}

struct ruling policy_rule(struct txn *txn, const struct config *config, const struct bounce *bounce,
                          size_t i, struct span folded, int64_t time, uint32_t number,
                          int64_t now)
{
    struct judgement judgement = {0};
    judgements_get(txn, folded, &judgement);
    const struct bounce_recipient *recipient = &bounce->recipients[i];
    struct ruling ruling = {
        .event = event_of(txn, config, recipient, folded, &judgement, time, number),
        .hold = hold_of(config, bounce, i, time, now),
    };
    ruling.outcome = outcome_of(txn, &ruling, &judgement, recipient->verdict, folded, time);
    judgement_free(&judgement);
    return ruling;
}
