/* SPDX-License-Identifier: MIT
 *
 * Deciding what a scan would not decide.
 */
#include <string.h>

#include "action/change.h"
#include "base/text.h"
#include "contact/address.h"

/* Held evidence: it gets its effect, or is said to be nothing. */
static void decide_evidence(struct change *change, const struct review_item *item, bool accept)
{
    struct str folded = {0};
    struct evidence evidence;
    str_add(&folded, item->folded);
    if (evidence_get(change->txn, span_of_str(&folded), item->time, item->evidence, &evidence)) {
        evidence.hold = accept ? HOLD_NONE : HOLD_DISMISSED;
        entries_put_evidence(change->txn, change->step, span_of_str(&folded), &evidence);
        judgements_refresh(change->txn, span_of_str(&folded), change->actor->now);
        change->outcome->changed++;
    }
    str_free(&folded);
}

/* A message that names nobody: a person says whom it is about, and that it is a hard bounce. */
static enum result decide_nobody(struct change *change, const struct review_item *item, bool accept,
                                 struct span address, struct error *error)
{
    struct str folded = {0}, spelled = {0}, text = {0};
    uint32_t number = item->number;
    struct evidence evidence = {
        .time = item->time,
        .event = EVENT_HARD,
        .verdict = VERDICT_HARD,
        .reason = REASON_undefined,
        .rule = SPAN("review"),
    };
    memcpy(evidence.digest, item->digest, DIGEST_BYTES);
    enum result result = RESULT_OK;
    if (accept && !address.n)
        result = error_set(error, RESULT_USAGE,
                           _("item %u names nobody; say whom it is about with --address"), number);
    else if (accept)
        result = address_fold(address, &spelled, &folded, error);
    if (result == RESULT_OK) {
        str_add(&text, item->text);
        if (accept) {
            evidence.address = span_of_str(&spelled);
            evidence.diagnostic = span_of_str(&text);
            entries_put_evidence(change->txn, change->step, span_of_str(&folded), &evidence);
            judgements_refresh(change->txn, span_of_str(&folded), change->actor->now);
        }
        entries_remove_review(change->txn, change->step, number);
        change->outcome->changed++;
    }
    str_free(&folded);
    str_free(&spelled);
    str_free(&text);
    return result;
}

enum result action_review(struct store *store, const struct actor *actor, const uint32_t *numbers,
                          size_t n, bool accept, struct span address, struct outcome *outcome,
                          struct error *error)
{
    struct change change;
    enum result result = change_begin(&change, store, actor, STEP_REVIEW, outcome, error);
    if (result)
        return result;
    for (size_t i = 0; i < n && result == RESULT_OK; i++) {
        struct review_item item;
        if (!review_get(change.txn, numbers[i], &item))
            result = error_set(error, RESULT_MISSING, _("there is no item %u to review"),
                               numbers[i]);
        else if (item.evidence)
            decide_evidence(&change, &item, accept);
        else
            result = decide_nobody(&change, &item, accept, address, error);
    }
    return change_end(&change, result, error);
}
