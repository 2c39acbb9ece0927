/* SPDX-License-Identifier: MIT */
#include "screen/form_fields.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "screen/bulk.h"
#include "screen/why.h"
#include "store/contacts.h"
#include "store/judgements.h"

static const char *const labels[] = {
    [FIELD_ADDRESS] = N_("Address"),
    [FIELD_NAME] = N_("Name"),
    [FIELD_TAGS] = N_("Tags"),
    [FIELD_EXTERNAL] = N_("External id"),
};

static void add(struct form_fields *fields, enum field_kind kind, struct span name,
                struct span value)
{
    ALLOC_GROW(fields->fields, fields->n, fields->room);
    struct form_field *field = &fields->fields[fields->n++];
    *field = (struct form_field){.kind = kind, .name = span_copy(name)};
    lineedit_set(&field->line, value);
    /* What the line made of it, repaired: else a strange value would look typed. */
    field->before = span_copy(lineedit_text(&field->line));
}

static bool has_column(const struct form_fields *fields, struct span name)
{
    for (size_t i = 0; i < fields->n; i++)
        if (fields->fields[i].kind == FIELD_OTHER &&
            span_equal_nocase(span_of(fields->fields[i].name), name))
            return true;
    return false;
}

void form_fields_load(struct form_fields *fields, struct txn *txn, const struct contact *contact)
{
    add(fields, FIELD_ADDRESS, SPAN(""), contact->address);
    add(fields, FIELD_NAME, SPAN(""), contact->name);
    for (size_t i = 0; i < contact->n; i++)
        add(fields, FIELD_OTHER, contact->fields[i].name, contact->fields[i].value);
    for (size_t i = 0, n = txn ? contacts_columns(txn) : 0; i < n; i++)
        if (!has_column(fields, contacts_column(txn, i)))
            add(fields, FIELD_OTHER, contacts_column(txn, i), SPAN(""));
    if (!has_column(fields, SPAN("company")))
        add(fields, FIELD_OTHER, SPAN("company"), SPAN(""));
    add(fields, FIELD_TAGS, SPAN(""), contact->tags);
    add(fields, FIELD_EXTERNAL, SPAN(""), contact->external_id);
}

void form_fields_free(struct form_fields *fields)
{
    for (size_t i = 0; i < fields->n; i++) {
        free(fields->fields[i].name);
        free(fields->fields[i].before);
        lineedit_free(&fields->fields[i].line);
    }
    free(fields->fields);
    *fields = (struct form_fields){0};
}

bool form_field_changed(const struct form_field *field)
{
    return !span_equal(lineedit_text(&field->line), span_of(field->before));
}

bool form_fields_changed(const struct form_fields *fields)
{
    for (size_t i = 0; i < fields->n; i++)
        if (form_field_changed(&fields->fields[i]))
            return true;
    return false;
}

struct form_field *form_field_of(struct form_fields *fields, enum field_kind kind)
{
    for (size_t i = 0; i < fields->n; i++)
        if (fields->fields[i].kind == kind)
            return &fields->fields[i];
    return NULL;
}

const struct form_field *form_field_same(const struct form_fields *fields,
                                         const struct form_field *like)
{
    for (size_t i = 0; i < fields->n; i++)
        if (fields->fields[i].kind == like->kind &&
            span_equal_nocase(span_of(fields->fields[i].name), span_of(like->name)))
            return &fields->fields[i];
    return NULL;
}

const char *form_field_label(const struct form_field *field)
{
    return field->kind == FIELD_OTHER ? field->name : _(labels[field->kind]);
}

struct span form_field_text(const struct form_field *field)
{
    return span_trim(lineedit_text(&field->line));
}

void form_note_free(struct form_note *note)
{
    str_free(&note->text);
    str_free(&note->suggestion);
    str_free(&note->folded);
    *note = (struct form_note){0};
}

/* Somebody else's, or dead? */
static void look_up(struct form_note *note, struct txn *txn, uint32_t id, bool typed, int64_t now)
{
    struct span folded = span_of_str(&note->folded);
    struct contact contact = {0};
    uint32_t ids[4];

    size_t n = contacts_at(txn, folded, ids, 4);
    for (size_t i = 0; i < n && i < 4; i++)
        if (ids[i] != id)
            note->other = ids[i];
    if (note->other && contacts_get(txn, note->other, &contact))
        str_addf(&note->text, _("another contact has it: %.*s (id %u). Saving offers to merge."),
                 SPAN_ARGS(contact.name.n ? contact.name : contact.address), note->other);
    contact_free(&contact);
    struct standing standing = judgements_standing(txn, folded, now);
    bool sendable = state_sendable(standing.state, false);
    note->dead = typed && !sendable;
    if (sendable || note->other)
        return;
    str_add_text(&note->text, typed ? _("this address is known: ") : "");
    why_standing(&standing, now, &note->text);
}

void form_note_make(struct form_note *note, struct txn *txn, const struct form_field *address,
                    uint32_t id, int64_t now)
{
    struct span text = form_field_text(address);
    struct str domain = {0}, spelled = {0};
    struct error error;

    form_note_free(note);
    if (!text.n) {
        note->wrong = true;
        str_add_text(&note->text, _("an address is needed"));
        return;
    }
    if (address_fold(text, &spelled, &note->folded, &error) != RESULT_OK) {
        note->wrong = true;
        str_add_text(&note->text, error.text);
    } else {
        if (txn)
            look_up(note, txn, id, form_field_changed(address), now);
        if (bulk_suggest(txn, span_of_str(&note->folded), &domain)) {
            struct span whole = span_of_str(&spelled);
            ptrdiff_t at = span_find_last(whole, '@');
            str_add(&note->suggestion, span_cut(whole, 0, (size_t)at + 1));
            str_add(&note->suggestion, span_of_str(&domain));
        }
    }
    str_free(&domain);
    str_free(&spelled);
}
