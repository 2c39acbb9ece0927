/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/json.h"
#include "command/options.h"
#include "command/output.h"
#include "command/pick.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/judgements.h"
#include "store/steps.h"

#define OF_ONE_MAX 4096

static void print_step(const struct command_line *line, const struct step *step)
{
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_number(&json, "step", step->number);
        json_time(&json, "time", step->time);
        json_text(&json, "who", step->who);
        json_text(&json, "kind", span_of(step_kind_name(step->kind)));
        json_number(&json, "contacts", step->contacts);
        json_text(&json, "command", step->command);
        if (step->undoes)
            json_number(&json, "undoes", step->undoes);
        if (step->undone_by)
            json_number(&json, "undone_by", step->undone_by);
        json_close(&json);
        outputf("\n");
        return;
    }
    struct str note = {0};
    if (step->undone_by)
        str_addf(&note, _("undone by %u"), step->undone_by);
    if (step->undoes)
        str_addf(&note, _("undoes %u"), step->undoes);
    outputf("%u\t", step->number);
    output_time(step->time, false);
    output_cell(step->who, false);
    output_cell(span_of(step_kind_name(step->kind)), false);
    outputf("%u\t", step->contacts);
    output_cell(step->command, false);
    output_cell(span_of_str(&note), true);
    str_free(&note);
}

static void want(bool *wanted, uint32_t last, const uint32_t *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (steps[i] <= last)
            wanted[steps[i]] = true;
}

/* Of an address that is nobody's any more: whose it is now. */
static bool corrected_to(struct txn *txn, const char *query, struct str *target)
{
    struct str folded = {0};
    bool found = address_fold(span_of(query), NULL, &folded, NULL) == RESULT_OK &&
                 judgements_corrected_to(txn, span_of_str(&folded), target);
    str_free(&folded);
    return found;
}

/* Marks in `wanted` the steps that touched anybody who matches, or an address of theirs: marks and
 * scans are about addresses. */
static enum result find_steps(const char *query, struct context *context, struct txn *txn,
                              bool *wanted, uint32_t last, struct error *error)
{
    struct contact contact = {0};
    struct str target = {0};
    uint32_t *ids = NULL, *steps;
    size_t n = 0;
    enum result result = pick_hits(context, txn, query, &ids, &n, error);
    if (result == RESULT_OK && !n && corrected_to(txn, query, &target)) {
        free(ids);
        ids = NULL;
        result = pick_hits(context, txn, str_text(&target), &ids, &n, error);
    }
    str_free(&target);
    if (result == RESULT_OK && !n)
        complain(_("nobody matches %s"), query);
    steps = alloc(OF_ONE_MAX * sizeof *steps);
    for (size_t i = 0; result == RESULT_OK && i < n; i++) {
        want(wanted, last, steps, entries_of_contact(txn, ids[i], steps, OF_ONE_MAX));
        if (contacts_get(txn, ids[i], &contact))
            want(wanted, last, steps, entries_of_address(txn, contact.folded, steps, OF_ONE_MAX));
    }
    contact_free(&contact);
    free(steps);
    free(ids);
    return result;
}

static enum result log_run(const struct command_line *line, struct context *context,
                           struct error *error)
{
    struct txn *txn;
    char *query = options_query(line, 0);
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        goto free_query;
    uint32_t last = steps_last(txn);
    bool *wanted = alloc_zero((size_t)last + 1, sizeof *wanted);
    if (*query)
        result = find_steps(query, context, txn, wanted, last, error);
    struct step step;
    for (uint32_t i = last; result == RESULT_OK && i > 0; i--)
        if ((!*query || wanted[i]) && steps_get(txn, i, &step))
            print_step(line, &step);
    if (result == RESULT_OK)
        result = txn_result(txn, error);
    free(wanted);
    txn_end(txn);
free_query:
    free(query);
    return result;
}

const struct command command_log = {
    .name = "log",
    .arguments = "[QUERY]",
    .summary = N_("who changed what, when"),
    .help = N_("The newest step first: number, time (UTC), who, kind, how many, the command line, "
               "whether it was undone, with tabs between. With a query, the steps that touched "
               "those who match now; the old address of a corrected contact finds it, too."),
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = log_run,
};
