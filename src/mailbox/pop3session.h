/* SPDX-License-Identifier: MIT
 *
 * One log-in at a POP3 server (RFC 1939, 2449, 2595), over the link without libetpan, whose RETR
 * has no bound: connect, TLS, log in, ask. After any failure but a -ERR it is good only for
 * closing.
 */
#ifndef MAILBOX_POP3SESSION_H
#define MAILBOX_POP3SESSION_H

#include "mailbox/link.h"

struct pop3session {
    const struct mailbox_source *source;
    const struct mailbox_url *url;
    struct link *link;
    bool can_stls, can_plain, can_xoauth2, can_top;
    struct str line; /* the first line of the latest answer */
};

#define POP3SESSION_ANSWER ((size_t)4 << 10) /* room for an answer of one line */

/* Connects, starts TLS, logs in. Borrows source and url. UNREACHABLE, DENIED, BUSY, CANCELLED. */
enum result pop3session_open(const struct mailbox_source *source, const struct mailbox_url *url,
                             struct pop3session **out, struct error *error);
/* `politely` says QUIT, which carries out deletions; else the line is dropped, and none is. NULL is
 * fine. */
void pop3session_close(struct pop3session *session, bool politely);

/* Sends a command and reads the first line of its answer, which has at most `budget` bytes in all;
 * a command of "" only reads. NO for -ERR, its words in session->line. */
enum result pop3session_ask(struct pop3session *session, size_t budget, struct span command,
                            struct error *error);
/* A -ERR as a failure: "HOST: what (the server's words)". Returns result. */
enum result pop3session_refused(struct pop3session *session, enum result result, const char *what,
                                struct error *error);
/* A line of an answer of many; false in *more at its end, the single dot. */
enum result pop3session_next_line(struct pop3session *session, struct span *line, bool *more,
                                  struct error *error);

#endif
