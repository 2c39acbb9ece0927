/* SPDX-License-Identifier: MIT
 *
 * Reasons and verdicts (verdicts.md): one table for the decoder, the state function, the query
 * language, JSON and the screen.
 */
#ifndef MAIL_REASON_H
#define MAIL_REASON_H

#include <stdbool.h>

#include "base/str.h"

enum verdict {
    VERDICT_NONE,
    VERDICT_SOFT,
    VERDICT_HARD,
    VERDICT_COMPLAINT,
};

/* X(name, verdict without a 4xx, plain words). A 4xx or 4.x.x makes a hard one soft. The order is
 * stored: add at the end only. */
#define REASON_TABLE(X)                                                                            \
    X(none, VERDICT_NONE, N_("no reason"))                                                         \
    X(userunknown, VERDICT_HARD, N_("user unknown"))                                               \
    X(hostunknown, VERDICT_HARD, N_("host unknown"))                                               \
    X(hasmoved, VERDICT_HARD, N_("has moved"))                                                     \
    X(notaccept, VERDICT_HARD, N_("domain takes no mail"))                                         \
    X(suspend, VERDICT_HARD, N_("account disabled"))                                               \
    X(mailboxfull, VERDICT_SOFT, N_("mailbox full"))                                               \
    X(systemfull, VERDICT_SOFT, N_("server's disk full"))                                          \
    X(mesgtoobig, VERDICT_SOFT, N_("message too big"))                                             \
    X(exceedlimit, VERDICT_SOFT, N_("over a limit"))                                               \
    X(expired, VERDICT_SOFT, N_("gave up after trying"))                                           \
    X(networkerror, VERDICT_SOFT, N_("network trouble"))                                           \
    X(systemerror, VERDICT_SOFT, N_("server trouble"))                                             \
    X(mailererror, VERDICT_SOFT, N_("delivery program failed"))                                    \
    X(toomanyconn, VERDICT_SOFT, N_("too many connections"))                                       \
    X(speeding, VERDICT_SOFT, N_("sent too fast"))                                                 \
    X(spamdetected, VERDICT_SOFT, N_("taken for spam"))                                            \
    X(blocked, VERDICT_SOFT, N_("our server is blocked"))                                          \
    X(badreputation, VERDICT_SOFT, N_("our reputation"))                                           \
    X(rejected, VERDICT_SOFT, N_("sender refused"))                                                \
    X(policyviolation, VERDICT_SOFT, N_("against their policy"))                                   \
    X(securityerror, VERDICT_SOFT, N_("security"))                                                 \
    X(authfailure, VERDICT_SOFT, N_("SPF, DKIM or DMARC"))                                         \
    X(requireptr, VERDICT_SOFT, N_("our server has no PTR"))                                       \
    X(norelaying, VERDICT_SOFT, N_("relaying denied"))                                             \
    X(virusdetected, VERDICT_SOFT, N_("virus found"))                                              \
    X(contenterror, VERDICT_SOFT, N_("content refused"))                                           \
    X(notcompliantrfc, VERDICT_SOFT, N_("not to the standard"))                                    \
    X(syntaxerror, VERDICT_SOFT, N_("protocol error"))                                             \
    X(failedstarttls, VERDICT_SOFT, N_("TLS failed"))                                              \
    X(suppressed, VERDICT_SOFT, N_("on a suppression list"))                                       \
    X(filtered, VERDICT_SOFT, N_("refused, no reason given"))                                      \
    X(onhold, VERDICT_SOFT, N_("unclear"))                                                         \
    X(undefined, VERDICT_SOFT, N_("unclear"))                                                      \
    X(feedback, VERDICT_COMPLAINT, N_("reported as spam"))                                         \
    X(manual, VERDICT_NONE, N_("by hand"))                                                         \
    X(imported, VERDICT_NONE, N_("brought along"))

enum reason {
#define X(name, verdict, words) REASON_##name,
    REASON_TABLE(X)
#undef X
        REASON_COUNT
};

const char *reason_name(enum reason reason);  /* "userunknown" */
const char *reason_words(enum reason reason); /* translated: "user unknown" */
bool reason_from_name(struct span name, enum reason *out);

/* The verdict of a reason, given that the server said `temporary` (a 4xx reply or 4.x.x status). */
enum verdict reason_verdict(enum reason reason, bool temporary);

const char *verdict_name(enum verdict verdict);  /* "hard", "soft", "complaint", "none" */
const char *verdict_words(enum verdict verdict); /* translated: "a complaint" */

#endif
