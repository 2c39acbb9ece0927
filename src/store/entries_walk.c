/* SPDX-License-Identifier: MIT
 *
 * Entries read: those of a step for undo, all of them in order.
 */
#include "store/entries.h"

#include "contact/contact.h"
#include "store/judging.h"
#include "store/packed.h"
#include "store/record.h"
#include "store/tags.h"

struct key entries_key(uint32_t step, uint32_t n)
{
    struct key key = key_of_u32(step);
    key_u32(&key, n);
    return key;
}

uint32_t entries_count(struct txn *txn, uint32_t step)
{
    struct key beyond = entries_key(step + 1, 0);
    struct packed_cursor *cursor = packed_open(txn, TABLE_entries);
    struct span key, value;
    bool found = packed_seek(cursor, key_span(&beyond), &key, &value)
                     ? packed_previous(cursor, &key, &value)
                     : packed_last(cursor, &key, &value);
    uint32_t n = found && key.n == 8 && read_u32(key.at) == step ? read_u32(key.at + 4) + 1 : 0;
    packed_close(cursor);
    return n;
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
        struct key key = entries_key(step, walk->left_ + i);
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
        walk->left_ = entries_count(txn, step);
    }
    while (!value.n) { /* those of erased people are gone */
        if (walk->given_ == walk->in_hand_ && !take_in_hand(txn, step, walk))
            return false;
        i = walk->ascending_ ? walk->given_ : walk->in_hand_ - 1 - walk->given_;
        walk->given_++;
        value = in_hand(walk, i);
    }
    struct key key = entries_key(step, walk->left_ + i);
    if (!entry_read(txn, value, &walk->entry)) {
        txn_damaged(txn, TABLE_entries, key_span(&key));
        return false;
    }
    return true;
}

void entries_walk_end(struct entries_walk *walk)
{
    contact_free(&walk->entry.before);
    judgement_free(&walk->entry.was);
    str_free(&walk->bytes_);
}

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
