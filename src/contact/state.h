/* SPDX-License-Identifier: MIT
 *
 * The state of an address: one pure function of its evidence and decisions in order of time (the
 * table in interface.md). What the store keeps is a cache of it.
 */
#ifndef CONTACT_STATE_H
#define CONTACT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/reason.h"

/* Stored: add at the end only. */
enum state { STATE_ACTIVE, STATE_SUSPECT, STATE_INVALID, STATE_COMPLAINED, STATE_BLOCKED, STATE_COUNT };

/* Stored: add at the end only. */
enum event_kind {
    EVENT_NONE,      /* evidence without effect: old by max_age, held, forged, withdrawn */
    EVENT_HARD,      /* bounces … */
    EVENT_SOFT,
    EVENT_LIMIT,     /* the soft bounce that went beyond soft_limit */
    EVENT_COMPLAINT,
    EVENT_DELIVERED, /* a delivery report */
    EVENT_ACTIVE,    /* decisions: mark active (clears all before it) … */
    EVENT_INVALID,   /* mark invalid; reason manual or imported */
    EVENT_BLOCKED,   /* mark blocked */
    EVENT_SUSPECT,   /* import --with-state */
    EVENT_COMPLAINED,
};

struct event {
    int64_t time;
    uint64_t order; /* breaks ties: the number of the step or scan that brought it */
    enum event_kind kind;
    enum reason reason;
};

struct standing {
    enum state state;
    enum reason reason;  /* REASON_none for active */
    int64_t since;       /* when it came into the state, 0 for active from the beginning */
    int64_t expires;     /* a suspect's 30 quiet days end, else 0 */
    unsigned soft;       /* soft bounces since the last mark active */
    int64_t bounced;     /* newest bounce (hard, soft, complaint or without effect), 0 for none;
                          * evidence, so that `mark active` does not clear it */
};

/* The function. `events` in any order (sorted in place by time, then order, then kind and reason).
 * `now` ends a suspect's 30 days; so does the time of a later event. A decision or bounce that leads
 * to the state that there is already changes neither since nor reason. A stored standing with
 * `expires` <= now is to be taken for active (since = expires, no reason). */
struct standing state_of(struct event *events, size_t n, int64_t now);

/* The same function by one more event that comes after all that led to `standing`: neither its
 * `since` nor its `bounced` is later. */
struct standing state_next(struct standing standing, const struct event *event, int64_t now);

/* The same for one that may lie before some bounces of those, though before no decision; among events
 * of its very time it is the last. False, and nothing changed, where only state_of can say what it
 * makes: some that have to do with suspicion. */
bool state_insert(struct standing *standing, const struct event *event, int64_t now);

bool event_is_decision(enum event_kind kind);
const char *state_name(enum state state);  /* "active" */
const char *state_words(enum state state); /* translated */
bool state_from_name(struct span name, enum state *out);
/* May a contact in this state be mailed? */
bool state_sendable(enum state state, bool skip_suspects);

#endif
