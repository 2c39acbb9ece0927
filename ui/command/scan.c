/* SPDX-License-Identifier: MIT */
#include "scan/scan.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "command/interrupt.h"
#include "command/output.h"
#include "command/report.h"
#include "command/source.h"
#include "command/command.h"
#include "scan/trial.h"

/* One run over one or more sources. */
struct scanning {
    const struct command_line *line;
    struct context *context;
    struct report report;
    struct scan_sums sums;
};

static enum result scan_one(struct scanning *scanning, const char *text, int64_t since,
                            struct error *error)
{
    const struct command_line *line = scanning->line;
    struct context *context = scanning->context;
    struct scan_events events = report_events(&scanning->report);
    struct scan_sums sums = {0};
    struct source_open source;
    scanning->report.name = text;
    enum result result =
        source_open(context->config, text, command_option(line, "after"), &source, error);
    if (result == RESULT_OK) {
        struct scan_options options = {.dry_run = command_switch(line, "dry-run"),
                                       .observe = source.observe};
        if (since) {
            source.source.since = since;
            source.source.since_for_good = false;
        }
        source.source.cancelled = interrupt_asked;
        result = scan_source(context->store, context->config, &context->actor, &source.source,
                             &options, &events, &sums, error);
    }
    else if (*source.source.account && result != RESULT_CANCELLED && result != RESULT_USAGE &&
             !command_switch(line, "dry-run"))
        scan_not_begun(context->store, &context->actor, source.source.account, error);
    report_add(&scanning->sums, &sums);
    if (result != RESULT_OK && !*source.source.account)
        result = source_unknown(context->config, text, result, error);
    source_close(&source);
    if (result != RESULT_OK)
        source_name(text, error);
    report_source(&scanning->report, &sums, result, error);
    report_strangers(&scanning->report, context->config, &sums);
    return result;
}

static enum result test_one(struct scanning *scanning, const char *text, struct error *error)
{
    struct context *context = scanning->context;
    const struct trial_events events = {report_step, &scanning->report};
    struct source_open source;
    scanning->report.name = text;
    enum result result = source_open(context->config, text, NULL, &source, error);
    if (!result) {
        source.source.cancelled = interrupt_asked;
        result = trial(context->store, context->config, &context->actor, &source.source, NULL,
                       &events, error);
    }
    if (result && !*source.source.account)
        result = source_unknown(context->config, text, result, error);
    source_close(&source);
    if (result)
        source_name(text, error);
    if (result)
        report_source(&scanning->report, &scanning->sums, result, error);
    return result;
}

/* A mail server takes any code but 75 for final, and a bounce that it returns is lost: a full disk is
 * not to cost any. */
static bool from_alias(const struct command_line *line)
{
    return line->n == 1 && strcmp(line->words[0], "-") == 0;
}

static enum result scan_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct scanning scanning = {.line = line, .context = context, .report = {.line = line}};
    const struct config *config = context->config;
    const char *date = command_option(line, "since");
    size_t n = line->n ? line->n : config->n;
    enum result worst = RESULT_OK;
    int64_t since = 0;
    if (date && !date_from_query(span_of(date), context->actor.now, &since))
        return error_set(error, RESULT_USAGE,
                         _("--since=%s is no date, such as 2026-11-21 or 90d"), date);
    if (n == 0)
        return source_none(config, error);
    /* Waiting for standard input, a signal simply ends the program. */
    if (!from_alias(line))
        interrupt_watch();
    report_start(&scanning.report);
    for (size_t i = 0; i < n && worst != RESULT_CANCELLED; i++) {
        struct error one = {""};
        const char *text = line->n ? line->words[i] : config->accounts[i].name;
        enum result result = command_switch(line, "test") ? test_one(&scanning, text, &one)
                                                          : scan_one(&scanning, text, since, &one);
        if (result != RESULT_OK && n > 1)
            complain("%s", one.text);
        else if (result != RESULT_OK)
            *error = one;
        worst = result_worse(worst, result);
    }
    if (from_alias(line) && (worst == RESULT_IO || worst == RESULT_CREATE))
        worst = RESULT_BUSY;
    scanning.report.name = NULL;
    report_end(&scanning.report, &scanning.sums, worst);
    return worst;
}

static const struct option scan_options[] = {
    {"dry-run", NULL, N_("read and report, change nothing"), false},
    {"after", "ACTION",
     N_("keep, seen, delete or move:FOLDER the bounces that were decided; for accounts, instead of "
        "what the configuration says"),
     false},
    {"test", NULL,
     N_("a bounce made for the purpose goes the whole way and is removed again; each step is said"),
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
               "message from standard input (a busy store or a full disk is 75, so that a mail server tries again). "
               "Nothing in the mailbox changes but by --after or the account's after. All are "
               "tried; the highest exit code counts."),
    .options = scan_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = scan_run,
};
