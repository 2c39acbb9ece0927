/* SPDX-License-Identifier: MIT
 *
 * The bodies of messages, straight off the line, one at a time: the server goes on sending while
 * the caller decides, and memory holds a single message. Flags stay (BODY.PEEK).
 */
#ifndef MAILBOX_IMAPFETCH_H
#define MAILBOX_IMAPFETCH_H

#include "mailbox/imapsession.h"

struct imapfetch {
    struct imapsession *session;
    struct str line, body;
    uint32_t uid;    /* of the body */
    unsigned number; /* of the command */
    bool running;
    bool refused; /* the command ended with NO: some of its messages the server would not give */
};

/* Asks for the messages of these UIDs, ascending, at most IMAPFETCH_BATCH. */
#define IMAPFETCH_BATCH 500
enum result imapfetch_start(struct imapfetch *fetch, const uint32_t *uids, size_t n,
                            struct error *error);
/* The next message into fetch->uid and fetch->body, at most `KIND_WHOLE_MAX` + 1 bytes of it; NO
 * when the command is answered, with `refused`. After a failure the session is lost. */
enum result imapfetch_next(struct imapfetch *fetch, struct error *error);
void imapfetch_free(struct imapfetch *fetch);

#endif
