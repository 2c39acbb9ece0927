/* SPDX-License-Identifier: MIT
 *
 * Walks of contacts.h: over the addresses in their order, forward and back, and over the records.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/packed.h"
#include "store/record.h"
#include "store/tags.h"

struct place {
    struct packed_cursor *cursor;
    struct span folded, ids;
    size_t at;   /* of ids.at: the contact that was told last, in bytes */
    bool landed; /* put there by contacts_walk_at, told by the first step */
};

static bool begin(struct txn *txn, struct contacts_walk *walk, bool back)
{
    struct place *place = walk->state_ = alloc_zero(1, sizeof *place);
    place->cursor = packed_open(txn, TABLE_addresses);
    bool found = (walk->from.n || !back) &&
                 packed_seek(place->cursor, walk->from, &place->folded, &place->ids);
    if (!back)
        return found;
    return found ? packed_previous(place->cursor, &place->folded, &place->ids)
                 : packed_last(place->cursor, &place->folded, &place->ids);
}

static bool tell(struct contacts_walk *walk)
{
    struct place *place = walk->state_;
    if (place->at + 4 > place->ids.n)
        return false;
    walk->folded = place->folded;
    memcpy(&walk->id, place->ids.at + place->at, 4);
    return true;
}

bool contacts_next(struct txn *txn, struct contacts_walk *walk)
{
    struct place *place = walk->state_;
    bool more = true;
    if (!place) {
        more = begin(txn, walk, false);
        place = walk->state_;
    } else if (place->landed) {
        place->landed = false;
    } else if (place->at + 8 <= place->ids.n) {
        place->at += 4;
    } else {
        more = packed_next(place->cursor, &place->folded, &place->ids);
        place->at = 0;
    }
    if (!more)
        place->ids = SPAN_NONE;
    return more && tell(walk);
}

bool contacts_previous(struct txn *txn, struct contacts_walk *walk)
{
    struct place *place = walk->state_;
    bool more = true;
    if (place && place->at >= 4) {
        place->at -= 4;
        return tell(walk);
    }
    if (!place) {
        more = begin(txn, walk, true);
        place = walk->state_;
    } else {
        more = packed_previous(place->cursor, &place->folded, &place->ids);
    }
    place->landed = false;
    if (!more)
        place->ids = SPAN_NONE;
    place->at = place->ids.n >= 4 ? (place->ids.n - 4) & ~(size_t)3 : 0;
    return more && tell(walk);
}

void contacts_walk_at(struct txn *txn, struct contacts_walk *walk, double part, uint64_t *rank)
{
    struct place *place = walk->state_ = alloc_zero(1, sizeof *place);
    uint64_t n = contacts_count(txn), before = (uint64_t)(part <= 0 ? 0 : part * (double)n);
    place->cursor = packed_open(txn, TABLE_addresses);
    place->landed = packed_part(place->cursor, part, &place->folded, &place->ids);
    if (rank)
        *rank = before < n ? before : n ? n - 1 : 0;
}

void contacts_walk_end(struct contacts_walk *walk)
{
    struct place *place = walk->state_;
    if (place)
        packed_close(place->cursor);
    free(place);
    walk->state_ = NULL;
}

/* ---- by id */

bool contacts_each(struct txn *txn, struct contacts_each *each)
{
    struct span key, record;
    bool more;
    if (!each->state_) {
        struct key from = key_of_u32(each->from);
        each->state_ = packed_open(txn, TABLE_contacts);
        more = packed_seek(each->state_, key_span(&from), &key, &record);
    } else {
        more = packed_next(each->state_, &key, &record);
    }
    if (!more)
        return false;
    if (key.n != 4 || !record_read(txn, record, &each->contact)) {
        txn_damaged(txn, TABLE_contacts, key);
        return false;
    }
    each->contact.id = read_u32(key.at);
    each->contact.tags = tags_get(txn, each->contact.id);
    return true;
}

void contacts_each_end(struct contacts_each *each)
{
    packed_close(each->state_);
    each->state_ = NULL;
    contact_free(&each->contact);
}
