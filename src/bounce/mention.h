/* SPDX-License-Identifier: MIT
 *
 * Whom a notice is about, where no known form names anybody: last resorts, in this order.
 */
#ifndef BOUNCE_MENTION_H
#define BOUNCE_MENTION_H

#include "bounce/work.h"

#define MENTION_MAX 3000u /* so far into the notice */

/* GroupWise's "anna (user not found)": each recipient of the returned message whom a line calls by
 * the local part. */
void mention_local_parts(struct work *work);

/* The one whom the returned message was for, by VERP, To and Cc. The words condemn it only if they
 * are about nobody else, and no name was lost on the way (`expected`, and not mentioned). */
void mention_returned(struct work *work, bool expected);

/* The only address in the text of a mail system's failure notice in whatever tongue, the desks' and
 * ours apart; if a server's reply stands there, a sentence that only servers say (`bounce`), or
 * words that condemn. */
void mention_only(struct work *work, bool bounce);

/* The line that names it in two pieces, "jan wasn't found at firma.example", with the address in
 * place of its local part; at NULL if there is none, or the message ends in it. */
struct span mention_apart(struct work *work, struct span address);

/* What the notice's text says beside the address, to the end of the paragraph; at NULL if it is not
 * there. */
struct span mention_said(struct work *work, struct span address);

#endif
