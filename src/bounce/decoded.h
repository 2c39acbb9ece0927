/* SPDX-License-Identifier: MIT
 *
 * Inside bounce/: what bounce_decode and bounce_read give out, with the memory it lies in.
 */
#ifndef BOUNCE_DECODED_H
#define BOUNCE_DECODED_H

#include "bounce/bounce.h"
#include "mail/arena.h"

struct decoded {
    struct bounce bounce; /* first: bounce_free() casts back */
    struct arena arena;
};

#endif
