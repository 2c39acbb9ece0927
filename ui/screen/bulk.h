/* SPDX-License-Identifier: MIT
 *
 * Changes to one or many contacts from a page: asked, previewed, done as one step, and said how to
 * take back.
 */
#ifndef SCREEN_BULK_H
#define SCREEN_BULK_H

#include "screen/session.h"

void bulk_mark(struct session *session, const uint32_t *ids, size_t n); /* ids are copied */
void bulk_tag(struct session *session, const uint32_t *ids, size_t n);
/* Corrects the domain of contact `id` for all who have it; proposes the domain that looks meant. */
void bulk_domain(struct session *session, uint32_t id);

/* The same for all who have `from`: asked to which domain, or after the preview at once. Folded. */
void bulk_domain_ask(struct session *session, struct span from, struct span meant);
void bulk_domain_to(struct session *session, struct span from, struct span to);
/* All who have one of `domains` ("a,b,c"), each to the one that it looks meant for. */
void bulk_domains_suggested(struct session *session, struct span domains);
/* Does the domain of contact `id`, and the one that looks meant, take mail? */
void bulk_dns(struct session *session, uint32_t id);

/* What became of an action, in the message line: "31 marked invalid. u takes it back." True if it
 * changed anything. Refused ones are named on a page. `done` is past tense: "marked invalid". */
bool bulk_said(struct session *session, enum result result, const struct outcome *outcome,
               const struct error *error, const char *command, const char *done);

/* The domain that looks meant instead of the one of `folded` (an address), "" for none; known
 * domains of this store are taken for good. Adds it (U-label) to out. */
bool bulk_suggest(struct txn *txn, struct span folded, struct str *out);
void bulk_forget(void); /* the store has changed: what it knows of its domains is read anew */

#endif
