/* SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "scan/digest.h"
#include "scan/job.h"
#include "scan/killpoint.h"
#include "scan/trial.h"
#include "store/steps.h"

const char *scan_outcome_name(enum scan_outcome outcome)
{
    static const char *const names[OUTCOME_COUNT] = {
#define X(name) #name,
        OUTCOME_TABLE(X)
#undef X
    };
    return outcome < OUTCOME_COUNT ? names[outcome] : "?";
}

struct span job_place(const struct job *job)
{
    return span_of_str(&job->mailbox->place);
}

bool job_is_dry(const struct job *job)
{
    return job->options->dry_run || job->options->observe;
}

bool job_marks(const struct job *job)
{
    return job->source.after != AFTER_KEEP && !job_is_dry(job);
}

unsigned job_mark(const struct job *job)
{
    static const unsigned flags[] = {[AFTER_KEEP] = 0,
                                     [AFTER_SEEN] = SEEN_FLAGGED,
                                     [AFTER_DELETE] = SEEN_DONE,
                                     [AFTER_MOVE] = SEEN_DONE};
    return flags[job->source.after];
}

/* Originals past keep_messages go in transactions of so many, for that long a scan: nobody waits. */
enum { PURGE_EACH = 500, PURGE_SECONDS = 3 };

static void stop_reading(struct job *job)
{
    txn_end(job->reading);
    job->reading = NULL;
}

/* ---- reading */

static bool is_known(void *arg, const char *id)
{
    struct job *job = arg;
    bool found;
    if (!job->reading && store_read(job->store, &job->reading, NULL) != RESULT_OK)
        return false;
    if (!job->asked) /* now that the mailbox has listed what it has */
        seen_trial(job->reading, job_place(job), &job->trial);
    job->asked = true;
    unsigned flags = seen_get(job->reading, job_place(job), span_of(id), &found);
    bool still_to_do = found && job_marks(job) && flags & SEEN_DECIDED &&
                       !(flags & (SEEN_DONE | SEEN_PENDING | job_mark(job)));
    if (still_to_do) {
        ALLOC_GROW(job->decided, job->decided_n, job->decided_room);
        job->decided[job->decided_n++] = alloc_text(id);
    }
    return found || observed_before(job, id);
}

/* It is not remembered as seen: the next scan tries again. */
static void not_read(struct job *job, const struct mailbox_message *message, const char *why)
{
    job->sums->read++;
    job->sums->undecodable++;
    if (job->events->trouble)
        job->events->trouble(job->events->arg, message->name, why);
}

/* ---- for the others at this store */

#define SAY_MS 200

void job_name_row(const struct job *job, struct board_row *row)
{
    const char *name = job->source.account[0] ? job->source.account : job->source.url;
    row->pid = getpid();
    row->begun = date_now();
    snprintf(row->who, sizeof row->who, "%s", job->actor->who);
    snprintf(row->account, sizeof row->account, "%s", name);
}

static void say_progress(struct job *job, uint64_t count)
{
    int64_t ms = clock_ms();
    if (job->events->progress)
        job->events->progress(job->events->arg, count, job->mailbox->total);
    if (!job->seat || ms < job->said + SAY_MS)
        return;
    job->said = ms;
    job->row->read = count;
    job->row->total = job->mailbox->total;
    job->row->invalidated = job->sums->invalidated;
    seat_say(job->seat, job->row);
}

static bool cancelled(const struct job *job)
{
    return job->events->cancelled && job->events->cancelled(job->events->arg);
}

/* Is it one that the account's `since` leaves alone? Then it is remembered as seen, in the end. */
static bool is_older(struct job *job, const struct mailbox_message *message)
{
    const struct mailbox_source *source = &job->source;
    int64_t time = source->since_for_good ? kind_message_time(message->bytes) : 0;
    if (!time || time >= source->since)
        return false;
    ALLOC_GROW(job->older, job->older_n, job->older_room);
    job->older[job->older_n++] = alloc_text(message->id);
    job->sums->skipped++;
    return true;
}

static enum result keep_older(struct job *job, struct error *error)
{
    struct txn *txn;
    if (!job->older_n || job_is_dry(job))
        return RESULT_OK;
    enum result result = store_write(job->store, job->actor->who, "scan", &txn, error);
    if (result)
        return result;
    for (size_t i = 0; i < job->older_n; i++)
        seen_put(txn, job_place(job), span_of(job->older[i]), 0);
    return txn_commit(txn, error);
}

