/* SPDX-License-Identifier: MIT
 *
 * One contact by hand: add, edit, correct; and the domain of many.
 */
#include <stdlib.h>
#include <string.h>

#include "action/change.h"
#include "action/suggest.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/search.h"

enum result action_add(struct store *store, const struct actor *actor, const struct contact *contact,
                       bool force, struct outcome *outcome, struct error *error)
{
    struct change change;
    struct str spelled = {0}, folded = {0}, tags = {0}, bytes = {0};
    struct contact fresh = {0};
    enum result result = change_begin(&change, store, actor, STEP_ADD, outcome, error);
    if (result)
        return result;
    result = change_check_address(change.txn, contact->address, 0, contact->external_id, force,
                                  &spelled, &folded, error);
    if (result == RESULT_OK) {
        contact_copy(contact, &fresh, &bytes);
        contact_tags_normal(contact->tags, &tags);
        fresh.id = 0;
        fresh.address = span_of_str(&spelled);
        fresh.folded = span_of_str(&folded);
        fresh.tags = span_of_str(&tags);
        outcome->id = entries_put_contact(change.txn, change.step, &fresh);
        change_own(&change, span_of_str(&folded));
        outcome->changed = 1;
    }
    contact_free(&fresh);
    str_free(&bytes);
    str_free(&tags);
    result = change_end(&change, result, error);
    str_free(&spelled);
    str_free(&folded);
    return result;
}

/* Old tags, and what was typed: "+a,-b" changes them, anything else replaces them. */
static void new_tags(struct span old, struct span typed, struct str *out)
{
    if (typed.n && (typed.at[0] == '+' || typed.at[0] == '-'))
        contact_tags_change(old, typed, out);
    else
        contact_tags_typed(typed, out);
}

static bool same_contact(const struct contact *a, const struct contact *b)
{
    if (!span_equal(a->address, b->address) || !span_equal(a->name, b->name) ||
        !span_equal(a->external_id, b->external_id) || !span_equal(a->tags, b->tags) ||
        a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!span_equal(a->fields[i].name, b->fields[i].name) ||
            !span_equal(a->fields[i].value, b->fields[i].value))
            return false;
    return true;
}

/* Everything but the address. */
static void apply_edit(const struct contact_edit *edit, struct contact *contact, struct str *tags)
{
    if (edit->name.at)
        contact->name = edit->name;
    if (edit->external_id.at)
        contact->external_id = edit->external_id;
    if (edit->tags.at) {
        new_tags(contact->tags, edit->tags, tags);
        contact->tags = span_of_str(tags);
    }
    for (size_t i = 0; i < edit->n; i++)
        contact_set_field(contact, edit->fields[i].name, edit->fields[i].value);
}

static enum result edit_address(struct change *change, const struct contact_edit *edit, bool force,
                                struct contact *contact, struct str *spelled, struct str *folded,
                                struct error *error)
{
    enum result result = address_fold(edit->address, spelled, folded, error);
    if (result)
        return result;
    if (span_equal(span_of_str(folded), contact->folded)) {
        contact->address = span_of_str(spelled); /* letter case alone is no correction */
        return RESULT_OK;
    }
    result = change_check_address(change->txn, edit->address, contact->id, contact->external_id,
                                  force, spelled, folded, error);
    if (result == RESULT_OK)
        change_correct(change, contact, span_of_str(spelled), span_of_str(folded));
    return result;
}

