/* SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "bounce/bounce.h"
#include "scan/cage.h"
#include "scan/digest.h"
#include "scan/killpoint.h"
#include "scan/policy.h"
#include "store/contacts.h"
#include "store/judgements.h"
#include "store/steps.h"

/* A batch ends at whichever comes first. */
enum { BATCH_MESSAGES = 256, BATCH_BYTES = 8 << 20, PENDING_MAX = 1024 };

/* A message between reading and committing. */
struct item {
    char *id;
    struct str bytes;
    unsigned char digest[DIGEST_BYTES];
    struct bounce *bounce; /* NULL: it could not be decoded, */
    const char *why;       /* for this reason */
    bool whole;
};

struct scan {
    struct store *store;
    const struct config *config;
    const struct actor *actor;
    const struct mailbox_source *source;
    const struct scan_options *options;
    const struct scan_events *events;
    struct scan_sums *sums;
    struct mailbox *mailbox;
    struct cage *cage;
    char *rules; /* path of the user's own wordings, or NULL */
    uint32_t step; /* 0 until something changed */
    int64_t begun;
    struct item items[BATCH_MESSAGES];
    size_t n, bytes;
    struct txn *reading;  /* for `known`, between two batches */
    char **decided;       /* known ids that a later `after` applies to */
    size_t decided_n, decided_room;
};

const char *scan_outcome_name(enum scan_outcome outcome)
{
    static const char *const names[OUTCOME_COUNT] = {
#define X(name) #name,
        OUTCOME_TABLE(X)
#undef X
    };
    return outcome < OUTCOME_COUNT ? names[outcome] : "?";
}

static struct span place_of(const struct scan *scan)
{
    return span_of_str(&scan->mailbox->place);
}

static bool dry(const struct scan *scan)
{
    return scan->options->dry_run || scan->options->observe;
}

static bool marks(const struct scan *scan)
{
    return scan->source->after != AFTER_KEEP && !dry(scan);
}

/* ---- sums */

static uint64_t *sum_of_kind(struct scan_sums *sums, enum bounce_kind kind)
{
    switch (kind) {
    case BOUNCE_BOUNCE:
        return &sums->bounces;
    case BOUNCE_COMPLAINT:
        return &sums->complaints;
    case BOUNCE_AUTOREPLY:
    case BOUNCE_CHALLENGE:
        return &sums->autoreplies;
    case BOUNCE_RECEIPT:
        return &sums->receipts;
    case BOUNCE_OTHER:
        break;
    }
    return &sums->other;
}

static uint64_t *sum_of_outcome(struct scan_sums *sums, enum scan_outcome outcome)
{
    switch (outcome) {
#define X(name)                                                                                    \
    case OUTCOME_##name:                                                                           \
        return &sums->name;
        OUTCOME_TABLE(X)
#undef X
    case OUTCOME_COUNT:
        break;
    }
    return &sums->held;
}

/* A batch's sums count once it is committed. */
static void add_sums(struct scan_sums *to, const struct scan_sums *batch)
{
    uint64_t *into = (uint64_t *)to;
    const uint64_t *from = (const uint64_t *)batch;
    for (size_t i = 0; i < sizeof *to / sizeof *into; i++)
        into[i] += from[i];
}

/* ---- taking in one message, within the transaction */

struct intake {
    struct scan *scan;
    struct txn *txn;
    struct scan_sums sums;
    struct {
        char *address;
        enum scan_outcome outcome;
    } *told; /* said when committed */
    size_t n, room;
};

static void begin_step(struct intake *intake)
{
    struct scan *scan = intake->scan;
    if (!scan->step)
        scan->step = steps_begin(intake->txn, STEP_SCAN, span_of(scan->actor->who),
                                 span_of(scan->actor->command), scan->actor->now);
}

static void tell(struct intake *intake, const char *address, enum scan_outcome outcome)
{
    ALLOC_GROW(intake->told, intake->n, intake->room);
    intake->told[intake->n].address = alloc_text(address);
    intake->told[intake->n++].outcome = outcome;
    intake->sums.recipients++;
    ++*sum_of_outcome(&intake->sums, outcome);
}

