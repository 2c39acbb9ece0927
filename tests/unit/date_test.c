/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/date.h"

#define DAY 86400

static void from_mail(void **state)
{
    static const char *const table[][2] = {
        {"Wed, 24 Apr 2013 00:00:00 +0900 (JST)", "2013-04-23T15:00:00Z"},
        {"24 Apr 2013 00:00:00 +0900 (JST)", "2013-04-23T15:00:00Z"},
        {"Sat, 21 Nov 2026 12:04:05 +0100", "2026-11-21T11:04:05Z"},
        {"Sat, 21 Nov 2026 12:04 +0100", "2026-11-21T11:04:00Z"},
        {"Sat,21 Nov 2026 12:04:05 -0330", "2026-11-21T15:34:05Z"},
        {"sat, 21 NOV 2026 12:04:05 gmt", "2026-11-21T12:04:05Z"},
        {"21 Nov 26 12:04:05 UT", "2026-11-21T12:04:05Z"},
        {"21 Nov 99 12:04:05 EST", "1999-11-21T17:04:05Z"},
        {"21 Nov 126 12:04:05 Z", "2026-11-21T12:04:05Z"},
        {"21 Nov 2026 12:04:05 PDT", "2026-11-21T19:04:05Z"},
        {"21 Nov 2026 12:04:05 CET", "2026-11-21T11:04:05Z"},
        {"21 Nov 2026 12:04:05 K", "2026-11-21T12:04:05Z"},
        {"21 Nov 2026 12:04:05 NOWHERE", "2026-11-21T12:04:05Z"},
        {"21 Nov 2026 12:04:05 GMT+0200", "2026-11-21T10:04:05Z"},
        {"21 Nov 2026 12:04:05 +02:00", "2026-11-21T10:04:05Z"},
        {"21 Nov 2026 12:04:05", "2026-11-21T12:04:05Z"},
        {"21 Nov 2026", "2026-11-21T00:00:00Z"},
        {"Wed Apr 24 01:02:03 2013", "2013-04-24T01:02:03Z"},
        {"Wed Apr 24 01:02:03 CEST 2013", "2013-04-23T23:02:03Z"},
        {"24-Apr-2013 01:02:03 +0000", "2013-04-24T01:02:03Z"},
        {"Wed (a (nested \\) one)), 24 (x) April 2013 1:02:03.500 +0000", "2013-04-24T01:02:03Z"},
        {"Wed,\r\n 24 Apr 2013\r\n\t01:02:03 +0000", "2013-04-24T01:02:03Z"},
        {"29 Feb 2024 00:00:00 +0000", "2024-02-29T00:00:00Z"},
        {"31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"},
        {"21 Nov 2026 12:04:05 +9999", "2026-11-21T12:04:05Z"},
        {"29 Feb 2023 00:00:00 +0000", ""},
        {"31 Apr 2013 00:00:00 +0000", ""},
        {"0 Apr 2013 00:00:00 +0000", ""},
        {"24 Apr 2013 24:00:00 +0000", ""},
        {"24 Apr 2013 12:60:00 +0000", ""},
        {"24 Xxx 2013 12:00:00 +0000", ""},
        {"24 Apr 1903 12:00:00 +0000", ""},
        {"24 Apr 20130 12:00:00 +0000", ""},
        {"24 Apr", ""},
        {"Apr 2013", ""},
        {"(24 Apr 2013 00:00:00 +0000", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char out[21];
        date_to_iso(date_from_mail(span_of(table[i][0])), out);
        if (strcmp(out, table[i][1]) != 0)
            fail_msg("%s: \"%s\"", table[i][0], out);
    }
}

static void iso(void **state)
{
    static const struct {
        const char *text;
        const char *utc; /* NULL: refused */
    } table[] = {
        {"2026-11-21T12:04:00Z", "2026-11-21T12:04:00Z"},
        {"2026-11-21T12:04:00.123Z", "2026-11-21T12:04:00Z"},
        {"2026-11-21T12:04:00+01:00", "2026-11-21T11:04:00Z"},
        {"2026-11-21T12:04:00-0130", "2026-11-21T13:34:00Z"},
        {"2026-11-21 12:04", "2026-11-21T11:04:00Z"}, /* TZ is an hour east */
        {"2026-11-21", "2026-11-20T23:00:00Z"},
        {"2024-02-29", "2024-02-28T23:00:00Z"},
        {"2023-02-29", NULL},
        {"2026-13-01", NULL},
        {"2026-00-01", NULL},
        {"2026-11-31", NULL},
        {"2026-11-21T", NULL},
        {"2026-11-21T12", NULL},
        {"2026-11-21T25:00", NULL},
        {"2026-11-21x", NULL},
        {"2026-11-21T12:04:00Zx", NULL},
        {"2026-11-21T12:04:00+1", NULL},
        {"26-11-21", NULL},
        {"2026-1-2", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char out[21];
        int64_t time = 0;
        bool read = date_from_iso(span_of(table[i].text), &time);
        date_to_iso(time, out);
        if (read != (table[i].utc != NULL) || (read && strcmp(out, table[i].utc) != 0))
            fail_msg("%s: %s", table[i].text, out);
    }
}

static void spans(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: refused */
    } table[] = {{"90s", 90},
                 {"30min", 1800},
                 {"24h", DAY},
                 {"7d", 7 * DAY},
                 {"3w", 21 * DAY},
                 {"2m", 60 * DAY},
                 {"1y", 365 * DAY},
                 {"0d", 0},
                 {"1Y", 365 * DAY},
                 {"7", -1},
                 {"d", -1},
                 {"", -1},
                 {"7x", -1},
                 {"7 d", -1},
                 {"-7d", -1},
                 {"9999999d", -1},
                 {"999999y", (int64_t)999999 * 365 * DAY}};
    int64_t seconds, time;
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        bool read = date_span(span_of(table[i].text), &seconds);
        assert_int_equal(read, table[i].seconds >= 0);
        if (read)
            assert_int_equal(seconds, table[i].seconds);
    }
    assert_true(date_from_query(SPAN("7d"), 1000000, &time));
    assert_int_equal(time, 1000000 - 7 * DAY);
    assert_true(date_from_query(SPAN("2026-11-21"), 1000000, &time));
    assert_false(date_from_query(SPAN("soon"), 1000000, &time));
}

