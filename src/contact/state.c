/* SPDX-License-Identifier: MIT */
#include "contact/state.h"

#include <stdlib.h>

#include "base/text.h"

#define QUIET (30 * 86400) /* seconds after the last soft bounce that end a suspicion */

#define BIT(state) (1u << (state))
#define ANY (BIT(STATE_COUNT) - 1)
#define UNTROUBLED (BIT(STATE_ACTIVE) | BIT(STATE_SUSPECT))

static const struct {
    const char *name;
    const char *words;
} states[STATE_COUNT] = {
    [STATE_ACTIVE] = {"active", N_("active")},
    [STATE_SUSPECT] = {"suspect", N_("suspect")},
    [STATE_INVALID] = {"invalid", N_("invalid")},
    [STATE_COMPLAINED] = {"complained", N_("complained")},
    [STATE_BLOCKED] = {"blocked", N_("blocked")},
};

/* The whole of the state machine: an event leads to `to` from the states of `from` and is nothing
 * to the others. Bounces are kept from what only a person may leave by their `from`. */
static const struct rule {
    unsigned from;
    enum state to;
    bool decision;
    bool bounce;
    bool soft;  /* counts */
    bool noise; /* a suspect's 30 days begin again */
} rules[] = {
    [EVENT_NONE] = {.bounce = true},
    [EVENT_HARD] = {.from = UNTROUBLED, .to = STATE_INVALID, .bounce = true},
    [EVENT_SOFT] = {.bounce = true, .soft = true, .noise = true},
    [EVENT_LIMIT] = {.from = BIT(STATE_ACTIVE),
                     .to = STATE_SUSPECT,
                     .bounce = true,
                     .soft = true,
                     .noise = true},
    [EVENT_COMPLAINT] = {.from = UNTROUBLED | BIT(STATE_INVALID),
                         .to = STATE_COMPLAINED,
                         .bounce = true},
    [EVENT_DELIVERED] = {.from = BIT(STATE_SUSPECT), .to = STATE_ACTIVE},
    [EVENT_ACTIVE] = {.from = ANY, .to = STATE_ACTIVE, .decision = true},
    [EVENT_INVALID] = {.from = ANY, .to = STATE_INVALID, .decision = true},
    [EVENT_BLOCKED] = {.from = ANY, .to = STATE_BLOCKED, .decision = true},
    [EVENT_SUSPECT] = {.from = ANY, .to = STATE_SUSPECT, .decision = true, .noise = true},
    [EVENT_COMPLAINED] = {.from = ANY, .to = STATE_COMPLAINED, .decision = true},
};

/* Total, so that the result never hangs on the order in which the events were given. */
static int by_time(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->reason > b->reason) - (a->reason < b->reason);
}

static void enter(struct standing *s, enum state state, enum reason reason, int64_t time)
{
    s->state = state;
    s->reason = state == STATE_ACTIVE ? REASON_none : reason;
    s->since = time;
    s->expires = 0;
}

static void pass_time(struct standing *s, int64_t time)
{
    if (s->state == STATE_SUSPECT && s->expires <= time)
        enter(s, STATE_ACTIVE, REASON_none, s->expires);
}

static void apply(struct standing *s, const struct event *event)
{
    if ((size_t)event->kind >= sizeof rules / sizeof *rules)
        return;
    const struct rule *rule = &rules[event->kind];
    pass_time(s, event->time);
    if (rule->from & BIT(s->state) && rule->to != s->state)
        enter(s, rule->to, event->reason, event->time);
    if (rule->noise && s->state == STATE_SUSPECT)
        s->expires = event->time + QUIET;
    if (rule->bounce)
        s->bounced = event->time;
    if (rule->soft)
        s->soft++;
    if (event->kind == EVENT_ACTIVE)
        s->soft = 0;
}

struct standing state_of(struct event *events, size_t n, int64_t now)
{
    struct standing standing = {.state = STATE_ACTIVE};
    if (n > 1)
        qsort(events, n, sizeof *events, by_time);
    for (size_t i = 0; i < n; i++)
        apply(&standing, &events[i]);
    pass_time(&standing, now);
    return standing;
}

struct standing state_next(struct standing standing, const struct event *event, int64_t now)
{
    apply(&standing, event);
    pass_time(&standing, now);
    return standing;
}

/* What a hard bounce or a complaint makes of bounces on both its sides: the first of them counts, and
 * a complaint more than any hard bounce. */
static void insert_final(struct standing *s, const struct event *event)
{
    enum state to = rules[event->kind].to;
    bool earlier = s->state == to && event->time < s->since;
    if (earlier || rules[event->kind].from & BIT(s->state))
        enter(s, to, event->reason, event->time);
}

/* The same for a bounce that may begin or prolong a suspicion. Unknown lies what was before since. */
static bool insert_noise(struct standing *s, const struct event *event)
{
    if (s->state != STATE_ACTIVE && s->state != STATE_SUSPECT)
        return true;
    if (event->time < s->since || (s->state == STATE_ACTIVE && event->kind == EVENT_LIMIT) ||
        (s->state == STATE_SUSPECT && event->time >= s->expires))
        return false;
    if (s->state == STATE_SUSPECT && event->time + QUIET > s->expires)
        s->expires = event->time + QUIET;
    return true;
}

bool state_insert(struct standing *standing, const struct event *event, int64_t now)
{
    struct standing s = *standing;
    if ((size_t)event->kind >= sizeof rules / sizeof *rules)
        return false;
    const struct rule *rule = &rules[event->kind];
    /* A later delivery report leaves no trace in an active standing, but would end a suspicion. */
    bool unknown = s.state == STATE_ACTIVE && event->kind == EVENT_LIMIT;
    if (!unknown && event->time >= s.since && event->time >= s.bounced) {
        *standing = state_next(s, event, now);
        return true;
    }
    if (!rule->bounce || (rule->noise && !insert_noise(&s, event)))
        return false;
    if (!rule->noise && rule->from)
        insert_final(&s, event);
    if (s.bounced < event->time)
        s.bounced = event->time;
    if (rule->soft)
        s.soft++;
    pass_time(&s, now);
    *standing = s;
    return true;
}

bool event_is_decision(enum event_kind kind)
{
    return (size_t)kind < sizeof rules / sizeof *rules && rules[kind].decision;
}

const char *state_name(enum state state)
{
    return state < STATE_COUNT ? states[state].name : "active";
}

const char *state_words(enum state state)
{
    return _(states[state < STATE_COUNT ? state : STATE_ACTIVE].words);
}

bool state_from_name(struct span name, enum state *out)
{
    for (int i = 0; i < STATE_COUNT; i++)
        if (span_equal_nocase(name, span_of(states[i].name))) {
            *out = (enum state)i;
            return true;
        }
    return false;
}

bool state_sendable(enum state state, bool skip_suspects)
{
    return state == STATE_ACTIVE || (state == STATE_SUSPECT && !skip_suspects);
}
