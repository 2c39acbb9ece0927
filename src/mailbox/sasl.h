/* SPDX-License-Identifier: MIT
 *
 * What IMAP and POP3 share about logging in: the first words of the SASL mechanisms PLAIN
 * (RFC 4616), XOAUTH2 and OAUTHBEARER (RFC 7628), and the sentences about what went wrong.
 */
#ifndef MAILBOX_SASL_H
#define MAILBOX_SASL_H

#include "mailbox/mailbox.h"

/* Is there a password, and can it be sent? CONFIG if not. `server` is for the sentence. */
enum result sasl_check(const struct mailbox_source *source, const struct mailbox_url *url,
                       const char *server, struct error *error);

void sasl_plain(const char *user, const char *password, struct str *out);
void sasl_token(bool bearer, const struct mailbox_url *url, const char *token, struct str *out);
void sasl_base64(struct span s, struct str *out);
void sasl_forget(struct str *secret); /* wipes and frees */

/* DENIED for a refusal; BUSY when the server's words say that it only has too many connections or
 * is out of order (RFC 5530, 2449, 3206). */
enum result sasl_refused(const struct mailbox_source *source, const struct mailbox_url *url,
                         const char *server, struct span said, struct error *error);

#endif
