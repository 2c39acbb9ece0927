/* SPDX-License-Identifier: MIT
 *
 * The message that came back: a part, its headers only, or quoted in the text behind one of the
 * usual separators.
 */
#ifndef BOUNCE_RETURNED_H
#define BOUNCE_RETURNED_H

#include "bounce/work.h"

/* Finds it among the parts and fills work->returned. */
void returned_find(struct work *work);
/* Takes what stands behind a separator in the text for it, if nothing is known yet. */
void returned_text(struct work *work, struct span text);

/* Each address of the returned message's To and Cc; none if the message is cut within them. */
void returned_list(struct work *work, void (*each)(void *arg, struct span address), void *arg);
/* Its single recipient: X-Failed-Recipients' kin, Delivered-To … or To with nobody else in To and
 * Cc; at NULL if it is not single. */
struct span returned_recipient(struct work *work);

/* The recipient that its VERP envelope sender carries, as the address that the bounce went to, or as
 * the returned message has it; at NULL if there is none. */
struct span returned_verp(struct work *work);

/* Its From address; at NULL if there is none. */
struct span returned_from(struct work *work);

#endif
