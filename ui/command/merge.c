/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/output.h"
#include "command/pick.h"
#include "command/say.h"

static enum result merge_run(const struct command_line *line, struct context *context,
                             struct error *error)
{
    struct outcome outcome = {0};
    uint32_t into, from;
    struct txn *txn;
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    result = pick_find(txn, line->words[0], &into, error);
    if (result == RESULT_OK)
        result = pick_find(txn, line->words[1], &from, error);
    txn_end(txn);
    if (result == RESULT_OK && into == from)
        result = error_set(error, RESULT_USAGE, _("%s and %s are the same contact"),
                           line->words[0], line->words[1]);
    if (result == RESULT_OK)
        result = action_merge(context->store, &context->actor, into, from, &outcome, error);
    return say_outcome(line, &outcome, result, error);
}

const struct command command_merge = {
    .name = "merge",
    .arguments = "ADDRESS|ID ADDRESS|ID",
    .summary = N_("joins two contacts into the first"),
    .help = N_("The first keeps what it has and takes what it lacks from the second; tags are "
               "united; the second's address is corrected to the first's."),
    .least = 2,
    .most = 2,
    .need = STORE_OPEN,
    .run = merge_run,
};
