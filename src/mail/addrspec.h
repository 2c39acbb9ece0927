/* SPDX-License-Identifier: MIT
 *
 * Addresses as they stand in mail (RFC 5322 3.4 with the obsolete forms, RFC 5321, RFC 6531), in
 * reports (RFC 3464 "rfc822; …", RFC 6533 "utf-8; …", xtext RFC 3461 4) and in servers' prose.
 */
#ifndef MAIL_ADDRSPEC_H
#define MAIL_ADDRSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/arena.h"

/* Is the whole of s local@domain? Quoted local parts, UTF-8 and domain literals count; a domain
 * needs no dot ("user@localhost"); at most 320 bytes. */
bool addrspec_valid(struct span s);

/* Domain in lower case, the rest as it is. */
struct span addrspec_clean(struct arena *arena, struct span s);

/* Calls `found` for each address of a list: display names, comments, groups, source routes. */
void addrspec_list(struct arena *arena, struct span value,
                   void (*found)(void *arg, struct span address), void *arg);
/* The first address of a list; at NULL if there is none. */
struct span addrspec_first(struct arena *arena, struct span value);

/* The address of a report's field "rfc822; user@example.com": type, angle brackets, comments, xtext
 * and \x{HEX} taken off; X.400 forms are searched for an SMTP address. at NULL if there is none. */
struct span addrspec_report(struct arena *arena, struct span value);

/* An address right at the front of a line of prose: `<a@b>`, `"a@b"`, `a@b`, `mailto:a@b`, after
 * blanks, bullets and quotes. *rest is what stands behind it. at NULL if there is none. */
struct span addrspec_lead(struct arena *arena, struct span line, struct span *rest);
/* The first address anywhere in s, for text behind a label that names one. */
struct span addrspec_find(struct arena *arena, struct span s);
/* The same, and *text is what stands behind it; at its end if there is none. */
struct span addrspec_next(struct arena *arena, struct span *text);

#endif
