/* SPDX-License-Identifier: MIT
 *
 * Deciding items of the review, one or many that say the same, and teaching a rule by it.
 */
#ifndef SCREEN_REVIEW_ACTS_H
#define SCREEN_REVIEW_ACTS_H

#include "screen/session.h"

struct review_some {
    uint32_t *numbers;
    size_t n;
    const char *wording; /* what all of them say; may be "" */
    bool wave;           /* they are a whole wave */
};

/* One is decided at once (if it names nobody, accepting asks whom it is about), many after a
 * preview. Copies what it needs. */
void review_decide(struct session *session, const struct review_some *some, bool accept,
                   bool named);
/* ACT_HARD, ACT_SOFT, ACT_IGNORE: asks for the wording, shows what it would do, then keeps the rule in
 * the user's file and decides these. */
void review_teach(struct session *session, const struct review_some *some, enum act act, bool named);

#endif
