/* SPDX-License-Identifier: MIT
 *
 * Waiting for new mail in the selected folder: IDLE (RFC 2177).
 */
#ifndef MAILBOX_IMAPIDLE_H
#define MAILBOX_IMAPIDLE_H

#include "mailbox/imapsession.h"

/* Blocks until the server says that messages came, or source->woken says so: OK. NO: neither within
 * `ms`, or `poll_ms` where the server has no IDLE. Otherwise the session is lost. */
enum result imapidle(struct imapsession *session, unsigned ms, unsigned poll_ms,
                     struct error *error);

#endif
