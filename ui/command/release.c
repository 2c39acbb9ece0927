/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/output.h"
#include "command/say.h"

static enum result release_run(const struct command_line *line, struct context *context,
                               struct error *error)
{
    struct outcome outcome = {0};
    enum result result = action_release(context->store, &context->actor, span_of(line->words[0]),
                                        &outcome, error);
    return say_outcome(line, &outcome, result, error);
}

const struct command command_release = {
    .name = "release",
    .arguments = "ADDRESS",
    .summary = N_("forgets that an address was corrected"),
    .help = N_("From then on an import that brings the address makes a contact of its own."),
    .least = 1,
    .most = 1,
    .need = STORE_OPEN,
    .run = release_run,
};
