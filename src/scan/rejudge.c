/* SPDX-License-Identifier: MIT
 *
 * Three passes: what is kept is listed, then decoded without a transaction held for long, then what
 * differs is written in one.
 */
#include "scan/rejudge.h"

#include <stdlib.h>
#include <string.h>

#include "action/change.h"
#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "scan/job.h"

/* A piece of evidence, or an item of review about a message that named nobody (number in `review`). */
struct kept {
    char *folded; /* NULL for review */
    int64_t time;
    uint32_t number, review;
    unsigned char digest[DIGEST_BYTES];
    struct bounce *bounce; /* as it reads today; NULL: not kept, or not decoded */
};

struct rejudging {
    struct store *store;
    const struct config *config;
    const struct rejudge_events *events;
    const char *wording; /* NULL: any */
    struct kept *kept;
    size_t n, room;
    struct change change;
};

/* ---- what is kept */

static struct kept *add_kept(struct rejudging *re, const unsigned char *digest)
{
    ALLOC_GROW(re->kept, re->n, re->room);
    struct kept *kept = &re->kept[re->n++];
    *kept = (struct kept){0};
    memcpy(kept->digest, digest, DIGEST_BYTES);
    return kept;
}

static void list_kept(struct rejudging *re, struct txn *txn)
{
    struct judgements_walk walk = {0};
    struct review_item item;
    while (judgements_next(txn, &walk)) {
        struct evidence_walk inner = {0};
        while (evidence_next(txn, walk.folded, &inner)) {
            struct kept *kept = add_kept(re, inner.evidence.digest);
            kept->folded = span_copy(walk.folded);
            kept->time = inner.evidence.time;
            kept->number = inner.evidence.number;
        }
        evidence_walk_end(&inner);
    }
    judgements_walk_end(&walk);
    for (uint32_t from = 1; review_from(txn, from, &item); from = item.number + 1)
        if (!item.evidence) {
            struct kept *kept = add_kept(re, item.digest);
            kept->time = item.time;
            kept->review = item.number;
        }
}

/* ---- decoding */

static enum result take_decoded(struct rejudging *re, struct cage *cage, uint64_t *done,
                                struct error *error)
{
    struct cage_result decoded;
    enum result result = cage_take(cage, &decoded, error);
    if (result)
        return result;
    ((struct kept *)decoded.tag)->bounce = decoded.bounce;
    if (re->events->progress)
        re->events->progress(re->events->arg, ++*done, re->n);
    return RESULT_OK;
}

static enum result original_of(struct rejudging *re, const struct kept *kept, struct str *message,
                               bool *found, struct error *error)
{
    struct txn *txn;
    enum result result = store_read(re->store, &txn, error);
    if (result)
        return result;
    str_clear(message);
    *found = messages_get(txn, kept->digest, message);
    result = txn_result(txn, error);
    txn_end(txn);
    return result;
}

static enum result decode_all(struct rejudging *re, struct cage *cage, struct error *error)
{
    struct str message = {0};
    uint64_t done = 0;
    enum result result = RESULT_OK;
    for (size_t i = 0; i < re->n && result == RESULT_OK; i++) {
        bool found = false;
        result = original_of(re, &re->kept[i], &message, &found, error);
        while (found && result == RESULT_OK) {
            result = cage_put(cage, span_of_str(&message), &re->kept[i], error);
            if (result != RESULT_NO)
                break;
            result = take_decoded(re, cage, &done, error);
        }
    }
    while (result == RESULT_OK)
        result = take_decoded(re, cage, &done, error);
    str_free(&message);
    return result == RESULT_NO ? RESULT_OK : result;
}

/* ---- what differs */

