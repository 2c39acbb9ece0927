/* SPDX-License-Identifier: MIT
 *
 * A clock that only goes on, for deadlines and durations; date.h has the time of day.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void); /* milliseconds */

#endif
