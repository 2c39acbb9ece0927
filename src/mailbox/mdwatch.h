/* SPDX-License-Identifier: MIT
 *
 * Hears of new messages in a Maildir by inotify: its new and cur, those of its folders, and new
 * folders.
 */
#ifndef MAILBOX_MDWATCH_H
#define MAILBOX_MDWATCH_H

#include "mailbox/mailbox.h"
#include "mailbox/mdlist.h"

/* All zero to begin with. */
struct mdwatch {
    bool begun;
    bool stale; /* folders came or went since mdwatch_set */
    int fd;     /* -1 where the system has none to give: then it is slept and looked */
};

/* Listens from now on to what was listed. Call it before the listing that is to miss nothing. */
void mdwatch_set(struct mdwatch *watch, const char *path, const struct mdlist *list);
/* OK when something was delivered, and for a moment nothing more; or source->woken says so. NO when
 * `ms` are over (without inotify `poll_ms`). CANCELLED. */
enum result mdwatch_wait(struct mdwatch *watch, const struct mailbox_source *source, unsigned ms,
                         unsigned poll_ms, struct error *error);
void mdwatch_end(struct mdwatch *watch);

#endif
