/* SPDX-License-Identifier: MIT
 *
 * The wave guard: more hard bounces from one domain or server within a sliding window than [policy]
 * wave says, and far more than usual, may be that server's fault; they wait for a person. It goes by
 * the times of the bounces, so a scan of years has no wave for being one scan, and a wave is one in
 * however many scans it comes.
 *
 * Far more than usual is more than five times what such a window with bounces in it had in the thirty
 * days before. Where nothing is known of them it is more than a part of the contacts: every list has
 * its share of dead addresses, and they all bounce in the hour after the first send.
 */
#ifndef SCAN_WAVE_H
#define SCAN_WAVE_H

#include "config/config.h"
#include "store/bursts.h"
#include "store/evidence.h"

/* A hard bounce that took effect in this transaction. */
struct wave_bounce {
    int64_t time;
    uint32_t number;
    char *folded, *server; /* owned by the caller; server "" where it does not say */
};

/* Notes them, looks whether they are part of waves, and holds all of a wave that a person did not
 * accept yet, this transaction's and earlier ones', as part of `step`. `held` is called for each. */
struct wave_events {
    void (*held)(void *arg, uint32_t number);
    void *arg;
};
void wave_guard(struct txn *txn, const struct config *config, uint32_t step, int64_t now,
                const struct wave_bounce *bounces, size_t n, const struct wave_events *events);

/* How many are usual in `within` seconds at `name`, by the thirty days before `before`; 0 if nothing
 * is known. */
uint64_t wave_usual(struct txn *txn, enum burst_kind kind, struct span name, int64_t before,
                    int64_t within);
/* Adds "412 at wp.example since 09:12, normally 3 an hour: server fault?" for the `n` of a wave that
 * were held, the first of them at `since`. */
void wave_words(struct txn *txn, enum burst_kind kind, struct span name, uint64_t n, int64_t since,
                struct str *out);

#endif