/* The recipient that a piece of evidence is about, or -1. */
static ptrdiff_t recipient_of(struct txn *txn, const struct kept *kept, const struct claim *claim)
{
    struct str folded = {0};
    ptrdiff_t found = -1;
    bool acts = kept->bounce->kind == BOUNCE_BOUNCE || kept->bounce->kind == BOUNCE_COMPLAINT;
    for (size_t i = 0; acts && found < 0 && i < kept->bounce->n; i++) {
        const struct bounce_recipient *recipient = &kept->bounce->recipients[i];
        policy_address(txn, kept->bounce, i, claim, &folded);
        bool same = span_equal(span_of_str(&folded), span_of(kept->folded));
        for (int k = 0; !same && k < 2; k++) { /* the contacts may have been others then */
            address_key(span_of(k ? recipient->original : recipient->address), &folded);
            same = span_equal(span_of_str(&folded), span_of(kept->folded));
        }
        if (same)
            found = (ptrdiff_t)i;
    }
    str_free(&folded);
    if (found < 0 && acts && kept->bounce->n && kept->bounce->token_to[0])
        found = 0; /* signed by a key that is gone */
    return found;
}

/* What differs of one address: its standing is computed once, behind all of it. */
struct pair {
    struct evidence was, now;
    struct str bytes[2]; /* what they borrow from */
    bool new;
};
struct pairs {
    struct pair *at;
    size_t n, room;
};

static void keep_evidence(const struct evidence *from, struct evidence *to, struct str *bytes)
{
    *to = *from;
    evidence_write(from, bytes);
    evidence_read(span_of_str(bytes), to);
}

static void put_evidence(struct rejudging *re, struct span folded, struct pairs *pairs,
                         const struct evidence *was, struct evidence *now)
{
    ALLOC_GROW(pairs->at, pairs->n, pairs->room);
    struct pair *pair = &pairs->at[pairs->n++];
    *pair = (struct pair){.new = !was};
    if (was)
        keep_evidence(was, &pair->was, &pair->bytes[0]);
    keep_evidence(now, &pair->now, &pair->bytes[1]);
    entries_put_evidence(re->change.txn, re->change.step, folded, now);
}

static void refresh_and_tell(struct rejudging *re, struct span folded, struct pairs *pairs)
{
    struct change *change = &re->change;
    char *name = span_copy(folded);
    if (pairs->n) {
        enum state before = judgements_standing(change->txn, folded, change->actor->now).state;
        judgements_refresh(change->txn, folded, change->actor->now);
        enum state after = judgements_standing(change->txn, folded, change->actor->now).state;
        change->outcome->changed += pairs->n;
        for (size_t i = 0; i < pairs->n; i++) {
            struct pair *pair = &pairs->at[i];
            re->events->change(re->events->arg, name, pair->new ? NULL : &pair->was, &pair->now,
                               before, after);
            str_free(&pair->bytes[0]);
            str_free(&pair->bytes[1]);
        }
    }
    pairs->n = 0;
    free(name);
}

static bool is_wanted(const struct rejudging *re, struct span rule)
{
    return !re->wording || span_equal(rule, span_of(re->wording));
}

/* A limit reached stays one; everything else is as the rules say today. */
static void rejudge_evidence(struct rejudging *re, const struct kept *kept, struct pairs *pairs)
{
    struct txn *txn = re->change.txn;
    struct evidence was, now;
    struct str bytes = {0};
    if (!evidence_get(txn, span_of(kept->folded), kept->time, kept->number, &was))
        return;
    evidence_write(&was, &bytes); /* the writes may move what it borrows from */
    evidence_read(span_of_str(&bytes), &was);
    struct claim claim;
    policy_claim(txn, kept->bounce, was.time, &claim);
    ptrdiff_t i = recipient_of(txn, kept, &claim);
    now = was;
    if (was.event == EVENT_DELIVERED) {
        /* no rule has to do with it */
    } else if (i < 0) {
        now.event = EVENT_NONE;
        now.verdict = VERDICT_NONE;
        now.reason = REASON_undefined;
        now.rule = SPAN("");
    } else {
        struct matter matter = {txn,    re->config,            kept->bounce, (size_t)i,
                                &claim, span_of(kept->folded), was.time,     was.number,
                                re->change.actor->now};
        struct ruling ruling = policy_rule(&matter);
        if (was.event == EVENT_LIMIT && ruling.event == EVENT_SOFT)
            ruling.event = EVENT_LIMIT;
        ruling.hold = was.hold;
        now = intake_evidence(kept->bounce, (size_t)i, was.time, &ruling, was.digest, was.place);
        now.number = was.number;
        now.scan = was.scan;
    }
    bool differs =
        now.event != was.event || now.verdict != was.verdict || now.reason != was.reason;
    if (differs && is_wanted(re, now.rule))
        put_evidence(re, span_of(kept->folded), pairs, &was, &now);
    claim_free(&claim);
    str_free(&bytes);
}

