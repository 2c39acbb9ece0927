/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   contacts   id (big-endian) → born, step, corrected, then (column, bytes) until the end
 *   columns    number (big-endian) → name; columns 0 to 4 are the fixed ones below
 *   addresses  folded address → ids, 4 bytes each, little-endian, ascending
 *   externals  external id → ids, as addresses
 *   state      id / 1024 (big-endian) → 1,024 bytes, a state each; no row: all active
 */
#include "store/contacts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/facts.h"
#include "store/judgements.h"
#include "store/record.h"
#include "store/table.h"

enum { COLUMN_ADDRESS, COLUMN_FOLDED, COLUMN_NAME, COLUMN_EXTERNAL, COLUMN_TAGS, COLUMN_OWN };
enum { CHUNK = 1024 };

/* ---- columns: read once a transaction */

struct columns {
    char **names;
    size_t n, room;
    size_t near; /* records name them in the same order again and again */
};

static void columns_drop(void *data)
{
    struct columns *columns = data;
    for (size_t i = 0; i < columns->n; i++)
        free(columns->names[i]);
    free(columns->names);
    free(columns);
}

static struct columns *columns_of(struct txn *txn)
{
    struct columns *columns = txn_slot(txn, SLOT_COLUMNS);
    if (columns)
        return columns;
    columns = alloc_zero(1, sizeof *columns);
    txn_set_slot(txn, SLOT_COLUMNS, columns, columns_drop, NULL);
    struct cursor *cursor = cursor_open(txn, TABLE_columns);
    struct span key, value;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value)) {
        ALLOC_GROW(columns->names, columns->n, columns->room);
        columns->names[columns->n++] = span_copy(value);
    }
    cursor_close(cursor);
    return columns;
}

static uint64_t column_number(struct txn *txn, struct span name)
{
    struct columns *columns = columns_of(txn);
    for (size_t k = 0; k < columns->n; k++) {
        size_t i = (columns->near + k) % columns->n;
        if (span_equal_nocase(span_of(columns->names[i]), name)) {
            columns->near = i + 1;
            return i + COLUMN_OWN;
        }
    }
    struct key key = key_of_u32((uint32_t)columns->n);
    table_put(txn, TABLE_columns, key_span(&key), name);
    ALLOC_GROW(columns->names, columns->n, columns->room);
    columns->names[columns->n] = span_copy(name);
    return columns->n++ + COLUMN_OWN;
}

size_t contacts_columns(struct txn *txn)
{
    return columns_of(txn)->n;
}

struct span contacts_column(struct txn *txn, size_t i)
{
    return span_of(columns_of(txn)->names[i]);
}

/* ---- the record */

static void put_column(struct str *out, uint64_t column, struct span value)
{
    if (value.n) {
        put_number(out, column);
        put_span(out, value);
    }
}

void record_write(struct txn *txn, const struct contact *contact, struct str *out)
{
    put_number(out, contact->born);
    put_number(out, contact->step);
    put_signed(out, contact->corrected);
    put_column(out, COLUMN_ADDRESS, contact->address);
    if (!span_equal(contact->address, contact->folded))
        put_column(out, COLUMN_FOLDED, contact->folded);
    put_column(out, COLUMN_NAME, contact->name);
    put_column(out, COLUMN_EXTERNAL, contact->external_id);
    put_column(out, COLUMN_TAGS, contact->tags);
    for (size_t i = 0; i < contact->n; i++)
        if (contact->fields[i].value.n)
            put_column(out, column_number(txn, contact->fields[i].name), contact->fields[i].value);
}

bool record_read(struct txn *txn, struct span record, struct contact *contact)
{
    struct columns *columns = columns_of(txn);
    contact_clear(contact);
    if (!take_u32(&record, &contact->born) || !take_u32(&record, &contact->step) ||
        !take_signed(&record, &contact->corrected))
        return false;
    while (record.n) {
        uint64_t column;
        struct span value;
        if (!take_number(&record, &column) || !take_span(&record, &value))
            return false;
        switch (column) {
        case COLUMN_ADDRESS:
            contact->address = contact->folded = value;
            break;
        case COLUMN_FOLDED:
            contact->folded = value;
            break;
        case COLUMN_NAME:
            contact->name = value;
            break;
        case COLUMN_EXTERNAL:
            contact->external_id = value;
            break;
        case COLUMN_TAGS:
            contact->tags = value;
            break;
        default:
            if (column - COLUMN_OWN >= columns->n)
                return false;
            ALLOC_GROW(contact->fields, contact->n, contact->room);
            contact->fields[contact->n++] = (struct contact_field){
                span_of(columns->names[column - COLUMN_OWN]), value};
        }
    }
    return contact->address.n > 0;
}

