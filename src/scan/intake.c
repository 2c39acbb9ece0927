/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/address.h"
#include "scan/job.h"
#include "scan/policy.h"
#include "scan/refusal.h"
#include "store/judgements.h"
#include "store/entries.h"
#include "store/steps.h"

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

static void begin_step(struct intake *intake)
{
    struct job *job = intake->job;
    if (!job->step)
        job->step = steps_begin(intake->txn, STEP_SCAN, span_of(job->actor->who),
                                 span_of(job->actor->command), job->actor->now);
}

static void tell(struct intake *intake, const struct message *message, const char *address,
                 enum scan_outcome outcome, uint32_t number)
{
    ALLOC_GROW(intake->told, intake->n, intake->room);
    intake->told[intake->n++] =
        (struct intake_told){alloc_text(address), outcome, number, message};
    intake->sums.recipients++;
    ++*sum_of_outcome(&intake->sums, outcome);
}

struct evidence intake_evidence(const struct bounce *bounce, size_t i, int64_t time,
                                const struct ruling *ruling,
                                const unsigned char digest[DIGEST_BYTES], struct span place)
{
    const struct bounce_recipient *recipient = &bounce->recipients[i];
    struct evidence evidence = {
        .time = time,
        .event = ruling->event,
        .hold = ruling->hold,
        .verdict = recipient->verdict,
        .reason = recipient->reason,
        .action = (uint8_t)recipient->action,
        .address = span_of(recipient->address),
        .original = span_of(recipient->original),
        .diagnostic = span_of(recipient->diagnostic),
        .mta = span_of(recipient->mta),
        .rule = span_of(recipient->rule),
        .place = place,
    };
    memcpy(evidence.status, recipient->status, sizeof evidence.status);
    memcpy(evidence.reply, recipient->reply, sizeof evidence.reply);
    memcpy(evidence.digest, digest, DIGEST_BYTES);
    return evidence;
}

/* The server that refused. Our own, which only passes on, is none, but for one report that condemns a
 * crowd, whoever wrote that. */
static void refuser(const struct config *config, const struct bounce *bounce,
                    const struct evidence *evidence, struct str *out)
{
    if (bounce->n > config->wave ||
        !span_equal_nocase(evidence->mta, span_of(bounce->reporting_mta)))
        str_add_lower(out, evidence->mta);
}

static void count_in_heaps(struct intake *intake, const struct message *message, size_t i,
                           const struct evidence *evidence, struct span folded,
                           const struct ruling *ruling)
{
    const struct bounce *bounce = message->bounce;
    bool counts = ruling->hold == HOLD_NONE && evidence->event == EVENT_HARD;
    if (ruling->hold == HOLD_NONE)
        refusal_note(intake->txn, &bounce->recipients[i], bounce->reporting_mta, folded,
                     evidence->time);
    if (counts && (ruling->outcome == OUTCOME_invalidated || ruling->outcome == OUTCOME_unmatched)) {
        struct str server = {0};
        refuser(intake->job->config, bounce, evidence, &server);
        ALLOC_GROW(intake->hard, intake->hard_n, intake->hard_room);
        intake->hard[intake->hard_n++] = (struct wave_bounce){evidence->time, evidence->number,
                                                              span_copy(folded), str_take(&server)};
    }
}

/* Evidence gets its numbers in the order in which it is told. */
static int by_number(const void *number, const void *told)
{
    uint32_t a = *(const uint32_t *)number, b = ((const struct intake_told *)told)->number;
    return (a > b) - (a < b);
}

/* It waits, and its message stays where it is. */
static void unsettle(struct intake *intake, const char *id, const unsigned char *digest)
{
    seen_digest_put(intake->txn, digest, 0, seen_original(intake->txn, digest));
    seen_put(intake->txn, job_place(intake->job), span_of(id), 0);
}

