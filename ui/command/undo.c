/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/output.h"
#include "command/say.h"

static enum result undo_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct outcome outcome = {0};
    uint64_t step = 0;
    if (line->n && (!span_number(span_of(line->words[0]), &step) || step == 0 || step > UINT32_MAX))
        return error_set(error, RESULT_USAGE,
                         _("%s is no number of a step; `zwrotka log` has them"), line->words[0]);
    enum result result =
        action_undo(context->store, &context->actor, (uint32_t)step, &outcome, error);
    return say_undone(line, context, &outcome, result, error);
}

const struct command command_undo = {
    .name = "undo",
    .arguments = "[STEP]",
    .summary = N_("takes back a step"),
    .help = N_("Without STEP your own latest, by number anyone's. Contacts changed since are left "
               "and named (75). An undo is a step too. Exit 1 if there is nothing to undo."),
    .most = 1,
    .need = STORE_OPEN,
    .run = undo_run,
};
