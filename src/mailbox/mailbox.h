/* SPDX-License-Identifier: MIT
 *
 * Where messages come from: one small ops table for IMAP, POP3, Maildir, mbox, files, directories
 * and standard input. The scan calls, in this order: open, then next until it says RESULT_NO, then
 * apply (after its commit) as often as it likes, then close. Nothing in the mailbox changes but by
 * apply; reading leaves no flag.
 *
 * Good to know: an mbox is written anew by each call of apply, so give it all ids at once. A POP3
 * session ends with apply; next and apply connect again by themselves. `known` of an IMAP folder is
 * asked for all messages at the first next. A Maildir is read with its Maildir++ folders, save the
 * one that decided messages were moved to. Sources without flags count "seen" as done (files,
 * standard input) or refuse it at open (POP3: USAGE).
 */
#ifndef MAILBOX_MAILBOX_H
#define MAILBOX_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"

/* What becomes of a message that was decided and committed. */
enum mailbox_after { AFTER_KEEP, AFTER_SEEN, AFTER_DELETE, AFTER_MOVE };

/* What is reached one after the other on the way in, as far as the kind has it. */
enum mailbox_stage {
    STAGE_CONNECTED,
    STAGE_SECURED,   /* TLS, the certificate examined */
    STAGE_LOGGED_IN,
    STAGE_OPENED,    /* the folder, the maildrop, the file */
};
const char *mailbox_stage_name(enum mailbox_stage stage);  /* "logged in", for scripts */
const char *mailbox_stage_words(enum mailbox_stage stage); /* translated */

/* An OAuth 2 token that the server takes no longer is asked for anew, once a connection. */
struct mailbox_renewal {
    /* OK with the new one, which lives as long as the mailbox or until the next is asked for. */
    enum result (*ask)(void *arg, const char **token, struct error *error);
    void *arg;
    const char *token; /* the newest, NULL before the first */
};

/* Where to look and how to get in. All strings borrowed for the life of the mailbox. */
struct mailbox_source {
    const char *account;  /* its name in the configuration, "" for a source of the command line */
    const char *url;      /* imaps://user@host[:port]/Folder, imap://, pop3s://, pop3://, maildir:PATH,
                             mbox:PATH, "-", or a path, told apart by what lies there */
    const char *password; /* NULL for sources that need none */
    const char *ca_file;  /* besides the system's authorities, or NULL */
    const char *pin;      /* "sha256:HEX" of the server's certificate, or NULL */
    enum mailbox_after after; /* KEEP opens IMAP read-only (EXAMINE) */
    const char *move_to;  /* folder for AFTER_MOVE */
    int64_t since;        /* messages older than that are left out, 0 for all */
    bool since_for_good;  /* the caller remembers those, so that what has to be read to tell is
                             handed out: more than `since` allows */
    /* Asked now and then while blocking, so that Ctrl-C ends within a second; NULL for never. */
    bool (*cancelled)(void *arg);
    void *cancelled_arg;
    /* Told of each stage as it is reached, for setup and tests; NULL for nobody. */
    void (*reached)(void *arg, enum mailbox_stage stage);
    void *reached_arg;
    /* Asked while waiting for new mail: true ends that as news would; NULL for never. */
    bool (*woken)(void *arg);
    void *woken_arg;
    unsigned timeout_ms;  /* for one answer of a server, 0 gives 60,000 */
    bool token;           /* the password is an OAuth 2 access token (XOAUTH2, OAUTHBEARER) */
    struct mailbox_renewal *renewal; /* NULL: a token that has expired is refused */
    /* What mailbox->mark said at the end of the last good scan of this place, or NULL: lets
     * mailbox->lost be counted. */
    const char *gap_from;
};

/* One message. Valid until the next call of next or close. */
struct mailbox_message {
    const char *id;    /* unique in the source, the same in every scan: UIDVALIDITY "." UID, UIDL,
                          Maildir base name, file name "|" size "|" mtime, mbox digest "." which of
                          several alike; standard input: digest */
    struct span bytes; /* the whole message, as it lies there */
    const char *name;  /* for people: "file.eml", "INBOX, message 1204" */
    bool whole;        /* read completely; otherwise it is never deleted */
};

