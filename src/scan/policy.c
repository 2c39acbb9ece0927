/* SPDX-License-Identifier: MIT */
#include "scan/policy.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/address.h"
#include "mail/token.h"
#include "scan/digest.h"
#include "send/verp.h"
#include "store/contacts.h"
#include "store/seen.h"

static bool is_contact(struct txn *txn, struct span folded)
{
    uint32_t id;
    return contacts_at(txn, folded, &id, 1) > 0;
}

/* ---- the signed return path */

enum { NAMED_MAX = 10000 }; /* recipients that a token is tried on */

static bool claims(struct verp *verp, const struct token *token, const char *text, int64_t time,
                   struct claim *claim)
{
    if (!text[0])
        return false;
    address_key(span_of(text), &claim->folded);
    return verp_valid(verp, token, span_of_str(&claim->folded), time);
}

static bool is_claimed(const struct claim *claim, const char *text, struct str *key)
{
    if (!text[0])
        return false;
    address_key(span_of(text), key);
    return span_equal(span_of_str(key), span_of_str(&claim->folded));
}

static void look_at_named(struct txn *txn, const struct bounce *bounce, struct claim *claim)
{
    struct str key = {0};
    for (size_t i = 0; i < bounce->n && i < NAMED_MAX && !claim->named; i++) {
        const struct bounce_recipient *recipient = &bounce->recipients[i];
        claim->named = is_claimed(claim, recipient->address, &key);
        claim->others = claim->others || is_contact(txn, span_of_str(&key));
        claim->named = claim->named || is_claimed(claim, recipient->original, &key);
        claim->others = claim->others || is_contact(txn, span_of_str(&key));
    }
    claim->others = claim->others && !claim->named;
    str_free(&key);
}

void policy_claim(struct txn *txn, const struct bounce *bounce, int64_t time, struct claim *claim)
{
    struct span to = span_of(bounce->token_to);
    ptrdiff_t at = span_find_last(to, '@');
    struct token token;
    *claim = (struct claim){0};
    if (at <= 0 || !token_read(span_cut(to, 0, (size_t)at), NULL, &token))
        return;
    struct verp *verp = verp_reader(txn);
    claim->good = verp_contact(verp, txn, &token, time, &claim->folded);
    for (size_t i = 0; !claim->good && i < bounce->n && i < NAMED_MAX; i++)
        claim->good = claims(verp, &token, bounce->recipients[i].original, time, claim) ||
                      claims(verp, &token, bounce->recipients[i].address, time, claim);
    for (size_t i = 0; !claim->good && i < bounce->delivered_n; i++)
        claim->good = claims(verp, &token, bounce->delivered[i], time, claim);
    verp_free(verp);
    claim->sent = ((int64_t)token.day + 1) * 86400;
    if (claim->good)
        look_at_named(txn, bounce, claim);
}

void claim_free(struct claim *claim)
{
    str_free(&claim->folded);
}

void policy_once(const struct bounce *bounce, size_t i, unsigned char digest[DIGEST_BYTES])
{
    const struct bounce_recipient *recipient = &bounce->recipients[i];
    struct str text = {0};
    str_addf(&text, "%s\n%d\n%d\n%d", bounce->token_to, recipient->verdict, recipient->reason,
             recipient->action);
    digest_of_text(span_of_str(&text), digest);
    str_free(&text);
}

/* Does the claim speak for recipient i? Not for others that a report names beside its address. */
static bool speaks_for(const struct bounce *bounce, size_t i, const struct claim *claim)
{
    struct str key = {0};
    bool speaks = claim->good && (!claim->named ||
                                  is_claimed(claim, bounce->recipients[i].address, &key) ||
                                  is_claimed(claim, bounce->recipients[i].original, &key));
    str_free(&key);
    return speaks;
}

