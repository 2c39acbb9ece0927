/* SPDX-License-Identifier: MIT */
#include "scan/trial.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "scan/digest.h"
#include "scan/killpoint.h"
#include "store/contacts.h"

#define HEADER "X-Zwrotka-Test: "
enum { NUMBER_BYTES = 16, HEAD_BYTES = 4096 };

struct trial {
    struct job *job;
    const struct trial_events *events;
    struct mailbox_source source;
    char number[2 * NUMBER_BYTES + 1];
    struct str text;         /* the message */
    char **before;           /* ids that lay there before, sorted */
    size_t n, room;
    char *id;                /* its own, once it was found */
};

static void say(const struct trial *trial, const char *name, const char *words)
{
    trial->events->step(trial->events->arg, name, true, words);
}

static void on_stage(void *arg, enum mailbox_stage stage)
{
    const struct trial *trial = arg;
    if (!trial->before) /* it is opened twice */
        say(trial, mailbox_stage_name(stage), mailbox_stage_words(stage));
}

/* ---- the message */

/* An address that we send from, so that it passes for a bounce of ours. */
static void write_sender(const struct config *config, struct str *out)
{
    struct span rest = span_of(config->senders ? config->senders : "newsletter@zwrotka.invalid"),
                first = SPAN_NONE;
    span_next(&rest, ',', &first);
    first = span_trim(first);
    for (size_t i = 0; i < first.n; i++)
        str_add_char(out, first.at[i] == '*' ? 'x' : first.at[i]);
}

static void write_message(struct trial *trial)
{
    struct str sender = {0};
    char date[64];
    struct tm tm;
    time_t now = (time_t)trial->job->actor->now;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    write_sender(trial->job->config, &sender);
    const char *from = str_text(&sender), *number = trial->number;
    str_addf(&trial->text,
             "Received: from zwrotka.invalid by localhost; %s\n"
             "From: MAILER-DAEMON@zwrotka.invalid\nTo: %s\n"
             "Subject: Undelivered Mail Returned to Sender (a test of zwrotka)\nDate: %s\n"
             "Message-ID: <test.%s@zwrotka.invalid>\n" HEADER "%s\n"
             "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
             "Content-Type: multipart/report; report-type=delivery-status; boundary=\"%s\"\n\n",
             date, from, date, number, number, number);
    str_addf(&trial->text,
             "--%s\nContent-Type: text/plain\n\n"
             "This bounce was made by `zwrotka scan --test`, which removes it again.\n\n"
             "--%s\nContent-Type: message/delivery-status\n\n"
             "Reporting-MTA: dns; zwrotka.invalid\n\nFinal-Recipient: rfc822; %s@zwrotka.invalid\n"
             "Action: failed\nStatus: 5.1.1\n"
             "Diagnostic-Code: smtp; 550 5.1.1 no such user here\n\n"
             "--%s\nContent-Type: message/rfc822\n\n"
             "Return-Path: <%s>\nFrom: %s\nTo: %s@zwrotka.invalid\nSubject: Test\n\nTest\n\n--%s--\n",
             number, number, number, number, from, from, number, number);
    str_free(&sender);
}

static enum result make_number(struct trial *trial, struct error *error)
{
    unsigned char random[NUMBER_BYTES];
    if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random) != 0)
        return error_set(error, RESULT_IO, _("there are no random numbers to be had"));
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(trial->number + 2 * i, 3, "%02x", random[i]);
    return RESULT_OK;
}

static bool is_numbered(struct span bytes, struct span number)
{
    struct str line = {0};
    str_add_text(&line, "\n" HEADER);
    str_add(&line, number);
    bool is = span_find(span_cut(bytes, 0, HEAD_BYTES), span_of_str(&line)) >= 0;
    str_free(&line);
    return is;
}

/* The store keeps number and process while there may be a message of it. */
static enum result note(struct job *job, const char *number, struct error *error)
{
    struct txn *txn;
    struct str text = {0};
    enum result result = store_write(job->store, job->actor->who, "scan --test", &txn, error);
    if (result)
        return result;
    if (number)
        str_addf(&text, "%s %ld", number, (long)getpid());
    seen_trial_put(txn, job_place(job), span_of_str(&text));
    str_free(&text);
    return txn_commit(txn, error);
}

