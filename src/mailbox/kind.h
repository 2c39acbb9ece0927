/* SPDX-License-Identifier: MIT
 *
 * What the kinds of mailbox share among themselves; nobody outside this room includes it.
 */
#ifndef MAILBOX_KIND_H
#define MAILBOX_KIND_H

#include "mailbox/mailbox.h"

/* A larger message is read in part, its first KIND_PART bytes, and never deleted. */
#define KIND_WHOLE_MAX ((size_t)10 << 20)
#define KIND_PART ((size_t)1 << 20)
#define KIND_SLICE_MS 200 /* how often a wait looks whether it is cancelled or woken */

extern const struct mailbox_ops kind_file;    /* a path that holds one message */
extern const struct mailbox_ops kind_stream;  /* "-" */
extern const struct mailbox_ops kind_maildir; /* maildir:PATH, or found so */
extern const struct mailbox_ops kind_mbox;    /* mbox:PATH, or found so */
extern const struct mailbox_ops kind_imap;
extern const struct mailbox_ops kind_pop3;

/* OK, or CANCELLED with its sentence when the source's callback says so. */
enum result kind_cancelled(const struct mailbox_source *source, struct error *error);

/* Tells source->reached, if anybody listens. */
void kind_reached(const struct mailbox_source *source, enum mailbox_stage stage);
/* The password, or the newest token. */
const char *kind_password(const struct mailbox_source *source);
/* After a log-in refused with `refused`: OK if there is a new token to try with, else `refused`, or
 * why there is none. */
enum result kind_renew(const struct mailbox_source *source, enum result refused,
                       struct error *error);
/* What `known` says of each id, by one question where it is asked over a channel. NULL: nothing is. */
void kind_known(mailbox_known known, void *arg, const char *const *ids, size_t n, bool *out);
/* Opens it in this process, whatever it is. */
enum result mailbox_open_here(const struct mailbox_source *source, struct mailbox **out,
                              struct error *error);
/* Does source->woken say so? */
bool kind_woken(const struct mailbox_source *source);
/* Waits for `ms`: NO when they are over, OK when woken, CANCELLED. */
enum result kind_sleep(const struct mailbox_source *source, unsigned ms, struct error *error);

/* Connects once more after a line dropped in the middle: as a server that is started again takes
 * some seconds, it is tried a few times while that fails at once. */
enum result kind_connect_again(const struct mailbox_source *source,
                               enum result (*connect)(void *arg, struct error *error), void *arg,
                               struct error *error);

/* The time of the topmost Received, else of Date; 0 where neither can be read. Pure. */
int64_t kind_message_time(struct span bytes);
/* Is it older than source->since, and to be left out here? One without a time is not. */
bool kind_too_old(const struct mailbox_source *source, struct span bytes);

/* Reads a descriptor to its end into `out`, at most KIND_PART bytes of what is over KIND_WHOLE_MAX
 * (`*whole` tells); what follows is left unread. IO with `path` in the sentence. */
enum result kind_read(int fd, const char *path, const struct mailbox_source *source,
                      struct str *out, bool *whole, struct error *error);

/* Renames and never replaces what is there: EEXIST then. 0, or -1 with errno. */
int kind_rename(int from_dir, const char *from, int to_dir, const char *to);

/* SHA-256 in hexadecimal, the first 32 digits. */
void kind_digest(struct span bytes, char out[33]);

/* A server's words made fit for a sentence: visible, short, without the password. Adds to out. */
void kind_words(const struct mailbox_source *source, struct span said, struct str *out);

#endif
