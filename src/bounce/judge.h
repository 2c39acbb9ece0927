/* SPDX-License-Identifier: MIT
 *
 * What a server said → reason and verdict (verdicts.md). Words over numbers; the server's own reply
 * over the report's status; where it is not clear, soft.
 */
#ifndef BOUNCE_JUDGE_H
#define BOUNCE_JUDGE_H

#include "bounce/work.h"

struct opinion {
    enum reason reason; /* REASON_none: none */
    const char *rule;
    bool weak;
};

/* What recipients of one message share. Begin with {.work = work}. */
struct judge {
    struct work *work;
    bool context_known;
    struct opinion context;         /* of work->context */
    const char *context_diagnostic; /* its beginning */
    bool mail_known;
    bool mail; /* does its text speak of the MAIL command? */
    bool senders_known;
    struct span senders[2]; /* whom the returned message was from */
};

/* Fills reason, verdict, status, reply, diagnostic and rule of *out from the finding. */
void judge_finding(struct judge *judge, const struct finding *finding,
                   struct bounce_recipient *out);

#endif
