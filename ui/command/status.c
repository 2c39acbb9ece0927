/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"
#include "scan/refusal.h"
#include "scan/wavegroup.h"
#include "send/publish.h"
#include "store/board.h"
#include "store/evidence.h"
#include "store/seen.h"

struct silence {
    const struct command_line *line;
    const struct context *context;
    bool late; /* any */
    struct board_row rows[BOARD_ROWS];
    size_t n;
};

/* Does a `watch` that runs now look after it? */
static bool is_watched(const struct silence *silence, const char *name)
{
    for (size_t i = 0; i < silence->n; i++)
        if (silence->rows[i].kind == BOARD_WATCH && strcmp(silence->rows[i].account, name) == 0)
            return true;
    return false;
}

static void print_json(const struct silence *silence, const char *name, const char *source,
                       int64_t good, bool late, struct span trouble)
{
    struct json json = json_open(output_buffer());
    json_text(&json, "account", span_of(name));
    json_some(&json, "source", span_of(source));
    json_time(&json, "good", good);
    json_truth(&json, "late", late);
    json_truth(&json, "watched", is_watched(silence, name));
    json_or_null(&json, "trouble", trouble);
    json_number(&json, "max_silence", (uint64_t)silence->context->config->max_silence);
    json_close(&json);
    outputf("\n");
}

static void print_words(const struct silence *silence, const char *name, int64_t good, bool late,
                        struct span trouble)
{
    char when[24];
    output_data(span_of(name));
    if (good) {
        date_long(good, date_now(), when);
        outputf(_(": last good scan %s"), when);
    } else {
        outputf("%s", _(": never scanned well"));
    }
    if (late)
        outputf("%s", _(", too long ago"));
    if (is_watched(silence, name))
        outputf("%s", _(", watched"));
    if (trouble.n) {
        outputf("; ");
        output_data(trouble);
    }
    outputf("\n");
}

/* trouble: of the last scan where it was not good, else "". */
static void tell(struct silence *silence, const char *name, const char *source, int64_t good,
                 struct span trouble)
{
    int64_t limit = silence->context->config->max_silence;
    bool late = limit && (good == 0 || good < silence->context->actor.now - limit);
    silence->late = silence->late || late;
    if (silence->line->json)
        print_json(silence, name, source, good, late, trouble);
    else if (!silence->line->quiet)
        print_words(silence, name, good, late, trouble);
}

static void tell_account(struct silence *silence, struct txn *txn, const char *name,
                         const char *source)
{
    struct scan_record last = {0}, good = {0};
    bool any = scans_of_account(txn, span_of(name), false, &last);
    int64_t when = scans_of_account(txn, span_of(name), true, &good) ? good.ended : 0;
    tell(silence, name, source, when, any && !last.good ? last.trouble : SPAN(""));
}

/* Without accounts there may be scans of sources named on the command line: the newest counts. */
static void tell_sources(struct silence *silence, struct txn *txn)
{
    struct scan_record record = {0}, last = {0}, good = {0};
    for (size_t i = 0; scans_get(txn, i, &record) && !good.ended; i++) {
        if (i == 0)
            last = record;
        if (record.good)
            good = record;
    }
    if (last.ended == 0) {
        if (!silence->line->json && !silence->line->quiet)
            outputf("%s\n", _("no account is set up, and nothing was scanned yet"));
        return;
    }
    char *name = span_copy(good.ended ? good.account : last.account);
    tell(silence, name, "", good.ended, last.good ? SPAN("") : last.trouble);
    free(name);
}

/* What somebody has to look at: refusals of our own servers within a day, and waves. */
static void tell_troubles(struct silence *silence, struct txn *txn)
{
    struct refusals refusals;
    struct wavegroups waves;
    struct str words = {0};
    if (silence->line->json || silence->line->quiet)
        return; /* in `stats` and `review` */
    refusals_load(txn, silence->context->actor.now - 86400, &refusals);
    for (size_t i = 0; i < refusals.n; i++) {
        str_clear(&words);
        refusal_words(&refusals.rows[i], &words);
        output_cell(span_of_str(&words), true);
    }
    refusals_free(&refusals);
    wavegroups_load(txn, silence->context->config, &waves);
    for (size_t i = 0; i < waves.n; i++)
        output_cell(span_of(waves.groups[i].words), true);
    wavegroups_free(&waves);
    str_free(&words);
    unsigned long long held = review_count(txn);
    if (held)
        outputf(ngettext("%'llu to review: `zwrotka review` lists it\n",
                         "%'llu to review: `zwrotka review` lists them\n", held),
                held);
}

static void tell_map(struct silence *silence, struct txn *txn)
{
    const struct config *config = silence->context->config;
    struct str words = {0};
    send_pending(txn, config, &words);
    if (config->map && silence->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "map", span_of(config->map));
        json_truth(&json, "pending", words.n > 0);
        json_close(&json);
        outputf("\n");
    } else if (words.n && !silence->line->quiet) {
        output_data(span_of(config->map));
        outputf(": %s\n", str_text(&words));
    }
    str_free(&words);
}

static enum result status_run(const struct command_line *line, struct context *context,
                              struct error *error)
{
    struct silence silence = {.line = line, .context = context};
    struct txn *txn;
    silence.n = board_read(context->store, silence.rows, BOARD_ROWS);
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    for (size_t i = 0; i < context->config->n; i++)
        tell_account(&silence, txn, context->config->accounts[i].name,
                     context->config->accounts[i].source);
    if (context->config->n == 0)
        tell_sources(&silence, txn);
    tell_troubles(&silence, txn);
    tell_map(&silence, txn);
    result = txn_result(txn, error);
    txn_end(txn);
    return result == RESULT_OK && silence.late ? RESULT_NO : result;
}

const struct command command_status = {
    .name = "status",
    .arguments = "",
    .summary = N_("each account's last good scan and its trouble"),
    .help = N_("Exit 1 if the last good scan of any is older than max_silence (24h unless "
               "configured)."),
    .need = STORE_OPEN,
    .run = status_run,
};
