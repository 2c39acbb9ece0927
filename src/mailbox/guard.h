/* SPDX-License-Identifier: MIT
 *
 * Watches what a server says before libetpan parses it. libetpan allocates a literal of 4 GB at
 * once and recurses for every parenthesis; none of the answers that it reads for us has either (the
 * bodies of messages do not go through it), so both are refused. Pure.
 */
#ifndef MAILBOX_GUARD_H
#define MAILBOX_GUARD_H

#include "base/str.h"

struct guard {
    unsigned depth;
    bool brace; /* the last byte was { */
};

/* NULL, or a short text of what is wrong with these further bytes. All zero to begin with. */
const char *guard_check(struct guard *guard, struct span bytes);

#endif