static void shown(void **state)
{
    const int64_t now = 1795262640; /* 2026-11-21T12:04:00Z */
    char out[24];
    (void)state;
    date_short(now, now, out);
    assert_string_equal(out, "21 Nov");
    date_long(now, now, out);
    assert_string_equal(out, "21 Nov 13:04");
    date_short(now - 364 * (int64_t)DAY, now, out);
    assert_string_equal(out, "22 Nov");
    date_short(now - 365 * (int64_t)DAY, now, out);
    assert_string_equal(out, "2025-11-21");
    date_long(now - 800 * (int64_t)DAY, now, out);
    assert_string_equal(out, "2024-09-12 14:04"); /* in summer time */
    date_short(now + 100 * (int64_t)DAY, now, out);
    assert_string_equal(out, "2027-03-01");
    date_short(0, now, out);
    assert_string_equal(out, "");
    date_long(0, now, out);
    assert_string_equal(out, "");
    date_short(INT64_MAX, now, out);
    assert_string_equal(out, "");
    date_short(INT64_MAX / 2, 0, out);
    date_to_iso(INT64_MIN, out);
    assert_string_equal(out, "");
    setenv("ZWROTKA_NOW", "12345", 1);
    assert_int_equal(date_now(), 12345);
    setenv("ZWROTKA_NOW", "x", 1);
    assert_true(date_now() > 1600000000);
    unsetenv("ZWROTKA_NOW");
}

static void random_dates(void **state)
{
    static const char *const pieces[] = {"Wed, ",
                                         "24 ",
                                         "Apr ",
                                         "2013 ",
                                         "12:",
                                         "00",
                                         ":",
                                         "+0900",
                                         "(",
                                         ")",
                                         "\\",
                                         "-",
                                         "99999999999999999999",
                                         "GMT",
                                         " "};
    uint64_t seed = 88172645463325252u;
    char bytes[256];
    (void)state;
    for (int i = 0; i < 100000; i++) {
        size_t n = 0;
        int64_t time;
        for (int j = 0; j < 12; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            const char *piece = pieces[(seed >> 33) % (sizeof pieces / sizeof *pieces)];
            memcpy(bytes + n, piece, strlen(piece));
            n += strlen(piece);
        }
        bytes[(seed >> 40) % n] = (char)(seed >> 50);
        assert_true(date_from_mail((struct span){bytes, n}) >= 0);
        date_from_query((struct span){bytes, n}, 0, &time);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(from_mail), cmocka_unit_test(iso),
                                       cmocka_unit_test(spans), cmocka_unit_test(shown),
                                       cmocka_unit_test(random_dates)};
    /* A rule of its own, so that no list of zones has to be installed. */
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
