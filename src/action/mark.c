/* SPDX-License-Identifier: MIT
 *
 * Bulk changes: states by hand, tags.
 */
#include <stdlib.h>

#include "action/change.h"
#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/search.h"

/* The contacts a target means; addresses that are nobody's are left to the caller. */
static enum result target_ids(struct txn *txn, const struct target *target, int64_t now,
                              uint32_t **ids, size_t *n, struct error *error)
{
    if (target->query)
        return search_all(txn, target->query, now, ids, n, error);
    uint32_t *copy = alloc_zero(target->n, sizeof *copy);
    size_t k = 0;
    for (size_t i = 0; i < target->n; i++) {
        uint32_t id = target->ids ? target->ids[i] : action_find(txn, target->addresses[i]);
        if (id)
            copy[k++] = id;
    }
    *ids = copy;
    *n = k;
    return RESULT_OK;
}

/* Is there nothing to decide? What a bounce made invalid is not yet what a person says. */
static bool is_marked(const struct judgement *judgement, bool known, enum state state)
{
    if (!known)
        return state == STATE_ACTIVE;
    if (state == STATE_INVALID)
        return judgement_is_dead_by_hand(judgement);
    return judgement->standing.state == state && state != STATE_ACTIVE;
}

static void mark_one(struct change *change, enum state state, struct span address)
{
    static const struct {
        enum event_kind event;
        enum reason reason;
    } decisions[STATE_COUNT] = {
        [STATE_ACTIVE] = {EVENT_ACTIVE, REASON_manual},
        [STATE_INVALID] = {EVENT_INVALID, REASON_manual},
        [STATE_BLOCKED] = {EVENT_BLOCKED, REASON_manual},
    };
    struct str folded = {0};
    struct judgement judgement = {0};
    str_add(&folded, address);
    bool known = judgements_get(change->txn, span_of_str(&folded), &judgement);
    bool same = is_marked(&judgement, known, state);
    if (same) {
        change->outcome->unchanged++;
    } else {
        change_decide_known(change, span_of_str(&folded), &judgement, decisions[state].event,
                            decisions[state].reason);
        change->outcome->changed++;
    }
    judgement_free(&judgement);
    str_free(&folded);
}

static enum result mark_addresses(struct change *change, enum state state,
                                  const struct target *target, struct error *error)
{
    struct str folded = {0};
    enum result result = RESULT_OK;
    for (size_t i = 0; i < target->n; i++) {
        struct error why;
        if (address_fold(target->addresses[i], NULL, &folded, &why) == RESULT_OK) {
            mark_one(change, state, span_of_str(&folded));
        } else {
            change->outcome->refused++;
            change_note(change, "%s", why.text);
            result = error_set(error, RESULT_DATA, "%s", why.text);
        }
    }
    str_free(&folded);
    return result;
}

static enum result mark_contacts(struct change *change, enum state state,
                                 const struct target *target, struct error *error)
{
    uint32_t *ids = NULL;
    size_t n = 0;
    struct contact contact = {0};
    enum result result = target_ids(change->txn, target, change->actor->now, &ids, &n, error);
    for (size_t i = 0; result == RESULT_OK && i < n; i++)
        if (contacts_get(change->txn, ids[i], &contact))
            mark_one(change, state, contact.folded);
    contact_free(&contact);
    free(ids);
    return result;
}

enum result action_mark(struct store *store, const struct actor *actor, enum state state,
                        const struct target *target, struct outcome *outcome, struct error *error)
{
    struct change change;
    enum result result = change_begin(&change, store, actor, STEP_MARK, outcome, error);
    if (result) {
        query_free(target->query);
        return result;
    }
    bool by_address = !target->query && target->addresses;
    struct error refusal = {""};
    enum result marked = by_address ? mark_addresses(&change, state, target, &refusal)
                                    : mark_contacts(&change, state, target, &refusal);
    if (marked && !by_address) {
        result = marked;
        if (error)
            *error = refusal;
    } else if (outcome->changed + outcome->unchanged + outcome->refused == 0) {
        result = error_set(error, RESULT_NO, _("no contact matches"));
    }
    result = change_end(&change, result, error);
    if (result == RESULT_OK && marked) {
        if (error)
            *error = refusal; /* the good ones are marked */
        result = marked;
    }
    return result;
}

enum result action_tag(struct store *store, const struct actor *actor, struct span typed,
                       const struct target *target, struct outcome *outcome, struct error *error)
{
    struct change change;
    uint32_t *ids = NULL;
    size_t n = 0;
    struct contact contact = {0};
    struct str tags = {0};
    enum result result = change_begin(&change, store, actor, STEP_TAG, outcome, error);
    if (result) {
        query_free(target->query);
        return result;
    }
    result = target_ids(change.txn, target, actor->now, &ids, &n, error);
    for (size_t i = 0; result == RESULT_OK && i < n; i++) {
        if (!contacts_get(change.txn, ids[i], &contact))
            continue;
        str_clear(&tags);
        contact_tags_change(contact.tags, typed, &tags);
        if (span_equal(span_of_str(&tags), contact.tags)) {
            outcome->unchanged++;
            continue;
        }
        entries_put_tags(change.txn, change.step, &contact, span_of_str(&tags));
        outcome->changed++;
    }
    if (result == RESULT_OK && n == 0)
        result = error_set(error, RESULT_NO, _("no contact matches"));
    free(ids);
    contact_free(&contact);
    str_free(&tags);
    return change_end(&change, result, error);
}
