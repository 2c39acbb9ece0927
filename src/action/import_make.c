/* SPDX-License-Identifier: MIT */
#include "action/import_make.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/record.h"
#include "store/text.h"

enum { AHEAD = 12 };

struct maker {
    struct import *import;
    const struct import_known *known;
    struct txn *txn;
    struct reader **readers;
    const struct import_stretch *stretch; /* that they entered */
    struct columns *columns;
    struct fresh *gathered; /* NULL: nothing */
    struct mistyped mistyped;
    struct contact stored, fresh, blended;
    struct str spelled, fresh_bytes, blended_bytes, folded;
};

void import_batch_clear(struct import_batch *batch)
{
    batch->n = batch->rows_n = 0;
    batch->changed = batch->unchanged = 0;
    fresh_batch_clear(&batch->fresh);
    str_clear(&batch->bytes);
}

void import_batch_free(struct import_batch *batch)
{
    free(batch->made);
    fresh_batch_free(&batch->fresh);
    free(batch->rows);
    str_free(&batch->bytes);
}

/* ---- addresses that corrections tie together */

static bool is_tied(const struct names *ties, struct span folded)
{
    uint32_t number;
    return names_find(ties, folded, &number);
}

void import_known_read(struct import_known *known, const struct import *import, struct txn *txn)
{
    struct judgements_walk walk = {0};
    known->empty = contacts_count(txn) == 0;
    while (judgements_next(txn, &walk)) {
        known->judged = true;
        if (!walk.corrected_to.n)
            continue;
        names_number(&known->ties, walk.folded);
        names_number(&known->ties, walk.corrected_to);
    }
    judgements_walk_end(&walk);
    known->fresh = known->empty && !known->judged && !import->erasures && !import->options->by_external_id &&
                   !import->options->reader.with_state;
}

void import_known_free(struct import_known *known)
{
    names_free(&known->ties);
}

/* ---- one address */

static void add_made(struct import_batch *batch, struct import_made made)
{
    ALLOC_GROW(batch->made, batch->n, batch->room);
    batch->made[batch->n++] = made;
}

static void read_row(struct maker *maker, size_t i, struct reader_row *row)
{
    import_stretch_row(&maker->import->list, maker->stretch, i, maker->readers, row);
}

static void add_rows(struct maker *maker, struct import_batch *batch, enum import_made_kind kind, size_t from, size_t to)
{
    add_made(batch, (struct import_made){.kind = kind, .rows = to - from});
    for (size_t i = from; i < to; i++) {
        ALLOC_GROW(batch->rows, batch->rows_n, batch->rows_room);
        batch->rows[batch->rows_n++] = import_stretch_place(&maker->import->list, maker->stretch, i);
    }
}

/* The new contact of several rows, as if they came one after the other. */
static void blend_rows(struct maker *maker, struct import_batch *batch, size_t from, size_t to)
{
    struct reader_row row;
    for (size_t i = from; i < to; i++) {
        read_row(maker, i, &row);
        contact_copy(&maker->fresh, &maker->blended, &maker->blended_bytes);
        if (import_blend(&row.contact, &maker->blended))
            batch->changed++;
        else
            batch->unchanged++;
        contact_copy(&maker->blended, &maker->fresh, &maker->fresh_bytes);
    }
}

static void make_new(struct maker *maker, struct import_batch *batch, size_t from, size_t to,
                     struct span folded, const struct reader_row *row)
{
    struct import_made made = {.kind = MADE_NEW, .at = batch->bytes.n, .folded = (uint32_t)folded.n};
    struct contact contact = row->contact;
    if (!import_stretch_plain(maker->stretch, from)) {
        address_fold(contact.address, &maker->spelled, &maker->folded, NULL);
        contact.address = span_of_str(&maker->spelled);
    }
    struct span domain = address_domain(folded);
    made.domain = (uint32_t)(folded.n - domain.n);
    made.hash = names_hash(domain);
    contact.folded = folded;
    contact.id = 0;
    contact.born = contact.step = maker->import->change.step;
    if (to - from > 1) {
        contact_copy(&contact, &maker->fresh, &maker->fresh_bytes);
        blend_rows(maker, batch, from + 1, to);
        contact = maker->fresh;
    }
    if (maker->known->judged)
        made.standing = judgements_standing(maker->txn, folded, 0);
    str_add(&batch->bytes, folded);
    struct span tags = contact.tags;
    contact.tags = SPAN_NONE; /* they stand beside the record */
    record_write_with(maker->columns, &contact, &batch->bytes);
    made.record = (uint32_t)(batch->bytes.n - made.at - made.folded);
    text_of(&contact, &batch->bytes);
    made.text = (uint32_t)(batch->bytes.n - made.at - made.folded - made.record);
    made.tags = (uint32_t)tags.n;
    made.external = (uint32_t)contact.external_id.n;
    str_add(&batch->bytes, tags);
    str_add(&batch->bytes, contact.external_id);
    add_made(batch, made);
    /* The domains of those that are active are told by contacts_settle, a contact each. */
    bool told = made.standing.state == STATE_ACTIVE && made.standing.reason == REASON_none;
    if (to - from > told)
        mistyped_see(&maker->mistyped, domain, to - from - told);
}

