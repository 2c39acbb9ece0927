/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "action/importing.h"
#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"

/* ---- whom a row means */

static uint32_t pick_external(struct import *import, const uint32_t *ids, size_t n,
                              struct span external_id)
{
    for (size_t i = 0; i < n; i++)
        if (contacts_get(import->change.txn, ids[i], &import->stored) &&
            span_equal(import->stored.external_id, external_id))
            return ids[i];
    return 0;
}

static uint32_t at_address(struct import *import, struct span folded, struct span external_id)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(import->change.txn, folded, ids, CONTACTS_SHARE_MAX);
    uint32_t known = contacts_external(import->change.txn, external_id);
    uint32_t same = known ? pick_external(import, &known, 1, external_id) : 0;
    if (same && !span_equal(import->stored.folded, folded))
        same = 0;
    if (!same && external_id.n)
        same = pick_external(import, ids, n, external_id);
    if (same || !n || !import->options->by_external_id || !external_id.n)
        return same ? same : n ? ids[0] : 0;
    return pick_external(import, ids, n, SPAN_NONE); /* one that has no id yet takes this one */
}

/* The contact of a row, 0 for a new one; *corrected when the row has an address that was mended. */
static uint32_t find_match(struct import *import, const struct contact *row, bool *corrected)
{
    struct txn *txn = import->change.txn;
    struct span folded = span_of_str(&import->row_folded);
    *corrected = false;
    if (import->options->by_external_id && row->external_id.n) {
        uint32_t id = contacts_external(txn, row->external_id);
        if (id) {
            *corrected = judgements_corrected_to(txn, folded, &import->target) &&
                         contacts_get(txn, id, &import->stored) &&
                         span_equal(import->stored.folded, span_of_str(&import->target));
            return id;
        }
    }
    uint32_t id = at_address(import, folded, row->external_id);
    if (!id && judgements_corrected_to(txn, folded, &import->target)) {
        id = row->external_id.n ? at_address(import, span_of_str(&import->target), row->external_id)
                                : change_successor(txn, folded, &import->target);
        *corrected = id != 0;
    }
    return id;
}

/* ---- what a row changes */

/* Its line is counted at the end, for all of them at once. */
static void reject(struct import *import, uint64_t place, const char *text)
{
    ALLOC_GROW(import->late, import->late_n, import->late_room);
    import->late[import->late_n++] = (struct late){place, alloc_text(text)};
}

bool import_blend(const struct contact *row, struct contact *contact)
{
    bool differs = false;
    const struct {
        const struct span *from;
        struct span *to;
    } plain[] = {
        {&row->name, &contact->name},
        {&row->external_id, &contact->external_id},
        {&row->tags, &contact->tags},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].from->n && !span_equal(*plain[i].from, *plain[i].to)) {
            *plain[i].to = *plain[i].from;
            differs = true;
        }
    for (size_t i = 0, near = 0; i < row->n; i++) {
        const struct contact_field *field = &row->fields[i];
        if (field->value.n && !span_equal(contact_field_near(contact, field->name, &near), field->value)) {
            contact_set_field(contact, field->name, field->value);
            differs = true;
        }
    }
    return differs;
}

bool import_differs(const struct contact *row, const struct contact *stored)
{
    if ((row->name.n && !span_equal(row->name, stored->name)) ||
        (row->external_id.n && !span_equal(row->external_id, stored->external_id)) ||
        (row->tags.n && !span_equal(row->tags, stored->tags)))
        return true;
    size_t near = 0;
    for (size_t i = 0; i < row->n; i++) {
        const struct contact_field *field = &row->fields[i];
        if (field->value.n &&
            !span_equal(contact_field_near(stored, field->name, &near), field->value))
            return true;
    }
    return false;
}

static void put_changed(struct import *import, struct contact *contact)
{
    struct change *change = &import->change;
    if (contact->born == change->step) {
        contact->step = change->step; /* undone with the range it was added in */
        contacts_put(change->txn, contact);
    } else {
        entries_put_contact(change->txn, change->step, contact);
    }
    change->outcome->changed++;
}

static void add_contact(struct import *import, uint64_t place, const struct contact *row)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    if (row->external_id.n && contacts_at(import->change.txn, span_of_str(&import->row_folded), ids,
                                          CONTACTS_SHARE_MAX) == CONTACTS_SHARE_MAX) {
        reject(import, place, _("too many contacts share this address already"));
        return;
    }
    struct contact fresh = *row; /* borrows the row's fields; not freed */
    fresh.id = 0;
    fresh.address = span_of_str(&import->spelled);
    fresh.folded = span_of_str(&import->row_folded);
    fresh.born = fresh.step = import->change.step;
    uint32_t id = contacts_put(import->change.txn, &fresh);
    if (!import->added++)
        import->first = id;
    import->sums->added++;
    import->change.outcome->changed++;
}

