/* SPDX-License-Identifier: MIT
 *
 * Every sequence of up to five events, in several rhythms, against a model written the other way
 * round: not a walk, but what must be true of the whole history.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contact/state.h"

#define KINDS 11
#define LONGEST 5
#define DAY 86400
#define START 1000000

static bool decides(enum event_kind kind)
{
    return kind == EVENT_ACTIVE || kind == EVENT_INVALID || kind == EVENT_BLOCKED ||
           kind == EVENT_SUSPECT || kind == EVENT_COMPLAINED;
}

static bool suspected(const struct event *e, int from, int n, int64_t now, int64_t *until)
{
    /* Some beginning, after which no mail arrived and no 30 days were quiet. */
    for (int i = from; i < n; i++) {
        if (e[i].kind != EVENT_LIMIT && e[i].kind != EVENT_SUSPECT)
            continue;
        int64_t last = e[i].time;
        bool holds = true;
        for (int j = i + 1; j < n && holds; j++) {
            if (e[j].kind == EVENT_DELIVERED || e[j].time - last >= 30 * DAY)
                holds = false;
            if (e[j].kind == EVENT_SOFT || e[j].kind == EVENT_LIMIT)
                last = e[j].time;
        }
        if (holds && now - last < 30 * DAY) {
            *until = last + 30 * DAY;
            return true;
        }
    }
    return false;
}

/* The state after the first n events at the time `now`. */
static enum state model_state(const struct event *e, int n, int64_t now, int64_t *until)
{
    int base = -1;
    bool complaint = false, hard = false;
    for (int i = 0; i < n; i++)
        if (decides(e[i].kind))
            base = i;
    for (int i = base + 1; i < n; i++) {
        complaint = complaint || e[i].kind == EVENT_COMPLAINT;
        hard = hard || e[i].kind == EVENT_HARD;
    }
    enum event_kind decision = base < 0 ? EVENT_ACTIVE : e[base].kind;
    *until = 0;
    if (decision == EVENT_BLOCKED)
        return STATE_BLOCKED;
    if (decision == EVENT_COMPLAINED || complaint)
        return STATE_COMPLAINED;
    if (decision == EVENT_INVALID || hard)
        return STATE_INVALID;
    return suspected(e, base < 0 ? 0 : base, n, now, until) ? STATE_SUSPECT : STATE_ACTIVE;
}

static struct standing model(const struct event *e, int n, int64_t now)
{
    struct standing s = {.state = STATE_ACTIVE};
    int64_t until = 0, before;
    enum state last = STATE_ACTIVE;
    for (int i = 0; i <= n; i++) {
        /* A suspicion may have run out between two events. */
        before = until;
        int64_t time = i < n ? e[i].time : now;
        enum state quiet = model_state(e, i, time, &until);
        if (quiet != last) {
            assert_int_equal(last, STATE_SUSPECT);
            assert_int_equal(quiet, STATE_ACTIVE);
            s.since = before;
            s.reason = REASON_none;
        }
        last = quiet;
        if (i == n)
            break;
        enum state state = model_state(e, i + 1, time, &until);
        if (state != last) {
            s.since = time;
            s.reason = state == STATE_ACTIVE ? REASON_none : e[i].reason;
        }
        last = state;
    }
    s.state = model_state(e, n, now, &s.expires);
    for (int i = 0; i < n; i++) {
        if (e[i].kind <= EVENT_COMPLAINT)
            s.bounced = e[i].time;
        if (e[i].kind == EVENT_SOFT || e[i].kind == EVENT_LIMIT)
            s.soft++;
        if (e[i].kind == EVENT_ACTIVE)
            s.soft = 0;
    }
    return s;
}

static bool same(struct standing a, struct standing b)
{
    return a.state == b.state && a.reason == b.reason && a.since == b.since &&
           a.expires == b.expires && a.soft == b.soft && a.bounced == b.bounced;
}

static void explain(const struct event *e, int n, struct standing got, struct standing want)
{
    for (int i = 0; i < n; i++)
        print_error("  %d day(s): kind %d\n", (int)((e[i].time - START) / DAY), (int)e[i].kind);
    print_error("got %s %s since %ld expires %ld soft %u\n", state_name(got.state),
                reason_name(got.reason), (long)got.since, (long)got.expires, got.soft);
    print_error("want %s %s since %ld expires %ld soft %u\n", state_name(want.state),
                reason_name(want.reason), (long)want.since, (long)want.expires, want.soft);
}

