/* SPDX-License-Identifier: MIT
 *
 * What the readers found → the struct that is given out.
 */
#ifndef BOUNCE_RESULT_H
#define BOUNCE_RESULT_H

#include "bounce/work.h"

/* The recipients to act on, each judged, no address twice; bounce->kind is set before. */
void result_gather(struct work *work, struct bounce *bounce);
/* Everything else but kind and explain: times, senders, subject, what came back. */
void result_envelope(struct work *work, struct bounce *bounce);

#endif
