/* SPDX-License-Identifier: MIT
 *
 * The key by which return paths are signed (send/verp.h), and the one before it, in table meta.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include "store/store.h"

enum { KEYS_BYTES = 32 };

struct keys {
    int64_t made;                   /* when `now` was */
    unsigned char now[KEYS_BYTES];
    int64_t old_until;              /* how long `old` is good, 0: there is none */
    unsigned char old[KEYS_BYTES];
};

/* False: there are none yet. */
bool keys_get(struct txn *txn, struct keys *keys);
void keys_put(struct txn *txn, const struct keys *keys);

#endif
