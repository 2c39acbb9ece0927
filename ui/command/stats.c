/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/sums.h"
#include "command/command.h"
#include "contact/address.h"
#include "scan/refusal.h"
#include "store/contacts.h"
#include "store/counts.h"
#include "store/evidence.h"
#include "store/judgements.h"
#include "store/seen.h"

#define ALL_STATES ((1u << STATE_COUNT) - 1)
#define DEAD_STATES (1u << STATE_INVALID | 1u << STATE_COMPLAINED | 1u << STATE_BLOCKED)
#define DOMAINS_JSON 1000
#define ROWS_SHOWN 10
#define SCANS_SHOWN 10
#define WEEKS_SHOWN 12
#define REFUSALS_DAYS 7

/* How many contacts' addresses died in a week, the newest first. */
struct week {
    char name[16]; /* "2026-W47" */
    uint64_t n;
};

static void week_name(int64_t when, char name[16])
{
    time_t seconds = (time_t)when;
    struct tm parts;
    localtime_r(&seconds, &parts);
    strftime(name, 16, "%G-W%V", &parts);
}

static void count_weeks(const struct context *context, struct txn *txn,
                        struct week weeks[WEEKS_SHOWN])
{
    struct judgements_walk walk = {0};
    for (int i = 0; i < WEEKS_SHOWN; i++)
        week_name(context->actor.now - (int64_t)i * 7 * 86400, weeks[i].name);
    while (judgements_next(txn, &walk)) {
        char name[16];
        uint32_t ids[8];
        if (walk.standing.state != STATE_INVALID || walk.standing.since == 0)
            continue;
        week_name(walk.standing.since, name);
        for (int i = 0; i < WEEKS_SHOWN; i++)
            if (strcmp(weeks[i].name, name) == 0)
                weeks[i].n += contacts_at(txn, walk.folded, ids, sizeof ids / sizeof *ids);
    }
    judgements_walk_end(&walk);
}

/* ---- JSON */

static void put_counts(struct json *json, const char *key, struct txn *txn, enum count_kind kind,
                       unsigned states, size_t max)
{
    struct count_row *rows = alloc_zero(max, sizeof *rows);
    struct str bytes = {0};
    size_t n = counts_top(txn, kind, states, rows, max, &bytes);
    json_name(json, span_of(key));
    struct json inner = json_open(json->out);
    for (size_t i = 0; i < n; i++) {
        json_name(&inner, rows[i].name);
        str_addf(inner.out, "%llu", (unsigned long long)rows[i].n);
    }
    json_close(&inner);
    str_free(&bytes);
    free(rows);
}

static void put_scan(const struct scan_record *record, struct str *out)
{
    struct json json = json_open(out);
    json_text(&json, "account", record->account);
    json_time(&json, "begun", record->begun);
    json_time(&json, "ended", record->ended);
    json_truth(&json, "good", record->good);
    json_some(&json, "trouble", record->trouble);
    json_number(&json, "step", record->step);
    sums_json(&json, &record->sums);
    json_close(&json);
}

static void put_refusals(const struct context *context, struct txn *txn, struct json *json)
{
    struct refusals refusals;
    refusals_load(txn, context->actor.now - REFUSALS_DAYS * 86400, &refusals);
    json_name(json, SPAN("refusals"));
    str_add_char(json->out, '[');
    for (size_t i = 0; i < refusals.n; i++) {
        const struct refusal *row = &refusals.rows[i];
        if (i)
            str_add_char(json->out, ',');
        struct json inner = json_open(json->out);
        json_text(&inner, "server", span_of(row->server));
        json_some(&inner, "ip", span_of(row->ip));
        json_some(&inner, "list", span_of(row->list));
        json_some(&inner, "text", span_of(row->text));
        json_time(&inner, "since", row->since);
        json_time(&inner, "last", row->last);
        json_number(&inner, "mails", row->n);
        json_close(&inner);
    }
    str_add_char(json->out, ']');
    refusals_free(&refusals);
}

