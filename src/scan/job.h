/* SPDX-License-Identifier: MIT
 *
 * Inside scan/: one scan under way, and the two parts that are files of their own.
 */
#ifndef SCAN_JOB_H
#define SCAN_JOB_H

#include "bounce/bounce.h"
#include "scan/cage.h"
#include "scan/policy.h"
#include "scan/scan.h"
#include "scan/wave.h"
#include "store/board.h"
#include "store/evidence.h"

/* A batch ends at whichever comes first; what waits for the decoder is bounded, too. */
enum { BATCH_MESSAGES = 1536, BATCH_BYTES = 3 << 20, BATCH_MS = 1000, QUEUE_BYTES = 2 << 20 };

/* A message between reading and committing. */
struct message {
    struct message *next; /* in the queue for the decoder */
    char *id;
    struct str bytes;  /* as it was read; once decoded as it will be kept, if it will */
    unsigned char digest[DIGEST_BYTES];
    struct bounce *bounce; /* NULL: it could not be decoded, */
    const char *why;       /* for this reason */
    bool whole;
    bool keep; /* the original is worth keeping */
};

struct batch {
    struct message *messages[BATCH_MESSAGES];
    size_t n, bytes;
    int64_t begun; /* monotonic, ms */
};

/* A bounce that took effect in this scan: a wave may hold it yet. */
struct recent {
    uint32_t number; /* of its evidence, 0 for none */
    char *id;        /* of its message */
    unsigned char digest[DIGEST_BYTES];
};
enum { RECENT_MAX = 1024 };

struct commit;

struct job {
    struct store *store;
    const struct config *config;
    const struct actor *actor;
    struct mailbox_source source; /* ours, for gap_from */
    struct str mark;
    const struct scan_options *options;
    const struct scan_events *events;
    struct scan_sums *sums;
    struct mailbox *mailbox;
    struct cage *cage;
    char *rules; /* path of the user's own wordings, or NULL */
    uint32_t step; /* 0 until something changed */
    int64_t begun;
    struct message *first, **last; /* the queue: given to the cage, not decoded yet */
    size_t queued;                 /* its bytes */
    struct batch *gathering;       /* decoded ones */
    struct packer *packer;
    struct commit *commit; /* of the batch before */
    struct recent recent[RECENT_MAX]; /* the last ones of batches before, in turn */
    size_t recent_at;
    struct txn *reading;  /* for `known`, between two batches */
    struct seat *seat;    /* borrowed; NULL: nobody sees this scan */
    struct board_row *row; /* what it says */
    int64_t said;         /* when, ms */
    bool waited;          /* for another writer, in vain: not again for the record */
    struct str trial;     /* of a test under way or killed here, as the store says; */
    bool asked;           /* it was looked up in this run */
    char *left_over;      /* id of its message, to be removed */
    char **older;         /* ids of what source.since leaves alone for good, and had to be read */
    size_t older_n, older_room;
    char **decided;       /* known ids that a later `after` applies to */
    size_t decided_n, decided_room;
};

/* A scan that is begun but has not opened its mailbox yet. Borrows everything, for its life. */
struct job *job_new(struct store *store, const struct config *config, const struct actor *actor,
                    const struct mailbox_source *source, const struct scan_options *options,
                    const struct scan_events *events);
/* Opens the mailbox if it is not open, reads what is new there, marks, and keeps the scan's record.
 * May be called again as long as it succeeds; each time is a scan and a step of its own. */
enum result job_run(struct job *job, struct scan_sums *sums, struct error *error);
void job_free(struct job *job);

/* Who scans what, for the board. */
void job_name_row(const struct job *job, struct board_row *row);

/* The mailbox's name for ever. */
struct span job_place(const struct job *job);
/* Nothing is stored, nothing marked. */
bool job_is_dry(const struct job *job);
/* Does `after` ask for anything? */
bool job_marks(const struct job *job);
/* The seen_flag of a message to which it was done; 0 for keep. */
unsigned job_mark(const struct job *job);

/* ---- batch.c: messages are decoded, and gathered into batches, each of which a thread commits while
 * the next is read */

enum result batch_add(struct job *job, const struct mailbox_message *read, struct error *error);
/* Is it time to commit, though the batch is not full? */
bool batch_is_due(const struct job *job);
/* Commits what was decoded, and waits for none of it but the batch before. */
enum result batch_commit(struct job *job, struct error *error);
/* Decodes and commits all that was added, and waits for it. */
enum result batch_end(struct job *job, struct error *error);
void batch_free(struct job *job); /* what is not committed is forgotten */

/* ---- observed.c: accounts that are only observed */

/* Was this one reported already? Asks job->reading. */
bool observed_before(struct job *job, const char *id);
enum result observed_note(struct job *job, const struct batch *batch, struct error *error);

/* ---- intake.c: takes decoded messages into one transaction */

struct intake_told {
    char *address;
    enum scan_outcome outcome;
    uint32_t number; /* of its evidence */
    const struct message *message;
};
struct intake {
    struct job *job;
    struct txn *txn;
    struct scan_sums sums;
    struct intake_told *told; /* said when committed */
    size_t n, room;
    const struct message **replies; /* the same of autoreplies */
    size_t replies_n, replies_room;
    struct wave_bounce *hard; /* those that took effect */
    size_t hard_n, hard_room;
};
/* Evidence, states, review, "seen, marking pending": all that follows from one message. */
void intake_take(struct intake *intake, struct message *message);
/* Once all of a transaction were taken: holds what is part of a wave. */
void intake_guard(struct intake *intake);
/* What recipient i of a bounce gives to keep; it borrows from the bounce and `place`. */
struct evidence intake_evidence(const struct bounce *bounce, size_t i, int64_t time,
                                const struct ruling *ruling,
                                const unsigned char digest[DIGEST_BYTES], struct span place);
/* After the commit: its sums count and its recipients are told; or it is forgotten. */
void intake_end(struct intake *intake, bool committed);
void intake_forget(struct job *job); /* what it keeps of the batches before */

/* ---- marking.c: on the server, after the commit */

/* Carries out what the store says is pending here. */
enum result marking_pending(struct job *job, struct error *error);
/* Bounces that were decided while `after` was keep, and still lie there. */
enum result marking_decided(struct job *job, struct error *error);

#endif
