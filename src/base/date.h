/* SPDX-License-Identifier: MIT
 *
 * Time: seconds since 1970-01-01 UTC in an int64_t, 0 for "none", which is shown as "".
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

int64_t date_now(void); /* the real clock; ZWROTKA_NOW (seconds) overrides it, for tests */

/* RFC 5322 date-time, with the obsolete forms (RFC 5322 4.3), two-digit years, zone names and
 * comments. 0 if it cannot be read. */
int64_t date_from_mail(struct span s);

/* "2026-11-21T12:04:00Z" into out (21 bytes). */
void date_to_iso(int64_t time, char out[21]);
/* "2026-11-21", the day in local time ("" for 0); when it began is what date_from_iso makes of it. */
void date_day(int64_t time, char out[11]);
/* ISO 8601 "2026-11-21T12:04:00Z", "2026-11-21 12:04", "2026-11-21" (local time unless Z or "+01:00"). */
bool date_from_iso(struct span s, int64_t *out);

/* A query's or option's date: an ISO date in local time, or an age ("7d", "3w", "24h", "2m", "1y"),
 * which is `now` less that. */
bool date_from_query(struct span s, int64_t now, int64_t *out);
/* "24h", "180d", "1y" (365 days), "2m" (of 30 days), "2w", "90s", "30min" → seconds. */
bool date_span(struct span s, int64_t *seconds);

/* For a person: "21 Nov" within a year, else "2024-11-21"; local time; into out (16 bytes). */
void date_short(int64_t time, int64_t now, char out[16]);
/* "21 Nov 12:04" or "2024-11-21 12:04"; local time. */
void date_long(int64_t time, int64_t now, char out[24]);
/* "12:04" if that is within a day before now, else as date_long. */
void date_since(int64_t time, int64_t now, char out[24]);

#endif
