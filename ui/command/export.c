/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "command/json.h"
#include "command/options.h"
#include "command/output.h"
#include "command/pick.h"
#include "exchange/writer.h"
#include "store/contacts.h"
#include "store/judgements.h"
#include "store/seen.h"
#include "store/entries.h"
#include "store/steps.h"

/* BUSY if the last good scan of any account (without accounts: of anything) is older. */
static enum result check_age(const struct command_line *line, const struct context *context,
                             struct txn *txn, struct error *error)
{
    const char *text = command_option(line, "max-age");
    int64_t age, oldest;
    struct scan_record record = {0};
    if (!text)
        return RESULT_OK;
    if (!date_span(span_of(text), &age))
        return error_set(error, RESULT_USAGE, _("--max-age=%s is no length of time, such as 24h"),
                         text);
    oldest = context->actor.now - age;
    for (size_t i = 0; i < context->config->n; i++) {
        const char *name = context->config->accounts[i].name;
        if (!scans_of_account(txn, span_of(name), true, &record) || record.ended < oldest)
            return error_set(
                error, RESULT_BUSY,
                _("the last good scan of %s is older than %s; `zwrotka status` says why"), name,
                text);
    }
    bool fresh = context->config->n > 0;
    for (size_t i = 0; !fresh && scans_get(txn, i, &record); i++)
        fresh = record.good && record.ended >= oldest;
    if (!fresh)
        return error_set(error, RESULT_BUSY, _("the last good scan is older than %s"), text);
    return RESULT_OK;
}

/* ---- contacts */

struct columns {
    struct span *names;
    size_t n;
    struct str bytes;
};

static void load_columns(struct txn *txn, struct columns *columns)
{
    columns->n = contacts_columns(txn);
    columns->names = alloc_zero(columns->n, sizeof *columns->names);
    for (size_t i = 0; i < columns->n; i++)
        columns->names[i] = contacts_column(txn, i);
}

static enum result export_contacts(const struct command_line *line, struct context *context,
                                   struct txn *txn, const struct writer_format *format,
                                   struct error *error)
{
    uint32_t *ids = NULL;
    size_t n = 0, written = 0;
    char *query = options_query(line, 0);
    bool sendable = command_switch(line, "sendable");
    enum result result = pick_hits(context, txn, query, &ids, &n, error);
    free(query);
    if (result != RESULT_OK)
        return result;
    struct columns columns = {0};
    struct contact contact = {0};
    struct writer_row row = {.contact = &contact};
    load_columns(txn, &columns);
    struct writer_options options = {command_switch(line, "spreadsheet"), columns.names, columns.n};
    format->head(&options, output_buffer());
    for (size_t i = 0; i < n; i++) {
        if (!pick_load(context, txn, ids[i], &contact, &row.standing) ||
            (sendable && !state_sendable(row.standing.state, context->config->skip_suspects)))
            continue;
        format->row(&options, &row, output_buffer());
        output_more();
        written++;
    }
    contact_free(&contact);
    free(columns.names);
    free(ids);
    result = txn_result(txn, error);
    return result == RESULT_OK && written == 0 ? RESULT_NO : result;
}

/* ---- addresses: --suppressed */

struct address_row {
    struct span address;
    struct standing standing;
};

static void suppressed_csv(const struct address_row *row, bool spreadsheet)
{
    char since[21] = "";
    if (row->standing.since)
        date_to_iso(row->standing.since, since);
    writer_cell(row->address, spreadsheet, output_buffer());
    outputf(",%s,%s,%s\n", state_name(row->standing.state),
            row->standing.reason != REASON_none ? reason_name(row->standing.reason) : "", since);
}

static void suppressed_json(const struct address_row *row, bool spreadsheet)
{
    struct json json = json_open(output_buffer());
    (void)spreadsheet;
    json_text(&json, "address", row->address);
    json_text(&json, "state", span_of(state_name(row->standing.state)));
    json_or_null(&json, "reason",
                 span_of(row->standing.reason != REASON_none ? reason_name(row->standing.reason)
                                                             : ""));
    json_time(&json, "since", row->standing.since);
    json_close(&json);
    outputf("\n");
}

static void suppressed_plain(const struct address_row *row, bool spreadsheet)
{
    (void)spreadsheet;
    str_add(output_buffer(), row->address);
    outputf("\n");
}

static const struct {
    const char *format, *head;
    void (*row)(const struct address_row *row, bool spreadsheet);
} suppressed_formats[] = {
    {"csv", "address,state,reason,since\n", suppressed_csv},
    {"json", "", suppressed_json},
    {"plain", "", suppressed_plain},
};

static enum result export_suppressed(const struct command_line *line, struct context *context,
                                     struct txn *txn, const struct writer_format *format,
                                     struct error *error)
{
    struct judgements_walk walk = {0};
    size_t kind = 0, written = 0, kinds = sizeof suppressed_formats / sizeof *suppressed_formats;
    while (kind < kinds && strcmp(suppressed_formats[kind].format, format->name) != 0)
        kind++;
    if (kind == kinds)
        return error_set(error, RESULT_USAGE, _("--suppressed is csv, json or plain, not %s"),
                         format->name);
    bool spreadsheet = command_switch(line, "spreadsheet");
    outputf("%s", suppressed_formats[kind].head);
    while (judgements_next(txn, &walk)) {
        if (state_sendable(walk.standing.state, context->config->skip_suspects))
            continue;
        struct address_row row = {walk.folded,
                                  judgements_standing(txn, walk.folded, context->actor.now)};
        if (state_sendable(row.standing.state, context->config->skip_suspects))
            continue;
        suppressed_formats[kind].row(&row, spreadsheet);
        written++;
    }
    judgements_walk_end(&walk);
    enum result result = txn_result(txn, error);
    return result == RESULT_OK && written == 0 ? RESULT_NO : result;
}

