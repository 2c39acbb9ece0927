/* SPDX-License-Identifier: MIT
 *
 * Does a domain take mail? Asked of the DNS (MX, RFC 7505's null MX, else an address, RFC 5321 5.1),
 * only when somebody wants to know, and never waited for: the caller looks in from time to time.
 */
#ifndef SEND_MAILHOST_H
#define SEND_MAILHOST_H

#include "base/result.h"
#include "base/str.h"

enum mailhost_answer {
    MAILHOST_MX,      /* takes mail, at the server named */
    MAILHOST_ADDRESS, /* no MX, but an address: may take mail */
    MAILHOST_NULL,    /* says that it takes none */
    MAILHOST_NOTHING, /* exists, with neither MX nor address */
    MAILHOST_NONE,    /* no such domain */
    MAILHOST_UNKNOWN, /* no answer, or a faulty one */
};

struct mailhost;

/* Begins to ask about a folded domain (A-labels). It ends by itself after about 6 s. Servers are the
 * system's, or those in ZWROTKA_DNS (host:port) for tests. UNREACHABLE: there is no DNS here. */
enum result mailhost_start(struct span domain, struct mailhost **out, struct error *error);
/* True once there is an answer; never blocks. */
bool mailhost_done(struct mailhost *mailhost);
/* Of one that is done; *host is the best MX, "" where there is none, good until mailhost_free. */
enum mailhost_answer mailhost_answer(const struct mailhost *mailhost, const char **host);
void mailhost_free(struct mailhost *mailhost);
/* "takes mail (mx.wp.pl)", translated. Adds to out. */
void mailhost_words(const struct mailhost *mailhost, struct str *out);

#endif