/* All is read: what is under way comes to its end. */
static enum result end_reading(struct job *job, struct error *error)
{
    enum result result = batch_end(job, error);
    return result ? result : keep_older(job, error);
}

static enum result read_all(struct job *job, struct error *error)
{
    struct mailbox_message message;
    uint64_t count = 0;
    for (;;) {
        struct error why = {""};
        enum result result = mailbox_next(job->mailbox, is_known, job, &message, &why);
        stop_reading(job); /* the next message may take a slow server long */
        if (result == RESULT_NO)
            return end_reading(job, error);
        if (result && result != RESULT_DATA) {
            /* What was read stays good. */
            struct error commit_error;
            enum result commit = batch_end(job, &commit_error);
            if (error)
                *error = commit ? commit_error : why;
            return commit ? commit : result;
        }
        if (result == RESULT_DATA)
            not_read(job, &message, why.text);
        else if (!trial_meets(job, &message) && !is_older(job, &message))
            result = batch_add(job, &message, error);
        if (result && result != RESULT_DATA)
            return result;
        say_progress(job, ++count);
        if (cancelled(job)) {
            result = end_reading(job, error);
            return result ? result
                          : error_set(error, RESULT_CANCELLED,
                                      _("stopped; what was read is in, the next scan goes on"));
        }
        if (batch_is_due(job) && (result = batch_commit(job, error)) != RESULT_OK)
            return result;
    }
}

/* ---- the whole */