static void print_json(struct context *context, struct txn *txn)
{
    struct str *out = output_buffer();
    struct json json = json_open(out);
    struct week weeks[WEEKS_SHOWN] = {0};
    struct scan_record record = {0};
    json_number(&json, "contacts", contacts_count(txn));
    for (int state = 0; state < STATE_COUNT; state++)
        json_number(&json, state_name((enum state)state),
                    counts_get(txn, COUNT_STATE, (enum state)state, SPAN("")));
    put_counts(&json, "reasons", txn, COUNT_REASON, ALL_STATES & ~(1u << STATE_ACTIVE),
               REASON_COUNT);
    put_counts(&json, "domains", txn, COUNT_DOMAIN, ALL_STATES, DOMAINS_JSON);
    count_weeks(context, txn, weeks);
    json_name(&json, SPAN("weeks"));
    struct json inner = json_open(out);
    for (int i = 0; i < WEEKS_SHOWN; i++)
        json_number(&inner, weeks[i].name, weeks[i].n);
    json_close(&inner);
    json_name(&json, SPAN("scans"));
    str_add_char(out, '[');
    for (size_t i = 0; i < SCANS_SHOWN && scans_get(txn, i, &record); i++) {
        if (i)
            str_add_char(out, ',');
        put_scan(&record, out);
    }
    str_add_char(out, ']');
    put_refusals(context, txn, &json);
    json_number(&json, "review", review_count(txn));
    json_close(&json);
    outputf("\n");
}

/* ---- words */

/* As people read it. */
static void print_domain(struct span domain)
{
    struct str unicode = {0};
    address_domain_unicode(domain, &unicode);
    output_cell(span_of_str(&unicode), true);
    str_free(&unicode);
}

static void print_top(const char *title, struct txn *txn, enum count_kind kind)
{
    struct count_row rows[ROWS_SHOWN];
    struct str bytes = {0};
    size_t n = counts_top(txn, kind, DEAD_STATES, rows, ROWS_SHOWN, &bytes);
    if (n)
        outputf("\n%s\n", title);
    for (size_t i = 0; i < n; i++) {
        enum reason reason;
        outputf("%'12llu  ", (unsigned long long)rows[i].n);
        if (kind == COUNT_REASON && reason_from_name(rows[i].name, &reason))
            output_cell(span_of(reason_words(reason)), true);
        else
            print_domain(rows[i].name);
    }
    str_free(&bytes);
}

static void print_weeks(struct context *context, struct txn *txn)
{
    struct week weeks[WEEKS_SHOWN] = {0};
    bool any = false;
    count_weeks(context, txn, weeks);
    for (int i = 0; i < WEEKS_SHOWN; i++) {
        if (weeks[i].n == 0)
            continue;
        if (!any)
            outputf("\n%s\n", _("Invalid since"));
        any = true;
        outputf("%'12llu  %s\n", (unsigned long long)weeks[i].n, weeks[i].name);
    }
}

static void print_refusals(const struct context *context, struct txn *txn)
{
    struct refusals refusals;
    struct str words = {0};
    refusals_load(txn, context->actor.now - REFUSALS_DAYS * 86400, &refusals);
    if (refusals.n)
        outputf("\n%s\n", _("Refused because of us"));
    for (size_t i = 0; i < refusals.n; i++) {
        str_clear(&words);
        refusal_words(&refusals.rows[i], &words);
        outputf("  ");
        output_cell(span_of_str(&words), true);
    }
    refusals_free(&refusals);
    str_free(&words);
}

static void print_scans(struct txn *txn)
{
    struct scan_record record = {0};
    for (size_t i = 0; i < SCANS_SHOWN && scans_get(txn, i, &record); i++) {
        char when[24];
        struct str words = {0};
        if (i == 0)
            outputf("\n%s\n", _("Last scans"));
        date_long(record.ended, date_now(), when);
        sums_words(&record.sums, &words);
        outputf("  %s  ", when);
        output_data(record.account);
        outputf("  %s", str_text(&words));
        if (record.trouble.n)
            outputf("; ");
        output_cell(record.trouble, true);
        str_free(&words);
    }
}

static void print_words(struct context *context, struct txn *txn)
{
    outputf(_("%'12llu  contacts\n"), (unsigned long long)contacts_count(txn));
    for (int state = 0; state < STATE_COUNT; state++) {
        uint64_t n = counts_get(txn, COUNT_STATE, (enum state)state, SPAN(""));
        if (n)
            outputf("%'12llu  %s\n", (unsigned long long)n, state_words((enum state)state));
    }
    if (review_count(txn))
        outputf(_("%'12llu  to review\n"), (unsigned long long)review_count(txn));
    print_top(_("Why they may not be mailed"), txn, COUNT_REASON);
    print_top(_("Their domains"), txn, COUNT_DOMAIN);
    print_weeks(context, txn);
    print_refusals(context, txn);
    print_scans(txn);
}

static enum result stats_run(const struct command_line *line, struct context *context,
                             struct error *error)
{
    struct txn *txn;
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    if (line->json)
        print_json(context, txn);
    else
        print_words(context, txn);
    result = txn_result(txn, error);
    txn_end(txn);
    return result;
}

const struct command command_stats = {
    .name = "stats",
    .arguments = "",
    .summary = N_("counts by state, reason, domain and week; the last scans"),
    .need = STORE_OPEN,
    .run = stats_run,
};
