/* SPDX-License-Identifier: MIT
 *
 * Domains of the whole store that look mistyped: "these 31 look like gmail.com", each corrected for
 * all who have it, after a preview.
 */
#ifndef SCREEN_TYPOS_PAGE_H
#define SCREEN_TYPOS_PAGE_H

#include "screen/session.h"

void typos_open(struct session *session);

#endif
