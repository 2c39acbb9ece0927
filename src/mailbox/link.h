/* SPDX-License-Identifier: MIT
 *
 * A connection to a mail server: the socket, TLS over it, deadlines, and cancelling within a tenth
 * of a second. An answer has source->timeout_ms; each further 16 kB of it buys that time again, so
 * a slow line is no failure and a byte a second is. The first failure stays: link_failure tells it.
 */
#ifndef MAILBOX_LINK_H
#define MAILBOX_LINK_H

#include "mailbox/mailbox.h"

struct link;

/* Resolves and connects, in clear. */
enum result link_open(const struct mailbox_source *source, const struct mailbox_url *url,
                      struct link **out, struct error *error);
/* Handshake and the certificate's examination (tls.h). With `upgrade`, after STARTTLS: what was
 * read in clear and not taken yet, or comes before the handshake, is an injection and UNREACHABLE.
 */
enum result link_start_tls(struct link *link, bool upgrade, struct error *error);
void link_close(struct link *link); /* NULL is fine */

/* From here on nothing is worth waiting for longer than two seconds: before a good-bye. */
void link_hurry(struct link *link);

/* A new answer begins: its deadline runs from here, and it may have so many bytes. */
void link_expect(struct link *link, size_t budget);

/* Waits until something is there to be read: OK. NO when `ms` are over or source->woken says so. */
enum result link_wait(struct link *link, unsigned ms, struct error *error);
enum result link_send(struct link *link, struct span bytes, struct error *error);
/* One line without its CRLF, at most 64 kB; valid until the next call of any function here. */
enum result link_line(struct link *link, struct span *line, struct error *error);
/* The same with its end, or a piece of a longer line. */
enum result link_piece(struct link *link, struct span *piece, bool *ends, struct error *error);
/* What is there, at least a byte and at most `room`; waits for it. */
enum result link_some(struct link *link, char *out, size_t room, size_t *got);
/* Adds exactly n bytes to out. */
enum result link_bytes(struct link *link, size_t n, struct str *out, struct error *error);
/* Gives bytes back that somebody else read too many; link_line gets them first. */
void link_unread(struct link *link, struct span bytes);

/* The connection's failure with its sentence; OK if none yet. */
enum result link_failure(const struct link *link, struct error *error);
/* Did the failure consist in the server hanging up? */
bool link_was_dropped(const struct link *link);
/* Makes the server's bad behaviour the connection's failure: "HOST:PORT: what". UNREACHABLE. */
enum result link_blame(struct link *link, const char *what, struct error *error);
const char *link_name(const struct link *link); /* "host:port" */
int link_fd(const struct link *link);

#endif
