/* SPDX-License-Identifier: MIT */
#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

#define DAY 86400
#define YEAR (365 * DAY)

static const char *const months[12] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"),
                                       N_("May"), N_("Jun"), N_("Jul"), N_("Aug"),
                                       N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};

/* Zone names that mail really carries, in minutes east of UTC (RFC 5322 4.3 and common others). The
 * military letters are all -0000, as RFC 5322 says; so is whatever is not here. */
static const struct {
    const char *name;
    int minutes;
} zones[] = {
    {"EST", -300}, {"EDT", -240}, {"CST", -360},  {"CDT", -300},  {"MST", -420}, {"MDT", -360},
    {"PST", -480}, {"PDT", -420}, {"AKST", -540}, {"AKDT", -480}, {"HST", -600}, {"BRT", -180},
    {"WEST", 60},  {"BST", 60},   {"CET", 60},    {"MET", 60},    {"CEST", 120}, {"MEST", 120},
    {"EET", 120},  {"SAST", 120}, {"EEST", 180},  {"MSK", 180},   {"IST", 330},  {"HKT", 480},
    {"SGT", 480},  {"AWST", 480}, {"JST", 540},   {"KST", 540},   {"AEST", 600}, {"AEDT", 660},
    {"NZST", 720}, {"NZDT", 780},
};

int64_t date_now(void)
{
    const char *fixed = getenv("ZWROTKA_NOW");
    uint64_t seconds;
    if (fixed && span_number(span_of(fixed), &seconds) && seconds <= INT64_MAX)
        return (int64_t)seconds;
    return (int64_t)time(NULL);
}

/* A day of the calendar and a time of the day; month 0–11, year in full. */
static bool is_real(const struct tm *tm)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = tm->tm_year + 1900;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1900 || year > 9999 || tm->tm_mon < 0 || tm->tm_mon > 11 || tm->tm_mday < 1)
        return false;
    return tm->tm_mday <= days[tm->tm_mon] + (leap && tm->tm_mon == 1) && tm->tm_hour >= 0 &&
           tm->tm_hour <= 23 && tm->tm_min >= 0 && tm->tm_min <= 59 && tm->tm_sec >= 0 &&
           tm->tm_sec <= 60;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* At most nine digits at the front, taken off; how many. */
static size_t take_digits(struct span *s, int *number)
{
    size_t n = 0;
    for (*number = 0; n < s->n && n < 9 && is_digit(s->at[n]); n++)
        *number = *number * 10 + (s->at[n] - '0');
    *s = span_cut(*s, n, s->n);
    return n;
}

static void skip(struct span *s, size_t n)
{
    *s = span_cut(*s, n, s->n);
}

/* Behind the comment that begins here; comments nest (RFC 5322 3.2.2). */
static void skip_comment(struct span *s)
{
    size_t depth = 0, i = 0;
    for (; i < s->n; i++) {
        if (s->at[i] == '\\')
            i++;
        else if (s->at[i] == '(')
            depth++;
        else if (s->at[i] == ')' && --depth == 0)
            break;
    }
    skip(s, i + 1);
}

/* What was found so far of a date in mail; -1 where nothing was. */
struct parts {
    int day, month, year;
    int hour, minute, second;
    int zone; /* minutes east */
    bool numeric_zone;
};

static bool take_clock(struct span *s, struct parts *p)
{
    skip(s, 1);
    if (take_digits(s, &p->minute) == 0)
        return false;
    if (s->n && s->at[0] == ':') {
        skip(s, 1);
        if (take_digits(s, &p->second) == 0)
            return false;
    }
    int fraction;
    if (s->n > 1 && s->at[0] == '.' && is_digit(s->at[1])) {
        skip(s, 1);
        take_digits(s, &fraction);
    }
    return true;
}

static bool take_number(struct span *s, struct parts *p)
{
    int number;
    size_t digits = take_digits(s, &number);
    if (s->n && s->at[0] == ':' && p->hour < 0 && digits <= 2) {
        p->hour = number;
        return take_clock(s, p);
    }
    if (p->day < 0 && digits <= 2) {
        p->day = number;
    } else if (p->year < 0 && digits <= 4) {
        p->year = digits >= 4                   ? number
                  : digits == 3 || number >= 50 ? 1900 + number
                                                : 2000 + number;
    } else {
        return false;
    }
    return true;
}

