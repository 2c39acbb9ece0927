/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

#define LONGEST 40

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static unsigned distance(struct span a, struct span b)
{
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];
    memset(rows, 0, sizeof rows);
    for (size_t k = 0; k <= b.n; k++)
        last[k] = (unsigned)k;
    for (size_t i = 1; i <= a.n; i++) {
        now[0] = (unsigned)i;
        for (size_t k = 1; k <= b.n; k++) {
            char x = lower(a.at[i - 1]), y = lower(b.at[k - 1]);
            now[k] = least(last[k] + 1, now[k - 1] + 1, last[k - 1] + (x != y));
            if (i > 1 && k > 1 && x == lower(b.at[k - 2]) && y == lower(a.at[i - 2]) &&
                before[k - 2] + 1 < now[k])
                now[k] = before[k - 2] + 1;
        }
        unsigned *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b.n];
}

void nearest_begin(struct nearest *nearest, struct span word)
{
    *nearest = (struct nearest){.word = word, .distance_ = (unsigned)(word.n + 2) / 3 + 1};
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    struct span span = span_of(candidate);
    if (span.n > LONGEST || nearest->word.n > LONGEST)
        return;
    unsigned d = distance(nearest->word, span);
    if (d < nearest->distance_) {
        nearest->distance_ = d;
        nearest->best = candidate;
    }
}