/* What was told of it is no longer so. Of batches before it stays told: it was so then. */
static void on_held(void *arg, uint32_t number)
{
    struct intake *intake = arg;
    struct job *job = intake->job;
    struct intake_told *told =
        intake->n ? bsearch(&number, intake->told, intake->n, sizeof *told, by_number) : NULL;
    if (told) {
        --*sum_of_outcome(&intake->sums, told->outcome);
        told->outcome = OUTCOME_held;
        ++*sum_of_outcome(&intake->sums, told->outcome);
        unsettle(intake, told->message->id, told->message->digest);
    }
    for (size_t i = 0; !told && i < RECENT_MAX; i++)
        if (job->recent[i].number == number)
            unsettle(intake, job->recent[i].id, job->recent[i].digest);
}

void intake_guard(struct intake *intake)
{
    const struct job *job = intake->job;
    struct wave_events events = {on_held, intake};
    wave_guard(intake->txn, job->config, job->step, job->actor->now, intake->hard, intake->hard_n,
               &events);
}

/* True when it is decided, so that `after` may apply. */
static bool take_recipient(struct intake *intake, const struct message *message, size_t i,
                           const struct claim *claim)
{
    struct job *job = intake->job;
    int64_t now = job->actor->now, time = policy_time(message->bounce, now);
    struct str folded = {0};
    bool signed_ = policy_address(intake->txn, message->bounce, i, claim, &folded);
    struct matter matter = {intake->txn, job->config, message->bounce, i,  claim,
                            span_of_str(&folded), time, 0, now};
    struct ruling ruling = policy_rule(&matter);
    struct evidence evidence =
        intake_evidence(message->bounce, i, time, &ruling, message->digest, job_place(job));
    begin_step(intake);
    evidence.scan = job->step;
    evidence.number =
        entries_put_evidence(intake->txn, job->step, span_of_str(&folded), &evidence);
    judgements_came_in(intake->txn, span_of_str(&folded), &evidence);
    tell(intake, message, str_text(&folded), ruling.outcome, evidence.number);
    count_in_heaps(intake, message, i, &evidence, span_of_str(&folded), &ruling);
    if (signed_) {
        unsigned char once[DIGEST_BYTES];
        policy_once(message->bounce, i, once);
        seen_digest_put(intake->txn, once, 0, 0);
    }
    str_free(&folded);
    return !hold_in_review(ruling.hold);
}

/* Somebody was reached: that clears a suspect. */
static void take_delivered(struct intake *intake, const struct message *message, size_t i,
                           const struct claim *claim)
{
    struct job *job = intake->job;
    const struct bounce *bounce = message->bounce;
    struct evidence evidence = {
        .time = policy_time(bounce, job->actor->now),
        .event = EVENT_DELIVERED,
        .action = ACTION_DELIVERED,
        .address = span_of(bounce->delivered[i]),
        .mta = span_of(bounce->reporting_mta),
        .place = job_place(job),
    };
    struct str folded = {0};
    memcpy(evidence.digest, message->digest, DIGEST_BYTES);
    address_key(evidence.address, &folded);
    if (policy_delivered(intake->txn, job->config, bounce, claim, span_of_str(&folded))) {
        begin_step(intake);
        evidence.scan = job->step;
        entries_put_evidence(intake->txn, job->step, span_of_str(&folded), &evidence);
        judgements_came_in(intake->txn, span_of_str(&folded), &evidence);
    }
    str_free(&folded);
}

static void to_review(struct intake *intake, const struct message *message, enum hold hold,
                      const char *text)
{
    struct job *job = intake->job;
    struct review_item review = {
        .hold = hold,
        .time = message->bounce ? policy_time(message->bounce, job->actor->now) : job->actor->now,
        .text = span_of(text),
    };
    memcpy(review.digest, message->digest, DIGEST_BYTES);
    begin_step(intake);
    review.scan = job->step;
    entries_add_review(intake->txn, job->step, &review);
}