static void take_zone(struct span *s, struct parts *p)
{
    int sign = s->at[0] == '-' ? -1 : 1, number, minutes = 0;
    skip(s, 1);
    size_t digits = take_digits(s, &number);
    if (digits <= 2 && s->n && s->at[0] == ':') {
        skip(s, 1);
        take_digits(s, &minutes);
        number = number * 100 + minutes;
    } else if (digits <= 2) {
        number *= 100;
    }
    if (number > 2359 || number % 100 > 59)
        number = 0;
    p->zone = sign * (number / 100 * 60 + number % 100);
    p->numeric_zone = true;
}

static void take_word(struct span *s, struct parts *p)
{
    size_t n = 0;
    while (n < s->n && is_letter(s->at[n]))
        n++;
    struct span word = span_cut(*s, 0, n);
    skip(s, n);
    for (int i = 0; i < 12 && p->month < 0 && n >= 3; i++)
        if (span_is_text(span_cut(word, 0, 3), months[i])) {
            p->month = i;
            return;
        }
    for (size_t i = 0; i < sizeof zones / sizeof *zones && p->hour >= 0 && !p->numeric_zone; i++)
        if (span_is_text(word, zones[i].name))
            p->zone = zones[i].minutes;
}

int64_t date_from_mail(struct span s)
{
    struct parts p = {-1, -1, -1, -1, 0, 0, 0, false};
    while (s.n) {
        char c = s.at[0];
        bool sound = true;
        if (c == '(')
            skip_comment(&s);
        else if (is_digit(c))
            sound = take_number(&s, &p);
        else if (is_letter(c))
            take_word(&s, &p);
        else if ((c == '+' || c == '-') && s.n > 1 && is_digit(s.at[1]) && p.hour >= 0)
            take_zone(&s, &p);
        else
            skip(&s, 1);
        if (!sound)
            break;
    }
    if (p.day < 0 || p.month < 0 || p.year < 0)
        return 0;
    struct tm tm = {.tm_mday = p.day,
                    .tm_mon = p.month,
                    .tm_year = p.year - 1900,
                    .tm_hour = p.hour < 0 ? 0 : p.hour,
                    .tm_min = p.minute,
                    .tm_sec = p.second};
    if (!is_real(&tm))
        return 0;
    int64_t time = (int64_t)timegm(&tm) - p.zone * 60;
    return time > 0 ? time : 0;
}

void date_day(int64_t time, char out[11])
{
    struct tm tm;
    time_t t = (time_t)time;
    if (time == 0 || !localtime_r(&t, &tm) || strftime(out, 11, "%Y-%m-%d", &tm) == 0)
        out[0] = '\0';
}

