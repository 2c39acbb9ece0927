/* SPDX-License-Identifier: MIT
 *
 * Keeps frames from piling up on a slow line, where each would come later than the one before. Behind
 * what is sent the terminal is asked whether it is well (DSR 5, ECMA-48 8.3.35), and while too much is
 * under way without its answer, nothing more is drawn. One that does not answer the first time is not
 * waited for. Pure: who sends and reads says so, and what time it is.
 */
#ifndef SCREEN_PACE_H
#define SCREEN_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACE_ASKED_MOST = 32 };

struct pace {
    bool answers;             /* this terminal does */
    uint64_t sent, answered;  /* bytes */
    struct {
        uint64_t sent;        /* bytes in all, until then */
        int64_t at;           /* ms */
    } asked[PACE_ASKED_MOST]; /* without an answer, oldest first */
    size_t n;
    unsigned lost;            /* answers that never came */
    int64_t took;             /* the last answer, ms */
    unsigned slow;            /* so many in a row took their time */
};

/* So many bytes were sent at time `now`, ms. True: the question is to be sent behind them. */
bool pace_sent(struct pace *pace, size_t bytes, int64_t now);
void pace_answered(struct pace *pace, int64_t now);
/* Is so much under way that drawing has to wait? */
bool pace_waits(struct pace *pace, int64_t now);
/* Is the line slow, by the last few answers? */
bool pace_slow(const struct pace *pace);
/* Is it as quick as a line within the house? False where nobody knows. */
bool pace_quick(const struct pace *pace);
/* How many ms an answer may still take that has to be read before the terminal is somebody else's; 0:
 * none is due. */
int64_t pace_due(const struct pace *pace, int64_t now);

#endif
