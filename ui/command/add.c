/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/fields.h"
#include "command/output.h"
#include "command/say.h"
#include "contact/address.h"

static enum result add_check(const struct command_line *line, struct error *error)
{
    struct contact_field fields[FIELDS_MAX];
    struct str folded = {0};
    size_t n;
    const char *address = command_option(line, "address");
    if (!address == !line->n)
        return error_set(error, RESULT_USAGE, _("add which address? One, as a word or by --address"));
    enum result result = address_fold(span_of(address ? address : line->words[0]), NULL, &folded,
                                      error);
    str_free(&folded);
    return result == RESULT_OK ? fields_read(line, fields, &n, error) : result;
}

static enum result add_run(const struct command_line *line, struct context *context,
                           struct error *error)
{
    struct contact_field fields[FIELDS_MAX];
    struct contact contact = {0};
    struct outcome outcome = {0};
    struct str tags = {0};
    size_t n;
    const char *address = command_option(line, "address");
    enum result result = fields_read(line, fields, &n, error);
    if (result != RESULT_OK)
        return result;
    contact.address = span_of(address ? address : line->words[0]);
    contact.name = fields_option(line, "name");
    contact.external_id = fields_option(line, "external-id");
    contact_tags_change(SPAN(""), fields_option(line, "tag"), &tags);
    contact.tags = span_of_str(&tags);
    for (size_t i = 0; i < n; i++)
        contact_set_field(&contact, fields[i].name, fields[i].value);
    result = action_add(context->store, &context->actor, &contact, command_switch(line, "force"),
                        &outcome, error);
    contact_free(&contact);
    str_free(&tags);
    return say_outcome(line, &outcome, result, error);
}

static const struct option add_options[] = {
    {"address", "ADDRESS", N_("the address, instead of the word"), false},
    {"name", "NAME", N_("the name"), false},
    {"external-id", "ID", N_("its number in another system"), false},
    {"field", "X=VALUE", N_("any other field: company, phone …"), true},
    {"tag", "A,B", N_("tags"), false},
    {"force", NULL, N_("although the address is known dead"), false},
    {0},
};

const struct command command_add = {
    .name = "add",
    .arguments = "ADDRESS",
    .summary = N_("a new contact"),
    .help = N_("An address that is known dead is refused (65) with its evidence."),
    .options = add_options,
    .most = 1,
    .need = STORE_MAKE,
    .check = add_check,
    .run = add_run,
};
