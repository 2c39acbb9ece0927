/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "scan/job.h"
#include "scan/killpoint.h"

/* Ids told to the mailbox at once; many, for an mbox is written anew each time. */
enum { PENDING_MAX = 1 << 17 };

static enum result store_marked(struct job *job, char **ids, size_t n, const bool *done,
                                struct error *error)
{
    struct txn *txn;
    enum result result = store_write(job->store, job->actor->who, "scan", &txn, error);
    if (result)
        return result;
    for (size_t i = 0; i < n; i++) {
        bool found;
        unsigned flags = seen_get(txn, job_place(job), span_of(ids[i]), &found);
        if (done[i])
            seen_put(txn, job_place(job), span_of(ids[i]),
                     (flags & ~(unsigned)SEEN_PENDING) | job_mark(job));
    }
    return txn_commit(txn, error);
}

static enum result mark_ids(struct job *job, char **ids, size_t n, struct error *error)
{
    bool *done = alloc_zero(n, sizeof *done);
    enum result result = RESULT_OK;
    killpoint("mark");
    if (job->source.after == AFTER_KEEP)
        memset(done, 1, n); /* it was asked for once, and is no more */
    else
        result = mailbox_apply(job->mailbox, (const char *const *)ids, n, done, error);
    killpoint("marked");
    struct error failure;
    enum result stored = store_marked(job, ids, n, done, &failure);
    if (stored && !result && error)
        *error = failure;
    for (size_t i = 0; i < n; i++)
        if (done[i] && !stored && job->source.after != AFTER_KEEP)
            ++*(job->source.after == AFTER_SEEN ? &job->sums->marked : &job->sums->deleted);
    free(done);
    killpoint("done");
    return result_worse(result, stored);
}

enum result marking_pending(struct job *job, struct error *error)
{
    char **ids = alloc_zero(PENDING_MAX, sizeof *ids);
    struct txn *txn;
    enum result result = RESULT_OK;
    while (result == RESULT_OK && !job_is_dry(job)) {
        result = store_read(job->store, &txn, error);
        if (result)
            break;
        size_t n = seen_pending(txn, job_place(job), ids, PENDING_MAX);
        txn_end(txn);
        if (n == 0)
            break;
        uint64_t before = job->sums->deleted + job->sums->marked;
        result = mark_ids(job, ids, n, error);
        for (size_t i = 0; i < n; i++)
            free(ids[i]);
        if (job->source.after != AFTER_KEEP &&
            job->sums->deleted + job->sums->marked == before)
            break; /* the server would not; the next scan tries again */
    }
    free(ids);
    return result;
}

enum result marking_decided(struct job *job, struct error *error)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < job->decided_n && result == RESULT_OK; i += PENDING_MAX) {
        size_t n = job->decided_n - i;
        result = mark_ids(job, job->decided + i, n < PENDING_MAX ? n : PENDING_MAX, error);
    }
    return result;
}

