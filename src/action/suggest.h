/* SPDX-License-Identifier: MIT
 *
 * The domain that was meant: a provider's (contact/typo.h), or one that many of the store's own
 * contacts have. A suggestion, never applied by itself.
 */
#ifndef ACTION_SUGGEST_H
#define ACTION_SUGGEST_H

#include "store/counts.h"
#include "store/store.h"

/* The large ones among the store's own domains. Reading them goes through all domains, so whoever asks
 * for more than one suggestion keeps them. Start with a zeroed struct. */
struct suggest_own {
    struct count_row rows[200];
    size_t n;
    struct str names;
    bool read;
};
void suggest_own_free(struct suggest_own *own); /* forgets them: they are read anew */

/* `domain` and *out (cleared) are folded (A-labels). False: nothing looks meant, or the domain takes
 * mail itself. `txn` is NULL where there is no store yet. */
bool suggest_domain(struct txn *txn, struct span domain, struct suggest_own *own, struct str *out);
/* Do at least 10 active contacts have the domain, and more than twice as many as invalid ones? */
bool suggest_takes_mail(struct txn *txn, struct span domain);

#endif
