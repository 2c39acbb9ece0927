/* SPDX-License-Identifier: MIT
 *
 * What a bounce does, given the configuration: whom it is about, whether it counts, waits for a
 * person, or is evidence only.
 */
#ifndef SCAN_POLICY_H
#define SCAN_POLICY_H

#include "bounce/bounce.h"
#include "config/config.h"
#include "scan/scan.h"
#include "store/evidence.h"
#include "store/judgements.h"

struct ruling {
    enum event_kind event;
    enum hold hold;
    enum scan_outcome outcome;
};

/* The folded address that recipient i is about (interface.md "Which address a bounce is about"). */
void policy_address(struct txn *txn, const struct bounce *bounce, size_t i, struct str *folded);

/* Its ruling. `time` is the bounce's, never later than now; `number` that of its evidence where it is
 * kept already, else 0. */
struct ruling policy_rule(struct txn *txn, const struct config *config, const struct bounce *bounce,
                          size_t i, struct span folded, int64_t time, uint32_t number,
                          int64_t now);

/* When the bounce happened: its own time, never later than now; now if it does not say. */
int64_t policy_time(const struct bounce *bounce, int64_t now);

#endif