bool contacts_get(struct txn *txn, uint32_t id, struct contact *contact)
{
    struct key key = key_of_u32(id);
    struct span record;
    if (!table_get(txn, TABLE_contacts, key_span(&key), &record))
        return false;
    if (!record_read(txn, record, contact)) {
        txn_damaged(txn, TABLE_contacts, key_span(&key));
        return false;
    }
    contact->id = id;
    return true;
}

/* ---- state cache */

enum state contacts_state(struct txn *txn, uint32_t id)
{
    struct key key = key_of_u32(id / CHUNK);
    struct span chunk;
    if (!table_get(txn, TABLE_state, key_span(&key), &chunk))
        return STATE_ACTIVE;
    unsigned char state = id % CHUNK < chunk.n ? (unsigned char)chunk.at[id % CHUNK] : 0xff;
    if (state >= STATE_COUNT) {
        txn_damaged(txn, TABLE_state, key_span(&key));
        return STATE_ACTIVE;
    }
    return (enum state)state;
}

static void set_state(struct txn *txn, uint32_t id, enum state state)
{
    struct key key = key_of_u32(id / CHUNK);
    struct span chunk;
    bool there = table_get(txn, TABLE_state, key_span(&key), &chunk);
    if (!there && state == STATE_ACTIVE)
        return;
    char bytes[CHUNK] = {0};
    if (there && chunk.n == CHUNK)
        memcpy(bytes, chunk.at, CHUNK);
    if (bytes[id % CHUNK] == (char)state && there)
        return;
    bytes[id % CHUNK] = (char)state;
    table_put(txn, TABLE_state, key_span(&key), (struct span){bytes, CHUNK});
}

/* ---- indexes */

static size_t ids_of(struct span value, uint32_t *ids, size_t max)
{
    size_t n = value.n / 4;
    for (size_t i = 0; i < n && i < max; i++)
        memcpy(&ids[i], value.at + 4 * i, 4);
    return n < max ? n : max;
}

size_t contacts_at(struct txn *txn, struct span folded, uint32_t *ids, size_t max)
{
    struct key key = key_of_text(folded);
    struct span value;
    return table_get(txn, TABLE_addresses, key_span(&key), &value) ? ids_of(value, ids, max) : 0;
}

uint32_t contacts_external(struct txn *txn, struct span external_id)
{
    struct key key = key_of_text(external_id);
    struct span value;
    uint32_t id = 0;
    if (external_id.n && table_get(txn, TABLE_externals, key_span(&key), &value))
        ids_of(value, &id, 1);
    return id;
}

/* Puts an id into a row of ids, or takes it out. False where the row is full. */
static bool index_id(struct txn *txn, enum table table, struct span name, uint32_t id, bool in)
{
    uint32_t ids[CONTACTS_SHARE_MAX], kept[CONTACTS_SHARE_MAX + 1];
    struct key key = key_of_text(name);
    struct span value;
    size_t n = table_get(txn, table, key_span(&key), &value)
                   ? ids_of(value, ids, CONTACTS_SHARE_MAX) : 0;
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (ids[i] < id)
            kept[k++] = ids[i];
    if (in)
        kept[k++] = id;
    for (size_t i = 0; i < n; i++)
        if (ids[i] > id)
            kept[k++] = ids[i];
    if (k > CONTACTS_SHARE_MAX)
        return false;
    if (k)
        table_put(txn, table, key_span(&key), (struct span){(char *)kept, 4 * k});
    else
        table_remove(txn, table, key_span(&key));
    return true;
}

static void index_address(struct txn *txn, struct span folded, uint32_t id, bool in)
{
    if (!index_id(txn, TABLE_addresses, folded, id, in))
        txn_fail(txn, RESULT_DATA, _("%.*s: more than %d contacts share this address"),
                 SPAN_ARGS(folded), CONTACTS_SHARE_MAX);
}

/* An id meant to be one contact's may be many's by mistake; beyond the limit they are left out. */
static void index_external(struct txn *txn, struct span external_id, uint32_t id, bool in)
{
    if (external_id.n)
        index_id(txn, TABLE_externals, external_id, id, in);
}

/* ---- facets */

void facts_count(struct txn *txn, const struct contact *contact, enum state state,
                 enum reason reason, int64_t change)
{
    counts_add(txn, COUNT_STATE, state, SPAN_NONE, change);
    counts_add(txn, COUNT_DOMAIN, state, address_domain(contact->folded), change);
    if (reason != REASON_none)
        counts_add(txn, COUNT_REASON, state, span_of(reason_name(reason)), change);
    struct span rest = contact->tags, tag;
    while (rest.n && span_next(&rest, ';', &tag))
        counts_add(txn, COUNT_TAG, state, tag, change);
}

