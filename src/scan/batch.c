/* SPDX-License-Identifier: MIT
 *
 * Invariant: of the thread's job only `step` is written there, and nobody reads it before the thread
 * has ended; sums and events are the reader's.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/text.h"
#include "scan/digest.h"
#include "scan/job.h"
#include "scan/killpoint.h"
#include "store/judgements.h"
#include "store/steps.h"

enum { LARGE = 5 << 20 }; /* two batches of that are too much to hold at once */

struct commit {
    pthread_t thread;
    bool running;
    struct job *job;
    struct batch *batch;
    struct intake intake;
    enum result result;
    struct error error;
};

static void message_free(struct message *message)
{
    free(message->id);
    str_free(&message->bytes);
    bounce_free(message->bounce);
    free(message);
}

static void batch_drop(struct batch *batch)
{
    for (size_t i = 0; batch && i < batch->n; i++)
        message_free(batch->messages[i]);
    free(batch);
}

/* ---- one transaction */

static enum result take_in(struct commit *commit, struct error *error)
{
    struct job *job = commit->job;
    struct intake *intake = &commit->intake;
    uint32_t step_before = job->step;
    enum result result =
        store_write(job->store, job->actor->who, "scan", &intake->txn, error);
    job->waited = result == RESULT_BUSY;
    if (result)
        return result;
    if (job->step)
        steps_continue(intake->txn, job->step);
    for (size_t i = 0; i < commit->batch->n && !txn_failed(intake->txn); i++)
        intake_take(intake, commit->batch->messages[i]);
    intake_guard(intake);
    expiry_sweep(intake->txn, job->actor->now);
    if (job->step)
        steps_set_contacts(intake->txn, job->step,
                           (uint32_t)(job->sums->recipients + intake->sums.recipients));
    killpoint("commit");
    if (job_is_dry(job)) {
        result = txn_result(intake->txn, error);
        txn_end(intake->txn);
        job->step = step_before;
        return result ? result : observed_note(job, commit->batch, error);
    }
    result = txn_commit(intake->txn, error);
    if (result)
        job->step = step_before;
    else
        killpoint("committed");
    return result;
}

static void *work(void *arg)
{
    struct commit *commit = arg;
    commit->result = take_in(commit, &commit->error);
    return NULL;
}

static enum result commit_wait(struct job *job, struct error *error)
{
    struct commit *commit = job->commit;
    if (!commit)
        return RESULT_OK;
    if (commit->running)
        pthread_join(commit->thread, NULL);
    enum result result = commit->result;
    intake_end(&commit->intake, result == RESULT_OK);
    if (result && error)
        *error = commit->error;
    batch_drop(commit->batch);
    free(commit);
    job->commit = NULL;
    return result;
}

/* Signals are the reader's. Without a thread it is done here. */
static void commit_start(struct job *job)
{
    struct commit *commit = alloc_zero(1, sizeof *commit);
    sigset_t all, before;
    commit->job = commit->intake.job = job;
    commit->batch = job->gathering;
    job->gathering = NULL;
    job->commit = commit;
    sigfillset(&all);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    commit->running = pthread_create(&commit->thread, NULL, work, commit) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!commit->running)
        work(commit);
}

/* ---- gathering */

/* What a person may want to see again, packed while the decoder has the next. */
static void pack(struct job *job, struct message *message)
{
    const struct bounce *bounce = message->bounce;
    message->keep =
        !bounce || bounce->kind == BOUNCE_BOUNCE || bounce->kind == BOUNCE_COMPLAINT;
    struct str raw = message->bytes;
    message->bytes = (struct str){0};
    if (!job->packer)
        job->packer = packer_new();
    if (message->keep)
        packer_pack(job->packer, span_of_str(&raw), &message->bytes);
    str_free(&raw);
}

static enum result commit_if_full(struct job *job, struct error *error)
{
    const struct batch *batch = job->gathering;
    if (batch->n < BATCH_MESSAGES && batch->bytes < BATCH_BYTES)
        return RESULT_OK;
    return batch_commit(job, error);
}

/* The oldest message that was given to the cage. NO: there is none. */
static enum result take_decoded(struct job *job, struct error *error)
{
    struct cage_result decoded;
    enum result result = cage_take(job->cage, &decoded, error);
    if (result)
        return result;
    struct message *message = decoded.tag;
    job->first = message->next;
    if (!job->first)
        job->last = &job->first;
    job->queued -= message->bytes.n;
    message->bounce = decoded.bounce;
    message->why = decoded.why;
    killpoint("decode");
    pack(job, message);
    if (!job->gathering) {
        job->gathering = alloc_zero(1, sizeof *job->gathering);
        job->gathering->begun = clock_ms();
    }
    job->gathering->messages[job->gathering->n++] = message;
    job->gathering->bytes += message->bytes.n;
    return commit_if_full(job, error);
}

enum result batch_add(struct job *job, const struct mailbox_message *read, struct error *error)
{
    struct message *message = alloc_zero(1, sizeof *message);
    enum result result;
    if (!job->first)
        job->last = &job->first;
    message->id = alloc_text(read->id);
    message->whole = read->whole;
    killpoint("read");
    str_reserve(&message->bytes, read->bytes.n);
    str_add(&message->bytes, read->bytes);
    *job->last = message;
    job->last = &message->next;
    job->queued += message->bytes.n;
    while ((result = cage_put(job->cage, read->bytes, message, error)) == RESULT_NO)
        if ((result = take_decoded(job, error)) != RESULT_OK)
            break;
    digest_of(read->bytes, message->digest); /* while the children decode */
    while (result == RESULT_OK && (job->queued > QUEUE_BYTES || cage_ready(job->cage)))
        result = take_decoded(job, error);
    return result;
}

bool batch_is_due(const struct job *job)
{
    return job->gathering && clock_ms() >= job->gathering->begun + BATCH_MS;
}

enum result batch_commit(struct job *job, struct error *error)
{
    enum result result = commit_wait(job, error);
    if (result || !job->gathering)
        return result;
    bool large = job->gathering->bytes > LARGE;
    commit_start(job);
    return large ? commit_wait(job, error) : RESULT_OK;
}

enum result batch_end(struct job *job, struct error *error)
{
    enum result result;
    do
        result = take_decoded(job, error);
    while (result == RESULT_OK);
    if (result == RESULT_NO)
        result = batch_commit(job, error);
    return result ? result : commit_wait(job, error);
}

void batch_free(struct job *job)
{
    commit_wait(job, NULL);
    batch_drop(job->gathering);
    job->gathering = NULL;
    for (struct message *message = job->first, *next; message; message = next) {
        next = message->next;
        message_free(message);
    }
    job->first = NULL;
    job->queued = 0;
    packer_free(job->packer);
    job->packer = NULL;
}