enum result action_edit(struct store *store, const struct actor *actor, uint32_t id,
                        const struct contact_edit *edit, uint32_t expected, bool force,
                        struct outcome *outcome, struct error *error)
{
    struct change change;
    struct str bytes = {0}, spelled = {0}, folded = {0}, tags = {0};
    struct contact stored = {0}, contact = {0};
    uint32_t last;
    enum result result = change_begin(&change, store, actor, STEP_EDIT, outcome, error);
    if (result)
        return result;
    outcome->id = id;
    if (!contacts_get(change.txn, id, &stored)) {
        result = error_set(error, RESULT_MISSING, _("there is no contact %u"), id);
    } else if (expected && (last = entries_last_of_contact(change.txn, &stored)) != expected) {
        struct step by = {0};
        steps_get(change.txn, last, &by);
        result = error_set(error, RESULT_BUSY,
                           _("%.*s was changed meanwhile by %.*s; look again, then save"),
                           SPAN_ARGS(stored.address), SPAN_ARGS(by.who));
    } else {
        contact_copy(&stored, &contact, &bytes);
        apply_edit(edit, &contact, &tags);
        if (edit->address.at)
            result = edit_address(&change, edit, force, &contact, &spelled, &folded, error);
        bool same = contacts_get(change.txn, id, &stored) && same_contact(&stored, &contact);
        if (result == RESULT_OK && same) {
            outcome->unchanged = 1;
        } else if (result == RESULT_OK) {
            entries_put_contact(change.txn, change.step, &contact);
            outcome->changed = 1;
        }
    }
    contact_free(&stored);
    contact_free(&contact);
    result = change_end(&change, result, error);
    str_free(&bytes);
    str_free(&spelled);
    str_free(&folded);
    str_free(&tags);
    return result;
}

/* ---- the domain of many */

static void correct_one(struct change *change, uint32_t id, struct span domain,
                        struct suggest_own *own, bool preview)
{
    struct str bytes = {0}, text = {0}, spelled = {0}, folded = {0}, meant = {0};
    struct contact stored = {0}, contact = {0};
    struct error why;
    if (!contacts_get(change->txn, id, &stored))
        goto out;
    contact_copy(&stored, &contact, &bytes);
    if (!domain.n && !suggest_domain(change->txn, address_domain(contact.folded), own, &meant)) {
        change->outcome->unchanged++;
        goto out;
    }
    if (!domain.n)
        domain = span_of_str(&meant);
    ptrdiff_t at = span_find_last(contact.address, '@');
    str_add(&text, span_cut(contact.address, 0, (size_t)(at + 1)));
    str_add(&text, domain);
    if (change_check_address(change->txn, span_of_str(&text), id, contact.external_id, false,
                             &spelled, &folded, &why) != RESULT_OK) {
        change->outcome->refused++;
        change_note(change, "%s", why.text);
    } else if (span_equal(span_of_str(&folded), contact.folded)) {
        change->outcome->unchanged++;
    } else {
        if (preview)
            change_note(change, "%.*s\t%s", SPAN_ARGS(contact.address), str_text(&spelled));
        change_correct(change, &contact, span_of_str(&spelled), span_of_str(&folded));
        entries_put_contact(change->txn, change->step, &contact);
        change->outcome->changed++;
    }
out:
    contact_free(&stored);
    contact_free(&contact);
    str_free(&bytes);
    str_free(&text);
    str_free(&spelled);
    str_free(&folded);
    str_free(&meant);
}

enum result action_edit_domain(struct store *store, const struct actor *actor, struct query *query,
                               struct span domain, bool preview, struct outcome *outcome,
                               struct error *error)
{
    struct change change;
    struct suggest_own own = {0};
    uint32_t *ids = NULL;
    size_t n = 0;
    enum result result = change_begin(&change, store, actor, STEP_EDIT, outcome, error);
    if (result) {
        query_free(query);
        return result;
    }
    result = search_all(change.txn, query, actor->now, &ids, &n, error);
    for (size_t i = 0; result == RESULT_OK && i < n; i++)
        correct_one(&change, ids[i], domain, &own, preview);
    suggest_own_free(&own);
    free(ids);
    if (result == RESULT_OK && n == 0)
        result = error_set(error, RESULT_NO, _("no contact matches"));
    if (preview && result == RESULT_OK) {
        result = txn_result(change.txn, error);
        txn_end(change.txn);
        return result;
    }
    return change_end(&change, result, error);
}
