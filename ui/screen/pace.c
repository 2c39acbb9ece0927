/* SPDX-License-Identifier: MIT */
#include "screen/pace.h"

#include <string.h>

enum {
    WINDOW = 1500,   /* bytes under way; at 2 KB/s three quarters of a second */
    ASK_BEHIND = 250, /* smaller frames share a question */
    LOST_MS = 3000,
    LOST_MOST = 2,
    SLOW_MS = 350, /* a machine with too much to do may take half of that */
    SLOW_LEAST = 3,
    QUICK_MS = 50,
    DUE_MS = 2000,
};

static void drop(struct pace *pace, size_t n)
{
    pace->answered = pace->asked[n - 1].sent;
    pace->n -= n;
    memmove(pace->asked, pace->asked + n, pace->n * sizeof *pace->asked);
}

bool pace_sent(struct pace *pace, size_t bytes, int64_t now)
{
    bool first = pace->sent == 0;

    pace->sent += bytes;
    uint64_t before = pace->n ? pace->asked[pace->n - 1].sent : pace->answered;
    if (!(first || (pace->answers && pace->sent - before >= ASK_BEHIND)) ||
        pace->n == PACE_ASKED_MOST)
        return false;
    pace->asked[pace->n].sent = pace->sent;
    pace->asked[pace->n++].at = now;
    return true;
}

void pace_answered(struct pace *pace, int64_t now)
{
    if (!pace->n)
        return; /* one that was given up */
    pace->answers = true;
    pace->lost = 0;
    pace->took = now - pace->asked[0].at;
    pace->slow = pace->took >= SLOW_MS ? pace->slow + 1 : 0;
    drop(pace, 1);
}

bool pace_waits(struct pace *pace, int64_t now)
{
    if (!pace->answers || !pace->n)
        return false;
    if (now - pace->asked[0].at > LOST_MS) {
        drop(pace, pace->n);
        if (++pace->lost == LOST_MOST)
            pace->answers = false;
        return false;
    }
    return pace->sent - pace->answered > WINDOW;
}

bool pace_slow(const struct pace *pace)
{
    return pace->slow >= SLOW_LEAST;
}

bool pace_quick(const struct pace *pace)
{
    return pace->answers && pace->took < QUICK_MS;
}

int64_t pace_due(const struct pace *pace, int64_t now)
{
    int64_t until = pace->n ? pace->asked[pace->n - 1].at + DUE_MS : 0;

    return until > now ? until - now : 0;
}