static void purge_rest(struct job *job, int64_t before)
{
    struct timespec begun, now;
    size_t purged;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    do {
        struct txn *txn;
        if (store_write(job->store, job->actor->who, "scan", &txn, NULL) != RESULT_OK)
            return; /* what is left goes with the next scan */
        purged = messages_purge(txn, before, PURGE_EACH);
        if (txn_commit_lazily(txn, NULL) != RESULT_OK)
            return;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (purged == PURGE_EACH && now.tv_sec - begun.tv_sec < PURGE_SECONDS);
}

static void keep_record(struct job *job, const struct scan_sums *before, enum result result,
                        const struct error *error)
{
    struct txn *txn;
    struct scan_record record = {
        .step = job->step,
        .begun = job->begun,
        .ended = date_now(),
        .good = result == RESULT_OK,
        .account = span_of(job->source.account[0] ? job->source.account : job->source.url),
        .trouble = span_of(result ? error->text : ""),
        .sums = *job->sums,
    };
    uint64_t *sums = (uint64_t *)&record.sums;
    for (size_t i = 0; i < sizeof record.sums / sizeof *sums; i++)
        sums[i] -= ((const uint64_t *)before)[i];
    if (job->options->observe) /* nobody was made anything */
        memset(&record.sums.recipients, 0,
               sizeof record.sums - offsetof(struct scan_sums, recipients));
    if (store_write(job->store, job->actor->who, "scan", &txn, NULL) != RESULT_OK)
        return; /* the scan's own result is said all the same */
    scans_put(txn, &record);
    if (record.good && job->mailbox->mark.n && !job->options->observe)
        seen_mark_put(txn, span_of(job->source.url), span_of_str(&job->mailbox->mark));
    int64_t old = job->config->keep_messages ? record.ended - job->config->keep_messages : INT64_MIN;
    size_t purged = messages_purge(txn, old, PURGE_EACH);
    if (txn_commit(txn, NULL) == RESULT_OK && purged == PURGE_EACH)
        purge_rest(job, old);
}

void scan_not_begun(struct store *store, const struct actor *actor, const char *account,
                    const struct error *why)
{
    struct txn *txn;
    struct scan_record record = {
        .begun = actor->now,
        .ended = date_now(),
        .account = span_of(account),
        .trouble = span_of(why->text),
    };
    if (store_write(store, actor->who, "scan", &txn, NULL) != RESULT_OK)
        return;
    scans_put(txn, &record);
    txn_commit(txn, NULL);
}

/* What the mailbox said at the end of the last good scan, so that it can tell what went away. */
static enum result load_mark(struct job *job, struct error *error)
{
    struct txn *txn;
    enum result result = store_read(job->store, &txn, error);
    if (result)
        return result;
    if (seen_mark(txn, span_of(job->source.url), &job->mark))
        job->source.gap_from = str_text(&job->mark);
    txn_end(txn);
    return RESULT_OK;
}

static void tell_lost(struct job *job)
{
    struct str text = {0};
    uint64_t lost = job->mailbox->lost;
    if (lost && job->events->trouble) {
        str_addf(&text,
                 ngettext("%llu message went away before we could read it",
                          "%llu messages went away before we could read them", lost),
                 (unsigned long long)lost);
        job->events->trouble(job->events->arg, str_text(&job->mailbox->place), str_text(&text));
    }
    str_free(&text);
}

static enum result open_all(struct job *job, struct error *error)
{
    enum result result = RESULT_OK;
    if (!job->rules)
        result = config_rules(job->config, &job->rules, error);
    if (result == RESULT_OK && !job->cage)
        result = cage_new(job->options->program, job->rules, &job->cage, error);
    if (result == RESULT_OK && !job->mailbox) {
        result = load_mark(job, error);
        if (result == RESULT_OK)
            result = mailbox_open(&job->source, &job->mailbox, error);
    }
    return result;
}

static enum result run(struct job *job, struct error *error)
{
    enum result result = open_all(job, error);
    if (result)
        return result;
    result = marking_pending(job, error);
    if (result == RESULT_OK)
        result = read_all(job, error);
    if (result == RESULT_OK)
        result = marking_pending(job, error);
    if (result == RESULT_OK)
        result = marking_decided(job, error);
    if (result == RESULT_OK)
        result = trial_clean(job, error);
    job->sums->skipped += job->mailbox->skipped;
    tell_lost(job);
    job->mailbox->skipped = job->mailbox->lost = 0;
    return result;
}

static void forget_ids(char ***ids, size_t *n, size_t *room)
{
    for (size_t i = 0; i < *n; i++)
        free((*ids)[i]);
    free(*ids);
    *ids = NULL;
    *n = *room = 0;
}

struct job *job_new(struct store *store, const struct config *config, const struct actor *actor,
                    const struct mailbox_source *source, const struct scan_options *options,
                    const struct scan_events *events)
{
    struct job *job = alloc_zero(1, sizeof *job);
#ifdef M_MMAP_THRESHOLD /* what a large message took goes back at once, instead of into glibc's heaps */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
    *job = (struct job){.store = store,
                        .config = config,
                        .actor = actor,
                        .source = *source,
                        .options = options,
                        .events = events};
    return job;
}

enum result job_run(struct job *job, struct scan_sums *sums, struct error *error)
{
    struct error why = {""};
    struct scan_sums before = *sums;
    job->sums = sums;
    job->step = 0;
    job->begun = date_now();
    enum result result = run(job, &why);
    stop_reading(job);
    batch_free(job);
    intake_forget(job);
    forget_ids(&job->decided, &job->decided_n, &job->decided_room);
    forget_ids(&job->older, &job->older_n, &job->older_room);
    str_free(&job->trial);
    free(job->left_over);
    job->left_over = NULL;
    job->asked = false;
    bool untouched = memcmp(&before, sums, sizeof before) == 0;
    /* A source mistyped on the command line is no scan of anything. */
    bool slip = !job->source.account[0] && (result == RESULT_MISSING || result == RESULT_USAGE);
    bool nothing = untouched && (result == RESULT_CANCELLED || slip);
    if (!job->options->dry_run && !nothing && !job->waited)
        keep_record(job, &before, result, &why);
    if (result && error)
        *error = why;
    return result;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    cage_free(job->cage);
    free(job->rules);
    str_free(&job->mark);
    mailbox_close(job->mailbox);
    free(job);
}

enum result scan_source(struct store *store, const struct config *config, const struct actor *actor,
                        const struct mailbox_source *source, const struct scan_options *options,
                        const struct scan_events *events, struct scan_sums *sums,
                        struct error *error)
{
    struct board_row row = {.kind = BOARD_SCAN, .working = 1};
    struct job *job = job_new(store, config, actor, source, options, events);
    job_name_row(job, &row);
    job->row = &row;
    job->seat = seat_take(store, &row);
    enum result result = job_run(job, sums, error);
    seat_leave(job->seat);
    job_free(job);
    return result;
}
