/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/text.h"
#include "command/fields.h"
#include "command/json.h"
#include "command/output.h"
#include "command/pick.h"
#include "command/say.h"
#include "contact/address.h"

/* "old<TAB>new", or a sentence on who is left out. */
static void put_preview(const struct command_line *line, struct span note)
{
    struct span to = note, from;
    span_next(&to, '\t', &from);
    if (!line->json) {
        output_cell(from, !to.at);
        if (to.at)
            output_cell(to, true);
        return;
    }
    struct json json = json_open(output_buffer());
    json_text(&json, "event", to.at ? SPAN("change") : SPAN("note"));
    json_text(&json, to.at ? "old" : "text", from);
    if (to.at)
        json_text(&json, "new", to);
    json_close(&json);
    outputf("\n");
}

/* For --domain: each its own. */
static const char suggested[] = "suggested";

static enum result check_domain(const char *domain, struct error *error)
{
    struct str address = {0}, folded = {0};
    str_addf(&address, "x@%s", domain);
    enum result result = address_fold(span_of_str(&address), NULL, &folded, NULL);
    if (result != RESULT_OK || strchr(domain, '@'))
        result = error_set(error, RESULT_DATA, _("--domain=%s is no domain"), domain);
    str_free(&address);
    str_free(&folded);
    return result;
}

static enum result edit_domain(const struct command_line *line, struct context *context,
                               struct error *error)
{
    const char *query = command_option(line, "query"), *domain = command_option(line, "domain");
    struct outcome outcome = {0};
    struct query *parsed;
    bool preview = command_switch(line, "dry-run");
    if (!query || !domain || line->n)
        return error_set(error, RESULT_USAGE,
                         _("many at once: zwrotka edit --query QUERY --domain NEW"));
    bool own = strcmp(domain, suggested) == 0;
    enum result result = own ? RESULT_OK : check_domain(domain, error);
    if (result == RESULT_OK)
        result = query_parse(span_of(query), context->actor.now, &parsed, error);
    if (result != RESULT_OK)
        return result;
    result = action_edit_domain(context->store, &context->actor, parsed,
                                own ? SPAN_NONE : span_of(domain), preview, &outcome, error);
    if (!preview || result != RESULT_OK)
        return say_outcome(line, &outcome, result, error);
    struct span rest = span_of_str(&outcome.notes), note;
    while (span_line(&rest, &note))
        put_preview(line, note);
    result = outcome.refused ? RESULT_DATA : RESULT_OK;
    outcome_free(&outcome);
    return result;
}

static enum result edit_one(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct contact_field fields[FIELDS_MAX];
    struct contact_edit edit = {.fields = fields};
    struct outcome outcome = {0};
    struct txn *txn;
    uint32_t id;
    enum result result = fields_read(line, fields, &edit.n, error);
    if (result != RESULT_OK)
        return result;
    edit.address = fields_option(line, "address");
    edit.name = fields_option(line, "name");
    edit.external_id = fields_option(line, "external-id");
    edit.tags = fields_option(line, "tag");
    if (!edit.address.at && !edit.name.at && !edit.external_id.at && !edit.tags.at && edit.n == 0)
        return error_set(error, RESULT_USAGE,
                         _("edit what? --address, --name, --external-id, --field or --tag"));
    result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    result = pick_find(txn, line->words[0], &id, error);
    txn_end(txn);
    if (result != RESULT_OK)
        return result;
    result = action_edit(context->store, &context->actor, id, &edit, 0,
                         command_switch(line, "force"), &outcome, error);
    return say_outcome(line, &outcome, result, error);
}

static enum result edit_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    if (command_option(line, "query") || command_option(line, "domain"))
        return edit_domain(line, context, error);
    if (command_switch(line, "dry-run"))
        return error_set(error, RESULT_USAGE, _("--dry-run goes with --query and --domain"));
    if (line->n == 0)
        return error_set(error, RESULT_USAGE, _("edit whom? an address, a number, or --query"));
    return edit_one(line, context, error);
}

static const struct option edit_options[] = {
    {"address", "ADDRESS", N_("corrects the address; it stays corrected"), false},
    {"name", "NAME", N_("the name; empty takes it away"), false},
    {"external-id", "ID", N_("its number in another system"), false},
    {"field", "X=VALUE", N_("any other field; an empty value takes it away"), true},
    {"tag", "+A,-B", N_("tags to add and to take away; without signs, the new list"), false},
    {"force", NULL, N_("although the new address is known dead"), false},
    {"query", "QUERY", N_("with --domain: whose domain is corrected"), false},
    {"domain", "NEW", N_("the right domain for all of them; suggested: for each the one that it looks meant for"), false},
    {"dry-run", NULL, N_("with --domain: show each old and new address and change nothing"), false},
    {0},
};

const struct command command_edit = {
    .name = "edit",
    .arguments = "ADDRESS|ID",
    .summary = N_("changes a contact, corrects an address or a domain"),
    .help =
        N_("A new address is a correction: the contact follows, the old address keeps its state "
           "and points to the new one, and a later import that brings the old one back finds "
           "the corrected contact. An address that is known dead or another contact's is "
           "refused (65)."),
    .options = edit_options,
    .most = 1,
    .need = STORE_OPEN,
    .run = edit_run,
};
