/* SPDX-License-Identifier: MIT
 *
 * What all pages share: the store, the stack of pages, the message line, the selection, the running
 * scan, the commands typed and shown.
 */
#ifndef SCREEN_SESSION_H
#define SCREEN_SESSION_H

#include "command/command.h"
#include "screen/dns.h"
#include "screen/others.h"
#include "screen/page.h"
#include "screen/scan_run.h"
#include "screen/selection.h"
#include "screen/views.h"

struct list;

struct session {
    struct context *context;
    const struct command_line *line;
    char *store_path;
    struct page *top;
    struct list *list;      /* the bottom page */
    struct selection selection;
    struct scan_run scan;
    struct others others;
    struct dns dns;
    struct views views;
    uint32_t scan_after;    /* the last step before that scan began */
    struct str message;     /* what happened; shown until the next key */
    bool message_bad;
    char **commands;        /* typed at `:` and shown by steps, oldest first */
    size_t command_n, command_room;
    uint64_t version;       /* of the store, as drawn */
    bool dirty;             /* something is to be drawn */
    bool stale;             /* the same, but it may wait a moment: a count that grows */
    bool anew;              /* send everything */
    bool quit;
    enum result result;     /* and what to end with */
    struct error error;
};

/* The store, NULL on the first run. */
struct store *session_store(struct session *session);
/* On the first run: the store that was made. Writes the configuration that was named, if it is not
 * there yet. */
void session_take_store(struct session *session, struct store *store);
/* Opens it if it is there by now; true if there is one. */
bool session_open_store(struct session *session);
/* The same, and the configuration anew: something ran that may have written it. */
void session_reread(struct session *session);
/* A read transaction, or NULL (said in the message line). End it by txn_end(). */
struct txn *session_read(struct session *session);
bool session_skips_suspects(const struct session *session);

void session_push(struct session *session, struct page *page); /* takes it */
void session_pop(struct session *session);                     /* never the last one */
/* Back to the list, over which `page` then lies (NULL: none). */
void session_home(struct session *session, struct page *page);
bool session_is_top(const struct session *session, const struct page *page);

/* The message line: what happened and how to take it back; or what went wrong and what to do. */
void session_say(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void session_complain(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "busy" while an action waits for another writer: drawn at once. */
void session_busy(struct session *session, const char *text);

/* Who acts now, and the command line that does the same. `command` is borrowed. */
struct actor session_actor(const struct session *session, const char *command);
/* Remembers a command line for `:`, where Up brings it back. */
void session_remember(struct session *session, const char *command);

/* --store and --config of this session, for child processes: fills words from `n` on, ends with
 * NULL; words has room for 8 more. */
void session_child_words(const struct session *session, const char **words, size_t n);
bool session_has_contacts(struct session *session); /* false also without a store */
void session_scan(struct session *session); /* starts one, or shows the one that runs */
void session_dry_scan(struct session *session); /* what a scan would do; closed, its page asks for one */

/* Takes back a step (0: one's own latest), asking beyond one contact. */
void session_undo(struct session *session, uint32_t step);
void session_copy(struct session *session, struct span text);

/* Asks for a command; `typed` stands there already. */
void session_command(struct session *session, struct span typed);
/* With what was typed there when the line was lost; does nothing where that is not so. */
void session_restore_command(struct session *session);

/* What keys do that mean the same on every page. */
bool session_act(struct session *session, enum act act, enum place place);

#endif
