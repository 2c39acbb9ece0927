/* SPDX-License-Identifier: MIT */
#include "scan/wave.h"

#include <stdlib.h>
#include <string.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/counts.h"
#include "store/entries.h"
#include "store/judgements.h"

enum {
    DAY = 86400,
    BEFORE_DAYS = 30,
    BEFORE_MAX = 20000, /* bounces looked at for what is usual */
    TIMES_USUAL = 5,
    KNOWN_WINDOWS = 3,  /* with bounces in them tell what is usual; with fewer, the share does: */
    DOMAIN_PERCENT = 5, /* of a domain's contacts, */
    SERVER_PERCENT = 2, /* of all contacts: a server's share of them is not known */
};

/* One bounce seen from one side. */
struct touch {
    enum burst_kind kind;
    struct span name;
    int64_t time;
};

struct row {
    int64_t time;
    uint32_t number;
    char *folded;
    bool held, accepted, wave;
};

struct guard {
    struct txn *txn;
    const struct config *config;
    uint32_t step;
    int64_t now;
    const struct wave_events *events;
    enum burst_kind kind; /* of what is looked at */
    struct span name;
    struct row *rows;
    size_t n, room;
};

/* ---- what is usual */

static bool counts_still(struct txn *txn, const struct burst *burst, bool *accepted)
{
    struct evidence evidence;
    bool there = evidence_get(txn, burst->folded, burst->time, burst->number, &evidence) &&
                 evidence.event == EVENT_HARD;
    *accepted = there && burst->held && evidence.hold == HOLD_NONE;
    return there && (evidence.hold == HOLD_NONE || evidence.hold == HOLD_WAVE);
}

static uint64_t usual_of(struct txn *txn, enum burst_kind kind, struct span name, int64_t before,
                         int64_t within, uint64_t *windows)
{
    struct bursts_walk walk = {.from = before - (int64_t)BEFORE_DAYS * DAY};
    uint64_t bounces = 0;
    *windows = 0;
    int64_t window = INT64_MIN;
    while (bounces < BEFORE_MAX && bursts_next(txn, kind, name, &walk) &&
           walk.burst.time < before) {
        bool accepted = true;
        if (walk.burst.held && !(counts_still(txn, &walk.burst, &accepted) && accepted))
            continue; /* a fault is not usual */
        *windows += walk.burst.time / within != window;
        window = walk.burst.time / within;
        bounces++;
    }
    bursts_walk_end(&walk);
    return *windows ? (bounces + *windows - 1) / *windows : 0;
}

uint64_t wave_usual(struct txn *txn, enum burst_kind kind, struct span name, int64_t before,
                    int64_t within)
{
    uint64_t windows;
    return usual_of(txn, kind, name, before, within, &windows);
}

static uint64_t share(struct guard *guard)
{
    if (guard->kind == BURST_SERVER)
        return contacts_count(guard->txn) * SERVER_PERCENT / 100;
    uint64_t contacts = 0;
    for (int state = 0; state < STATE_COUNT; state++)
        contacts += counts_get(guard->txn, COUNT_DOMAIN, (enum state)state, guard->name);
    return contacts * DOMAIN_PERCENT / 100;
}

/* ---- finding one */

static void forget_rows(struct guard *guard)
{
    for (size_t i = 0; i < guard->n; i++)
        free(guard->rows[i].folded);
    guard->n = 0;
}

/* All that lies there: what counts no longer is among it. */
static void load_rows(struct guard *guard, int64_t from, int64_t to)
{
    struct bursts_walk walk = {.from = from};
    while (bursts_next(guard->txn, guard->kind, guard->name, &walk) && walk.burst.time <= to) {
        ALLOC_GROW(guard->rows, guard->n, guard->room);
        guard->rows[guard->n++] =
            (struct row){walk.burst.time, walk.burst.number, span_copy(walk.burst.folded),
                         walk.burst.held, false,             false};
    }
    bursts_walk_end(&walk);
}

static bool row_counts(struct guard *guard, struct row *row)
{
    struct burst burst = {row->time, row->number, span_of(row->folded), row->held};
    return counts_still(guard->txn, &burst, &row->accepted);
}

/* Drops rows that do not count: all of them, or those before the first that does. */
static void keep_counting(struct guard *guard, bool all)
{
    size_t kept = 0, i = 0;
    for (; i < guard->n && (all || !kept); i++) {
        if (row_counts(guard, &guard->rows[i]))
            guard->rows[kept++] = guard->rows[i];
        else
            free(guard->rows[i].folded);
    }
    if (kept < i)
        memmove(guard->rows + kept, guard->rows + i, (guard->n - i) * sizeof *guard->rows);
    guard->n -= i - kept;
}

/* Does any window hold more, whatever its rows are? */
static bool any_beyond(const struct guard *guard, uint64_t most)
{
    for (size_t first = 0, last = 0; last < guard->n; last++) {
        while (guard->rows[last].time - guard->rows[first].time > guard->config->wave_within)
            first++;
        if (last - first + 1 > most)
            return true;
    }
    return false;
}

/* Marks the rows of every window that holds too many; what a person accepted was no fault, nor is
 * the rest of it. */
