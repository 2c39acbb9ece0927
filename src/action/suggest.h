/* SPDX-License-Identifier: MIT
 *
 * The domain that was meant: a provider's (contact/typo.h), or one that many of the store's own
 * contacts have. A suggestion, never applied by itself.
 */
#ifndef ACTION_SUGGEST_H
#define ACTION_SUGGEST_H

#include "store/store.h"

/* `domain` and *out (cleared) are folded (A-labels). False: nothing looks meant, or the domain takes
 * mail itself. `txn` is NULL where there is no store yet. */
bool suggest_domain(struct txn *txn, struct span domain, struct str *out);
/* Do at least 10 active contacts have the domain, and more than twice as many as invalid ones? */
bool suggest_takes_mail(struct txn *txn, struct span domain);

#endif