void date_to_iso(int64_t time, char out[21])
{
    struct tm tm;
    time_t seconds = (time_t)time;
    out[0] = '\0';
    if (time == 0 || !gmtime_r(&seconds, &tm) || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return;
    snprintf(out, 21, "%04u-%02u-%02uT%02u:%02u:%02uZ", (tm.tm_year + 1900) % 10000u,
             (tm.tm_mon + 1) % 100u, tm.tm_mday % 100u, tm.tm_hour % 100u, tm.tm_min % 100u,
             tm.tm_sec % 100u);
}

/* Exactly n digits. */
static bool fixed_digits(struct span *s, size_t n, int *number)
{
    struct span part = span_cut(*s, 0, n);
    if (take_digits(&part, number) != n)
        return false;
    skip(s, n);
    return true;
}

static bool take(struct span *s, char c)
{
    if (s->n == 0 || s->at[0] != c)
        return false;
    skip(s, 1);
    return true;
}

/* "T12:04[:05[.678]]"; the letter or blank was taken. */
static bool iso_clock(struct span *s, struct tm *tm)
{
    if (!fixed_digits(s, 2, &tm->tm_hour) || !take(s, ':') || !fixed_digits(s, 2, &tm->tm_min))
        return false;
    if (take(s, ':') && !fixed_digits(s, 2, &tm->tm_sec))
        return false;
    int fraction;
    return !take(s, '.') || take_digits(s, &fraction) > 0;
}

/* "Z", "+01:00", "+0100" or nothing (*local). */
static bool iso_zone(struct span *s, int *seconds, bool *local)
{
    int hours, minutes;
    *seconds = 0;
    *local = s->n == 0;
    if (s->n == 0 || take(s, 'Z'))
        return true;
    int sign = s->at[0] == '-' ? -1 : 1;
    if (!(take(s, '+') || take(s, '-')) || !fixed_digits(s, 2, &hours))
        return false;
    take(s, ':');
    if (!fixed_digits(s, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool date_from_iso(struct span s, int64_t *out)
{
    struct tm tm = {.tm_isdst = -1};
    int zone = 0;
    bool local = true;
    if (!fixed_digits(&s, 4, &tm.tm_year) || !take(&s, '-') || !fixed_digits(&s, 2, &tm.tm_mon) ||
        !take(&s, '-') || !fixed_digits(&s, 2, &tm.tm_mday))
        return false;
    if (s.n &&
        !((take(&s, 'T') || take(&s, ' ')) && iso_clock(&s, &tm) && iso_zone(&s, &zone, &local)))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    if (s.n || !is_real(&tm))
        return false;
    *out = local ? (int64_t)mktime(&tm) : (int64_t)timegm(&tm) - zone;
    return true;
}

bool date_span(struct span s, int64_t *seconds)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"s", 1},
                 {"min", 60},
                 {"h", 3600},
                 {"d", DAY},
                 {"w", (int64_t)7 * DAY},
                 {"m", (int64_t)30 * DAY},
                 {"y", YEAR}};
    int number;
    size_t digits = take_digits(&s, &number);
    if (digits == 0 || digits > 6)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_equal_nocase(s, span_of(units[i].name))) {
            *seconds = number * units[i].seconds;
            return true;
        }
    return false;
}

bool date_from_query(struct span s, int64_t now, int64_t *out)
{
    int64_t age;
    if (date_span(s, &age)) {
        *out = now - age;
        return true;
    }
    return date_from_iso(s, out);
}

static bool local_time(int64_t time, struct tm *tm)
{
    time_t seconds = (time_t)time;
    return time != 0 && localtime_r(&seconds, tm) && tm->tm_year >= -1900 &&
           tm->tm_year <= 9999 - 1900;
}

static bool is_near(int64_t time, int64_t now)
{
    return time > now - YEAR && time <= now + DAY;
}

static void put_day(const struct tm *tm, bool near, char *out, size_t size)
{
    if (near)
        snprintf(out, size, "%d %s", tm->tm_mday, _(months[tm->tm_mon % 12]));
    else
        snprintf(out, size, "%04u-%02u-%02u", (tm->tm_year + 1900) % 10000u,
                 (tm->tm_mon + 1) % 100u, tm->tm_mday % 100u);
}

void date_short(int64_t time, int64_t now, char out[16])
{
    struct tm tm;
    out[0] = '\0';
    if (local_time(time, &tm))
        put_day(&tm, is_near(time, now), out, 16);
}

void date_long(int64_t time, int64_t now, char out[24])
{
    struct tm tm;
    out[0] = '\0';
    if (!local_time(time, &tm))
        return;
    put_day(&tm, is_near(time, now), out, 16);
    size_t n = strlen(out);
    snprintf(out + n, 24 - n, " %02u:%02u", tm.tm_hour % 100u, tm.tm_min % 100u);
}

void date_since(int64_t time, int64_t now, char out[24])
{
    struct tm tm;
    if (time > now || now - time >= 86400 || !local_time(time, &tm))
        date_long(time, now, out);
    else
        snprintf(out, 24, "%02u:%02u", tm.tm_hour % 100u, tm.tm_min % 100u);
}
