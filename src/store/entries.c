/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   entries  step, n → kind and what was before; packed
 */
#include "store/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/judging.h"
#include "store/packed.h"
#include "store/record.h"
#include "store/steps.h"
#include "store/tags.h"
#include "store/touched.h"

#define SEARCHED_MAX 10000 /* contacts of a step that is searched for one of them */

/* How many entries the current step has; a transaction writes one step. */
struct counter {
    uint32_t step, n;
};

void entries_begin(struct txn *txn, uint32_t step)
{
    struct counter *counter = alloc(sizeof *counter);
    *counter = (struct counter){step, entries_count(txn, step)};
    txn_set_slot(txn, SLOT_STEPS, counter, free, NULL);
}

static void add_entry(struct txn *txn, uint32_t step, struct span value)
{
    struct counter *counter = txn_slot(txn, SLOT_STEPS);
    if (!counter || counter->step != step) {
        txn_fail(txn, RESULT_BUG, "step %u is not the one begun", step);
        return;
    }
    struct key key = entries_key(step, counter->n++);
    packed_put(txn, TABLE_entries, key_span(&key), value);
}

static void note_contact(struct txn *txn, uint32_t step, uint32_t id)
{
    struct contact before = {0};
    struct str value = {0};
    bool there = contacts_get(txn, id, &before);
    put_number(&value, ENTRY_CONTACT);
    put_number(&value, id);
    put_number(&value, !there);
    if (there)
        record_write(txn, &before, &value);
    add_entry(txn, step, span_of_str(&value));
    touched_put(txn, touched_contact(id), step);
    contact_free(&before);
    str_free(&value);
}

uint32_t entries_put_contact(struct txn *txn, uint32_t step, struct contact *contact)
{
    struct contact copy = {0};
    struct str bytes = {0};
    contact_copy(contact, &copy, &bytes); /* noting writes, and it may borrow from the map */
    if (!copy.id)
        copy.born = step;
    copy.step = step;
    note_contact(txn, step, copy.id ? copy.id : contacts_last_id(txn) + 1);
    uint32_t id = contacts_put(txn, &copy);
    contact_free(&copy);
    str_free(&bytes);
    return id;
}

void entries_put_tags(struct txn *txn, uint32_t step, const struct contact *contact, struct span tags)
{
    struct str value = {0};
    put_number(&value, ENTRY_TAGS);
    put_number(&value, contact->id);
    put_number(&value, tags_number(txn, contact->id));
    put_number(&value, tags_set_number(txn, tags));
    contacts_put_tags(txn, contact, tags);
    add_entry(txn, step, span_of_str(&value));
    touched_put(txn, touched_contact(contact->id), step);
    str_free(&value);
}

void entries_restore_contact(struct txn *txn, uint32_t step, const struct contact *contact)
{
    note_contact(txn, step, contact->id);
    contacts_put(txn, contact);
}

void entries_remove_contact(struct txn *txn, uint32_t step, uint32_t id)
{
    note_contact(txn, step, id);
    contacts_remove(txn, id);
}

void entries_put_judgement(struct txn *txn, uint32_t step, struct span folded,
                         struct judgement *judgement, int64_t now)
{
    judgement->step = step;
    entries_restore_judgement(txn, step, folded, judgement, now);
}

/* `before` as it is stored. Nothing of `judgement` borrows from the map. */
static void put_judgement(struct txn *txn, uint32_t step, struct span folded, struct span noted,
                          const struct judgement *judgement, struct standing before, int64_t now)
{
    add_entry(txn, step, noted);
    touched_put(txn, touched_address(folded), step);
    judgements_put_over(txn, folded, judgement, before, now);
}

static void note_judgement(struct span folded, const struct judgement *before, struct str *noted)
{
    put_number(noted, ENTRY_ADDRESS);
    put_span(noted, folded);
    judgement_write(before, noted);
}

void entries_restore_judgement(struct txn *txn, uint32_t step, struct span folded,
                             struct judgement *judgement, int64_t now)
{
    struct judgement before = {0};
    struct str noted = {0}, name = {0}, target = {0};
    judgements_get(txn, folded, &before);
    note_judgement(folded, &before, &noted);
    judgement_free(&before);
    str_add(&name, folded);
    str_add(&target, judgement->corrected_to);
    judgement->corrected_to = span_of_str(&target);
    put_judgement(txn, step, span_of_str(&name), span_of_str(&noted), judgement, before.standing, now);
    judgement->corrected_to = SPAN_NONE;
    str_free(&name);
    str_free(&target);
    str_free(&noted);
}

void entries_decide(struct txn *txn, uint32_t step, struct span folded, struct judgement *before,
                    const struct decision *decision)
{
    struct str noted = {0}, target = {0};
    note_judgement(folded, before, &noted);
    str_add(&target, before->corrected_to);
    before->corrected_to = span_of_str(&target);
    before->step = step;
    judgement_decide(before, *decision);
    put_judgement(txn, step, folded, span_of_str(&noted), before, before->standing, decision->time);
    before->corrected_to = SPAN_NONE;
    str_free(&target);
    str_free(&noted);
}

/* ---- evidence, and the review that goes with it */

static void sync_review(struct txn *txn, struct span folded, const struct evidence *evidence)
{
    struct review_item item = {
        .number = evidence->number,
        .hold = evidence->hold,
        .time = evidence->time,
        .scan = evidence->scan,
        .evidence = evidence->number,
        .folded = folded,
        .text = evidence->diagnostic,
    };
    memcpy(item.digest, evidence->digest, DIGEST_BYTES);
    if (hold_in_review(evidence->hold))
        review_add(txn, &item);
    else
        review_remove(txn, item.number);
}

