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

/* What a signed return path says (send/verp.h), once a message. */
struct claim {
    bool good;         /* it is ours, of an address that is known, and not too old */
    bool named;        /* the report names that address itself */
    bool others;       /* it names another contact of ours, but not that address */
    int64_t sent;      /* by then the mail that came back was sent */
    struct str folded; /* whom it was signed for */
};
void policy_claim(struct txn *txn, const struct bounce *bounce, int64_t time, struct claim *claim);
void claim_free(struct claim *claim);

/* The folded address that recipient i is about (interface.md "Which address a bounce is about").
 * True if the claim speaks for it. */
bool policy_address(struct txn *txn, const struct bounce *bounce, size_t i,
                    const struct claim *claim, struct str *folded);

/* What is to be ruled on. */
struct matter {
    struct txn *txn;
    const struct config *config;
    const struct bounce *bounce;
    size_t i; /* the recipient */
    const struct claim *claim;
    struct span folded; /* whom it is about */
    int64_t time;       /* the bounce's, never later than now */
    uint32_t number;    /* of its evidence where it is kept already, else 0 */
    int64_t now;
};
struct ruling policy_rule(const struct matter *matter);

/* Is the report trusted that says this address was reached? */
bool policy_delivered(struct txn *txn, const struct config *config, const struct bounce *bounce,
                      const struct claim *claim, struct span folded);
/* What is known again of a bounce that came to a signed path, however it is dressed up: of one mail
 * each server's verdict counts once. */
void policy_once(const struct bounce *bounce, size_t i, unsigned char digest[DIGEST_BYTES]);

/* When the bounce happened: its own time, never later than now; now if it does not say. */
int64_t policy_time(const struct bounce *bounce, int64_t now);

#endif
