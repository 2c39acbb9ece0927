/* SPDX-License-Identifier: MIT */
#include "store/verify.h"

#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"

static void on_complaint(void *arg, const char *text)
{
    const struct command_line *line = arg;
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("complaint"));
        json_text(&json, "text", span_of(text));
        json_close(&json);
        outputf("\n");
        return;
    }
    output_cell(span_of(text), true);
}

static enum result verify_run(const struct command_line *line, struct context *context,
                              struct error *error)
{
    struct verify_sums sums = {0};
    enum result result = store_verify(context->store, command_switch(line, "replay"),
                                      context->actor.now, on_complaint, (void *)(uintptr_t)line,
                                      &sums, error);
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("end"));
        json_number(&json, "contacts", sums.contacts);
        json_number(&json, "addresses", sums.addresses);
        json_number(&json, "evidence", sums.evidence);
        json_number(&json, "steps", sums.steps);
        json_number(&json, "complaints", sums.complaints);
        json_close(&json);
        outputf("\n");
    } else if (!line->quiet) {
        outputf(_("%'llu contacts, %'llu addresses, %'llu bounces, %'llu steps: "),
                (unsigned long long)sums.contacts, (unsigned long long)sums.addresses,
                (unsigned long long)sums.evidence, (unsigned long long)sums.steps);
        if (sums.complaints)
            outputf(_("%'llu faults\n"), (unsigned long long)sums.complaints);
        else
            outputf(_("all is well\n"));
    }
    return result;
}

static const struct option verify_options[] = {
    {"replay", NULL, N_("compute every state again from bounces and decisions and compare"), false},
    {0},
};

const struct command command_verify = {
    .name = "verify",
    .arguments = "",
    .summary = N_("checks the whole store"),
    .help = N_("Every index and count is computed again and compared; a line each fault, exit 65."),
    .options = verify_options,
    .need = STORE_OPEN,
    .run = verify_run,
};