/* ---- --corrections */

/* As its contact spells it, else as it is. */
static struct span spelled(struct txn *txn, struct span folded, struct contact *contact)
{
    uint32_t id;
    if (contacts_at(txn, folded, &id, 1) && contacts_get(txn, id, contact))
        return contact->address;
    return folded;
}

/* Who corrected it: the step of that moment, else the last one that decided here. */
static struct span corrector(struct txn *txn, struct span folded, int64_t when)
{
    uint32_t numbers[64];
    struct step step = {0};
    struct judgement judgement = {0};
    size_t n = entries_of_address(txn, folded, numbers, sizeof numbers / sizeof *numbers);
    while (n-- > 0)
        if (steps_get(txn, numbers[n], &step) && step.time == when)
            return step.who;
    judgements_get(txn, folded, &judgement);
    step = (struct step){0};
    steps_get(txn, judgement.step, &step);
    judgement_free(&judgement);
    return step.who;
}

static enum result export_corrections(const struct command_line *line, struct context *context,
                                      struct txn *txn, const struct writer_format *format,
                                      struct error *error)
{
    struct judgements_walk walk = {0};
    struct contact contact = {0};
    struct str last = {0};
    size_t written = 0;
    bool json_wanted = strcmp(format->name, "json") == 0,
         spreadsheet = command_switch(line, "spreadsheet");
    (void)context;
    if (!json_wanted)
        outputf("old,new,when,who\n");
    while (judgements_next(txn, &walk)) {
        if (walk.corrected_to.n == 0)
            continue;
        if (!judgements_corrected_to(txn, walk.folded, &last)) {
            str_clear(&last);
            str_add(&last, walk.corrected_to);
        }
        struct span who = corrector(txn, walk.folded, walk.corrected);
        struct span target = spelled(txn, span_of_str(&last), &contact);
        if (json_wanted) {
            struct json json = json_open(output_buffer());
            json_text(&json, "old", walk.folded);
            json_text(&json, "new", target);
            json_time(&json, "when", walk.corrected);
            json_text(&json, "who", who);
            json_close(&json);
        } else {
            char when[21] = "";
            if (walk.corrected)
                date_to_iso(walk.corrected, when);
            writer_cell(walk.folded, spreadsheet, output_buffer());
            outputf(",");
            writer_cell(target, spreadsheet, output_buffer());
            outputf(",%s,", when);
            writer_cell(who, spreadsheet, output_buffer());
        }
        outputf("\n");
        written++;
    }
    judgements_walk_end(&walk);
    contact_free(&contact);
    str_free(&last);
    enum result result = txn_result(txn, error);
    return result == RESULT_OK && written == 0 ? RESULT_NO : result;
}

static enum result export_run(const struct command_line *line, struct context *context,
                              struct error *error)
{
    const char *name = command_option(line, "format");
    const struct writer_format *format =
        writer_format(span_of(name ? name : line->json ? "json" : "csv"));
    bool suppressed = command_switch(line, "suppressed"),
         corrections = command_switch(line, "corrections");
    struct txn *txn;
    if (!format)
        return error_set(error, RESULT_USAGE,
                         _("there is no format %s; there are csv, vcard, json and plain"), name);
    if (suppressed + corrections + command_switch(line, "sendable") > 1)
        return error_set(error, RESULT_USAGE,
                         _("--sendable, --suppressed and --corrections: only one at a time"));
    if ((suppressed || corrections) && line->n)
        return error_set(error, RESULT_USAGE,
                         _("--suppressed and --corrections are about all addresses; leave out %s"),
                         line->words[0]);
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    result = check_age(line, context, txn, error);
    if (result == RESULT_OK)
        result = (suppressed    ? export_suppressed
                  : corrections ? export_corrections
                                : export_contacts)(line, context, txn, format, error);
    txn_end(txn);
    return result;
}

static const struct option export_options[] = {
    {"format", "csv|vcard|json|plain", N_("instead of CSV"), false},
    {"sendable", NULL, N_("only those who may be mailed"), false},
    {"suppressed", NULL, N_("all addresses that may not be mailed: address,state,reason,since"),
     false},
    {"corrections", NULL, N_("corrected addresses: old,new,when,who"), false},
    {"spreadsheet", NULL, N_("a ' before cells that a spreadsheet would run as formulas"), false},
    {"max-age", "TIME", N_("refuse (75) if the last good scan is older, such as 24h"), false},
    {0},
};

const struct command command_export = {
    .name = "export",
    .arguments = "[QUERY]",
    .summary = N_("contacts as CSV, vCard, JSON or addresses"),
    .help = N_("Writes to standard output. What was imported comes out as it came in; the columns "
               "id, state, reason and since are ours and an import passes over them unless told "
               "--with-state. Exit 1 if nobody matches."),
    .options = export_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = export_run,
};