/* True when it is decided, so that `after` may apply. */
static bool take_recipient(struct intake *intake, const struct item *item, size_t i)
{
    struct scan *scan = intake->scan;
    const struct bounce_recipient *recipient = &item->bounce->recipients[i];
    int64_t now = scan->actor->now, time = policy_time(item->bounce, now);
    struct str folded = {0};
    policy_address(intake->txn, item->bounce, i, &folded);
    struct ruling ruling = policy_rule(intake->txn, scan->config, item->bounce, i,
                                       span_of_str(&folded), time, now);
    struct evidence evidence = {
        .time = time,
        .event = ruling.event,
        .hold = ruling.hold,
        .verdict = recipient->verdict,
        .reason = recipient->reason,
        .action = (uint8_t)recipient->action,
        .address = span_of(recipient->address),
        .original = span_of(recipient->original),
        .diagnostic = span_of(recipient->diagnostic),
        .mta = span_of(recipient->mta),
        .rule = span_of(recipient->rule),
        .place = place_of(scan),
    };
    memcpy(evidence.status, recipient->status, sizeof evidence.status);
    memcpy(evidence.reply, recipient->reply, sizeof evidence.reply);
    memcpy(evidence.digest, item->digest, DIGEST_BYTES);
    begin_step(intake);
    steps_add_evidence(intake->txn, scan->step, span_of_str(&folded), &evidence);
    judgements_refresh(intake->txn, span_of_str(&folded), now);
    tell(intake, str_text(&folded), ruling.outcome);
    str_free(&folded);
    return !hold_in_review(ruling.hold);
}

static void to_review(struct intake *intake, const struct item *item, enum hold hold,
                      const char *text)
{
    struct scan *scan = intake->scan;
    struct review_item review = {
        .hold = hold,
        .time = item->bounce ? policy_time(item->bounce, scan->actor->now) : scan->actor->now,
        .text = span_of(text),
    };
    memcpy(review.digest, item->digest, DIGEST_BYTES);
    begin_step(intake);
    review.scan = scan->step;
    steps_add_review(intake->txn, scan->step, &review);
}

static unsigned take_fresh(struct intake *intake, const struct item *item)
{
    struct scan *scan = intake->scan;
    const struct bounce *bounce = item->bounce;
    bool keep = true, decided = false;
    if (!bounce) {
        intake->sums.undecodable++;
        to_review(intake, item, HOLD_UNDECODABLE, item->why);
    } else {
        bool acts = bounce->kind == BOUNCE_BOUNCE || bounce->kind == BOUNCE_COMPLAINT;
        ++*sum_of_kind(&intake->sums, bounce->kind);
        keep = acts;
        if (acts && bounce->n == 0)
            to_review(intake, item, HOLD_NOBODY, bounce->subject);
        decided = acts && bounce->n > 0 && item->whole;
        for (size_t i = 0; acts && i < bounce->n; i++)
            decided = take_recipient(intake, item, i) && decided;
    }
    if (keep)
        messages_put(intake->txn, item->digest, span_of_str(&item->bytes), scan->actor->now);
    unsigned flags = decided ? SEEN_DECIDED : 0;
    seen_digest_put(intake->txn, item->digest, flags);
    return flags;
}

static void take(struct intake *intake, const struct item *item)
{
    struct scan *scan = intake->scan;
    unsigned flags;
    bool known;
    seen_get(intake->txn, place_of(scan), span_of(item->id), &known);
    if (known) {
        intake->sums.skipped++; /* another scan was faster */
        return;
    }
    intake->sums.read++;
    if (seen_digest(intake->txn, item->digest, &flags))
        intake->sums.duplicates++;
    else
        flags = take_fresh(intake, item);
    if (!item->whole)
        flags &= ~(unsigned)SEEN_DECIDED;
    if (flags & SEEN_DECIDED && marks(scan))
        flags |= SEEN_PENDING;
    seen_put(intake->txn, place_of(scan), span_of(item->id), flags);
}

/* ---- a batch */

static void drop_items(struct scan *scan)
{
    for (size_t i = 0; i < scan->n; i++) {
        free(scan->items[i].id);
        str_free(&scan->items[i].bytes);
        bounce_free(scan->items[i].bounce);
    }
    scan->n = scan->bytes = 0;
}

static void stop_reading(struct scan *scan)
{
    txn_end(scan->reading);
    scan->reading = NULL;
}

static void say(struct intake *intake, bool committed)
{
    struct scan *scan = intake->scan;
    for (size_t i = 0; i < intake->n; i++) {
        if (committed && scan->events->recipient)
            scan->events->recipient(scan->events->arg, intake->told[i].address,
                                    intake->told[i].outcome);
        free(intake->told[i].address);
    }
    free(intake->told);
    if (committed)
        add_sums(scan->sums, &intake->sums);
}

/* The oldest message that was given to the cage. NO: there is none. */
static enum result take_decoded(struct scan *scan, struct error *error)
{
    struct cage_result decoded;
    enum result result = cage_take(scan->cage, &decoded, error);
    if (result == RESULT_OK) {
        struct item *item = decoded.tag;
        item->bounce = decoded.bounce;
        item->why = decoded.why;
        killpoint("decode");
    }
    return result;
}

