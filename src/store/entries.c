/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   entries  step, n → kind and what was before; packed
 *   touched  'c', id, step or 'a', folded address, 0, step → nothing; packed
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

#define SEARCHED_MAX 10000 /* contacts of a step that is searched for one of them */

static struct key entry_key(uint32_t step, uint32_t n)
{
    struct key key = key_of_u32(step);
    key_u32(&key, n);
    return key;
}

static uint32_t entries_of(struct txn *txn, uint32_t step)
{
    struct key beyond = entry_key(step + 1, 0);
    struct packed_cursor *cursor = packed_open(txn, TABLE_entries);
    struct span key, value;
    bool found = packed_seek(cursor, key_span(&beyond), &key, &value)
                     ? packed_previous(cursor, &key, &value)
                     : packed_last(cursor, &key, &value);
    uint32_t n = found && key.n == 8 && read_u32(key.at) == step ? read_u32(key.at + 4) + 1 : 0;
    packed_close(cursor);
    return n;
}

/* How many entries the current step has; a transaction writes one step. */
struct counter {
    uint32_t step, n;
};

void entries_begin(struct txn *txn, uint32_t step)
{
    struct counter *counter = alloc(sizeof *counter);
    *counter = (struct counter){step, entries_of(txn, step)};
    txn_set_slot(txn, SLOT_STEPS, counter, free, NULL);
}

static void add_entry(struct txn *txn, uint32_t step, struct span value)
{
    struct counter *counter = txn_slot(txn, SLOT_STEPS);
    if (!counter || counter->step != step) {
        txn_fail(txn, RESULT_BUG, "step %u is not the one begun", step);
        return;
    }
    struct key key = entry_key(step, counter->n++);
    packed_put(txn, TABLE_entries, key_span(&key), value);
}

static struct key contact_touched(uint32_t id)
{
    struct key key = {.n = 0};
    key_byte(&key, 'c');
    key_u32(&key, id);
    return key;
}

static struct key address_touched(struct span folded)
{
    struct key key = {.n = 0};
    key_byte(&key, 'a');
    key_text(&key, folded);
    key_byte(&key, 0);
    return key;
}

