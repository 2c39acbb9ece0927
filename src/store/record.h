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

#endif