static enum result commit_batch(struct scan *scan, struct error *error)
{
    struct intake intake = {.scan = scan};
    uint32_t step_before = scan->step;
    enum result result = RESULT_OK;
    stop_reading(scan);
    while (result == RESULT_OK)
        result = take_decoded(scan, error);
    if (result != RESULT_NO || scan->n == 0)
        return result == RESULT_NO ? RESULT_OK : result;
    result = store_write(scan->store, scan->actor->who, "scan", &intake.txn, error);
    if (result)
        return result;
    if (scan->step)
        steps_continue(intake.txn, scan->step);
    for (size_t i = 0; i < scan->n && !txn_failed(intake.txn); i++)
        take(&intake, &scan->items[i]);
    if (scan->step)
        steps_set_contacts(intake.txn, scan->step,
                           (uint32_t)(scan->sums->recipients + intake.sums.recipients));
    killpoint("commit");
    if (dry(scan)) {
        result = txn_result(intake.txn, error);
        txn_end(intake.txn);
        scan->step = step_before;
    } else {
        result = txn_commit(intake.txn, error);
    }
    if (result)
        scan->step = step_before;
    say(&intake, result == RESULT_OK);
    drop_items(scan);
    killpoint("committed");
    return result;
}

/* ---- marking on the server, after the commit */

static enum result store_marked(struct scan *scan, char **ids, size_t n, const bool *done,
                                struct error *error)
{
    struct txn *txn;
    enum result result = store_write(scan->store, scan->actor->who, "scan", &txn, error);
    if (result)
        return result;
    for (size_t i = 0; i < n; i++) {
        bool found;
        unsigned flags = seen_get(txn, place_of(scan), span_of(ids[i]), &found);
        if (done[i])
            seen_put(txn, place_of(scan), span_of(ids[i]),
                     (flags & ~(unsigned)SEEN_PENDING) | SEEN_DONE);
    }
    return txn_commit(txn, error);
}

static enum result mark_ids(struct scan *scan, char **ids, size_t n, struct error *error)
{
    bool *done = alloc_zero(n, sizeof *done);
    enum result result = RESULT_OK;
    killpoint("mark");
    if (scan->source->after == AFTER_KEEP)
        memset(done, 1, n); /* it was asked for once, and is no more */
    else
        result = mailbox_apply(scan->mailbox, (const char *const *)ids, n, done, error);
    killpoint("marked");
    struct error failure;
    enum result stored = store_marked(scan, ids, n, done, &failure);
    if (stored && !result && error)
        *error = failure;
    for (size_t i = 0; i < n; i++)
        if (done[i] && !stored && scan->source->after != AFTER_KEEP)
            ++*(scan->source->after == AFTER_SEEN ? &scan->sums->marked : &scan->sums->deleted);
    free(done);
    killpoint("done");
    return result_worse(result, stored);
}

static enum result mark_pending(struct scan *scan, struct error *error)
{
    char *ids[PENDING_MAX];
    struct txn *txn;
    enum result result = RESULT_OK;
    while (result == RESULT_OK && !dry(scan)) {
        result = store_read(scan->store, &txn, error);
        if (result)
            break;
        size_t n = seen_pending(txn, place_of(scan), ids, PENDING_MAX);
        txn_end(txn);
        if (n == 0)
            break;
        uint64_t before = scan->sums->deleted + scan->sums->marked;
        result = mark_ids(scan, ids, n, error);
        for (size_t i = 0; i < n; i++)
            free(ids[i]);
        if (scan->source->after != AFTER_KEEP &&
            scan->sums->deleted + scan->sums->marked == before)
            break; /* the server would not; the next scan tries again */
    }
    return result;
}

/* ---- reading */

static bool is_known(void *arg, const char *id)
{
    struct scan *scan = arg;
    bool found;
    if (!scan->reading && store_read(scan->store, &scan->reading, NULL) != RESULT_OK)
        return false;
    unsigned flags = seen_get(scan->reading, place_of(scan), span_of(id), &found);
    bool still_to_do = found && marks(scan) && flags & SEEN_DECIDED &&
                       !(flags & (SEEN_DONE | SEEN_PENDING));
    if (still_to_do) {
        ALLOC_GROW(scan->decided, scan->decided_n, scan->decided_room);
        scan->decided[scan->decided_n++] = alloc_text(id);
    }
    return found;
}

static enum result add_item(struct scan *scan, const struct mailbox_message *message,
                            struct error *error)
{
    struct item *item = &scan->items[scan->n++];
    *item = (struct item){.id = alloc_text(message->id), .whole = message->whole};
    killpoint("read");
    str_add(&item->bytes, message->bytes);
    scan->bytes += item->bytes.n;
    enum result result;
    while ((result = cage_put(scan->cage, message->bytes, item, error)) == RESULT_NO) {
        result = take_decoded(scan, error);
        if (result)
            return result;
    }
    digest_of(message->bytes, item->digest); /* while the children decode */
    return result;
}