static void note_evidence(struct txn *txn, uint32_t step, struct span folded, int64_t time,
                          uint32_t number, const struct evidence *before)
{
    struct str value = {0};
    put_number(&value, ENTRY_EVIDENCE);
    put_span(&value, folded);
    put_signed(&value, time);
    put_number(&value, number);
    put_number(&value, !before);
    if (before)
        evidence_write(before, &value);
    add_entry(txn, step, span_of_str(&value));
    str_free(&value);
    touched_put(txn, touched_address(folded), step);
}

uint32_t entries_put_evidence(struct txn *txn, uint32_t step, struct span folded,
                          const struct evidence *evidence)
{
    struct evidence before, put = *evidence;
    if (!put.number) {
        put.scan = step;
        put.number = evidence_put(txn, folded, &put);
        note_evidence(txn, step, folded, put.time, put.number, NULL);
        if (hold_in_review(put.hold))
            sync_review(txn, folded, &put);
        return put.number;
    }
    /* What is put, and its name, may borrow from the map. */
    struct str name = {0}, bytes = {0};
    str_add(&name, folded);
    evidence_write(evidence, &bytes);
    bool there = evidence_get(txn, span_of_str(&name), put.time, put.number, &before);
    bool in_review = there && hold_in_review(before.hold);
    if (there && evidence_read(span_of_str(&bytes), &put)) {
        note_evidence(txn, step, span_of_str(&name), put.time, put.number, &before);
        evidence_put(txn, span_of_str(&name), &put);
        if (in_review || hold_in_review(put.hold))
            sync_review(txn, span_of_str(&name), &put);
    }
    str_free(&name);
    str_free(&bytes);
    return put.number;
}

static void note_review(struct txn *txn, uint32_t step, uint32_t number)
{
    struct review_item before;
    struct str value = {0};
    bool there = review_get(txn, number, &before);
    put_number(&value, ENTRY_REVIEW);
    put_number(&value, number);
    put_number(&value, !there);
    if (there)
        review_write(&before, &value);
    add_entry(txn, step, span_of_str(&value));
    str_free(&value);
}

uint32_t entries_add_review(struct txn *txn, uint32_t step, const struct review_item *item)
{
    uint32_t number = review_add(txn, item);
    struct str value = {0};
    put_number(&value, ENTRY_REVIEW);
    put_number(&value, number);
    put_number(&value, 1);
    add_entry(txn, step, span_of_str(&value));
    str_free(&value);
    return number;
}

void entries_remove_review(struct txn *txn, uint32_t step, uint32_t number)
{
    note_review(txn, step, number);
    review_remove(txn, number);
}

void entries_added(struct txn *txn, uint32_t step, uint32_t first, uint32_t count)
{
    struct str value = {0};
    put_number(&value, ENTRY_ADDED);
    put_number(&value, first);
    put_number(&value, count);
    add_entry(txn, step, span_of_str(&value));
    str_free(&value);
}

void entries_drop(struct txn *txn, uint32_t step, uint32_t n)
{
    struct key key = entries_key(step, n);
    packed_remove(txn, TABLE_entries, key_span(&key));
}

void entries_untouch_contact(struct txn *txn, uint32_t id)
{
    touched_forget(txn, touched_contact(id));
}

void entries_untouch_address(struct txn *txn, struct span folded)
{
    touched_forget(txn, touched_address(folded));
}

/* ---- by contact and by address */

bool entries_address_before(struct txn *txn, uint32_t number, uint32_t id, struct str *folded)
{
    struct entries_walk walk = {0};
    struct step step;
    str_clear(folded);
    if (!steps_get(txn, number, &step) || step.kind != STEP_EDIT || step.contacts > SEARCHED_MAX)
        return false;
    while (folded->n == 0 && entries_next(txn, number, &walk))
        if (walk.entry.kind == ENTRY_CONTACT && walk.entry.id == id && !walk.entry.absent)
            address_fold(walk.entry.before.address, NULL, folded, NULL);
    entries_walk_end(&walk);
    return folded->n > 0;
}

size_t entries_of_contact(struct txn *txn, uint32_t id, uint32_t *steps, size_t max)
{
    struct contact contact = {0};
    size_t n = 0;
    uint32_t born = contacts_get(txn, id, &contact) ? contact.born : 0;
    contact_free(&contact);
    n = touched_steps(txn, touched_contact(id), steps, max);
    if (born && n < max && (n == 0 || steps[0] != born)) {
        for (size_t i = n; i > 0; i--)
            steps[i] = steps[i - 1];
        steps[0] = born; /* an import notes a range, not each */
        n++;
    }
    return n;
}

size_t entries_of_address(struct txn *txn, struct span folded, uint32_t *steps, size_t max)
{
    return touched_steps(txn, touched_address(folded), steps, max);
}

uint32_t entries_next_of_contact(struct txn *txn, uint32_t id, uint32_t after)
{
    return touched_after(txn, touched_contact(id), after);
}

uint32_t entries_last_of_contact(struct txn *txn, const struct contact *contact)
{
    uint32_t last = contact->step;
    for (uint32_t next = last; (next = entries_next_of_contact(txn, contact->id, next));)
        last = next;
    return last;
}

uint32_t entries_next_of_address(struct txn *txn, struct span folded, uint32_t after)
{
    return touched_after(txn, touched_address(folded), after);
}
