/* SPDX-License-Identifier: MIT
 *
 * One log-in at an IMAP server (RFC 9051, 3501), by libetpan over a link: connect, TLS, log in,
 * select, search. After any failure the session is good for nothing but closing.
 */
#ifndef MAILBOX_IMAPSESSION_H
#define MAILBOX_IMAPSESSION_H

#include <libetpan/libetpan.h>

#include "mailbox/link.h"

struct imapsession {
    const struct mailbox_source *source;
    const struct mailbox_url *url;
    struct link *link;
    mailimap *imap;
    uint32_t validity; /* UIDVALIDITY, UIDNEXT and messages of the selected folder */
    uint32_t next;
    uint32_t exists;
    bool news;    /* the server told of messages since imapsession_forget_news */
    bool no_idle; /* it refused IDLE, or has none */
};

/* Connects, starts TLS, logs in. Borrows source and url. UNREACHABLE, DENIED, BUSY, CANCELLED. */
enum result imapsession_open(const struct mailbox_source *source, const struct mailbox_url *url,
                             struct imapsession **out, struct error *error);
/* Opens url->path (INBOX if empty), to read only or to change. MISSING. */
enum result imapsession_select(struct imapsession *session, bool read_only, struct error *error);
/* LOGOUT if `politely`; else the line is just dropped. NULL is fine. */
void imapsession_close(struct imapsession *session, bool politely);

/* Tells a call of libetpan apart: OK, or the failure of the connection, or the server's refusal as
 * "HOST: what (the server's own words)" with `refused` as its result. */
enum result imapsession_check(struct imapsession *session, int code, enum result refused,
                              const char *what, struct error *error);
/* Call before every command: an answer of at most so many bytes is to come. */
void imapsession_expect(struct imapsession *session, size_t budget);
/* Takes what libetpan read ahead back into the link, for talking past it. */
void imapsession_take_over(struct imapsession *session);

/* What the server said in passing: "* 12 EXISTS" is news. */
void imapsession_note(struct imapsession *session, struct span line);
void imapsession_forget_news(struct imapsession *session);
bool imapsession_has_news(struct imapsession *session); /* in whatever command it told them */

/* Asks for the UIDs of the messages that fit the key, which it takes. *found is freed by
 * mailimap_search_result_free. */
enum result imapsession_search(struct imapsession *session, struct mailimap_search_key *key,
                               size_t budget, clist **found, struct error *error);
/* Adds the UIDs of the messages with sequence numbers from..to (not older than `since` unless that is
 * 0, with a day's grace) to *uids; with `by_uid` of those with UIDs from `from` on, and the last one. */
enum result imapsession_list(struct imapsession *session, bool by_uid, uint32_t from, uint32_t to,
                             int64_t since, uint32_t **uids, size_t *n, size_t *capacity, struct error *error);

#endif
