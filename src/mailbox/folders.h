/* SPDX-License-Identifier: MIT
 *
 * What folders there are at an IMAP server, for choosing one.
 */
#ifndef MAILBOX_FOLDERS_H
#define MAILBOX_FOLDERS_H

#include "mailbox/mailbox.h"

struct mailbox_folder {
    char *name;        /* UTF-8, the server's word: show it by utf8_visible */
    uint64_t messages; /* 0 where the server does not say */
    bool junk;         /* the server says that spam goes there (RFC 6154) */
};

/* Connects, logs in and lists, INBOX first, the others by name; folders that hold no mail are left
 * out. `source` is as for mailbox_open; the folder in its URL does not matter. USAGE for what is no
 * imaps:// or imap:// URL, else as mailbox_open. Release with mailbox_folders_free. */
enum result mailbox_folders(const struct mailbox_source *source, struct mailbox_folder **out,
                            size_t *n, struct error *error);
/* The same in this process, for the one that speaks to servers (remote.h). */
enum result folders_here(const struct mailbox_source *source, struct mailbox_folder **out,
                         size_t *n, struct error *error);
void mailbox_folders_free(struct mailbox_folder *folders, size_t n);

#endif
