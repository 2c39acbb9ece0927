/* SPDX-License-Identifier: MIT
 *
 * Looks a server's name up without holding up a cancel: the system's resolver may block for half a
 * minute, so it runs in a thread that is left behind when nobody waits any more.
 */
#ifndef MAILBOX_RESOLVE_H
#define MAILBOX_RESOLVE_H

#include <netdb.h>

#include "mailbox/mailbox.h"

/* The addresses, which the caller gives to freeaddrinfo. UNREACHABLE when there are none or
 * `timeout_ms` has passed, CANCELLED. */
enum result resolve(const char *host, unsigned port, const struct mailbox_source *source,
                    unsigned timeout_ms, struct addrinfo **out, struct error *error);

#endif
