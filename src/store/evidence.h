/* SPDX-License-Identifier: MIT
 *
 * Table evidence: what bounces said of an address, each kept for good. Table messages: originals,
 * zstd-compressed, by digest. Table review: what a scan would not decide.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "contact/state.h"
#include "store/store.h"

#define DIGEST_BYTES 32

/* Why evidence has no effect although it could: stored, add at the end only. */
enum hold {
    HOLD_NONE,
    HOLD_OLD,         /* older than max_age */
    HOLD_ALIAS,       /* review: member of an alias whose others were delivered */
    HOLD_WAVE,        /* review: a wave of refusals */
    HOLD_FORGED,      /* review: no trace of our own mail */
    HOLD_WITHDRAWN,   /* undone */
    HOLD_DISMISSED,   /* review: said to be nothing */
    HOLD_UNDECODABLE, /* review: crashed the decoder; names nobody */
    HOLD_NOBODY,      /* review: a bounce that names nobody */
    HOLD_OWN,         /* our own side refused */
    HOLD_REPEATED,    /* said of the same mail before */
};
bool hold_in_review(enum hold hold);    /* does a person have to decide? */
const char *hold_name(enum hold hold);  /* "alias" */
const char *hold_words(enum hold hold); /* translated sentence */

struct evidence {
    int64_t time;
    uint32_t number;       /* unique over all evidence, in order of arrival */
    uint32_t scan;         /* step number of the scan */
    enum event_kind event; /* its effect in the state function when hold is NONE */
    enum hold hold;
    enum verdict verdict;
    enum reason reason;
    uint8_t action;        /* enum bounce_action */
    char status[12];
    char reply[4];
    unsigned char digest[DIGEST_BYTES]; /* of the message */
    struct span address;   /* as the reporting server named it */
    struct span original;
    struct span diagnostic;
    struct span mta;
    struct span rule;
    struct span place;     /* of the mailbox */
};

/* Stores it under its folded address: number 0 is a new one and gets the next number, another
 * replaces the row that has it. Returns the number. */
uint32_t evidence_put(struct txn *txn, struct span folded, const struct evidence *evidence);
/* What the state function sees of it. */
enum event_kind evidence_effect(const struct evidence *evidence);
/* One piece; false if it is not there. */
bool evidence_get(struct txn *txn, struct span folded, int64_t time, uint32_t number,
                  struct evidence *evidence);

/* Is there any of an address? Quick for many addresses in order that have none. */
bool evidence_any(struct txn *txn, struct span folded);

/* All evidence of an address, oldest first; from the time `from` on, if that is set. */
struct evidence_walk {
    int64_t from;
    struct evidence evidence; /* out */
    void *state_;
};
bool evidence_next(struct txn *txn, struct span folded, struct evidence_walk *walk);
void evidence_walk_end(struct evidence_walk *walk);

/* As bytes, without time and number; for history. The spans of a read one borrow from `in`. */
void evidence_write(const struct evidence *evidence, struct str *out);
bool evidence_read(struct span in, struct evidence *evidence);

/* Packs originals, outside of any transaction; one for each thread. */
struct packer;
struct packer *packer_new(void);
void packer_free(struct packer *packer); /* NULL is fine */
void packer_pack(struct packer *packer, struct span message, struct str *out); /* out is empty */

/* Originals. put takes one as packed, and returns its number for seen_digest_put, through which it
 * is found again. get appends the message as it was to out. */
uint32_t messages_put(struct txn *txn, const unsigned char digest[DIGEST_BYTES], struct str *packed,
                      int64_t now);
bool messages_get(struct txn *txn, const unsigned char digest[DIGEST_BYTES], struct str *out);

/* Takes away originals stored before `before`, save those that wait for review: at most `most` of
 * them, so that nobody waits long; the rest next time. Returns how many. */
size_t messages_purge(struct txn *txn, int64_t before, size_t most);

/* Review: an item about evidence has its number, the others one of the same row of numbers. folded is "" where nobody is named. */
struct review_item {
    uint32_t number;
    enum hold hold;
    int64_t time;      /* of the bounce */
    uint32_t scan;
    uint32_t evidence; /* number, 0 where nobody is named */
    unsigned char digest[DIGEST_BYTES];
    struct span folded;
    struct span text;  /* diagnostic, or the subject */
};
/* Under item->number, or a new one if that is 0. */
uint32_t review_add(struct txn *txn, const struct review_item *item);
void review_write(const struct review_item *item, struct str *out);
bool review_read(struct span in, struct review_item *item);
bool review_get(struct txn *txn, uint32_t number, struct review_item *item);
void review_remove(struct txn *txn, uint32_t number);
/* The first with a number >= `from`; false at the end. */
bool review_from(struct txn *txn, uint32_t from, struct review_item *item);
uint64_t review_count(struct txn *txn);

#endif
