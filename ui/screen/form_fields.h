/* SPDX-License-Identifier: MIT
 *
 * What the form holds: its fields, what they were, and what the address looks like. No drawing.
 */
#ifndef SCREEN_FORM_FIELDS_H
#define SCREEN_FORM_FIELDS_H

#include "contact/contact.h"
#include "screen/lineedit.h"
#include "store/store.h"

enum field_kind { FIELD_ADDRESS, FIELD_NAME, FIELD_TAGS, FIELD_EXTERNAL, FIELD_OTHER };

struct form_field {
    enum field_kind kind;
    char *name;    /* of the column, for FIELD_OTHER */
    char *before;  /* as the store has it */
    struct lineedit line;
};

struct form_fields {
    struct form_field *fields;
    size_t n, room;
};

/* From a contact; columns of the store that it lacks come empty behind its own. */
void form_fields_load(struct form_fields *fields, struct txn *txn, const struct contact *contact);
void form_fields_free(struct form_fields *fields);
bool form_fields_changed(const struct form_fields *fields); /* was anything typed? */
bool form_field_changed(const struct form_field *field);
struct form_field *form_field_of(struct form_fields *fields, enum field_kind kind);
/* The field of the same meaning in another form, where it may stand elsewhere; NULL if it is not there. */
const struct form_field *form_field_same(const struct form_fields *fields,
                                         const struct form_field *like);
const char *form_field_label(const struct form_field *field); /* translated, or the column's name */
struct span form_field_text(const struct form_field *field);  /* trimmed */

/* What can be said about the address as it stands, before it is saved. */
struct form_note {
    bool wrong;            /* it is no address: text says why */
    struct str text;       /* what to know: another contact has it, it is known dead; "" */
    struct str suggestion; /* the whole address that looks meant; "" */
    struct str folded;
    uint32_t other;        /* the contact that has it already */
    bool dead;             /* known dead, and not this contact's own as it was */
};
void form_note_make(struct form_note *note, struct txn *txn, const struct form_field *address,
                    uint32_t id, int64_t now);
void form_note_free(struct form_note *note);

#endif