/* ---- in and out */

static bool note_before(void *arg, const char *id)
{
    struct trial *trial = arg;
    ALLOC_GROW(trial->before, trial->n, trial->room);
    trial->before[trial->n++] = alloc_text(id);
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool was_before(void *arg, const char *id)
{
    const struct trial *trial = arg;
    return trial->n && bsearch(&id, trial->before, trial->n, sizeof id, by_text);
}

static enum result open_again(struct trial *trial, struct error *error)
{
    mailbox_close(trial->job->mailbox);
    trial->job->mailbox = NULL;
    return mailbox_open(&trial->source, &trial->job->mailbox, error);
}

static enum result list_before(struct trial *trial, struct error *error)
{
    struct mailbox_message message;
    trial->before = alloc_zero(trial->room = 8, sizeof *trial->before);
    enum result result = RESULT_DATA;
    while (!result || result == RESULT_DATA)
        result = mailbox_next(trial->job->mailbox, note_before, trial, &message, error);
    if (trial->n)
        qsort(trial->before, trial->n, sizeof *trial->before, by_text);
    return result == RESULT_NO ? RESULT_OK : result;
}

static enum result put(struct trial *trial, struct error *error)
{
    enum result result = note(trial->job, trial->number, error);
    killpoint("noted");
    if (!result)
        result = mailbox_put(trial->job->mailbox, span_of_str(&trial->text), error);
    killpoint("put");
    if (!result)
        say(trial, "put", _("a bounce of our own is put there"));
    return result;
}

static enum result read_it(struct trial *trial, struct message *out, struct error *error)
{
    struct mailbox_message message;
    enum result result = open_again(trial, error);
    while (!result || result == RESULT_DATA) {
        result = mailbox_next(trial->job->mailbox, was_before, trial, &message, error);
        if (!result && is_numbered(message.bytes, span_of(trial->number))) {
            trial->id = out->id = alloc_text(message.id);
            out->whole = message.whole;
            str_add(&out->bytes, message.bytes);
            digest_of(message.bytes, out->digest);
            say(trial, "read", _("it is read"));
            return RESULT_OK;
        }
    }
    return result == RESULT_NO
               ? error_set(error, RESULT_DATA,
                           _("the bounce that was put there is not found again; does somebody else "
                             "read and move mail here?"))
               : result;
}

static enum result decode(struct trial *trial, struct message *message, struct error *error)
{
    struct job *job = trial->job;
    struct cage_result decoded = {0};
    struct str words = {0};
    enum result result = cage_new(job->options->program, job->rules, &job->cage, error);
    if (!result)
        result = cage_decode(job->cage, span_of_str(&message->bytes), &decoded, error);
    if (result)
        return result;
    message->bounce = decoded.bounce;
    if (!message->bounce || message->bounce->kind != BOUNCE_BOUNCE || message->bounce->n != 1)
        return error_set(error, RESULT_DATA, _("it came back changed: it reads as no bounce any more"));
    const struct bounce_recipient *recipient = &message->bounce->recipients[0];
    str_addf(&words, _("it is decoded: %s"), reason_words(recipient->reason));
    say(trial, "decoded", str_text(&words));
    str_free(&words);
    return RESULT_OK;
}

/* All that a scan does, with a contact that is there for the moment, in a transaction that never
 * ends well. */
static enum result match(struct trial *trial, struct message *message, struct error *error)
{
    struct intake intake = {.job = trial->job};
    struct job *job = trial->job;
    struct scan_sums sums = {0};
    struct str folded = {0};
    enum result result = store_write(job->store, job->actor->who, "scan --test", &intake.txn, error);
    if (result)
        return result;
    job->sums = &sums;
    address_key(span_of(message->bounce->recipients[0].address), &folded);
    struct contact contact = {.address = span_of_str(&folded), .folded = span_of_str(&folded)};
    contacts_put(intake.txn, &contact);
    intake_take(&intake, message);
    result = txn_result(intake.txn, error);
    txn_end(intake.txn);
    bool marks = !result && intake.n == 1 && intake.told[0].outcome == OUTCOME_invalidated;
    bool held = !result && intake.n == 1 && intake.told[0].outcome == OUTCOME_held;
    if (!result && !marks && !held)
        result = error_set(error, RESULT_DATA, _("it would mark nobody, though it should"));
    if (!result)
        say(trial, "matched",
            held ? _("it is matched: it would wait in review, as the policy has it")
                 : _("it is matched: a contact of that address would become invalid"));
    job->step = 0;
    intake_end(&intake, false);
    str_free(&folded);
    return result;
}

static enum result take_out(struct trial *trial, struct error *error)
{
    const char *id = trial->id;
    bool done = false;
    enum result result = mailbox_apply(trial->job->mailbox, &id, 1, &done, error);
    killpoint("removed");
    if (!result)
        result = note(trial->job, NULL, error);
    if (!result)
        say(trial, "removed", _("it is removed again"));
    return result;
}

static enum result go_through(struct trial *trial, struct error *error)
{
    struct message message = {0};
    struct job *job = trial->job;
    enum result result = config_rules(job->config, &job->rules, error);
    if (!result)
        result = mailbox_open(&trial->source, &job->mailbox, error);
    if (!result && !job->mailbox->ops->put) {
        trial->events->step(trial->events->arg, "put", false,
                            _("no bounce can be put there; all that can be tried was"));
        return RESULT_OK;
    }
    if (!result)
        result = make_number(trial, error);
    if (!result)
        result = list_before(trial, error);
    if (result)
        return result;
    write_message(trial);
    result = put(trial, error);
    if (!result)
        result = read_it(trial, &message, error);
    if (!result)
        result = decode(trial, &message, error);
    if (!result)
        result = match(trial, &message, error);
    if (trial->id) { /* whatever came of it */
        struct error why = {""};
        enum result taken = take_out(trial, &why);
        if (taken && !result && error)
            *error = why;
        result = result_worse(result, taken);
    }
    free(message.id);
    str_free(&message.bytes);
    bounce_free(message.bounce);
    return result;
}

enum result trial(struct store *store, const struct config *config, const struct actor *actor,
                  const struct mailbox_source *source, const char *program,
                  const struct trial_events *events, struct error *error)
{
    const struct scan_options options = {.dry_run = true, .program = program};
    const struct scan_events nobody = {0};
    struct trial trial = {.events = events, .source = *source};
    trial.source.after = AFTER_DELETE;
    trial.source.since = 0;
    trial.source.gap_from = NULL;
    trial.source.reached = on_stage;
    trial.source.reached_arg = &trial;
    trial.job = job_new(store, config, actor, &trial.source, &options, &nobody);
    enum result result = go_through(&trial, error);
    job_free(trial.job);
    for (size_t i = 0; i < trial.n; i++)
        free(trial.before[i]);
    free(trial.before);
    str_free(&trial.text);
    return result;
}

/* ---- scans */

/* Its number; whether its process is still at it. */
static struct span number_of(const struct job *job, bool *alive)
{
    struct span rest = span_of_str(&job->trial), number = SPAN_NONE;
    span_next(&rest, ' ', &number);
    long pid = rest.at ? strtol(rest.at, NULL, 10) : 0;
    *alive = pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
    return number;
}

bool trial_meets(struct job *job, const struct mailbox_message *message)
{
    bool alive;
    if (!job->trial.n)
        return false;
    struct span number = number_of(job, &alive);
    if (!number.n || !is_numbered(message->bytes, number))
        return false;
    if (!alive) {
        free(job->left_over);
        job->left_over = alloc_text(message->id);
    }
    return true;
}

enum result trial_clean(struct job *job, struct error *error)
{
    struct mailbox_source source = job->source;
    struct mailbox *mailbox = NULL;
    const char *id = job->left_over;
    bool alive, done = false;
    if (!job->trial.n || job->options->dry_run)
        return RESULT_OK;
    number_of(job, &alive);
    if (alive)
        return RESULT_OK;
    source.after = AFTER_DELETE;
    enum result result = RESULT_OK;
    if (id && (result = mailbox_open(&source, &mailbox, error)) == RESULT_OK)
        result = mailbox_apply(mailbox, &id, 1, &done, error);
    mailbox_close(mailbox);
    return result ? result : note(job, NULL, error);
}