static bool has(const struct event *e, int n, enum event_kind kind)
{
    for (int i = 0; i < n; i++)
        if (e[i].kind == kind)
            return true;
    return false;
}

static void check_invariants(const struct event *e, int n, struct standing s)
{
    if (s.state == STATE_INVALID)
        assert_true(has(e, n, EVENT_HARD) || has(e, n, EVENT_INVALID));
    if (s.state == STATE_COMPLAINED)
        assert_true(has(e, n, EVENT_COMPLAINT) || has(e, n, EVENT_COMPLAINED));
    if (s.state == STATE_BLOCKED)
        assert_true(has(e, n, EVENT_BLOCKED));
    if (s.state == STATE_SUSPECT)
        assert_true(has(e, n, EVENT_LIMIT) || has(e, n, EVENT_SUSPECT));
    assert_true((s.state == STATE_ACTIVE) == (s.reason == REASON_none));
    assert_true((s.state == STATE_SUSPECT) == (s.expires != 0));
    /* Only a decision leaves blocked. */
    for (int i = n - 1; i >= 0 && !decides(e[i].kind); i--)
        if (i > 0 && e[i - 1].kind == EVENT_BLOCKED)
            assert_int_equal(s.state, STATE_BLOCKED);
}

/* Each bounce that no decision follows, as if it had come in last. */
static void check_insertions(const struct event *e, int n, int64_t now, struct standing want)
{
    for (int i = n - 1; i >= 0 && !decides(e[i].kind); i--) {
        struct event rest[LONGEST], late = e[i];
        int others = 0;
        for (int k = 0; k < n; k++)
            if (k != i)
                rest[others++] = e[k];
        if (i + 1 < n && e[i + 1].time == late.time)
            continue;
        struct standing got = state_of(rest, (size_t)others, i == n - 1 ? now : e[n - 1].time);
        if (state_insert(&got, &late, now) && !same(got, want)) {
            explain(e, n, got, want);
            fail_msg("inserted: %d", i);
        }
    }
}

static void every_sequence(void **state)
{
    static const int64_t rhythms[][LONGEST + 1] = {
        {0, 0, 0, 0, 0, 0},   {1, 1, 1, 1, 1, 1},    {20, 20, 20, 20, 20, 20},
        {0, 31, 1, 31, 1, 1}, {0, 1, 29, 30, 1, 30}, {0, 30, 20, 20, 20, 10},
    };
    static const enum reason reasons[KINDS] = {
        REASON_expired,  REASON_userunknown, REASON_mailboxfull, REASON_systemfull,
        REASON_feedback, REASON_none,        REASON_manual,      REASON_manual,
        REASON_imported, REASON_imported,    REASON_imported};
    (void)state;
    for (size_t rhythm = 0; rhythm < sizeof rhythms / sizeof *rhythms; rhythm++)
        for (int n = 0, all = 1; n <= LONGEST; n++, all *= KINDS)
            for (int code = 0; code < all; code++) {
                struct event events[LONGEST], given[LONGEST];
                int64_t time = START;
                for (int i = 0, rest = code; i < n; i++, rest /= KINDS) {
                    time += rhythms[rhythm][i] * DAY;
                    events[i] =
                        (struct event){time, (uint64_t)i, rest % KINDS, reasons[rest % KINDS]};
                    given[n - 1 - i] = events[i];
                }
                time += rhythms[rhythm][LONGEST] * DAY;
                struct standing want = model(events, n, time);
                struct standing got = state_of(given, (size_t)n, time);
                if (!same(got, want)) {
                    explain(events, n, got, want);
                    fail();
                }
                check_invariants(events, n, got);
                check_insertions(events, n, time, want);
            }
}