bool policy_address(struct txn *txn, const struct bounce *bounce, size_t i,
                    const struct claim *claim, struct str *folded)
{
    const struct bounce_recipient *recipient = &bounce->recipients[i];
    const char *original = recipient->original[0] ? recipient->original : recipient->address;
    struct str final = {0}, target = {0};
    if (speaks_for(bounce, i, claim)) {
        str_clear(folded);
        str_add(folded, span_of_str(&claim->folded));
        return true;
    }
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
    return false;
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

/* A mail server returns mail in nobody's name (RFC 5321 4.5.5); a reader who sends "bounces" from
 * their own address is no mail server. */
static bool by_a_server(const struct bounce *bounce, struct span folded)
{
    struct str key = {0};
    if (bounce->return_path[0])
        return false;
    address_key(span_of(bounce->from), &key);
    bool reader = span_equal(span_of_str(&key), folded);
    str_free(&key);
    return !reader;
}

/* Was this verdict on this very mail taken in before? */
static bool was_taken(struct txn *txn, const struct bounce *bounce, size_t i)
{
    unsigned char digest[DIGEST_BYTES];
    unsigned flags;
    policy_once(bounce, i, digest);
    return seen_digest(txn, digest, &flags);
}

static bool is_trusted(const struct matter *m)
{
    bool signed_ = speaks_for(m->bounce, m->i, m->claim) && !m->claim->others;
    bool complaint = m->bounce->kind == BOUNCE_COMPLAINT; /* sent as mail is */
    if (m->config->trust == TRUST_VERP)
        return signed_ && (complaint || by_a_server(m->bounce, m->folded));
    return m->config->trust != TRUST_OURS || signed_ || is_ours(m->config, m->bounce);
}

bool policy_delivered(struct txn *txn, const struct config *config, const struct bounce *bounce,
                      const struct claim *claim, struct span folded)
{
    if (!config->soft_limit || !is_contact(txn, folded))
        return false; /* there are no suspects */
    bool signed_ = claim->good && span_equal(span_of_str(&claim->folded), folded);
    if (config->trust == TRUST_VERP)
        return signed_ && by_a_server(bounce, folded);
    return config->trust != TRUST_OURS || signed_ || is_ours(config, bounce);
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

static enum event_kind event_of(const struct matter *m, const struct judgement *judgement)
{
    static const enum event_kind events[] = {
        [VERDICT_NONE] = EVENT_NONE,
        [VERDICT_SOFT] = EVENT_SOFT,
        [VERDICT_HARD] = EVENT_HARD,
        [VERDICT_COMPLAINT] = EVENT_COMPLAINT,
    };
    const struct config *config = m->config;
    enum event_kind event = events[m->bounce->recipients[m->i].verdict];
    if (event == EVENT_SOFT && config->soft_limit &&
        beyond_limit(m->txn, m->folded, m->time, m->number, config->soft_limit,
                     config->soft_within, last_decision(judgement, EVENT_ACTIVE)))
        event = EVENT_LIMIT;
    return event;
}

static enum hold hold_of(const struct matter *m, const struct judgement *judgement)
{
    const struct bounce_recipient *recipient = &m->bounce->recipients[m->i];
    /* Our own suppression list, or our own DMARC: a report says so, but nobody complains by it. */
    bool authentication = recipient->verdict == VERDICT_COMPLAINT &&
                          recipient->reason == REASON_authfailure;
    if (recipient->reason == REASON_suppressed || authentication)
        return HOLD_OWN;
    if (m->config->max_age && m->time < m->now - m->config->max_age)
        return HOLD_OLD;
    /* The mail was sent before a person decided, whenever its bounce comes. */
    if (speaks_for(m->bounce, m->i, m->claim) &&
        m->claim->sent < last_decision(judgement, EVENT_NONE))
        return HOLD_OLD;
    if (recipient->alias_member)
        return HOLD_ALIAS;
    if (!is_trusted(m))
        return HOLD_FORGED;
    bool repeated = m->config->trust == TRUST_VERP && !m->number &&
                    was_taken(m->txn, m->bounce, m->i);
    return repeated ? HOLD_REPEATED : HOLD_NONE;
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

struct ruling policy_rule(const struct matter *m)
{
    struct judgement judgement = {0};
    judgements_get(m->txn, m->folded, &judgement);
    struct ruling ruling = {
        .event = event_of(m, &judgement),
        .hold = hold_of(m, &judgement),
    };
    ruling.outcome = outcome_of(m->txn, &ruling, &judgement, m->bounce->recipients[m->i].verdict,
                                m->folded, m->time);
    judgement_free(&judgement);
    return ruling;
}
