/* SPDX-License-Identifier: MIT */
#include "command/report.h"


#include "base/clock.h"
#include "base/text.h"
#include "command/interrupt.h"
#include "command/json.h"
#include "command/output.h"
#include "command/sums.h"

#define PROGRESS_MS 100
#define MANY_STRANGERS 10

static void event(struct report *report, const char *name, struct json *json)
{
    *json = json_open(output_buffer());
    json_text(json, "event", span_of(name));
    if (report->name)
        json_text(json, "account", span_of(report->name));
}

static void event_end(struct json *json)
{
    json_close(json);
    outputf("\n");
}

static void on_progress(void *arg, uint64_t read, uint64_t total)
{
    struct report *report = arg;
    int64_t now = clock_ms();
    if (report->line->quiet || (now - report->told < PROGRESS_MS && read != total))
        return;
    report->told = now;
    if (report->line->json) {
        struct json json;
        event(report, "progress", &json);
        json_number(&json, "read", read);
        json_number(&json, "total", total);
        event_end(&json);
        output_flush();
    } else {
        progress_show(report->name, read, total);
    }
}

static void on_recipient(void *arg, const char *address, enum scan_outcome outcome)
{
    struct report *report = arg;
    if (report->line->json) {
        struct json json;
        event(report, "recipient", &json);
        json_text(&json, "address", span_of(address));
        json_text(&json, "outcome", span_of(scan_outcome_name(outcome)));
        event_end(&json);
    } else if (command_switch(report->line, "dry-run")) {
        output_cell(span_of(scan_outcome_name(outcome)), false);
        output_cell(span_of(address), true);
    }
}

void report_step(void *arg, const char *name, bool ok, const char *words)
{
    struct report *report = arg;
    if (report->line->json) {
        struct json json;
        event(report, "test", &json);
        json_text(&json, "step", span_of(name));
        json_truth(&json, "ok", ok);
        json_text(&json, "text", span_of(words));
        event_end(&json);
    } else if (!report->line->quiet) {
        output_data(span_of(report->name));
        outputf(": %s\n", words);
    }
    output_flush();
}

static void on_trouble(void *arg, const char *message, const char *text)
{
    struct report *report = arg;
    if (report->line->json) {
        struct json json;
        event(report, "trouble", &json);
        json_text(&json, "message", span_of(message));
        json_text(&json, "text", span_of(text));
        event_end(&json);
    } else {
        complain("%s: %s", message, text);
    }
}

static void on_reply(void *arg, const char *from, const char *subject)
{
    struct report *report = arg;
    struct json json;
    if (!report->line->json)
        return;
    event(report, "autoreply", &json);
    json_text(&json, "from", span_of(from));
    json_text(&json, "subject", span_of(subject));
    event_end(&json);
}

struct scan_events report_events(struct report *report)
{
    return (struct scan_events){.progress = on_progress,
                                .recipient = on_recipient,
                                .trouble = on_trouble,
                                .reply = on_reply,
                                .cancelled = interrupt_asked,
                                .arg = report};
}

void report_start(struct report *report)
{
    report->began = clock_ms();
    if (!report->line->json)
        return;
    outputf("{\"event\":\"start\"}\n");
    output_flush();
}

void report_source(struct report *report, const struct scan_sums *sums, enum result result,
                   const struct error *error)
{
    if (report->line->json) {
        if (result != RESULT_OK) {
            struct json json;
            event(report, "failed", &json);
            json_text(&json, "text", span_of(error->text));
            json_number(&json, "code", (uint64_t)result);
            event_end(&json);
        }
        return;
    }
    struct str words = {0};
    sums_words(sums, &words);
    if (!report->line->quiet && (result == RESULT_OK || sums->read)) {
        output_data(span_of(report->name));
        bool waiting = sums->held && !command_switch(report->line, "dry-run");
        outputf(": %s%s\n", str_text(&words), waiting ? _("; `zwrotka review` lists them") : "");
    }
    str_free(&words);
}

void report_strangers(const struct report *report, const struct config *config,
                      const struct scan_sums *sums)
{
    if (config->trust == TRUST_OURS && config->senders && sums->held >= MANY_STRANGERS &&
        sums->held == sums->recipients)
        complain(_("%s: none of these bounces brings back mail from %s; if you send from other "
                   "addresses, add them to [senders], then `zwrotka review --accept --all`"),
                 report->name, config->senders);
}

void report_add(struct scan_sums *all, const struct scan_sums *one)
{
    uint64_t *to = (uint64_t *)(void *)all;
    const uint64_t *from = (const uint64_t *)(const void *)one;
    _Static_assert(sizeof *all % sizeof *to == 0, "the sums are all of one kind");
    for (size_t i = 0; i < sizeof *all / sizeof *to; i++)
        to[i] += from[i];
}

void report_took(struct report *report, int64_t ms)
{
    report->began = clock_ms() - ms;
}

void report_end(struct report *report, const struct scan_sums *sums, enum result result)
{
    struct json json;
    int64_t ms = clock_ms() - report->began;
    if (report->line->json) {
        event(report, "end", &json);
        sums_json(&json, sums);
        json_name(&json, SPAN("seconds"));
        str_addf(json.out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
        json_number(&json, "code", (uint64_t)result);
        event_end(&json);
    }
    output_flush();
}