void facts_follow(struct txn *txn, struct span folded, const struct standing *old,
                  const struct standing *new)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    if (old->state == new->state && old->reason == new->reason)
        return;
    size_t n = contacts_at(txn, folded, ids, CONTACTS_SHARE_MAX);
    struct contact contact = {0};
    for (size_t i = 0; i < n; i++) {
        if (!contacts_get(txn, ids[i], &contact))
            continue;
        facts_count(txn, &contact, old->state, old->reason, -1);
        facts_count(txn, &contact, new->state, new->reason, 1);
        set_state(txn, ids[i], new->state);
    }
    contact_free(&contact);
}

/* ---- put and remove */

/* The standing as the store has it: counts follow what is stored, not the clock. */
static struct standing standing_at(struct txn *txn, struct span folded)
{
    return judgements_standing(txn, folded, 0);
}

static void index_out(struct txn *txn, const struct contact *old)
{
    struct standing standing = standing_at(txn, old->folded);
    facts_count(txn, old, standing.state, standing.reason, -1);
}

uint32_t contacts_put(struct txn *txn, const struct contact *contact)
{
    struct str record = {0}, folded = {0};
    uint32_t id = contact->id ? contact->id : contacts_last_id(txn) + 1;
    struct key key = key_of_u32(id);
    record_write(txn, contact, &record);
    /* The spans may borrow from the map, and every write below may move it. */
    str_add(&folded, contact->folded);
    struct contact fresh = {0}, old = {0};
    bool there = contact->id && contacts_get(txn, id, &old);
    bool same_address = there && span_equal(old.folded, contact->folded);
    bool same_external = there && span_equal(old.external_id, contact->external_id);
    struct str old_folded = {0}, old_external = {0};
    if (there) {
        str_add(&old_folded, old.folded);
        str_add(&old_external, old.external_id);
        index_out(txn, &old);
    }
    if (there && !same_address)
        index_address(txn, span_of_str(&old_folded), id, false);
    if (there && !same_external)
        index_external(txn, span_of_str(&old_external), id, false);
    if (id > contacts_last_id(txn)) {
        table_append(txn, TABLE_contacts, key_span(&key), span_of_str(&record));
        meta_put(txn, "last_id", id);
    } else {
        table_put(txn, TABLE_contacts, key_span(&key), span_of_str(&record));
    }
    if (!same_address)
        index_address(txn, span_of_str(&folded), id, true);
    if (!txn_failed(txn) && record_read(txn, span_of_str(&record), &fresh)) {
        if (!same_external)
            index_external(txn, fresh.external_id, id, true);
        struct standing standing = standing_at(txn, span_of_str(&folded));
        facts_count(txn, &fresh, standing.state, standing.reason, 1);
        set_state(txn, id, standing.state);
    }
    contact_free(&fresh);
    contact_free(&old);
    str_free(&old_folded);
    str_free(&old_external);
    str_free(&folded);
    str_free(&record);
    return id;
}

void contacts_remove(struct txn *txn, uint32_t id)
{
    struct contact old = {0};
    struct str folded = {0}, external_id = {0};
    if (contacts_get(txn, id, &old)) {
        str_add(&folded, old.folded);
        str_add(&external_id, old.external_id);
        index_out(txn, &old);
        index_address(txn, span_of_str(&folded), id, false);
        index_external(txn, span_of_str(&external_id), id, false);
        set_state(txn, id, STATE_ACTIVE);
        struct key key = key_of_u32(id);
        table_remove(txn, TABLE_contacts, key_span(&key));
    }
    str_free(&folded);
    str_free(&external_id);
    contact_free(&old);
}

/* ---- walking and counting */

bool contacts_next(struct txn *txn, struct contacts_walk *walk)
{
    struct place {
        struct cursor *cursor;
        struct span key, value;
        size_t at;
    } *place = walk->state_;
    if (!place) {
        place = walk->state_ = alloc_zero(1, sizeof *place);
        struct key from = key_of_text(walk->from);
        place->cursor = cursor_open(txn, TABLE_addresses);
        if (!cursor_seek(place->cursor, key_span(&from), &place->key, &place->value))
            return false;
    } else if (place->at + 4 > place->value.n) {
        if (!cursor_next(place->cursor, &place->key, &place->value)) {
            place->value.n = 0;
            return false;
        }
        place->at = 0;
    }
    if (place->at + 4 > place->value.n)
        return false;
    memcpy(&walk->id, place->value.at + place->at, 4);
    place->at += 4;
    walk->folded = place->key;
    return true;
}

void contacts_walk_end(struct contacts_walk *walk)
{
    struct cursor **place = walk->state_;
    if (place)
        cursor_close(*place);
    free(place);
    walk->state_ = NULL;
}

uint64_t contacts_count(struct txn *txn)
{
    return table_rows(txn, TABLE_contacts);
}

uint32_t contacts_last_id(struct txn *txn)
{
    return (uint32_t)meta_get(txn, "last_id");
}
