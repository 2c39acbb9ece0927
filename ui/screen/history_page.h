/* SPDX-License-Identifier: MIT
 *
 * The history: every step, newest first, anybody's, each of which can be taken back.
 */
#ifndef SCREEN_HISTORY_PAGE_H
#define SCREEN_HISTORY_PAGE_H

#include "screen/session.h"

void history_open(struct session *session);

#endif
