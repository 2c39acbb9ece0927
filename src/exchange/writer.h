/* SPDX-License-Identifier: MIT
 *
 * Contacts to the outside: CSV, vCard 4, JSON Lines, plain addresses, as text into a str that the
 * caller writes out.
 */
#ifndef EXCHANGE_WRITER_H
#define EXCHANGE_WRITER_H

#include "contact/contact.h"
#include "contact/state.h"

struct writer_row {
    const struct contact *contact;
    struct standing standing;
};

struct writer_options {
    bool spreadsheet;           /* cells that a spreadsheet would run get a ' in front */
    const struct span *columns; /* further fields, in order (CSV) */
    size_t n;
};

struct writer_format {
    const char *name; /* "csv", "vcard", "json", "plain" */
    void (*head)(const struct writer_options *options, struct str *out);
    void (*row)(const struct writer_options *options, const struct writer_row *row, struct str *out);
};
const struct writer_format *writer_format(struct span name); /* NULL: no such format */

/* One CSV cell, quoted where needed (RFC 4180). */
void writer_cell(struct span cell, bool spreadsheet, struct str *out);
/* A JSON string with its quotes; bytes that are not UTF-8 are repaired. */
void writer_json(struct span text, struct str *out);
/* The object of `list --json`, without the newline: see interface.md "Other JSON". */
void writer_contact_json(const struct writer_row *row, struct str *out);

#endif
