/* SPDX-License-Identifier: MIT
 *
 * A contact's address: syntax (RFC 5321 4.1.2, RFC 6531) and the folded form that is its key.
 */
#ifndef CONTACT_ADDRESS_H
#define CONTACT_ADDRESS_H

#include <stdbool.h>

#include "base/result.h"
#include "base/str.h"

#define ADDRESS_MAX 254 /* bytes of a path without its brackets, RFC 5321 4.5.3.1.3 */

/* Checks one address as a person or file gives it (blanks and invisible signs round it, <> and
 * mailto: are taken off; no display name) and writes
 *   spelled: as given, cleaned, NFC, UTF-8 (may be NULL), and
 *   folded: the key of interface.md: NFC, lower case, domain as A-label (IDNA2008, libidn2),
 *           needless quotes and trailing dot dropped, prvs= and our own
 *           tokens dropped; plus-tags and dots kept.
 * Both are cleared first. DATA with a sentence naming what is wrong. Domain literals, an empty or
 * over-long label, a control or invisible character, a domain without a dot, a local part over 64
 * bytes, are wrong. Folding a folded address gives the same. Allocates nothing but the two texts for
 * an ASCII address without "xn--". */
enum result address_fold(struct span text, struct str *spelled, struct str *folded,
                         struct error *error);

/* Is it an address that only its letters' case tells from its folded form? Nine in ten are. */
bool address_is_plain(struct span text);

/* For evidence: as address_fold, but what is not an address is kept in lower case as it is, so that
 * a bounce about a strange recipient still has a key. Never fails; at most ADDRESS_MAX*2 bytes (a
 * longer one is cut and ends in "#" and a hash). */
void address_key(struct span text, struct str *folded);

/* A domain alone, as address_fold folds it: lower case, A-label, no trailing dot. `out` is cleared
 * first. A single label ("pl") passes if `single`. */
enum result address_fold_domain(struct span text, bool single, struct str *out,
                                struct error *error);

/* The part behind the last @ of a folded address (A-label); empty if there is none. */
struct span address_domain(struct span folded);

/* The domain as people read it (U-label) added to out; the A-label itself if it has none. */
void address_domain_unicode(struct span domain, struct str *out);

#endif