static void update_contact(struct import *import, uint64_t place, uint32_t id,
                           const struct contact *row, bool corrected)
{
    struct change *change = &import->change;
    struct contact *contact = &import->contact;
    if (!contacts_get(change->txn, id, &import->stored))
        return;
    contact_copy(&import->stored, contact, &import->bytes);
    struct str spelled = {0}, folded = {0};
    bool moved = import->options->by_external_id && !corrected &&
                 !span_equal(contact->folded, span_of_str(&import->row_folded));
    if (moved) {
        struct error why;
        if (change_check_address(change->txn, row->address, id, contact->external_id, false,
                                 &spelled, &folded, &why) != RESULT_OK) {
            reject(import, place, why.text);
            goto out;
        }
        change_correct(change, contact, span_of_str(&spelled), span_of_str(&folded));
    }
    bool differs = import_blend(row, contact) || moved;
    if (differs)
        put_changed(import, contact);
    if (corrected)
        import->sums->corrected++;
    else if (differs)
        import->sums->changed++;
    else
        import->sums->unchanged++;
out:
    str_free(&spelled);
    str_free(&folded);
}

static bool has_decision(const struct judgement *judgement, const struct decision *decision)
{
    for (size_t i = 0; i < judgement->n; i++) {
        const struct decision *d = &judgement->decisions[i];
        if (d->time == decision->time && d->kind == decision->kind && d->reason == decision->reason)
            return true;
    }
    return false;
}

const char *import_brought_read(const struct reader_row *row, struct import_brought *brought)
{
    static const enum event_kind events[STATE_COUNT] = {
        [STATE_ACTIVE] = EVENT_NONE,
        [STATE_SUSPECT] = EVENT_SUSPECT,
        [STATE_INVALID] = EVENT_INVALID,
        [STATE_COMPLAINED] = EVENT_COMPLAINED,
        [STATE_BLOCKED] = EVENT_BLOCKED,
    };
    *brought = (struct import_brought){STATE_ACTIVE, EVENT_NONE, REASON_imported, 0};
    if (!row->state.n)
        return NULL;
    if (!state_from_name(row->state, &brought->state))
        return _("unknown state");
    if (row->reason.n && !reason_from_name(row->reason, &brought->reason))
        return _("unknown reason");
    if (row->since.n && !date_from_iso(row->since, &brought->since))
        return _("`since` is no date");
    brought->event = events[brought->state];
    return NULL;
}

/* --with-state: a state brought along is a decision as old as its `since`. Nothing brought along
 * makes a dead address living. */
static void bring_state(struct import *import, const struct reader_row *row)
{
    struct change *change = &import->change;
    struct import_brought brought;
    if (import_brought_read(row, &brought) || brought.event == EVENT_NONE)
        return;
    struct judgement judgement = {0};
    judgements_get(change->txn, span_of_str(&import->row_folded), &judgement);
    enum state current = judgement.standing.state;
    bool dated = brought.since > 0 && brought.since <= change->actor->now;
    struct decision decision = {.time = dated ? brought.since : change->actor->now,
                                .step = change->step,
                                .kind = brought.event,
                                .reason = brought.reason};
    bool revives = state_sendable(brought.state, false) && !state_sendable(current, false);
    if (current != brought.state && !revives &&
        !has_decision(&judgement, &decision)) { /* the same file every night decides once */
        judgement_decide(&judgement, decision);
        entries_put_judgement(change->txn, change->step, span_of_str(&import->row_folded), &judgement,
                              change->actor->now);
        change->outcome->changed++;
    }
    judgement_free(&judgement);
}

/* Others export everybody, with a column that says who is alive (listmonk's status). */
static bool says_alive(const struct contact *contact)
{
    static const char *const words[] = {"enabled", "active", "subscribed", "confirmed"};
    struct span status = contact_field(contact, SPAN("status"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal_nocase(status, span_of(words[i])))
            return true;
    return false;
}

/* `before`: how it stood before the row; its own state, where it brought one, is in force by now. */
static void suppress(struct import *import, const struct standing *before)
{
    struct change *change = &import->change;
    struct standing standing =
        judgements_standing(change->txn, span_of_str(&import->row_folded), change->actor->now);
    if (!state_sendable(before->state, false)) {
        import->sums->unchanged++;
        return;
    }
    if (state_sendable(standing.state, false)) {
        change_decide(change, span_of_str(&import->row_folded), EVENT_INVALID, REASON_imported);
        change->outcome->changed++;
    }
    import->sums->changed++;
    import->sums->suppressed++;
}

void import_row(struct import *import, const struct reader_row *row, uint64_t place)
{
    struct txn *txn = import->change.txn;
    bool corrected;
    if (address_fold(row->contact.address, &import->spelled, &import->row_folded, NULL))
        return; /* such rows never came as far as this */
    struct span folded = span_of_str(&import->row_folded);
    struct standing before = {0};
    uint32_t anybody;
    if (erasures_have(import->erasures, folded) && !contacts_at(txn, folded, &anybody, 1)) {
        reject(import, place, _("was erased; `zwrotka add --force` takes the address back"));
        return;
    }
    if (import->options->suppressed)
        before = judgements_standing(txn, folded, import->change.actor->now);
    if (import->options->reader.with_state)
        bring_state(import, row);
    if (import->options->suppressed) {
        if (says_alive(&row->contact))
            import->sums->unchanged++;
        else
            suppress(import, &before);
        return;
    }
    uint32_t id = find_match(import, &row->contact, &corrected);
    if (id)
        update_contact(import, place, id, &row->contact, corrected);
    else
        add_contact(import, place, &row->contact);
    if (!corrected)
        mistyped_see(&import->mistyped, address_domain(folded), 1);
}
