/* SPDX-License-Identifier: MIT
 *
 * Whether a domain takes mail, and the one that was perhaps meant: asked on a key, answered in the
 * message line.
 */
#ifndef SCREEN_DNS_H
#define SCREEN_DNS_H

#include "base/str.h"

struct session;
struct mailhost;

struct dns {
    struct mailhost *asked[2];
    char *domain[2]; /* as shown */
};

/* Both are folded; `meant` may be SPAN_NONE. What was asked before is forgotten. */
void dns_ask(struct session *session, struct span domain, struct span meant);
bool dns_runs(const struct dns *dns);
void dns_poll(struct session *session); /* says the answer once it is there */
void dns_free(struct dns *dns);

#endif
