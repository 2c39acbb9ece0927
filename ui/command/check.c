/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"
#include "command/say.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/judgements.h"

struct check {
    const struct command_line *line;
    struct context *context;
    struct txn *txn;
    struct str folded, why, corrected;
    enum result worst;
};

static void print(const struct check *check, struct span address, bool sendable)
{
    output_cell(sendable ? SPAN("yes") : SPAN("no"), false);
    output_cell(address, false);
    output_cell(span_of_str(&check->why), true);
}

static void print_json(struct span address, bool sendable, const struct standing *standing,
                       bool known, struct span corrected)
{
    struct json json = json_open(output_buffer());
    bool reason = standing->reason != REASON_none;
    json_text(&json, "address", address);
    json_truth(&json, "sendable", sendable);
    json_text(&json, "state", span_of(state_name(standing->state)));
    json_or_null(&json, "reason", span_of(reason ? reason_name(standing->reason) : ""));
    json_truth(&json, "known", known);
    json_some(&json, "corrected_to", corrected);
    json_close(&json);
    outputf("\n");
}

static void check_malformed(struct check *check, struct span address, const struct error *error)
{
    check->worst = result_worse(check->worst, RESULT_DATA);
    if (check->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "address", address);
        json_truth(&json, "sendable", false);
        json_text(&json, "error", span_of(error->text));
        json_close(&json);
        outputf("\n");
    } else {
        str_add_text(&check->why, error->text);
        print(check, address, false);
    }
}

static void check_one(struct check *check, struct span address)
{
    struct error error = {""};
    struct judgement judgement = {0};
    uint32_t id;
    str_clear(&check->why);
    str_clear(&check->corrected);
    if (address_fold(address, NULL, &check->folded, &error) != RESULT_OK) {
        check_malformed(check, address, &error);
        return;
    }
    struct span folded = span_of_str(&check->folded);
    bool contact = contacts_at(check->txn, folded, &id, 1) > 0;
    bool judged = judgements_get(check->txn, folded, &judgement);
    struct standing standing =
        judgements_standing(check->txn, folded, check->context->actor.now);
    judgement_free(&judgement);
    judgements_corrected_to(check->txn, folded, &check->corrected);
    bool sendable = state_sendable(standing.state, check->context->config->skip_suspects);
    if (!sendable)
        check->worst = result_worse(check->worst, RESULT_NO);
    if (check->line->json) {
        print_json(address, sendable, &standing, contact || judged,
                   span_of_str(&check->corrected));
        return;
    }
    if (!contact && !judged)
        str_add_text(&check->why, _("not in the store"));
    else
        say_standing(&standing, &check->why);
    if (check->corrected.n)
        str_addf(&check->why, _("; corrected to %s"), str_text(&check->corrected));
    print(check, address, sendable);
}

static enum result check_stdin(struct check *check, struct error *error)
{
    struct file file;
    enum result result = file_open("-", &file, error);
    if (result != RESULT_OK)
        return result;
    struct span rest = file.bytes, line;
    while (span_line(&rest, &line))
        if (span_trim(line).n)
            check_one(check, span_trim(line));
    file_close(&file);
    return RESULT_OK;
}

static enum result check_run(const struct command_line *line, struct context *context,
                             struct error *error)
{
    struct check check = {.line = line, .context = context};
    bool from_stdin = command_switch(line, "stdin");
    if (!from_stdin && line->n == 0)
        return error_set(error, RESULT_USAGE, _("check which address? name it, or say --stdin"));
    enum result result = store_read(context->store, &check.txn, error);
    if (result != RESULT_OK)
        return result;
    for (size_t i = 0; i < line->n; i++)
        if (strcmp(line->words[i], "-") == 0)
            from_stdin = true;
        else
            check_one(&check, span_of(line->words[i]));
    if (from_stdin)
        result = check_stdin(&check, error);
    if (result == RESULT_OK)
        result = txn_result(check.txn, error);
    txn_end(check.txn);
    str_free(&check.folded);
    str_free(&check.why);
    str_free(&check.corrected);
    return result_worse(result, check.worst);
}

static const struct option check_options[] = {
    {"stdin", NULL, N_("addresses from standard input, one a line"), false},
    {0},
};

const struct command command_check = {
    .name = "check",
    .arguments = "ADDRESS…",
    .summary = N_("may it be mailed?"),
    .help =
        N_("A line each: yes or no, the address, why, with tabs between. An address that is not "
           "in the store may be mailed. Exit 1 if any may not, 65 if any is malformed."),
    .options = check_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = check_run,
};
