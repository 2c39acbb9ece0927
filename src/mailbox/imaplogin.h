/* SPDX-License-Identifier: MIT
 *
 * Logging in: AUTHENTICATE with the best mechanism that the server offers and we have a secret for
 * (OAUTHBEARER RFC 7628, XOAUTH2, PLAIN RFC 4616), else LOGIN.
 */
#ifndef MAILBOX_IMAPLOGIN_H
#define MAILBOX_IMAPLOGIN_H

#include "mailbox/imapsession.h"

/* DENIED when the server refuses; BUSY when it only has too many connections or is out of order;
 * DENIED without asking where it offers no way that suits. */
enum result imaplogin(struct imapsession *session, struct error *error);

#endif
