/* SPDX-License-Identifier: MIT
 *
 * Changes an mbox: deletes messages, marks them as read, or moves them to another mbox. A new file
 * is written beside the old one and renamed over it, under both locks, so that a kill at any moment
 * leaves either the old mbox or the new one, whole.
 */
#ifndef MAILBOX_MBOXEDIT_H
#define MAILBOX_MBOXEDIT_H

#include "mailbox/mailbox.h"

/* Carries out source->after on the messages of these ids (mboxreader.h); those not there count as
 * done. Either all are done or none. `reading` is the caller's descriptor of the mbox: it goes on
 * reading the old file, but is closed for a moment, so that others who still have it open show. */
enum result mboxedit_apply(const char *path, const struct mailbox_source *source,
                           const char *const *ids, size_t n, int reading, struct error *error);

#endif