/* It is not remembered as seen: the next scan tries again. */
static void not_read(struct scan *scan, const struct mailbox_message *message, const char *why)
{
    scan->sums->read++;
    scan->sums->undecodable++;
    if (scan->events->trouble)
        scan->events->trouble(scan->events->arg, message->name, why);
}

static bool cancelled(const struct scan *scan)
{
    return scan->events->cancelled && scan->events->cancelled(scan->events->arg);
}

static enum result read_all(struct scan *scan, struct error *error)
{
    struct mailbox_message message;
    uint64_t count = 0;
    for (;;) {
        struct error why = {""};
        enum result result = mailbox_next(scan->mailbox, is_known, scan, &message, &why);
        if (result == RESULT_NO)
            return commit_batch(scan, error);
        if (result && result != RESULT_DATA) {
            /* What was read stays good. */
            struct error commit_error;
            enum result commit = commit_batch(scan, &commit_error);
            if (error)
                *error = commit ? commit_error : why;
            return commit ? commit : result;
        }
        if (result == RESULT_DATA)
            not_read(scan, &message, why.text);
        else
            result = add_item(scan, &message, error);
        if (result && result != RESULT_DATA)
            return result;
        if (scan->events->progress)
            scan->events->progress(scan->events->arg, ++count, scan->mailbox->total);
        if (scan->n == BATCH_MESSAGES || scan->bytes >= BATCH_BYTES || cancelled(scan)) {
            result = commit_batch(scan, error);
            if (result == RESULT_OK && marks(scan))
                result = mark_pending(scan, error);
            if (result == RESULT_OK && cancelled(scan))
                result = error_set(error, RESULT_CANCELLED,
                                   _("stopped; what was read is in, the next scan goes on"));
            if (result)
                return result;
        }
    }
}

/* Bounces that were decided while `after` was keep, and still lie there. */
static enum result mark_decided(struct scan *scan, struct error *error)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < scan->decided_n && result == RESULT_OK; i += PENDING_MAX) {
        size_t n = scan->decided_n - i;
        result = mark_ids(scan, scan->decided + i, n < PENDING_MAX ? n : PENDING_MAX, error);
    }
    return result;
}

/* ---- the whole */

static void keep_record(struct scan *scan, const struct scan_sums *before, enum result result,
                        const struct error *error)
{
    struct txn *txn;
    struct scan_record record = {
        .step = scan->step,
        .begun = scan->begun,
        .ended = date_now(),
        .good = result == RESULT_OK,
        .account = span_of(scan->source->account[0] ? scan->source->account : scan->source->url),
        .trouble = span_of(result ? error->text : ""),
        .sums = *scan->sums,
    };
    uint64_t *sums = (uint64_t *)&record.sums;
    for (size_t i = 0; i < sizeof record.sums / sizeof *sums; i++)
        sums[i] -= ((const uint64_t *)before)[i];
    if (store_write(scan->store, scan->actor->who, "scan", &txn, NULL) != RESULT_OK)
        return; /* the scan's own result is said all the same */
    scans_put(txn, &record);
    txn_commit(txn, NULL);
}

static enum result run(struct scan *scan, struct error *error)
{
    enum result result = config_rules(scan->config, &scan->rules, error);
    if (result == RESULT_OK)
        result = cage_new(scan->options->program, scan->rules, &scan->cage, error);
    if (result == RESULT_OK)
        result = mailbox_open(scan->source, &scan->mailbox, error);
    if (result)
        return result;
    result = mark_pending(scan, error);
    if (result == RESULT_OK)
        result = read_all(scan, error);
    if (result == RESULT_OK)
        result = mark_pending(scan, error);
    if (result == RESULT_OK)
        result = mark_decided(scan, error);
    scan->sums->skipped += scan->mailbox->skipped;
    return result;
}

enum result scan_source(struct store *store, const struct config *config, const struct actor *actor,
                        const struct mailbox_source *source, const struct scan_options *options,
                        const struct scan_events *events, struct scan_sums *sums,
                        struct error *error)
{
    struct error why = {""};
    struct scan_sums before = *sums;
    struct scan *scan = alloc_zero(1, sizeof *scan);
    *scan = (struct scan){
        .store = store,
        .config = config,
        .actor = actor,
        .source = source,
        .options = options,
        .events = events,
        .sums = sums,
        .begun = date_now(),
    };
    enum result result = run(scan, &why);
    stop_reading(scan);
    cage_free(scan->cage);
    drop_items(scan);
    free(scan->rules);
    if (!dry(scan))
        keep_record(scan, &before, result, &why);
    for (size_t i = 0; i < scan->decided_n; i++)
        free(scan->decided[i]);
    free(scan->decided);
    mailbox_close(scan->mailbox);
    free(scan);
    if (result && error)
        *error = why;
    return result;
}
