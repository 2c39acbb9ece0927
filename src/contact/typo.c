/* SPDX-License-Identifier: MIT */
#include "contact/typo.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 64     /* bytes; no target is as long, nor anything near one */
#define TARGET_LEAST 7 /* shorter names are near too many others */
#define TARGET_TWO 11  /* from here on two slips are a slip */

struct provider {
    struct span name;
    bool target;
};

struct mistyped {
    struct span typed;
    struct span meant;
};

#include "contact/typo_data.h" /* made of data/providers.txt and data/typos.tsv, sorted */

static int by_name(const void *key, const void *row)
{
    return span_compare(*(const struct span *)key, *(const struct span *)row);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned typo_distance(struct span a, struct span b, unsigned limit)
{
    unsigned rows[3][LONGEST + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    size_t gap = a.n > b.n ? a.n - b.n : b.n - a.n;
    if (a.n > LONGEST || b.n > LONGEST || gap > limit)
        return limit + 1;
    for (unsigned j = 0; j <= b.n; j++)
        last[j] = j;
    for (unsigned i = 1; i <= a.n; i++) {
        unsigned best = row[0] = i;
        for (unsigned j = 1; j <= b.n; j++) {
            bool same = a.at[i - 1] == b.at[j - 1];
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + !same);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
            best = least(best, row[j]);
        }
        /* A swap looks back two rows, so one row over the limit is not the end yet. */
        if (best > limit + 1)
            return limit + 1;
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return least(last[b.n], limit + 1);
}

bool typo_is_provider(struct span domain)
{
    return bsearch(&domain, providers, sizeof providers / sizeof *providers, sizeof *providers,
                   by_name) != NULL;
}

/* "school17" and "school18": a series of names, no slip. */
static bool only_digits_differ(struct span a, struct span b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a.n && a.at[i] >= '0' && a.at[i] <= '9')
            i++;
        while (j < b.n && b.at[j] >= '0' && b.at[j] <= '9')
            j++;
        if (i == a.n || j == b.n || a.at[i] != b.at[j])
            return i == a.n && j == b.n;
    }
}

void typo_consider(struct typo_nearest *nearest, struct span candidate)
{
    if (candidate.n < TARGET_LEAST || only_digits_differ(nearest->domain, candidate))
        return;
    unsigned limit = candidate.n >= TARGET_TWO ? 2 : 1;
    unsigned distance = typo_distance(nearest->domain, candidate, limit);
    if (distance == 0 || distance > limit || (nearest->closest && distance > nearest->closest))
        return;
    nearest->found = distance == nearest->closest ? SPAN_NONE : candidate;
    nearest->closest = distance;
}

/* A slip changes at most two of the signs that a name has, so a set that differs in more needs no
 * closer look: an import asks for a million domains. */
static uint64_t signs_of(struct span name)
{
    uint64_t signs = 0;
    for (size_t i = 0; i < name.n; i++)
        signs |= UINT64_C(1) << ((unsigned char)name.at[i] & 63);
    return signs;
}

enum { PROVIDERS = sizeof providers / sizeof *providers };
static uint64_t provider_signs[PROVIDERS];
static bool lengths[LONGEST + 3]; /* that one with a suggestion may have */
static pthread_once_t signs_once = PTHREAD_ONCE_INIT;

static void find_signs(void)
{
    for (size_t i = 0; i < PROVIDERS; i++) {
        provider_signs[i] = signs_of(providers[i].name);
        for (size_t n = providers[i].name.n - 2; providers[i].target && n <= providers[i].name.n + 2; n++)
            if (n < sizeof lengths)
                lengths[n] = true;
    }
    for (size_t i = 0; i < sizeof mistyped / sizeof *mistyped; i++)
        if (mistyped[i].typed.n < sizeof lengths)
            lengths[mistyped[i].typed.n] = true;
}

bool typo_may(struct span domain)
{
    pthread_once(&signs_once, find_signs);
    return domain.n < sizeof lengths && lengths[domain.n];
}

static bool at_most_four(uint64_t bits)
{
    for (int i = 0; i < 4; i++)
        bits &= bits - 1;
    return bits == 0;
}

static struct span nearest_provider(struct span domain)
{
    struct typo_nearest nearest = {.domain = domain};
    uint64_t signs = signs_of(domain);
    for (size_t i = 0; i < PROVIDERS; i++)
        if (providers[i].target && providers[i].name.n <= domain.n + 2 &&
            domain.n <= providers[i].name.n + 2 &&
            at_most_four(signs ^ provider_signs[i]))
            typo_consider(&nearest, providers[i].name);
    return nearest.found;
}

struct span typo_suggest(struct span domain, bool (*known)(void *arg, struct span domain),
                         void *arg)
{
    if (!typo_may(domain) || typo_is_provider(domain))
        return SPAN_NONE;
    const struct mistyped *row =
        bsearch(&domain, mistyped, sizeof mistyped / sizeof *mistyped, sizeof *mistyped, by_name);
    struct span meant = row ? row->meant : nearest_provider(domain);
    if (meant.n && known && known(arg, domain))
        return SPAN_NONE;
    return meant;
}
