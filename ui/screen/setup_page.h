/* SPDX-License-Identifier: MIT
 *
 * The first mailbox: a form whose answers `zwrotka setup` tries; a second page (setup_choice.h) asks
 * what to do with what is there, and saves it.
 */
#ifndef SCREEN_SETUP_PAGE_H
#define SCREEN_SETUP_PAGE_H

#include "screen/setup_try.h"

struct setup_page;

void setup_page_open(struct session *session);
/* The form with what was typed when the line was lost; does nothing where that is not so. */
void setup_page_restore(struct session *session);

/* What the second page adds to the form. */
struct setup_chosen {
    const char *folder; /* NULL: the form's */
    const char *since;  /* as --since; NULL: not to be saved yet */
    bool deletes;       /* bounces from the server; false leaves the form's other words */
};
/* Tries what was typed, or with chosen->since tries and saves it; `chosen` may be NULL. False: it
 * could not be started (said). */
bool setup_page_try(struct setup_page *setup, struct session *session, struct setup_try *try,
                    const struct setup_chosen *chosen);
bool setup_page_deletes(const struct setup_page *setup); /* so says the form */

#endif
