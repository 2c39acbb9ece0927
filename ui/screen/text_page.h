/* SPDX-License-Identifier: MIT
 *
 * A page of text to read: help, an original message, a list of addresses.
 */
#ifndef SCREEN_TEXT_PAGE_H
#define SCREEN_TEXT_PAGE_H

#include "screen/session.h"
#include "screen/textview.h"

/* Pushes an empty one; fill the view that comes back (it lives as long as the page). */
struct textview *text_page_open(struct session *session, const char *title);

/* The keys of a place, and what else helps there. */
void help_open(struct session *session, enum place place);

/* What a command line prints, run beside the screen and shown as it comes. `typed` is without
 * "zwrotka". Those that need the terminal get it. */
void output_open(struct session *session, struct span typed);

#endif
