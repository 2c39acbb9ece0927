/* SPDX-License-Identifier: MIT
 *
 * What is no bounce though it looks like one: vacation notices and other automatic answers (RFC
 * 3834), challenges, read receipts, people's replies and forwards, list servers.
 */
#ifndef BOUNCE_AUTOREPLY_H
#define BOUNCE_AUTOREPLY_H

#include "bounce/work.h"

/* Who wrote it, as far as the header tells. */
struct author {
    bool daemon;    /* a mail system: MAILER-DAEMON, postmaster, null return path, … */
    bool mailer;    /* … that no answer would reach: its return path is empty, or a daemon's */
    bool person;    /* a mail program's marks: In-Reply-To, Re:, Fwd: … */
    bool automatic; /* Auto-Submitted, X-Autoreply, Precedence: auto_reply … */
    bool own_name;  /* no daemon, and its return path is its own address */
    bool failure;   /* the subject is one that servers give to failures */
    bool list;      /* a list server's headers */
    unsigned subject; /* the kinds of word in the subject, for autoreply_kind */
};

void author_read(struct work *work, struct author *out);

/* The kind by subject and the whole notice, for what named nobody: AUTOREPLY, CHALLENGE, RECEIPT or
 * OTHER. */
enum bounce_kind autoreply_kind(struct work *work, const struct author *author,
                                struct span notice);

/* Does the text, which stands before what a server said, tell that somebody quotes that: a ticket
 * system, a forum, a person who forwards it? */
bool autoreply_quotes(struct work *work, struct span text);

#endif
