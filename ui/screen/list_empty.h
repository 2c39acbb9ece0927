/* SPDX-License-Identifier: MIT
 *
 * Why a list is empty, each reason with the key that helps.
 */
#ifndef SCREEN_LIST_EMPTY_H
#define SCREEN_LIST_EMPTY_H

#include "screen/draw.h"
#include "screen/list.h"

void list_empty_draw(struct list *list, struct session *session, struct txn *txn, struct area area);

#endif
