/* SPDX-License-Identifier: MIT
 *
 * The form: all fields of a contact, or of a new one. The address is checked as one types; a domain
 * that looks mistyped brings a suggestion, taken by → at the end of the line. A colleague's change
 * in between is shown before anything is overwritten. What was typed outlives a lost line.
 */
#ifndef SCREEN_FORM_H
#define SCREEN_FORM_H

#include "screen/session.h"

void form_open(struct session *session, uint32_t id); /* 0: a new contact */
/* Brings back what was typed when a line was lost (draft.c). True if there was something. */
bool form_restore(struct session *session);

#endif
