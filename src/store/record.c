/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   columns    number (big-endian) → name; columns 0 to 4 are the fixed ones below
 */
#include "store/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/lower.h"
#include "store/contacts.h"
#include "store/table.h"

enum { COLUMN_ADDRESS, COLUMN_FOLDED, COLUMN_NAME, COLUMN_EXTERNAL, COLUMN_TAGS, COLUMN_OWN };

/* ---- columns: read once a transaction */

struct columns {
    struct span *names; /* owned */
    size_t n, room;
    size_t near; /* records name them in the same order again and again */
};

static void columns_drop(void *data)
{
    struct columns *columns = data;
    for (size_t i = 0; i < columns->n; i++)
        free((char *)columns->names[i].at);
    free(columns->names);
    free(columns);
}

static void add_name(struct columns *columns, struct span name)
{
    ALLOC_GROW(columns->names, columns->n, columns->room);
    columns->names[columns->n++] = (struct span){span_copy(name), name.n};
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
    for (; more; more = cursor_next(cursor, &key, &value))
        add_name(columns, value);
    cursor_close(cursor);
    return columns;
}

static bool find_column(struct columns *columns, struct span name, uint64_t *number)
{
    size_t near = columns->near < columns->n ? columns->near : 0;
    if (columns->n && span_equal(columns->names[near], name)) {
        columns->near = near + 1;
        *number = near + COLUMN_OWN;
        return true;
    }
    for (size_t k = 0; k < columns->n; k++) {
        size_t i = (columns->near + k) % columns->n;
        struct span own = columns->names[i];
        if (span_equal(own, name) || span_equal_nocase(own, name)) {
            columns->near = i + 1;
            *number = i + COLUMN_OWN;
            return true;
        }
    }
    return false;
}

void columns_need(struct txn *txn, struct span name)
{
    struct columns *columns = columns_of(txn);
    uint64_t number;
    if (find_column(columns, name, &number))
        return;
    struct key key = key_of_u32((uint32_t)columns->n);
    table_put(txn, TABLE_columns, key_span(&key), name);
    add_name(columns, name);
}

struct columns *columns_copy(struct txn *txn)
{
    const struct columns *from = columns_of(txn);
    struct columns *copy = alloc_zero(1, sizeof *copy);
    for (size_t i = 0; i < from->n; i++)
        add_name(copy, from->names[i]);
    return copy;
}

void columns_free(struct columns *columns)
{
    if (columns)
        columns_drop(columns);
}

size_t contacts_columns(struct txn *txn)
{
    return columns_of(txn)->n;
}

struct span contacts_column(struct txn *txn, size_t i)
{
    return columns_of(txn)->names[i];
}

/* ---- the record */

/* At most NUMBER_BYTES twice and the value. */
static char *write_column(char *to, uint64_t column, struct span value)
{
    if (!value.n)
        return to;
    to = write_number(to, column);
    to = write_number(to, value.n);
    copy_short(to, value.at, value.n);
    return to + value.n;
}

void record_write_with(struct columns *columns, const struct contact *contact, struct str *out)
{
    uint64_t number;
    size_t most = (3 + 2 * (5 + contact->n)) * NUMBER_BYTES + contact->address.n + contact->folded.n +
                  contact->name.n + contact->external_id.n + contact->tags.n;
    for (size_t i = 0; i < contact->n; i++)
        most += contact->fields[i].value.n;
    str_reserve(out, most);
    char *to = out->at + out->n;
    to = write_number(to, contact->born);
    to = write_number(to, contact->step);
    to = write_number(to, signed_number(contact->corrected));
    to = write_column(to, COLUMN_ADDRESS, contact->address);
    if (!span_equal(contact->address, contact->folded))
        to = write_column(to, COLUMN_FOLDED, contact->folded);
    to = write_column(to, COLUMN_NAME, contact->name);
    to = write_column(to, COLUMN_EXTERNAL, contact->external_id);
    to = write_column(to, COLUMN_TAGS, contact->tags);
    for (size_t i = 0; i < contact->n; i++)
        if (contact->fields[i].value.n && find_column(columns, contact->fields[i].name, &number))
            to = write_column(to, number, contact->fields[i].value);
    out->n = (size_t)(to - out->at);
    out->at[out->n] = '\0';
}

void record_write(struct txn *txn, const struct contact *contact, struct str *out)
{
    for (size_t i = 0; i < contact->n; i++)
        if (contact->fields[i].value.n)
            columns_need(txn, contact->fields[i].name);
    record_write_with(columns_of(txn), contact, out);
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
                columns->names[column - COLUMN_OWN], value};
        }
    }
    return contact->address.n > 0;
}
