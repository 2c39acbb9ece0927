/* SPDX-License-Identifier: MIT
 *
 * Whom mending goes through.
 */
#ifndef SCREEN_MEND_LIST_H
#define SCREEN_MEND_LIST_H

#include "screen/list.h"
#include "screen/rows.h"

/* Is it still to be mended: invalid, and no person said so? */
bool mend_is_due(struct txn *txn, const struct row *row);

/* The ids of those due among the selected contacts, or else among those the list shows, in its order
 * from the cursor on; of more than 50,000 all that are invalid, due or not. The caller frees. */
uint32_t *mend_list(struct session *session, struct list *list, size_t *n);

#endif
