/* SPDX-License-Identifier: MIT
 *
 * What was only reported is remembered in a place of its own; the account's knows nothing of it, so
 * that all of it counts once marking is on.
 */
#include "scan/job.h"

static struct str observed_place(const struct job *job)
{
    struct str place = {0};
    str_add_text(&place, "observed:");
    str_add(&place, job_place(job));
    return place;
}

static bool remembers(const struct job *job)
{
    return job->options->observe && job->options->once && !job->options->dry_run;
}

bool observed_before(struct job *job, const char *id)
{
    bool found = false;
    if (!remembers(job))
        return false;
    struct str place = observed_place(job);
    seen_get(job->reading, span_of_str(&place), span_of(id), &found);
    str_free(&place);
    return found;
}

enum result observed_note(struct job *job, const struct batch *batch, struct error *error)
{
    struct txn *txn;
    if (!remembers(job))
        return RESULT_OK;
    enum result result = store_write(job->store, job->actor->who, "scan", &txn, error);
    if (result)
        return result;
    struct str place = observed_place(job);
    for (size_t i = 0; i < batch->n; i++)
        seen_put(txn, span_of_str(&place), span_of(batch->messages[i]->id), 0);
    str_free(&place);
    return txn_commit(txn, error);
}
