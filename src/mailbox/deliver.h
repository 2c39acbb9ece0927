/* SPDX-License-Identifier: MIT
 *
 * Puts a message into a mailbox of the file system, as a delivery agent does: a kill at any moment
 * leaves it there whole or not at all.
 */
#ifndef MAILBOX_DELIVER_H
#define MAILBOX_DELIVER_H

#include "mailbox/mailbox.h"

/* Into new/ of the Maildir open as `dir`, which is at `path` for the sentences. */
enum result deliver_maildir(int dir, const char *path, struct span bytes, struct error *error);
/* At the end of the mbox, under its locks. */
enum result deliver_mbox(const char *path, const struct mailbox_source *source, struct span bytes,
                         struct error *error);

#endif
