/* SPDX-License-Identifier: MIT */
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "command/evidence.h"
#include "command/json.h"
#include "command/output.h"
#include "command/say.h"
#include "contact/address.h"
#include "store/contacts.h"

/* What is known of an address. */
struct case_file {
    struct txn *txn;
    struct str folded, spelled, corrected_to;
    struct standing standing;
    struct judgement judgement;
    struct chain chain;
    size_t contacts; /* who have it */
    bool sendable;
};

/* An address, or the number of the contact whose address is meant. */
static enum result find_address(const char *text, struct case_file *file, struct error *error)
{
    struct contact contact = {0};
    uint64_t number;
    enum result result = RESULT_OK;
    if (!span_number(span_of(text), &number))
        return address_fold(span_of(text), &file->spelled, &file->folded, error);
    uint32_t id = action_find(file->txn, span_of(text));
    if (id == 0 || !contacts_get(file->txn, id, &contact)) {
        result = error_set(error, RESULT_MISSING, _("%s: there is no such contact"), text);
    } else {
        str_add(&file->folded, contact.folded);
        str_add(&file->spelled, contact.address);
    }
    contact_free(&contact);
    return result;
}

static void load(struct context *context, struct case_file *file)
{
    uint32_t ids[8];
    struct span folded = span_of_str(&file->folded);
    file->contacts = contacts_at(file->txn, folded, ids, sizeof ids / sizeof *ids);
    judgements_get(file->txn, folded, &file->judgement);
    file->standing = judgements_standing(file->txn, folded, context->actor.now);
    judgements_corrected_to(file->txn, folded, &file->corrected_to);
    chain_load(file->txn, folded, &file->chain);
    file->sendable = state_sendable(file->standing.state, context->config->skip_suspects);
}

static void print_json(const struct case_file *file)
{
    struct str *out = output_buffer();
    struct json json = json_open(out);
    json_text(&json, "address", span_of_str(&file->spelled));
    json_text(&json, "state", span_of(state_name(file->standing.state)));
    json_or_null(&json, "reason",
                 span_of(file->standing.reason != REASON_none ? reason_name(file->standing.reason)
                                                              : ""));
    json_time(&json, "since", file->standing.since);
    json_truth(&json, "sendable", file->sendable);
    json_number(&json, "contacts", file->contacts);
    json_some(&json, "corrected_to", span_of_str(&file->corrected_to));
    json_name(&json, SPAN("chain"));
    str_add_char(out, '[');
    for (size_t i = 0; i < file->chain.n; i++) {
        if (i)
            str_add_char(out, ',');
        chain_json(file->txn, &file->chain.links[i], out);
    }
    str_add_char(out, ']');
    json_close(&json);
    outputf("\n");
}

static void print_words(const struct case_file *file)
{
    struct str *out = output_buffer();
    char when[24];
    utf8_visible(span_of_str(&file->spelled), out);
    str_add_text(out, ": ");
    say_standing(&file->standing, out);
    str_add_char(out, '\n');
    if (file->contacts == 0)
        str_add_text(out, _("It is no contact's address.\n"));
    if (file->chain.n == 0)
        str_add_text(out, _("No bounce and no decision is known of it.\n"));
    for (size_t i = 0; i < file->chain.n; i++)
        chain_words(file->txn, &file->chain.links[i], "  ", out);
    if (file->corrected_to.n) {
        date_long(file->judgement.corrected, date_now(), when);
        str_addf(out, _("Its contact was corrected on %s to "), when);
        utf8_visible(span_of_str(&file->corrected_to), out);
        str_add_text(out, ".\n");
    }
    if (file->standing.expires) {
        date_long(file->standing.expires, date_now(), when);
        str_addf(out, _("Without another bounce it is active again on %s.\n"), when);
    }
    str_add_text(out,
                 file->sendable
                     ? _("A send would go out to it.\n")
                     : _("A send would skip it: `check` says no, `export --suppressed` lists "
                         "it.\n"));
    output_more();
}

static enum result why_run(const struct command_line *line, struct context *context,
                           struct error *error)
{
    struct case_file file = {0};
    enum result result = store_read(context->store, &file.txn, error);
    if (result != RESULT_OK)
        return result;
    result = find_address(line->words[0], &file, error);
    if (result == RESULT_OK) {
        load(context, &file);
        if (line->json)
            print_json(&file);
        else
            print_words(&file);
        result = txn_result(file.txn, error);
    }
    chain_free(&file.chain);
    judgement_free(&file.judgement);
    txn_end(file.txn);
    str_free(&file.folded);
    str_free(&file.spelled);
    str_free(&file.corrected_to);
    return result;
}

const struct command command_why = {
    .name = "why",
    .arguments = "ADDRESS",
    .summary = N_("why an address is in its state"),
    .help = N_("The chain from message to rule to state, decisions among them, and what a send "
               "would meet. Any address may be asked about, a contact's or not."),
    .least = 1,
    .most = 1,
    .need = STORE_OPEN,
    .run = why_run,
};
