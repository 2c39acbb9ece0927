/* SPDX-License-Identifier: MIT
 *
 * A run of `zwrotka setup --json`: its stages as they are reached, and what it finds.
 */
#ifndef SCREEN_SETUP_TRY_H
#define SCREEN_SETUP_TRY_H

#include "screen/child.h"
#include "screen/session.h"
#include "screen/textview.h"

struct setup_folder {
    char *name;
    uint64_t messages;
    bool junk; /* spam goes there, says the server */
};

struct setup_try {
    struct child child;
    bool running;
    unsigned reached;     /* stages that went well: connected, secured, logged in, opened */
    int code;             /* once it has ended: its exit code */
    struct textview said; /* its stages, and what went wrong */
    struct setup_folder *folders;
    size_t n, room;
    struct str found; /* "48,211 messages since 2019, about 1,900 look like bounces" */
    int64_t oldest;   /* of the messages; 0: unknown */
};

/* Forgets what was found before. `words` as child_start_with has them. False: it could not be
 * started; said. */
bool setup_try_start(struct setup_try *try, struct session *session, const char *const *words,
                     struct span input);
/* Takes what it said since; true once it has ended, `code` is set then. */
bool setup_try_ended(struct setup_try *try, struct session *session);
void setup_try_free(struct setup_try *try); /* one that runs is cancelled */

#endif
