/* SPDX-License-Identifier: MIT
 *
 * The scan: a strip at the bottom of the list, and a page of its own whose sums add up.
 */
#ifndef SCREEN_SCAN_PAGE_H
#define SCREEN_SCAN_PAGE_H

#include "screen/session.h"

/* The running scan and the last ones, anybody's, in `area` (one row: the newest alone). */
void scan_strip_draw(struct session *session, struct txn *txn, struct area area);
void scan_page_open(struct session *session);

#endif
