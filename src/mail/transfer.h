/* SPDX-License-Identifier: MIT
 *
 * Content-Transfer-Encoding (RFC 2045 6) and the Q encoding of RFC 2047. Broken input is decoded as
 * far as it makes sense; none of these fails.
 */
#ifndef MAIL_TRANSFER_H
#define MAIL_TRANSFER_H

#include "base/str.h"
#include "mail/arena.h"

enum transfer {
    TRANSFER_NONE,
    TRANSFER_BASE64,
    TRANSFER_QUOTED,
};

enum transfer transfer_from_name(struct span name); /* unknown: NONE */
struct span transfer_decode(struct arena *arena, enum transfer transfer, struct span text);

struct span transfer_base64(struct arena *arena, struct span text); /* stops at a line "--…" */
struct span transfer_quoted(struct arena *arena, struct span text);
struct span transfer_q(struct arena *arena, struct span text); /* "_" is a blank */

#endif