/* Does the scan know this message already (then it is not read)? Called by next, with the id. */
typedef bool (*mailbox_known)(void *arg, const char *id);

struct mailbox;

struct mailbox_ops {
    const char *name; /* "imap", "maildir", … */
    /* Connects, logs in, selects; reads nothing yet. */
    enum result (*open)(const struct mailbox_source *source, struct mailbox **out,
                        struct error *error);
    /* The next message that `known` does not know; RESULT_NO at the end. DATA for one message that
     * could not be read: message->id and name are set then, and the caller goes on. Any other
     * failure ends the reading; what was handed out stays good. */
    enum result (*next)(struct mailbox *mailbox, mailbox_known known, void *arg,
                        struct mailbox_message *message, struct error *error);
    /* Carries out source->after on these ids. Ids that are gone count as done. Sets done[i]. */
    enum result (*apply)(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                         struct error *error);
    void (*close)(struct mailbox *mailbox);
    /* After next said NO: blocks until there may be more to read: OK. NO when nothing was told of
     * within `ms`, or where this one mailbox tells of nothing, within `poll_ms`. In both cases next
     * goes on with what is new. Any other failure: close it and open it again. NULL for kinds that
     * are to be closed, and opened again later. */
    enum result (*wait)(struct mailbox *mailbox, unsigned ms, unsigned poll_ms,
                        struct error *error);
    /* Puts a message there, as new mail. NULL for kinds that cannot. */
    enum result (*put)(struct mailbox *mailbox, struct span bytes, struct error *error);
};

/* The common head of every kind's own struct. */
struct mailbox {
    const struct mailbox_ops *ops;
    const struct mailbox_source *source;
    struct str place; /* names the folder for ever: "imap:user@host/INBOX", "maildir:/abs/path" */
    uint64_t total;   /* messages there, as far as known; grows with mboxes */
    uint64_t skipped; /* known ones that next passed over */
    uint64_t lost;    /* went away before we could read them, by the server's numbers; with `gap_from` */
    struct str mark;  /* to be kept and given as gap_from next time; empty where a kind has none */
};

/* Finds the kind of source->url and opens it: USAGE for a URL that is none, MISSING for a path that
 * is not there, UNREACHABLE, DENIED as the exit codes say. */
enum result mailbox_open(const struct mailbox_source *source, struct mailbox **out,
                         struct error *error);
enum result mailbox_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                         struct mailbox_message *message, struct error *error);
enum result mailbox_apply(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                          struct error *error);
void mailbox_close(struct mailbox *mailbox); /* NULL is fine */

/* For a message made for a test; lines end in LF. USAGE where the kind cannot. What is open does not
 * read it yet: close and open. */
enum result mailbox_put(struct mailbox *mailbox, struct span bytes, struct error *error);

bool mailbox_can_wait(const struct mailbox *mailbox);
enum result mailbox_wait(struct mailbox *mailbox, unsigned ms, unsigned poll_ms,
                         struct error *error);
/* For a source that is closed meanwhile: sleeps for `ms`, less if woken; OK, or CANCELLED. */
enum result mailbox_sleep(const struct mailbox_source *source, unsigned ms, struct error *error);
/* What tells without opening whether a path of the file system may hold anything new: equal texts,
 * nothing new. Empty for servers, and for what is not there. */
void mailbox_signature(const struct mailbox_source *source, struct str *out);

/* A URL taken apart, percent-decoded; parts are "" when absent. */
struct mailbox_url {
    char scheme[8]; /* imaps, imap, pop3s, pop3, maildir, mbox, "" for a path, "-" */
    char *user, *host, *path;
    unsigned port; /* the scheme's own where none is named */
};
enum result mailbox_url_parse(const char *url, struct mailbox_url *out, struct error *error);
void mailbox_url_free(struct mailbox_url *url);
/* The same put together again, percent-encoded, the port left out where it is the scheme's own. Adds
 * to out. */
void mailbox_url_write(const struct mailbox_url *url, struct str *out);

#endif
