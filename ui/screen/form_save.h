/* SPDX-License-Identifier: MIT
 *
 * The form's own: what form.c (the page) and form_save.c (saving, conflicts, merging) share.
 */
#ifndef SCREEN_FORM_SAVE_H
#define SCREEN_FORM_SAVE_H

#include "screen/form_fields.h"
#include "screen/session.h"

struct form {
    struct page page;
    uint32_t id;        /* 0: a new contact */
    uint32_t expected;  /* the contact's last step as loaded */
    uint32_t next;      /* the contact after it, fixed before a save moves the list */
    struct form_fields fields;
    size_t at;          /* the field with the focus */
    size_t top;
    struct form_note note;
    bool note_stale;
    struct str why;     /* why the address is as it is */
    enum state state;
    bool then_next;     /* Ctrl-N */
    bool force, overwrite;
};

/* Reads the contact (anew), dropping what was typed. False: it is gone. */
bool form_load(struct form *form, struct session *session);
/* What is known of the address as typed, if that is not up to date. */
void form_note_refresh(struct form *form, struct session *session);

/* Saves what was typed and closes the form, asking where there is something to ask. `form` may be
 * gone afterwards. */
void form_save(struct form *form, struct session *session);

#endif
