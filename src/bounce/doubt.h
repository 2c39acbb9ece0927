/* SPDX-License-Identifier: MIT
 *
 * What excuses an address that the words condemn: the reply was no answer to its RCPT, it is the
 * sender's address that was refused, the server says the same of living ones, the message is cut.
 */
#ifndef BOUNCE_DOUBT_H
#define BOUNCE_DOUBT_H

#include "bounce/codes.h"
#include "bounce/judge.h"

/* `said` is the server's part of the words, `own` its codes. REASON_none: nothing does. */
struct opinion doubt_find(struct judge *judge, const struct finding *finding, struct span said,
                          const struct codes *own);

#endif
