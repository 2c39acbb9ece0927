/* SPDX-License-Identifier: MIT
 *
 * One contact: why it is as it is, its other bounces, its history, everything.
 */
#ifndef SCREEN_CONTACT_PAGE_H
#define SCREEN_CONTACT_PAGE_H

#include "screen/session.h"

void contact_open(struct session *session, uint32_t id);
/* The original of the newest bounce about that address, as a page (original.c). Says so if none was
 * kept. */
void original_open(struct session *session, struct span folded);
void original_open_digest(struct session *session, const unsigned char *digest);

#endif