/* Is there more to a row than the contact's data? */
static bool brings_state(const struct maker *maker, const struct reader_row *row)
{
    struct import_brought brought;
    return maker->import->options->reader.with_state &&
           (import_brought_read(row, &brought) || brought.event != EVENT_NONE);
}

/* Do the rows leave the contact as it is? `row` holds the first. */
static bool all_same(struct maker *maker, size_t from, size_t to, struct reader_row *row)
{
    for (size_t i = from;; i++) {
        if (brings_state(maker, row) || import_differs(&row->contact, &maker->stored))
            return false;
        if (i + 1 == to)
            return true;
        read_row(maker, i + 1, row);
    }
}

static bool any_state(struct maker *maker, size_t from, size_t to, struct reader_row *row)
{
    bool any = brings_state(maker, row);
    if (to - from == 1 || !maker->import->options->reader.with_state)
        return any;
    for (size_t i = to; i-- > from && !any; any = brings_state(maker, row))
        read_row(maker, i, row);
    if (!any)
        read_row(maker, from, row);
    return any;
}

/* Where rows are matched by external id, one of an id and an address that no other row has is told at
 * once, if it is new in both or changes nothing. All others wait: they may move contacts about. */
static void make_keyed(struct maker *maker, struct import_batch *batch, size_t at, struct span folded)
{
    struct reader_row row;
    uint32_t ids[2], id = 0;
    read_row(maker, at, &row);
    struct span external_id = row.contact.external_id;
    bool later = import_list_repeats(&maker->import->list, external_id) || brings_state(maker, &row) ||
                 erasures_have(maker->import->erasures, folded), new = false;
    if (!later && !maker->known->empty) {
        id = contacts_external(maker->txn, external_id);
        size_t n = id ? 0 : contacts_at(maker->txn, folded, ids, 2);
        if (n == 1 && !external_id.n)
            id = ids[0];
        new = !id && n == 0;
    } else {
        new = !later;
    }
    if (new) {
        make_new(maker, batch, at, at + 1, folded, &row);
        return;
    }
    if (id && contacts_get(maker->txn, id, &maker->stored) &&
               span_equal(maker->stored.folded, folded) &&
               !import_differs(&row.contact, &maker->stored)) {
        batch->unchanged++;
    } else {
        add_rows(maker, batch, MADE_LATER, at, at + 1);
        return;
    }
    mistyped_see(&maker->mistyped, address_domain(folded), 1);
}

static void make_group(struct maker *maker, struct import_batch *batch, size_t from, size_t to,
                       struct span folded)
{
    struct reader_row row;
    uint32_t ids[2];
    bool keyed = maker->import->options->by_external_id;
    if (keyed && to - from == 1 && !is_tied(&maker->known->ties, folded)) {
        make_keyed(maker, batch, from, folded);
        return;
    }
    if (keyed || is_tied(&maker->known->ties, folded)) {
        add_rows(maker, batch, MADE_LATER, from, to);
        return;
    }
    read_row(maker, from, &row);
    size_t n = maker->known->empty ? 0 : contacts_at(maker->txn, folded, ids, 2);
    bool rows = n > 1;
    if (n == 0) {
        rows = any_state(maker, from, to, &row) ||
               erasures_have(maker->import->erasures, folded);
        if (!rows) {
            make_new(maker, batch, from, to, folded, &row);
            return;
        }
    } else if (n == 1) {
        rows = !contacts_get(maker->txn, ids[0], &maker->stored) || !all_same(maker, from, to, &row);
        if (!rows)
            batch->unchanged += to - from;
    }
    if (rows)
        add_rows(maker, batch, MADE_ROWS, from, to);
    else
        mistyped_see(&maker->mistyped, address_domain(folded), to - from);
}

/* ---- a chunk */

