/* SPDX-License-Identifier: MIT
 *
 * Merge two contacts; release a correction; decide what waits for review.
 */
#include <stdlib.h>
#include <string.h>

#include "action/change.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"

static void unite(struct contact *into, const struct contact *from, struct str *tags)
{
    if (!into->name.n)
        into->name = from->name;
    if (!into->external_id.n)
        into->external_id = from->external_id;
    for (size_t i = 0; i < from->n; i++)
        if (!contact_field(into, from->fields[i].name).n)
            contact_set_field(into, from->fields[i].name, from->fields[i].value);
    struct str both = {0};
    str_add(&both, into->tags);
    str_add_char(&both, ';');
    str_add(&both, from->tags);
    contact_tags_normal(span_of_str(&both), tags);
    into->tags = span_of_str(tags);
    str_free(&both);
}

/* Old address points to the other contact's, so that an import finds it. */
static void point(struct change *change, struct span from, struct span to)
{
    struct judgement judgement = {0};
    judgements_get(change->txn, from, &judgement);
    judgement.corrected_to = to;
    judgement.corrected = change->actor->now;
    entries_put_judgement(change->txn, change->step, from, &judgement, change->actor->now);
    judgement_free(&judgement);
}

enum result action_merge(struct store *store, const struct actor *actor, uint32_t into_id,
                         uint32_t from_id, struct outcome *outcome, struct error *error)
{
    struct change change;
    struct contact stored = {0}, into = {0}, from = {0};
    struct str into_bytes = {0}, from_bytes = {0}, tags = {0};
    enum result result = change_begin(&change, store, actor, STEP_MERGE, outcome, error);
    if (result)
        return result;
    if (into_id == from_id) {
        result = error_set(error, RESULT_DATA, _("a contact cannot be joined with itself"));
    } else if (contacts_get(change.txn, into_id, &stored)) {
        contact_copy(&stored, &into, &into_bytes);
        if (contacts_get(change.txn, from_id, &stored))
            contact_copy(&stored, &from, &from_bytes);
    }
    if (result == RESULT_OK && (!into.id || !from.id)) {
        result = error_set(error, RESULT_MISSING, _("there is no contact %u"),
                           into.id ? from_id : into_id);
    } else if (result == RESULT_OK) {
        unite(&into, &from, &tags);
        entries_remove_contact(change.txn, change.step, from_id);
        entries_put_contact(change.txn, change.step, &into);
        change_own(&change, into.folded);
        if (!span_equal(from.folded, into.folded))
            point(&change, from.folded, into.folded);
        outcome->id = into_id;
        outcome->changed = 2;
    }
    contact_free(&stored);
    contact_free(&into);
    contact_free(&from);
    result = change_end(&change, result, error);
    str_free(&into_bytes);
    str_free(&from_bytes);
    str_free(&tags);
    return result;
}

enum result action_release(struct store *store, const struct actor *actor, struct span address,
                           struct outcome *outcome, struct error *error)
{
    struct change change;
    struct str folded = {0};
    struct judgement judgement = {0};
    enum result result = address_fold(address, NULL, &folded, error);
    if (result == RESULT_OK)
        result = change_begin(&change, store, actor, STEP_RELEASE, outcome, error);
    if (result) {
        str_free(&folded);
        return result;
    }
    judgements_get(change.txn, span_of_str(&folded), &judgement);
    if (!judgement.corrected_to.n) {
        result = error_set(error, RESULT_NO, _("%s was not corrected"), str_text(&folded));
    } else {
        judgement.corrected_to = SPAN_NONE;
        judgement.corrected = 0;
        entries_put_judgement(change.txn, change.step, span_of_str(&folded), &judgement, actor->now);
        outcome->changed = 1;
    }
    judgement_free(&judgement);
    str_free(&folded);
    return change_end(&change, result, error);
}
