/* SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "command/interrupt.h"
#include "command/json.h"
#include "command/output.h"
#include "command/source.h"
#include "command/sums.h"
#include "command/command.h"

#define PROGRESS_MS 100

/* One run over one or more sources. */
struct scanning {
    const struct command_line *line;
    struct context *context;
    const char *name; /* of the source at work */
    int64_t told;     /* when progress was last told, ms */
    struct scan_sums sums;
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void event(struct scanning *scanning, const char *name, struct json *json)
{
    *json = json_open(output_buffer());
    json_text(json, "event", span_of(name));
    if (scanning->name)
        json_text(json, "account", span_of(scanning->name));
}

static void event_end(struct json *json)
{
    json_close(json);
    outputf("\n");
}

static void on_progress(void *arg, uint64_t read, uint64_t total)
{
    struct scanning *scanning = arg;
    int64_t now = clock_ms();
    if (scanning->line->quiet || (now - scanning->told < PROGRESS_MS && read != total))
        return;
    scanning->told = now;
    if (scanning->line->json) {
        struct json json;
        event(scanning, "progress", &json);
        json_number(&json, "read", read);
        json_number(&json, "total", total);
        event_end(&json);
        output_flush();
    } else {
        progress_show(scanning->name, read, total);
    }
}

static void on_recipient(void *arg, const char *address, enum scan_outcome outcome)
{
    struct scanning *scanning = arg;
    if (scanning->line->json) {
        struct json json;
        event(scanning, "recipient", &json);
        json_text(&json, "address", span_of(address));
        json_text(&json, "outcome", span_of(scan_outcome_name(outcome)));
        event_end(&json);
    } else if (command_switch(scanning->line, "dry-run")) {
        output_cell(span_of(scan_outcome_name(outcome)), false);
        output_cell(span_of(address), true);
    }
}

static void on_trouble(void *arg, const char *message, const char *text)
{
    struct scanning *scanning = arg;
    if (scanning->line->json) {
        struct json json;
        event(scanning, "trouble", &json);
        json_text(&json, "message", span_of(message));
        json_text(&json, "text", span_of(text));
        event_end(&json);
    } else {
        complain("%s: %s", message, text);
    }
}

static void report_source(struct scanning *scanning, const struct scan_sums *sums,
                          enum result result, const struct error *error)
{
    if (scanning->line->json) {
        if (result != RESULT_OK) {
            struct json json;
            event(scanning, "failed", &json);
            json_text(&json, "text", span_of(error->text));
            json_number(&json, "code", (uint64_t)result);
            event_end(&json);
        }
        return;
    }
    struct str words = {0};
    sums_words(sums, &words);
    if (!scanning->line->quiet && (result == RESULT_OK || sums->read)) {
        output_data(span_of(scanning->name));
        outputf(": %s\n", str_text(&words));
    }
    str_free(&words);
}

static void add_sums(struct scan_sums *all, const struct scan_sums *one)
{
    uint64_t *to = (uint64_t *)(void *)all;
    const uint64_t *from = (const uint64_t *)(const void *)one;
    _Static_assert(sizeof *all % sizeof *to == 0, "the sums are all of one kind");
    for (size_t i = 0; i < sizeof *all / sizeof *to; i++)
        to[i] += from[i];
}

/* The source's name before the sentence, unless that names it. */
static void name_source(const char *text, struct error *error)
{
    const char *colon = strchr(text, ':');
    const char *path = colon && strncmp(colon, "://", 3) != 0 ? colon + 1 : text;
    struct str account = {0};
    str_addf(&account, _("account %s"), text);
    struct span sentence = span_of(error->text);
    if (!span_starts(sentence, span_of_str(&account)) &&
        (*path == '\0' || span_find(sentence, span_of(path)) < 0))
        error_prefix(error, "%s", text);
    str_free(&account);
}

/* A bare word that names nothing: an account may have been meant as well as a path. */
static enum result unknown_source(const char *text, enum result result, struct error *error)
{
    if (result != RESULT_MISSING || strchr(text, ':') || access(text, F_OK) == 0)
        return result;
    return error_set(error, result, _("%s: this is neither an account nor a file or directory that "
                                      "is there"), text);
}

static enum result scan_one(struct scanning *scanning, const char *text, int64_t since,
                            struct error *error)
{
    const struct command_line *line = scanning->line;
    struct context *context = scanning->context;
    struct scan_events events = {on_progress, on_recipient, on_trouble, interrupt_asked, scanning};
    struct scan_sums sums = {0};
    struct source_open source;
    scanning->name = text;
    enum result result =
        source_open(context->config, text, command_option(line, "after"), &source, error);
    if (result == RESULT_OK) {
        struct scan_options options = {.dry_run = command_switch(line, "dry-run"),
                                       .observe = source.observe};
        source.source.since = since;
        source.source.cancelled = interrupt_asked;
        result = scan_source(context->store, context->config, &context->actor, &source.source,
                             &options, &events, &sums, error);
    }
    else if (*source.source.account && result != RESULT_CANCELLED &&
             !command_switch(line, "dry-run"))
        scan_not_begun(context->store, &context->actor, source.source.account, error);
    add_sums(&scanning->sums, &sums);
    if (result != RESULT_OK && !*source.source.account)
        result = unknown_source(text, result, error);
    source_close(&source);
    if (result != RESULT_OK)
        name_source(text, error);
    report_source(scanning, &sums, result, error);
    return result;
}

static void print_end(struct scanning *scanning, int64_t began, enum result result)
{
    struct json json;
    int64_t ms = clock_ms() - began;
    if (!scanning->line->json)
        return;
    scanning->name = NULL;
    event(scanning, "end", &json);
    sums_json(&json, &scanning->sums);
    json_name(&json, SPAN("seconds"));
    str_addf(json.out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
    json_number(&json, "code", (uint64_t)result);
    event_end(&json);
}

static enum result scan_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct scanning scanning = {.line = line, .context = context};
    const struct config *config = context->config;
    const char *date = command_option(line, "since");
    size_t n = line->n ? line->n : config->n;
    enum result worst = RESULT_OK;
    int64_t since = 0, began = clock_ms();
    if (date && !date_from_query(span_of(date), context->actor.now, &since))
        return error_set(error, RESULT_USAGE,
                         _("--since=%s is no date, such as 2026-11-21 or 90d"), date);
    if (n == 0)
        return error_set(error, RESULT_CONFIG,
                         _("no account is set up and no SOURCE is named; an [account NAME] with its "
                           "source goes into %s, see `zwrotka --help config`"),
                         *config->file ? config->file : "~/.config/zwrotka/config");
    /* Waiting for standard input, a signal simply ends the program. */
    if (!(line->n == 1 && strcmp(line->words[0], "-") == 0))
        interrupt_watch();
    if (line->json) {
        outputf("{\"event\":\"start\"}\n");
        output_flush();
    }
    for (size_t i = 0; i < n && worst != RESULT_CANCELLED; i++) {
        struct error one = {""};
        enum result result =
            scan_one(&scanning, line->n ? line->words[i] : config->accounts[i].name, since, &one);
        if (result != RESULT_OK && n > 1)
            complain("%s", one.text);
        else if (result != RESULT_OK)
            *error = one;
        worst = result_worse(worst, result);
    }
    print_end(&scanning, began, worst);
    return worst;
}

static const struct option scan_options[] = {
    {"dry-run", NULL, N_("read and report, change nothing"), false},
    {"after", "ACTION",
     N_("keep, seen, delete or move:FOLDER the bounces that were decided; for accounts, instead of "
        "what the configuration says"),
     false},
    {"since", "DATE", N_("leave older messages alone: 2026-11-21, or 90d"), false},
    {0},
};

const struct command command_scan = {
    .name = "scan",
    .arguments = "[SOURCE…]",
    .summary = N_("reads bounces once"),
    .help = N_("Of every account, or of the sources named: an account, imaps://user@host/Folder, "
               "imap://…, pop3s://…, pop3://…, maildir:PATH, mbox:PATH, a path, or - for one "
               "message from standard input (busy is 75, so that a mail server tries again). "
               "Nothing in the mailbox changes but by --after or the account's after. All are "
               "tried; the highest exit code counts."),
    .options = scan_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = scan_run,
};
