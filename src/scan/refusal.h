/* SPDX-License-Identifier: MIT
 *
 * "It is us, not them": bounces that refuse our own servers (on a block list, of bad reputation, spam,
 * failed authentication) kill nobody, but somebody has to know. They are counted by hour, server and
 * wording (store/bursts.h), and told together.
 */
#ifndef SCAN_REFUSAL_H
#define SCAN_REFUSAL_H

#include "bounce/bounce.h"
#include "store/bursts.h"

/* Does the recipient's bounce say so? Then adds it. `folded` is whom it is about. */
void refusal_note(struct txn *txn, const struct bounce_recipient *recipient,
                  const char *reporting_mta, struct span folded, int64_t time);

struct refusal {
    char *server; /* who refuses: "mx.o2.example", or the recipients' domain */
    char *ip;     /* whom, where it says, else "" */
    char *list;   /* by which block list, where it says, else "" */
    char *text;   /* the wording, where it says neither, else "" */
    int64_t since, last;
    uint64_t n;
};
struct refusals {
    struct refusal *rows; /* the most first; owned */
    size_t n, room;
};
/* Those at or after `from`. */
void refusals_load(struct txn *txn, int64_t from, struct refusals *out);
void refusals_free(struct refusals *refusals);
/* Adds "since 09:12 o2.example refuses 192.0.2.4, list zen.example: 412 mails, nobody is dead". */
void refusal_words(const struct refusal *refusal, struct str *out);

/* The wording by which refusals belong together: IP, TAB, list, TAB, or what is said. Pure. */
void refusal_wording(struct span diagnostic, struct span server, struct span domain,
                     struct str *out);

#endif
