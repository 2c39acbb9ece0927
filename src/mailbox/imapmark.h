/* SPDX-License-Identifier: MIT
 *
 * Changes at the IMAP server: \Seen, deleting, moving; only the UIDs that are named.
 */
#ifndef MAILBOX_IMAPMARK_H
#define MAILBOX_IMAPMARK_H

#include "mailbox/imapsession.h"

/* Carries out source->after on n UIDs, ascending, in the selected folder. done[i] for those that
 * are; UIDs that are gone count as done. What the server refuses is DENIED, and a folder where
 * deleting would take other people's mail along (no UIDPLUS, RFC 4315, and others are flagged
 * \Deleted) is BUSY. */
enum result imapmark_apply(struct imapsession *session, const uint32_t *uids, size_t n, bool *done,
                           struct error *error);

/* Puts a message into the selected folder, as new (APPEND, RFC 9051 6.3.12). DENIED. */
enum result imapmark_put(struct imapsession *session, struct span bytes, struct error *error);

#endif