/* It named nobody; if it does today, it is taken in as a scan would. */
static void rejudge_review(struct rejudging *re, const struct kept *kept, struct pairs *pairs)
{
    struct change *change = &re->change;
    const struct bounce *bounce = kept->bounce;
    bool acts = bounce->kind == BOUNCE_BOUNCE || bounce->kind == BOUNCE_COMPLAINT;
    struct str folded = {0};
    bool wanted = false;
    for (size_t i = 0; acts && i < bounce->n; i++)
        wanted = wanted || is_wanted(re, span_of(bounce->recipients[i].rule));
    if (!wanted)
        return;
    struct claim claim;
    policy_claim(change->txn, bounce, kept->time, &claim);
    for (size_t i = 0; i < bounce->n; i++) {
        policy_address(change->txn, bounce, i, &claim, &folded);
        struct matter matter = {change->txn, re->config,           bounce,     i, &claim,
                                span_of_str(&folded), kept->time, 0, change->actor->now};
        struct ruling ruling = policy_rule(&matter);
        struct evidence now =
            intake_evidence(bounce, i, kept->time, &ruling, kept->digest, SPAN("review"));
        put_evidence(re, span_of_str(&folded), pairs, NULL, &now);
        refresh_and_tell(re, span_of_str(&folded), pairs);
    }
    claim_free(&claim);
    entries_remove_review(change->txn, change->step, kept->review);
    str_free(&folded);
}

static enum result write_all(struct rejudging *re, const struct actor *actor, bool apply,
                             struct outcome *outcome, struct error *error)
{
    enum result result =
        change_begin(&re->change, re->store, actor, STEP_REJUDGE, outcome, error);
    if (result)
        return result;
    struct pairs pairs = {0};
    for (size_t i = 0; i < re->n && !txn_failed(re->change.txn); i++) {
        const struct kept *kept = &re->kept[i], *next = i + 1 < re->n ? kept + 1 : NULL;
        if (kept->review) {
            if (kept->bounce)
                rejudge_review(re, kept, &pairs);
            continue;
        }
        if (kept->bounce)
            rejudge_evidence(re, kept, &pairs);
        if (!next || next->review || strcmp(next->folded, kept->folded) != 0)
            refresh_and_tell(re, span_of(kept->folded), &pairs);
    }
    free(pairs.at);
    if (apply)
        return change_end(&re->change, RESULT_OK, error);
    result = txn_result(re->change.txn, error);
    txn_end(re->change.txn);
    return result;
}

enum result rejudge(struct store *store, const struct config *config, const struct actor *actor,
                    bool apply, const char *wording, const char *program, const struct rejudge_events *events,
                    struct outcome *outcome, struct error *error)
{
    struct rejudging re = {
        .store = store, .config = config, .events = events, .wording = wording};
    struct cage *cage = NULL;
    struct txn *txn;
    char *rules = NULL;
    enum result result = config_rules(config, &rules, error);
    if (result == RESULT_OK)
        result = cage_new(program, rules, &cage, error);
    if (result == RESULT_OK)
        result = store_read(store, &txn, error);
    if (result == RESULT_OK) {
        list_kept(&re, txn);
        result = txn_result(txn, error);
        txn_end(txn);
    }
    if (result == RESULT_OK)
        result = decode_all(&re, cage, error);
    if (result == RESULT_OK)
        result = write_all(&re, actor, apply, outcome, error);
    for (size_t i = 0; i < re.n; i++) {
        free(re.kept[i].folded);
        bounce_free(re.kept[i].bounce);
    }
    free(re.kept);
    cage_free(cage);
    free(rules);
    return result;
}