static void touch(struct txn *txn, struct key key, uint32_t step)
{
    key_u32(&key, step);
    packed_put(txn, TABLE_touched, key_span(&key), SPAN_NONE);
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
    touch(txn, contact_touched(id), step);
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
    touch(txn, contact_touched(contact->id), step);
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
    touch(txn, address_touched(folded), step);
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
    touch(txn, address_touched(folded), step);
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

static bool entry_read(struct txn *txn, struct span in, struct entry *entry)
{
    unsigned kind, flag = 0;
    uint32_t before, after;
    if (!take_u8(&in, &kind, ENTRY_TAGS + 1))
        return false;
    entry->kind = (enum entry_kind)kind;
    switch (entry->kind) {
    case ENTRY_CONTACT:
        if (!take_u32(&in, &entry->id) || !take_u8(&in, &flag, 2))
            return false;
        entry->absent = flag;
        if (entry->absent)
            return true;
        if (!record_read(txn, in, &entry->before))
            return false;
        entry->before.id = entry->id;
        return true;
    case ENTRY_ADDED:
        return take_u32(&in, &entry->id) && take_u32(&in, &entry->count);
    case ENTRY_ADDRESS:
        return take_span(&in, &entry->folded) && judgement_read(in, &entry->was);
    case ENTRY_EVIDENCE:
        if (!take_span(&in, &entry->folded) || !take_signed(&in, &entry->time) ||
            !take_u32(&in, &entry->number) || !take_u8(&in, &flag, 2))
            return false;
        entry->absent = flag;
        if (!entry->absent && !evidence_read(in, &entry->evidence))
            return false;
        entry->evidence.time = entry->time;
        entry->evidence.number = entry->number;
        return true;
    case ENTRY_REVIEW:
        if (!take_u32(&in, &entry->number) || !take_u8(&in, &flag, 2))
            return false;
        entry->absent = flag;
        return entry->absent || review_read(in, &entry->review);
    case ENTRY_TAGS:
        if (!take_u32(&in, &entry->id) || !take_u32(&in, &before) || !take_u32(&in, &after))
            return false;
        entry->tags_before = tags_set(txn, before);
        entry->tags_after = tags_set(txn, after);
        return true;
    }
    return false;
}

static struct span in_hand(const struct entries_walk *walk, uint32_t i)
{
    return span_cut(span_of_str(&walk->bytes_), walk->starts_[i], walk->starts_[i + 1]);
}

/* The address or the contact that an entry of a bulk change is about; *kind ENTRY_ADDED for others. */
static struct key subject_of(struct span in, unsigned *kind)
{
    struct span folded;
    uint32_t id;
    if (take_u8(&in, kind, ENTRY_TAGS + 1)) {
        if (*kind == ENTRY_ADDRESS && take_span(&in, &folded))
            return key_of_text(folded);
        if (*kind == ENTRY_TAGS && take_u32(&in, &id))
            return key_of_u32(id);
    }
    *kind = ENTRY_ADDED;
    return (struct key){.n = 0};
}

static bool is_ascending(const struct entries_walk *walk)
{
    unsigned first, kind;
    struct key last = subject_of(in_hand(walk, 0), &first);
    bool ascending = first != ENTRY_ADDED;
    for (uint32_t i = 1; ascending && i < walk->in_hand_; i++) {
        struct key key = subject_of(in_hand(walk, i), &kind);
        ascending = kind == first && span_compare(key_span(&last), key_span(&key)) < 0;
        last = key;
    }
    return ascending;
}

/* Asked for in ascending order, packed entries come cheaply. */
static bool take_in_hand(struct txn *txn, uint32_t step, struct entries_walk *walk)
{
    uint32_t n = walk->left_ < ENTRIES_IN_HAND ? walk->left_ : ENTRIES_IN_HAND;
    walk->left_ -= n;
    walk->in_hand_ = n;
    walk->given_ = 0;
    str_clear(&walk->bytes_);
    for (uint32_t i = 0; i < n; i++) {
        struct key key = entry_key(step, walk->left_ + i);
        struct span value = SPAN_NONE;
        walk->starts_[i] = walk->bytes_.n;
        if (packed_get(txn, TABLE_entries, key_span(&key), &value))
            str_add(&walk->bytes_, value);
    }
    walk->starts_[n] = walk->bytes_.n;
    walk->ascending_ = n && is_ascending(walk);
    return n > 0;
}

bool entries_next(struct txn *txn, uint32_t step, struct entries_walk *walk)
{
    struct span value = SPAN_NONE;
    uint32_t i = 0;
    if (!walk->begun_) {
        walk->begun_ = true;
        walk->left_ = entries_of(txn, step);
    }
    while (!value.n) { /* those of erased people are gone */
        if (walk->given_ == walk->in_hand_ && !take_in_hand(txn, step, walk))
            return false;
        i = walk->ascending_ ? walk->given_ : walk->in_hand_ - 1 - walk->given_;
        walk->given_++;
        value = in_hand(walk, i);
    }
    struct key key = entry_key(step, walk->left_ + i);
    if (!entry_read(txn, value, &walk->entry)) {
        txn_damaged(txn, TABLE_entries, key_span(&key));
        return false;
    }
    return true;
}

static size_t touched(struct txn *txn, struct key prefix, uint32_t *steps, size_t max);

bool entries_all_next(struct txn *txn, struct entries_all *all)
{
    struct span key, value;
    bool more;
    if (!all->state_) {
        all->state_ = packed_open(txn, TABLE_entries);
        more = packed_seek(all->state_, SPAN_NONE, &key, &value);
    } else {
        more = packed_next(all->state_, &key, &value);
    }
    if (more && (key.n != 8 || !entry_read(txn, value, &all->entry))) {
        txn_damaged(txn, TABLE_entries, key);
        more = false;
    }
    if (more) {
        all->step = read_u32(key.at);
        all->n = read_u32(key.at + 4);
    }
    return more;
}

void entries_all_end(struct entries_all *all)
{
    packed_close(all->state_);
    all->state_ = NULL;
    contact_free(&all->entry.before);
    judgement_free(&all->entry.was);
}

void entries_drop(struct txn *txn, uint32_t step, uint32_t n)
{
    struct key key = entry_key(step, n);
    packed_remove(txn, TABLE_entries, key_span(&key));
}

static void untouch(struct txn *txn, struct key prefix)
{
    uint32_t steps[64];
    size_t n;
    while ((n = touched(txn, prefix, steps, sizeof steps / sizeof *steps)) > 0 && !txn_failed(txn))
        for (size_t i = 0; i < n; i++) {
            struct key key = prefix;
            key_u32(&key, steps[i]);
            packed_remove(txn, TABLE_touched, key_span(&key));
        }
}

void entries_untouch_contact(struct txn *txn, uint32_t id)
{
    untouch(txn, contact_touched(id));
}

void entries_untouch_address(struct txn *txn, struct span folded)
{
    untouch(txn, address_touched(folded));
}

void entries_walk_end(struct entries_walk *walk)
{
    contact_free(&walk->entry.before);
    judgement_free(&walk->entry.was);
    str_free(&walk->bytes_);
}

/* ---- by contact and by address */

static size_t touched(struct txn *txn, struct key prefix, uint32_t *steps, size_t max)
{
    struct packed_cursor *cursor = packed_open(txn, TABLE_touched);
    struct span key, value;
    size_t n = 0;
    bool more = packed_seek(cursor, key_span(&prefix), &key, &value);
    for (; more && span_starts(key, key_span(&prefix)) && n < max;
         more = packed_next(cursor, &key, &value))
        if (key.n == prefix.n + 4)
            steps[n++] = read_u32(key.at + prefix.n);
    packed_close(cursor);
    return n;
}

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
    n = touched(txn, contact_touched(id), steps, max);
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
    return touched(txn, address_touched(folded), steps, max);
}

static uint32_t touched_next(struct txn *txn, struct key prefix, uint32_t after)
{
    struct key from = prefix;
    struct str found = {0};
    struct span value;
    uint32_t step = 0;
    key_u32(&from, after + 1);
    if (packed_after(txn, TABLE_touched, key_span(&from), &found, &value) &&
        span_starts(span_of_str(&found), key_span(&prefix)) && found.n == prefix.n + 4)
        step = read_u32(found.at + prefix.n);
    str_free(&found);
    return step;
}

uint32_t entries_next_of_contact(struct txn *txn, uint32_t id, uint32_t after)
{
    return touched_next(txn, contact_touched(id), after);
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
    return touched_next(txn, address_touched(folded), after);
}