enum result maker_new(struct import *import, const struct import_known *known, struct store *store,
                      struct maker **out, struct error *error)
{
    struct txn *txn;
    enum result result = store_read(store, &txn, error);
    if (result)
        return result;
    struct maker *maker = *out = alloc_zero(1, sizeof *maker);
    maker->import = import;
    maker->known = known;
    maker->txn = txn;
    maker->readers = import_list_readers(&import->list, true);
    maker->columns = columns_copy(import->change.txn);
    return RESULT_OK;
}

struct txn *maker_txn(struct maker *maker)
{
    return maker->txn;
}

/* Rows lie scattered: each is fetched some time before it is needed. */
static void look_ahead(const struct maker *maker, size_t i)
{
    if (i + AHEAD < maker->stretch->n)
        import_stretch_fetch(&maker->import->list, maker->stretch, i + AHEAD);
}

static struct span folded_at(const struct maker *maker, size_t i, char room[IMPORT_FOLDED_MAX])
{
    return import_stretch_folded(&maker->import->list, maker->stretch, i, room);
}

void maker_make(struct maker *maker, const struct import_stretch *stretch, size_t from, size_t end,
                struct import_batch *batch)
{
    char rooms[2][IMPORT_FOLDED_MAX];
    struct span folded, next = SPAN_NONE;
    size_t to;
    unsigned room = 0;
    if (maker->stretch != stretch)
        import_stretch_enter(&maker->import->list, stretch, maker->readers);
    maker->stretch = stretch;
    if (from) { /* an address that began in the chunk before belongs there */
        folded = folded_at(maker, from - 1, rooms[room]);
        for (room = !room; from < end; from++) {
            next = folded_at(maker, from, rooms[room]);
            if (!span_equal(folded, next))
                break;
        }
    } else {
        next = folded_at(maker, from, rooms[room]);
    }
    for (; from < end; from = to) {
        folded = next;
        room = !room;
        for (to = from + 1; to < stretch->n; to++) {
            look_ahead(maker, to);
            next = folded_at(maker, to, rooms[room]);
            if (!span_equal(folded, next))
                break;
        }
        make_group(maker, batch, from, to, folded);
    }
}

struct fresh_contact import_batch_new(const struct import_batch *batch, const struct import_made *made)
{
    const char *at = batch->bytes.at + made->at;
    struct fresh_contact contact = {.folded = {at, made->folded}};
    contact.record = (struct span){at += made->folded, made->record};
    contact.text = (struct span){at += made->record, made->text};
    contact.tags = (struct span){at += made->text, made->tags};
    contact.external_id = (struct span){at + made->tags, made->external};
    contact.domain = span_cut(contact.folded, made->domain, made->folded);
    contact.hash = made->hash;
    return contact;
}

void maker_number(struct maker *maker, struct import_batch *batch, uint32_t first)
{
    if (!maker->gathered)
        maker->gathered = fresh_new();
    for (size_t i = 0; i < batch->n; i++) {
        if (i + AHEAD < batch->n)
            fresh_fetch(maker->gathered, batch->made[i + AHEAD].hash, false);
        if (i + AHEAD / 2 < batch->n)
            fresh_fetch(maker->gathered, batch->made[i + AHEAD / 2].hash, true);
        struct fresh_contact contact = import_batch_new(batch, &batch->made[i]);
        fresh_add(maker->gathered, &batch->fresh, first + (uint32_t)i, &contact);
    }
    fresh_end(&batch->fresh);
}

static void see_domain(void *mistyped, struct span domain, uint64_t n)
{
    mistyped_see(mistyped, domain, n);
}

struct fresh *maker_sort(struct maker *maker)
{
    if (maker->gathered)
        fresh_sort(maker->gathered);
    return maker->gathered;
}

void maker_tell(struct maker *maker)
{
    if (maker->gathered)
        fresh_tell(maker->gathered, see_domain, &maker->mistyped);
}

void maker_free(struct maker *maker)
{
    if (!maker)
        return;
    struct str *const texts[] = {&maker->spelled, &maker->fresh_bytes, &maker->blended_bytes, &maker->folded};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        str_free(texts[i]);
    mistyped_join(&maker->import->mistyped, &maker->mistyped);
    contact_free(&maker->stored);
    contact_free(&maker->fresh);
    contact_free(&maker->blended);
    mistyped_free(&maker->mistyped);
    columns_free(maker->columns);
    fresh_free(maker->gathered);
    import_list_readers_free(&maker->import->list, maker->readers, true);
    txn_end(maker->txn);
    free(maker);
}
