/* SPDX-License-Identifier: MIT
 *
 * Servers are spoken to by a process of its own: this program again, with one argument, that has
 * its channel and the rights of confine.h. What a server does to it, it cannot do to the store, the
 * configuration or the files of whoever runs this. The mailbox here passes on what is asked.
 */
#ifndef MAILBOX_REMOTE_H
#define MAILBOX_REMOTE_H

#include "mailbox/mailbox.h"

#define REMOTE_ARGUMENT "--mailbox-child"
#define REMOTE_CHANNEL 3 /* its descriptor */

/* Opens the source there; `within` is what does the work. As mailbox_open. */
enum result remote_open(const struct mailbox_source *source, struct mailbox **out,
                        struct error *error);
/* As mailbox_folders. */
struct mailbox_folder;
enum result remote_folders(const struct mailbox_source *source, struct mailbox_folder **out,
                           size_t *n, struct error *error);
/* The child's main. */
int remote_child(void);

/* In the child: asks whether many ids are known by one question. True if `known` is the child's. */
bool remote_ask_known(mailbox_known known, void *arg, const char *const *ids, size_t n, bool *out);

#endif
