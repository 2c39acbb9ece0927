/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a contact as bytes (layout in contacts.c), for the table and for history.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "contact/contact.h"
#include "store/store.h"

/* Adds the record to out; new field names get a column. */
void record_write(struct txn *txn, const struct contact *contact, struct str *out);
/* False for damage. The contact borrows from `record`; its id is left 0. */
bool record_read(struct txn *txn, struct span record, struct contact *contact);

/* The names of all columns, a thread's own copy: to write records without the transaction. Every name
 * has to have its column by then. */
struct columns;
void columns_need(struct txn *txn, struct span name); /* makes the column if there is none */
struct columns *columns_copy(struct txn *txn);
void columns_free(struct columns *columns);
void record_write_with(struct columns *columns, const struct contact *contact, struct str *out);

#endif