static void examples(void **state)
{
    static const struct {
        const char *what;
        struct event events[4];
        size_t n;
        int64_t now;
        enum state state;
        enum reason reason;
        int64_t since;
    } table[] = {
        {"nothing known", {{0}}, 0, 100, STATE_ACTIVE, REASON_none, 0},
        {"a second hard bounce changes nothing",
         {{10, 1, EVENT_HARD, REASON_userunknown}, {20, 2, EVENT_HARD, REASON_suspend}},
         2,
         100,
         STATE_INVALID,
         REASON_userunknown,
         10},
        {"by hand over bounced keeps the bounce",
         {{10, 1, EVENT_HARD, REASON_userunknown}, {20, 2, EVENT_INVALID, REASON_manual}},
         2,
         100,
         STATE_INVALID,
         REASON_userunknown,
         10},
        {"a bounce over by hand keeps the hand",
         {{10, 1, EVENT_INVALID, REASON_manual}, {20, 2, EVENT_HARD, REASON_userunknown}},
         2,
         100,
         STATE_INVALID,
         REASON_manual,
         10},
        {"a complaint after invalid",
         {{10, 1, EVENT_HARD, REASON_userunknown}, {20, 2, EVENT_COMPLAINT, REASON_feedback}},
         2,
         100,
         STATE_COMPLAINED,
         REASON_feedback,
         20},
        {"a late bounce of before the decision",
         {{30, 1, EVENT_ACTIVE, REASON_manual}, {20, 2, EVENT_HARD, REASON_userunknown}},
         2,
         100,
         STATE_ACTIVE,
         REASON_none,
         30},
        {"a bounce after the decision",
         {{30, 1, EVENT_ACTIVE, REASON_manual}, {40, 2, EVENT_HARD, REASON_userunknown}},
         2,
         100,
         STATE_INVALID,
         REASON_userunknown,
         40},
        {"blocked is left by hand",
         {{10, 1, EVENT_BLOCKED, REASON_manual}, {20, 2, EVENT_INVALID, REASON_manual}},
         2,
         100,
         STATE_INVALID,
         REASON_manual,
         20},
        {"within a second the order decides",
         {{10, 2, EVENT_HARD, REASON_userunknown}, {10, 1, EVENT_ACTIVE, REASON_manual}},
         2,
         100,
         STATE_INVALID,
         REASON_userunknown,
         10},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct event events[4];
        memcpy(events, table[i].events, sizeof events);
        struct standing s = state_of(events, table[i].n, table[i].now);
        if (s.state != table[i].state || s.reason != table[i].reason || s.since != table[i].since)
            fail_msg("%s: %s %s since %ld", table[i].what, state_name(s.state),
                     reason_name(s.reason), (long)s.since);
    }
}

/* The usual ones are known at once, in any order. */
static void inserted_at_once(void **state)
{
    static const struct {
        struct standing before;
        struct event event;
        enum state state;
        int64_t since;
    } table[] = {
        {{STATE_INVALID, REASON_userunknown, 50, 0, 0, 60},
         {40, 1, EVENT_HARD, REASON_suspend}, STATE_INVALID, 40},
        {{STATE_INVALID, REASON_userunknown, 50, 0, 0, 60},
         {55, 1, EVENT_SOFT, REASON_mailboxfull}, STATE_INVALID, 50},
        {{STATE_ACTIVE, REASON_none, 0, 0, 3, 60},
         {40, 1, EVENT_SOFT, REASON_mailboxfull}, STATE_ACTIVE, 0},
        {{STATE_ACTIVE, REASON_none, 0, 0, 3, 60},
         {40, 1, EVENT_HARD, REASON_userunknown}, STATE_INVALID, 40},
        {{STATE_SUSPECT, REASON_mailboxfull, 50, 50 + 30 * DAY, 3, 60},
         {55, 1, EVENT_LIMIT, REASON_mailboxfull}, STATE_SUSPECT, 50},
        {{STATE_INVALID, REASON_userunknown, 50, 0, 0, 60},
         {40, 1, EVENT_COMPLAINT, REASON_feedback}, STATE_COMPLAINED, 40},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct standing s = table[i].before;
        assert_true(state_insert(&s, &table[i].event, 100));
        assert_int_equal(s.state, table[i].state);
        assert_int_equal(s.since, table[i].since);
        assert_int_equal(s.bounced, 60);
    }
}

static void names(void **state)
{
    enum state found;
    (void)state;
    for (int i = 0; i < STATE_COUNT; i++) {
        assert_true(state_from_name(span_of(state_name((enum state)i)), &found));
        assert_int_equal(found, i);
    }
    assert_false(state_from_name(SPAN("dead"), &found));
    for (int kind = 0; kind < KINDS; kind++)
        assert_int_equal(event_is_decision((enum event_kind)kind), decides((enum event_kind)kind));
    assert_true(state_sendable(STATE_SUSPECT, false));
    assert_false(state_sendable(STATE_SUSPECT, true));
    assert_false(state_sendable(STATE_INVALID, false));
    assert_false(state_sendable(STATE_COMPLAINED, false));
    assert_false(state_sendable(STATE_BLOCKED, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples), cmocka_unit_test(names),
                                       cmocka_unit_test(inserted_at_once),
                                       cmocka_unit_test(every_sequence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
