/* SPDX-License-Identifier: MIT
 *
 * What was typed into a form when the line was lost: kept in $XDG_STATE_HOME/zwrotka/draft (0600)
 * until it is saved or dropped. One that belongs to another store is not found and not dropped.
 */
#ifndef SCREEN_DRAFT_H
#define SCREEN_DRAFT_H

#include "screen/form_fields.h"

/* Failures are silent: the line is gone, and nobody could read them. */
void draft_save(const char *store, uint32_t id, const struct form_fields *fields);
/* Is there one of this store, and of whom (0: a new contact)? */
bool draft_find(const char *store, uint32_t *id);
void draft_load(struct form_fields *fields);   /* puts the typed texts into a loaded form */
void draft_drop(const char *store); /* if it is of this one */

/* The same for a page that is nothing but lines; `page` says which. Loading them drops the draft;
 * false, and nothing is loaded, where the draft is none of theirs. */
void draft_save_lines(const char *store, const char *page, const struct span *lines, size_t n);
bool draft_load_lines(const char *store, const char *page, struct str *lines, size_t n);

#endif
