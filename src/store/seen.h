/* SPDX-License-Identifier: MIT
 *
 * Exactly once: which messages were read (table seen), what is still to be done on the server (table
 * pending), and the scans' figures (table scans).
 */
#ifndef STORE_SEEN_H
#define STORE_SEEN_H

#include "store/evidence.h"
#include "store/store.h"

enum seen_flag {
    SEEN_DECIDED = 1 << 0, /* read whole, stored whole, decided for every recipient */
    SEEN_PENDING = 1 << 1, /* still to be marked on the server */
    SEEN_DONE = 1 << 2,    /* deleted or moved away */
    SEEN_FLAGGED = 1 << 3, /* marked as seen */
};

/* By place (struct mailbox) and the message's id there. Returns flags, 0 with *found false. */
unsigned seen_get(struct txn *txn, struct span place, struct span id, bool *found);
void seen_put(struct txn *txn, struct span place, struct span id, unsigned flags);
/* Ids in `place` with SEEN_PENDING: up to `max` as copies that the caller frees. */
size_t seen_pending(struct txn *txn, struct span place, char **ids, size_t max);

/* What a source's mailbox wants to be told next time (mailbox->mark), by its URL. */
bool seen_mark(struct txn *txn, struct span url, struct str *out);
void seen_mark_put(struct txn *txn, struct span url, struct span mark);

/* What a trial (scan/trial.h) under way or killed has put into a place: which, whose process. */
bool seen_trial(struct txn *txn, struct span place, struct str *out);
void seen_trial_put(struct txn *txn, struct span place, struct span trial); /* empty: none any more */

/* By digest: was this message taken in by another way? */
bool seen_digest(struct txn *txn, const unsigned char digest[DIGEST_BYTES], unsigned *flags);
/* `original`: its number in table messages, 0 where it is not kept. */
void seen_digest_put(struct txn *txn, const unsigned char digest[DIGEST_BYTES], unsigned flags,
                     uint32_t original);
uint32_t seen_original(struct txn *txn, const unsigned char digest[DIGEST_BYTES]);

/* One account's scan, newest kept by account. All sums of `scan --json` "end". */
struct scan_sums {
    uint64_t read, bounces, complaints, autoreplies, receipts, other, duplicates, undecodable;
    uint64_t skipped, deleted, marked;
    uint64_t recipients, invalidated, known, soft, complained, corrected, old, unmatched, held;
};
struct scan_record {
    uint32_t step;          /* 0 if it changed nothing */
    int64_t begun, ended;
    bool good;
    struct span account;    /* its name or place */
    struct span trouble;    /* the sentence when not good */
    struct scan_sums sums;
};
/* One that says the same as the account's last, and found nothing either, takes its place; of the
 * oldest, beyond 20,000, only each account's last good one stays. */
void scans_put(struct txn *txn, const struct scan_record *record);
/* How many there ever were: grows with each, even one that takes another's place. */
uint64_t scans_made(struct txn *txn);
/* Newest first: i = 0, 1, …; false at the end. */
bool scans_get(struct txn *txn, size_t i, struct scan_record *record);
/* The last good and the last of an account; false for none. */
bool scans_of_account(struct txn *txn, struct span account, bool good, struct scan_record *record);

#endif