static unsigned take_fresh(struct intake *intake, struct message *message)
{
    struct job *job = intake->job;
    const struct bounce *bounce = message->bounce;
    bool decided = false;
    uint32_t original = 0;
    if (!bounce) {
        intake->sums.undecodable++;
        to_review(intake, message, HOLD_UNDECODABLE, message->why);
    } else {
        bool acts = bounce->kind == BOUNCE_BOUNCE || bounce->kind == BOUNCE_COMPLAINT;
        ++*sum_of_kind(&intake->sums, bounce->kind);
        if (sum_of_kind(&intake->sums, bounce->kind) == &intake->sums.autoreplies) {
            ALLOC_GROW(intake->replies, intake->replies_n, intake->replies_room);
            intake->replies[intake->replies_n++] = message;
        }
        if (acts && bounce->n == 0)
            to_review(intake, message, HOLD_NOBODY, bounce->subject);
        decided = acts && bounce->n > 0 && message->whole;
        struct claim claim = {0};
        if (acts || bounce->delivered_n)
            policy_claim(intake->txn, bounce, policy_time(bounce, job->actor->now), &claim);
        for (size_t i = 0; acts && i < bounce->n; i++)
            decided = take_recipient(intake, message, i, &claim) && decided;
        for (size_t i = 0; i < bounce->delivered_n; i++)
            take_delivered(intake, message, i, &claim);
        claim_free(&claim);
    }
    if (message->keep)
        original = messages_put(intake->txn, message->digest, &message->bytes,
                                job->actor->now);
    unsigned flags = decided ? SEEN_DECIDED : 0;
    seen_digest_put(intake->txn, message->digest, flags, original);
    return flags;
}

void intake_take(struct intake *intake, struct message *message)
{
    struct job *job = intake->job;
    unsigned flags;
    bool known;
    seen_get(intake->txn, job_place(job), span_of(message->id), &known);
    if (known) {
        intake->sums.skipped++; /* another scan was faster */
        return;
    }
    intake->sums.read++;
    if (seen_digest(intake->txn, message->digest, &flags))
        intake->sums.duplicates++;
    else
        flags = take_fresh(intake, message);
    if (!message->whole)
        flags &= ~(unsigned)SEEN_DECIDED;
    if (flags & SEEN_DECIDED && job_marks(job))
        flags |= SEEN_PENDING;
    seen_put(intake->txn, job_place(job), span_of(message->id), flags);
}

static void remember(struct job *job, const struct intake_told *told)
{
    if (told->outcome != OUTCOME_invalidated && told->outcome != OUTCOME_unmatched)
        return;
    struct recent *recent = &job->recent[job->recent_at++ % RECENT_MAX];
    free(recent->id);
    recent->number = told->number;
    recent->id = alloc_text(told->message->id);
    memcpy(recent->digest, told->message->digest, DIGEST_BYTES);
}

void intake_forget(struct job *job)
{
    for (size_t i = 0; i < RECENT_MAX; i++) {
        free(job->recent[i].id);
        job->recent[i] = (struct recent){0};
    }
}

void intake_end(struct intake *intake, bool committed)
{
    struct job *job = intake->job;
    for (size_t i = 0; i < intake->n; i++) {
        if (committed && job->events->recipient)
            job->events->recipient(job->events->arg, intake->told[i].address,
                                    intake->told[i].outcome);
        if (committed && job_marks(job))
            remember(job, &intake->told[i]);
        free(intake->told[i].address);
    }
    free(intake->told);
    for (size_t i = 0; committed && job->events->reply && i < intake->replies_n; i++)
        job->events->reply(job->events->arg, intake->replies[i]->bounce->from,
                           intake->replies[i]->bounce->subject);
    free(intake->replies);
    for (size_t i = 0; i < intake->hard_n; i++) {
        free(intake->hard[i].folded);
        free(intake->hard[i].server);
    }
    free(intake->hard);
    if (committed)
        add_sums(job->sums, &intake->sums);
}

