/* SPDX-License-Identifier: MIT */
#include "scan/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "scan/job.h"
#include "store/requests.h"

#define LIVED_MS 10000  /* a connection that held so long was no failure */
#define LOOK_MS 1000    /* at a path of the file system */
#define PAUSE_MS 60000  /* between two scans at most, however long they take */
#define RETRY_MS 1000   /* doubled each time, up to */
#define RETRY_MOST_MS 300000
#define REFUSED_MS 30000 /* a log-in refused is tried less often, or the account gets locked */
#define REFUSED_MOST_MS 3600000

struct watch {
    struct store *store;
    const struct config *config;
    struct actor actor; /* its `now` goes on */
    const struct watch_source *source;
    const struct watch_events *events;
    struct scan_options options;
    struct mailbox_source mailbox; /* as opened */
    struct board_row row;
    struct seat *seat;
    uint64_t version;  /* of the store, when last looked for requests */
    uint32_t request;  /* the newest taken up */
    int64_t pass_ms;   /* what the last scan took */
    int64_t passed_at; /* and when it ended */
    struct str signature;
    bool troubled, dropped;
    struct error told; /* the trouble */
};

static bool cancelled(void *arg)
{
    const struct watch *watch = arg;
    return watch->events->scan.cancelled && watch->events->scan.cancelled(watch->events->scan.arg);
}

/* ---- requests */

static uint32_t last_request(struct watch *watch)
{
    struct txn *txn;
    uint32_t last = watch->request;
    if (store_read(watch->store, &txn, NULL) == RESULT_OK) {
        last = requests_last(txn, NULL);
        txn_end(txn);
    }
    return last;
}

/* Looked at only when somebody committed anything. */
static bool woken(void *arg)
{
    struct watch *watch = arg;
    uint64_t version = store_version(watch->store);
    if (version == watch->version)
        return false;
    watch->version = version;
    watch->events->committed(watch->events->arg);
    uint32_t last = last_request(watch);
    bool asked = last != watch->request;
    watch->request = last;
    return asked;
}

/* ---- trouble */

static void tell_trouble(struct watch *watch, enum result result, const struct error *why)
{
    if (watch->troubled && strcmp(watch->told.text, why->text) == 0)
        return;
    watch->troubled = true;
    watch->told = *why;
    watch->events->trouble(watch->events->arg, result, why);
}

static void tell_fine(struct watch *watch)
{
    if (watch->troubled)
        watch->events->fine(watch->events->arg);
    watch->troubled = false;
}

/* Between three quarters and five quarters, so that not all come back at once. */
static unsigned jitter(int64_t ms)
{
    uint32_t random = 0;
    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    return (unsigned)(ms - ms / 4 + (int64_t)(random % (uint64_t)(ms / 2 + 1)));
}

static unsigned back_off(enum result result, unsigned failures)
{
    bool refused = result == RESULT_DENIED || result == RESULT_CONFIG;
    int64_t ms = refused ? REFUSED_MS : RETRY_MS, most = refused ? REFUSED_MOST_MS : RETRY_MOST_MS;
    while (--failures > 0 && ms < most)
        ms *= 2;
    return jitter(ms < most ? ms : most);
}

/* ---- one connection */

static void set_working(struct watch *watch, bool working)
{
    watch->row.working = working;
    watch->row.begun = date_now();
    watch->row.read = watch->row.total = watch->row.invalidated = 0;
    seat_say(watch->seat, &watch->row);
}

static enum result pass(struct watch *watch, struct job *job, struct error *error)
{
    struct scan_sums sums = {0};
    int64_t began = clock_ms();
    mailbox_signature(&watch->mailbox, &watch->signature);
    watch->actor.now = date_now();
    set_working(watch, true);
    enum result result = job_run(job, &sums, error);
    set_working(watch, false);
    watch->passed_at = clock_ms();
    watch->pass_ms = watch->passed_at - began;
    if (sums.read || sums.deleted || sums.marked)
        watch->events->passed(watch->events->arg, &sums, watch->pass_ms);
    if (!result)
        tell_fine(watch);
    return result;
}

