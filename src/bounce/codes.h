/* SPDX-License-Identifier: MIT
 *
 * Reply codes (RFC 5321 4.2) and enhanced status codes (RFC 3463) within words.
 */
#ifndef BOUNCE_CODES_H
#define BOUNCE_CODES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct codes {
    uint16_t reply;                 /* 550; 0: none */
    uint16_t class, subject, detail; /* 5.1.1; class 0: none */
};

/* The codes that the words carry. Of several enhanced ones the first that says more than x.0.0 or
 * x.y.0; of several replies the first. IP addresses, versions and dates are not codes. */
struct codes codes_find(struct span words);

/* Reads "5.1.1" (blanks and comments round it); false if it is none. */
bool codes_status(struct span s, struct codes *out);

#endif
