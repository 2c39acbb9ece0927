/* SPDX-License-Identifier: MIT */
#include "store/erase.h"

#include "base/text.h"
#include "command/command.h"
#include "command/json.h"
#include "command/output.h"

static enum result ask(const struct command_line *line, struct context *context, struct error *error)
{
    struct erasing_sums sums = {0};
    struct txn *txn;
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    result = action_erase_look(txn, span_of(line->words[0]), &sums, error);
    txn_end(txn);
    if (result == RESULT_MISSING && erasing_pending(context->store))
        return RESULT_OK; /* what an erase before left is overwritten */
    if (result != RESULT_OK || command_switch(line, "yes"))
        return result;
    struct str question = {0};
    str_addf(&question,
             _("Erase %s for good, with history (contacts: %llu, addresses: %llu, bounces: %llu, originals: "
               "%llu)? This cannot be undone."),
             line->words[0], (unsigned long long)sums.contacts, (unsigned long long)sums.addresses,
             (unsigned long long)sums.evidence, (unsigned long long)sums.originals);
    result = ask_yes(str_text(&question), error);
    str_free(&question);
    return result;
}

static void print_json(const struct outcome *outcome, const struct erasing_sums *sums)
{
    struct json json = json_open(output_buffer());
    json_text(&json, "event", SPAN("end"));
    json_number(&json, "step", outcome->step);
    json_number(&json, "contacts", sums->contacts);
    json_number(&json, "addresses", sums->addresses);
    json_number(&json, "bounces", sums->evidence);
    json_number(&json, "originals", sums->originals);
    json_number(&json, "history", sums->entries);
    json_close(&json);
    outputf("\n");
}

static enum result erase_run(const struct command_line *line, struct context *context, struct error *error)
{
    struct erasing_sums sums = {0};
    struct outcome outcome = {0};
    enum result result = ask(line, context, error);
    if (result == RESULT_OK)
        result = action_erase(context->store, &context->actor, span_of(line->words[0]), &sums, &outcome, error);
    if (outcome.step && line->json)
        print_json(&outcome, &sums);
    else if (outcome.step && !line->quiet)
        outputf(_("erased (contacts: %'llu, addresses: %'llu, bounces: %'llu, originals: %'llu, pieces of "
                  "history: %'llu); an import does not bring them back, and nothing undoes it\n"),
                (unsigned long long)sums.contacts, (unsigned long long)sums.addresses,
                (unsigned long long)sums.evidence, (unsigned long long)sums.originals,
                (unsigned long long)sums.entries);
    else if (result == RESULT_OK && !line->quiet && !line->json)
        outputf("%s\n", _("what an erase before had left is overwritten"));
    outcome_free(&outcome);
    return result;
}

static const struct option erase_options[] = {
    {"yes", NULL, N_("do not ask"), false},
    {0},
};

const struct command command_erase = {
    .name = "erase",
    .arguments = "ADDRESS",
    .summary = N_("removes a person wholly; cannot be undone"),
    .help = N_("The contacts at the address, all that bounces said of it, originals that speak of nobody "
               "else, its place in the history and in the file, where it is overwritten. A keyed hash "
               "stays, so that an import rejects the address; add --force takes it back. Backups made "
               "before hold the person still; restore erases anew. An original that is about others, "
               "too, stays."),
    .options = erase_options,
    .least = 1,
    .most = 1,
    .need = STORE_OPEN,
    .run = erase_run,
};
