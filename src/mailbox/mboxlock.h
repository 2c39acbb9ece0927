/* SPDX-License-Identifier: MIT
 *
 * The two locks that mail programs agree on: an fcntl lock on the mbox and the file MBOX.lock.
 * The dot lock is taken first, as Postfix, Dovecot and Debian's policy have it.
 */
#ifndef MAILBOX_MBOXLOCK_H
#define MAILBOX_MBOXLOCK_H

#include "mailbox/mailbox.h"

/* Waits until nobody writes to the mbox, at most 15 s (or source->timeout_ms if shorter), and takes
 * a shared fcntl lock on fd. BUSY with a sentence, CANCELLED. */
enum result mboxlock_shared(int fd, const char *path, const struct mailbox_source *source,
                            struct error *error);

struct mboxlock {
    int fd;    /* the mbox, open for reading and writing, locked */
    char *dot; /* MBOX.lock */
};

/* Opens and locks the mbox for writing. BUSY, DENIED, MISSING, IO, CANCELLED. */
enum result mboxlock_take(struct mboxlock *lock, const char *path,
                          const struct mailbox_source *source, struct error *error);
void mboxlock_release(struct mboxlock *lock);

/* The fcntl lock alone, of any descriptor; waits without a limit for the few bytes somebody else
 * writes. */
void mboxlock_fd(int fd, bool lock);
/* Does anybody wait for a lock of this file? False where /proc/locks does not tell. */
struct stat;
bool mboxlock_awaited(const struct stat *about);

#endif
