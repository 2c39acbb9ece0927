/* SPDX-License-Identifier: MIT
 *
 * The part of an address behind the @. For src/contact; others go through address.h.
 */
#ifndef CONTACT_DOMAIN_H
#define CONTACT_DOMAIN_H

#include <stdbool.h>

#include "base/result.h"
#include "base/str.h"

#define DOMAIN_MAX 253 /* bytes, RFC 5321 4.5.3.1.2 without the root's dot and length */
#define DOMAIN_LABEL_MAX 63
#define DOMAIN_GIVEN_MAX 1024 /* more bytes than that are no address, whatever cleaning takes off */

/* Adds the folded domain (lower case, A-labels, no dot at the end) of NFC text to out, which holds
 * rubbish behind its old end on failure. `whole` is what the sentence quotes; `single` lets a domain
 * without a dot pass. DATA. */
enum result domain_fold(struct span domain, bool single, struct str *out, struct span whole,
                        struct error *error);

/* DATA with the sentence; `format` takes the text by one %s, shortened and harmless. */
enum result domain_refuse(struct error *error, const char *format, struct span text);

/* Controls, invisible signs, blanks that are none of ASCII's. */
bool domain_has_hidden(struct span s);

#endif