/* It is closed, and opened again when there may be something. */
static enum result look_now_and_then(struct watch *watch, struct error *error)
{
    struct str now = {0};
    bool path = watch->signature.n > 0, same = true;
    int64_t most = watch->passed_at + (path ? watch->source->renew_ms : watch->source->poll_ms);
    enum result result = RESULT_OK;
    while (!result && same && clock_ms() < most) {
        int64_t left = most - clock_ms();
        uint32_t request = watch->request;
        result = mailbox_sleep(&watch->mailbox, left < LOOK_MS ? (unsigned)left : LOOK_MS, error);
        if (path)
            mailbox_signature(&watch->mailbox, &now);
        same = request == watch->request &&
               (!path || span_equal(span_of_str(&now), span_of_str(&watch->signature)));
    }
    str_free(&now);
    return result;
}

static enum result rest(struct watch *watch, struct job *job, struct error *error)
{
    int64_t pause = watch->pass_ms * 4 < PAUSE_MS ? watch->pass_ms * 4 : PAUSE_MS;
    cage_free(job->cage); /* its processes need not wait for years */
    job->cage = NULL;
    if (!mailbox_can_wait(job->mailbox)) { /* a maildrop is locked as long as it is open */
        mailbox_close(job->mailbox);
        job->mailbox = NULL;
    }
    uint32_t request = watch->request;
    enum result result = mailbox_sleep(&watch->mailbox, (unsigned)pause, error);
    bool asked = request != watch->request;
    if (result || (asked && !job->mailbox))
        return result;
    if (!job->mailbox)
        return look_now_and_then(watch, error);
    result = mailbox_wait(job->mailbox, asked ? 0 : watch->source->renew_ms,
                          asked ? 0 : watch->source->poll_ms, error);
    watch->dropped = result && result != RESULT_NO;
    return watch->dropped ? result : RESULT_OK;
}

static enum result connection(struct watch *watch, struct error *error)
{
    const struct watch_source *source = watch->source;
    watch->mailbox = (struct mailbox_source){0};
    enum result result = source->open(source->arg, &watch->mailbox, error);
    if (result) {
        if (result != RESULT_CANCELLED)
            scan_not_begun(watch->store, &watch->actor, source->name, error);
        source->close(source->arg);
        return result;
    }
    watch->mailbox.cancelled = cancelled;
    watch->mailbox.woken = woken;
    watch->mailbox.cancelled_arg = watch->mailbox.woken_arg = watch;
    struct job *job = job_new(watch->store, watch->config, &watch->actor, &watch->mailbox,
                              &watch->options, &watch->events->scan);
    job->seat = watch->seat;
    job->row = &watch->row;
    while (!result) {
        result = pass(watch, job, error);
        if (!result)
            result = rest(watch, job, error);
    }
    job_free(job);
    source->close(source->arg);
    return result;
}

enum result watch_run(struct store *store, const struct config *config, const struct actor *actor,
                      const struct watch_source *source, const struct watch_events *events,
                      struct error *error)
{
    struct watch watch = {.store = store,
                          .config = config,
                          .actor = *actor,
                          .source = source,
                          .events = events,
                          .options = {.observe = source->observe, .once = true}};
    enum result result = RESULT_OK;
    watch.row = (struct board_row){.kind = BOARD_WATCH, .pid = getpid(), .begun = date_now()};
    snprintf(watch.row.who, sizeof watch.row.who, "%s", actor->who);
    snprintf(watch.row.account, sizeof watch.row.account, "%s", source->name);
    watch.seat = seat_take(store, &watch.row);
    watch.request = last_request(&watch);
    events->committed(events->arg);
    for (unsigned failures = 0; !cancelled(&watch);) {
        struct error why = {""};
        int64_t began = clock_ms();
        watch.dropped = false;
        watch.actor.now = date_now();
        result = connection(&watch, &why);
        if (result == RESULT_CANCELLED || cancelled(&watch))
            break;
        if (!watch.dropped) /* a line that drops while we wait is nothing to speak of */
            tell_trouble(&watch, result, &why);
        failures = clock_ms() - began > LIVED_MS ? 1 : failures + 1;
        uint32_t request = watch.request;
        struct mailbox_source nothing = {.cancelled = cancelled,
                                         .cancelled_arg = &watch,
                                         .woken = woken,
                                         .woken_arg = &watch};
        mailbox_sleep(&nothing, back_off(result, failures), NULL);
        if (request != watch.request)
            failures = 0;
    }
    seat_leave(watch.seat);
    str_free(&watch.signature);
    return error_set(error, RESULT_CANCELLED, _("the watch has ended"));
}
