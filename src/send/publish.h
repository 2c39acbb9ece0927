/* SPDX-License-Identifier: MIT
 *
 * The suppression map kept like the store: in it is who may not be mailed, but for own_domains and
 * for what is no address. After every commit the addresses that it touched are brought to the map;
 * what a crash or missing rights left undone stands in the store (store/unpublished.h) and is caught
 * up by the next who can.
 */
#ifndef SEND_PUBLISH_H
#define SEND_PUBLISH_H

#include "config/config.h"
#include "store/store.h"

/* Keys of the map that were or would be added, removed, given another text; and those that stay. */
struct publish_sums {
    uint64_t added, removed, changed, unchanged;
};

/* Compares the whole map with the store and mends it in place. CONFIG without `map`; BUSY, and
 * nothing is changed, if it would lose more than 5 % of its keys and `shrink` does not allow that; as
 * map_open. */
enum result publish_all(struct store *store, const struct config *config, bool shrink,
                        struct publish_sums *sums, struct error *error);
/* The same comparison, changing nothing. NO if they differ. */
enum result publish_check(struct store *store, const struct config *config,
                          struct publish_sums *sums, struct error *error);

/* Brings to the map what is not there yet: cheap when there is nothing to do, so whoever may write
 * the map (`watch`) can call it as often as it likes. Fills a new map; a map that was never published
 * from this store is left to `publish`. OK without a configured map. */
enum result send_catch_up(struct store *store, const struct config *config, struct error *error);

/* From now on every commit through `store` catches up by itself; `config` is borrowed. A failure
 * fails nothing: the store knows what is left, and send_trouble says why. */
void send_follow(struct store *store, const struct config *config);
/* Why the last catching up failed, "" if it did not. Static. */
const char *send_trouble(void);
/* Adds "publish pending: 12 addresses", or nothing if the map is as the store, to out. */
void send_pending(struct txn *txn, const struct config *config, struct str *out);

#endif
