/* SPDX-License-Identifier: MIT
 *
 * Mending: one invalid contact after the other, with its reason and the address that looks meant;
 * a key each.
 */
#ifndef SCREEN_MEND_H
#define SCREEN_MEND_H

#include "screen/list.h"

/* Goes through the invalid ones among the selected contacts, or else among those the list shows,
 * from the cursor on. A person's "invalid" passes over, until another decision. */
void mend_open(struct session *session, struct list *list);

#endif