static bool find_waves(struct guard *guard, uint64_t most)
{
    size_t first = 0, marked = 0, accepted = 0;
    bool any = false;
    for (size_t last = 0; last < guard->n; last++) {
        accepted += guard->rows[last].accepted;
        while (guard->rows[last].time - guard->rows[first].time > guard->config->wave_within)
            accepted -= guard->rows[first++].accepted;
        if (last - first + 1 <= most || accepted)
            continue;
        for (size_t i = first > marked ? first : marked; i <= last; i++)
            guard->rows[i].wave = true;
        marked = last + 1;
        any = true;
    }
    return any;
}

static void hold(struct guard *guard, const struct row *row)
{
    struct evidence evidence;
    struct span folded = span_of(row->folded);
    struct burst burst = {row->time, row->number, folded, true};
    bursts_put(guard->txn, guard->kind, guard->name, &burst);
    if (!evidence_get(guard->txn, folded, row->time, row->number, &evidence) ||
        evidence.hold != HOLD_NONE)
        return; /* the other side held it */
    evidence.hold = HOLD_WAVE;
    entries_put_evidence(guard->txn, guard->step, folded, &evidence);
    judgements_refresh(guard->txn, folded, guard->now);
    guard->events->held(guard->events->arg, row->number);
}

static uint64_t most_usual(struct guard *guard)
{
    uint64_t most = guard->config->wave, part = share(guard);
    uint64_t windows, usual = usual_of(guard->txn, guard->kind, guard->name, guard->rows[0].time,
                                       guard->config->wave_within, &windows);
    if (usual * TIMES_USUAL > most)
        most = usual * TIMES_USUAL;
    if (windows < KNOWN_WINDOWS && part > most)
        most = part;
    return most;
}

/* Bounces of one name that came between two times, and what lies near them. Each transaction looks at a
 * window again, so the evidence of all its rows is read only where they are enough. */
static void look(struct guard *guard, int64_t from, int64_t to)
{
    const struct config *config = guard->config;
    forget_rows(guard);
    load_rows(guard, from - config->wave_within, to + config->wave_within);
    if (!any_beyond(guard, config->wave))
        return;
    keep_counting(guard, false);
    if (guard->n <= config->wave)
        return;
    uint64_t most = most_usual(guard);
    if (!any_beyond(guard, most))
        return;
    keep_counting(guard, true);
    if (!find_waves(guard, most))
        return;
    for (size_t i = 0; i < guard->n; i++)
        if (guard->rows[i].wave && !guard->rows[i].held)
            hold(guard, &guard->rows[i]);
}

/* ---- all of a transaction */

static int by_name_and_time(const void *left, const void *right)
{
    const struct touch *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = span_compare(a->name, b->name);
    return order ? order : (a->time > b->time) - (a->time < b->time);
}

static void note(struct txn *txn, const struct wave_bounce *bounce, struct touch *touches,
                 size_t *n)
{
    struct burst burst = {bounce->time, bounce->number, span_of(bounce->folded), false};
    struct touch sides[] = {
        {BURST_DOMAIN, address_domain(burst.folded), bounce->time},
        {BURST_SERVER, span_of(bounce->server), bounce->time},
    };
    for (int i = 0; i < 2; i++)
        if (sides[i].name.n) {
            bursts_put(txn, sides[i].kind, sides[i].name, &burst);
            touches[(*n)++] = sides[i];
        }
}

void wave_guard(struct txn *txn, const struct config *config, uint32_t step, int64_t now,
                const struct wave_bounce *bounces, size_t n, const struct wave_events *events)
{
    struct guard guard = {txn, config, step, now, events, BURST_DOMAIN, SPAN_NONE, NULL, 0, 0};
    struct touch *touches = alloc_zero(n ? n * 2 : 1, sizeof *touches);
    size_t sides = 0;
    for (size_t i = 0; i < n; i++)
        note(txn, &bounces[i], touches, &sides);
    qsort(touches, sides, sizeof *touches, by_name_and_time);
    for (size_t i = 0, end; config->wave && i < sides && !txn_failed(txn); i = end) {
        for (end = i + 1; end < sides && touches[end].kind == touches[i].kind &&
                          span_equal(touches[end].name, touches[i].name) &&
                          touches[end].time - touches[end - 1].time <= 2 * config->wave_within;)
            end++;
        guard.kind = touches[i].kind;
        guard.name = touches[i].name;
        look(&guard, touches[i].time, touches[end - 1].time);
    }
    forget_rows(&guard);
    free(guard.rows);
    free(touches);
}

/* ---- saying it */

void wave_words(struct txn *txn, enum burst_kind kind, struct span name, uint64_t n, int64_t since,
                struct str *out)
{
    char when[24];
    struct str unicode = {0};
    uint64_t usual = wave_usual(txn, kind, name, since, 3600);
    address_domain_unicode(name, &unicode);
    date_since(since, date_now(), when);
    str_addf(out, _("%llu at %s since %s, "), (unsigned long long)n, str_text(&unicode), when);
    if (usual)
        str_addf(out, ngettext("normally %llu an hour", "normally %llu an hour", usual),
                 (unsigned long long)usual);
    else
        str_add_text(out, _("normally none"));
    str_add_text(out, _(": server fault?"));
    str_free(&unicode);
}
