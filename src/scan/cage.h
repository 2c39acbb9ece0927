/* SPDX-License-Identifier: MIT
 *
 * The cage: messages are decoded in children that hold their memory and their channel, nothing else
 * (no files, no sockets, no other processes: seccomp), so that a message can do no harm. One that
 * crashes, takes two seconds of processor time or 256 MiB costs itself and a new child.
 *
 * Messages go to the children in batches by shared memory and come back in the order they went in.
 */
#ifndef SCAN_CAGE_H
#define SCAN_CAGE_H

#include "base/result.h"
#include "bounce/bounce.h"

/* The one argument with which `program` becomes a child: main calls cage_child() then. */
#define CAGE_ARGUMENT "--cage-child"

struct cage;

/* `program` is this program's path, NULL for /proc/self/exe; `rules` a file of a user's own wordings
 * or NULL, borrowed; a bad line in it is DATA. Children start when first needed. */
enum result cage_new(const char *program, const char *rules, struct cage **out,
                     struct error *error);
void cage_free(struct cage *cage); /* NULL is fine */

/* Starts as many children (two at most) now, so that they get ready while the first messages are
 * fetched. Without it each starts with the first message that it gets. */
enum result cage_start(struct cage *cage, unsigned n, struct error *error);

/* Copies a message in; `tag` comes back with its result. NO: full, take results first. A message
 * over 64 MiB is decoded as far as that. Fails if no child can be started; one that starts and comes
 * to nothing shows when results are taken. */
enum result cage_put(struct cage *cage, struct span message, void *tag, struct error *error);

struct cage_result {
    void *tag;
    struct bounce *bounce; /* the caller frees; NULL: it could not be decoded, */
    const char *why;       /* for this reason, translated */
};
/* The oldest result; waits for it. NO: nothing is in. */
enum result cage_take(struct cage *cage, struct cage_result *result, struct error *error);
/* Is there one that cage_take would not have to wait for? */
bool cage_ready(struct cage *cage);

/* One message, waited for; a shorthand. */
enum result cage_decode(struct cage *cage, struct span message, struct cage_result *result,
                        struct error *error);

/* ---- the child's side (cage_child.c) */

/* Serves the channel with bounce_decode until it closes; never touches anything else. The exit
 * code. */
int cage_child(void);
/* The same with another decoder, for tests of what a bad one may do. */
typedef struct bounce *cage_decoder(struct span message, const struct bounce_rules *rules);
int cage_serve(cage_decoder *decode);
/* Gives up every right but memory, the channel and ending. False if the kernel would not. In builds
 * with sanitizers the filter is left out. */
bool cage_confine(void);

#endif
