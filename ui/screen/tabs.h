/* SPDX-License-Identifier: MIT
 *
 * The row of views: the built-in ones and one's own, with their digits. The one that is shown is
 * always seen, and so are one's own where that can be.
 */
#ifndef SCREEN_TABS_H
#define SCREEN_TABS_H

#include "screen/list.h"

void tabs_draw(struct list *list, struct session *session, struct txn *txn, int row);

#endif
