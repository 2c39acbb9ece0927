/* SPDX-License-Identifier: MIT */
#include "scan/watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/command.h"
#include "command/family.h"
#include "command/interrupt.h"
#include "command/output.h"
#include "command/reload.h"
#include "command/report.h"
#include "command/source.h"
#include "send/publish.h"

#define RENEW_MS 300000 /* an idle line is asked so often whether it lives; RFC 2177 wants 29 min */

/* One source, watched by this process. */
struct watching {
    struct report report;
    struct context *context;
    const char *name;
    struct source_open source;
    struct error publishing; /* what was said last */
};

static bool stop(void *unused)
{
    return interrupt_asked(unused) || reload_asked();
}

static enum result on_open(void *arg, struct mailbox_source *source, struct error *error)
{
    struct watching *watching = arg;
    enum result result =
        source_open(watching->context->config, watching->name, NULL, &watching->source, error);
    *source = watching->source.source;
    return result;
}

static void on_close(void *arg)
{
    struct watching *watching = arg;
    source_close(&watching->source);
}

static void on_passed(void *arg, const struct scan_sums *sums, int64_t ms)
{
    struct watching *watching = arg;
    report_source(&watching->report, sums, RESULT_OK, NULL);
    report_strangers(&watching->report, watching->context->config, sums);
    report_took(&watching->report, ms);
    report_end(&watching->report, sums, RESULT_OK);
}

static void on_trouble(void *arg, enum result result, const struct error *why)
{
    struct watching *watching = arg;
    struct scan_sums none = {0};
    struct error named = *why;
    source_name(watching->name, &named);
    if (watching->report.line->json)
        report_source(&watching->report, &none, result, &named);
    output_flush();
    complain("%s", named.text);
}

static void on_fine(void *arg)
{
    struct watching *watching = arg;
    if (!watching->report.line->quiet)
        complain(_("%s: works again"), watching->name);
}

/* What operators did who may not write the suppression map is brought to it. */
static void on_committed(void *arg)
{
    struct watching *watching = arg;
    struct error error = {""};
    enum result result =
        send_catch_up(watching->context->store, watching->context->config, &error);
    if (result && strcmp(error.text, watching->publishing.text) != 0)
        complain("%s", error.text);
    watching->publishing = error;
}

/* For tests: how often, in seconds, instead of the configuration's and our own. */
static unsigned milliseconds(int64_t own)
{
    const char *text = getenv("ZWROTKA_WATCH_SECONDS");
    double seconds = text ? strtod(text, NULL) : 0;
    return seconds > 0 && seconds < 86400 ? (unsigned)(seconds * 1000) : (unsigned)own;
}

static enum result watch_one(const struct command_line *line, struct context *context,
                             const char *name, struct error *error)
{
    const struct config_account *account = config_account(context->config, span_of(name));
    struct watching watching = {
        .report = {.line = line, .name = name}, .context = context, .name = name};
    struct watch_source source = {
        .open = on_open,
        .close = on_close,
        .arg = &watching,
        .name = name,
        .observe = account && account->observe,
        .poll_ms = milliseconds((account ? account->poll : 120) * 1000),
        .renew_ms = milliseconds(RENEW_MS),
    };
    struct watch_events events = {.scan = report_events(&watching.report),
                                  .passed = on_passed,
                                  .trouble = on_trouble,
                                  .fine = on_fine,
                                  .committed = on_committed,
                                  .arg = &watching};
    events.scan.cancelled = stop;
    if (!line->json)
        events.scan.progress = NULL;
    return watch_run(context->store, context->config, &context->actor, &source, &events, error);
}

/* What cannot be right, said before anything runs. */
static enum result check_source(const struct config *config, const char *text, struct error *error)
{
    struct mailbox_url url = {0};
    if (config_account(config, span_of(text)))
        return RESULT_OK;
    enum result result = mailbox_url_parse(text, &url, error);
    if (result)
        return result;
    if (strcmp(url.scheme, "-") == 0)
        result = error_set(error, RESULT_USAGE, _("standard input cannot be watched; it is for scan"));
    else if (!*url.host && access(url.path, F_OK) != 0)
        result = source_unknown(config, text, RESULT_MISSING, error);
    mailbox_url_free(&url);
    return result;
}

/* Whoever tries it on a terminal sees that it runs, and how it ends. */
static void greet(const struct command_line *line, const char *const *names, size_t n)
{
    if (line->quiet || line->json || !isatty(STDERR_FILENO))
        return;
    if (n == 1)
        complain(_("watching %s; Ctrl-C ends it"), names[0]);
    else
        complain(ngettext("watching %zu mailbox; Ctrl-C ends it",
                          "watching %zu mailboxes; Ctrl-C ends it", n), n);
}

static enum result watch_command(const struct command_line *line, struct context *context,
                                 struct error *error)
{
    const struct config *config = context->config;
    size_t n = line->n ? line->n : config->n;
    enum result result = n ? RESULT_OK : source_none(config, error);
    const char **names = alloc_zero(n + 1, sizeof *names);
    for (size_t i = 0; i < n && !result; i++) {
        names[i] = line->n ? line->words[i] : config->accounts[i].name;
        result = check_source(config, names[i], error);
    }
    if (!result) {
        bool member = family_is_member();
        struct report report = {.line = line};
        interrupt_watch();
        if (!member) {
            greet(line, names, n);
            reload_listen(line->config_path);
            report_start(&report);
        }
        result = n == 1 ? watch_one(line, context, names[0], error)
                        : family_run(line, names, n, stop, error);
        if (result == RESULT_CANCELLED)
            error->text[0] = '\0'; /* as it was asked for */
    }
    free(names);
    return result;
}

const struct command command_watch = {
    .name = "watch",
    .arguments = "[SOURCE…]",
    .summary = N_("keeps scanning: every account, or the sources named"),
    .help = N_("New mail is heard of by IMAP IDLE, and by inotify on a Maildir; elsewhere it looks "
               "every two minutes (the account's poll). A line that drops is taken up again; trouble "
               "is said once, and kept for status. It also does the scans that operators ask for "
               "on their screens. SIGTERM and Ctrl-C end it in good order, SIGHUP has it read the "
               "configuration again."),
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = watch_command,
};
