/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/bulk.h"
#include "command/say.h"

static enum result tag_run(const struct command_line *line, struct context *context,
                           struct error *error)
{
    const char *change = command_option(line, "tag");
    struct outcome outcome = {0};
    struct bulk bulk;
    if (!change)
        return error_set(error, RESULT_USAGE, _("which tags? --tag=+new,-old"));
    enum result result = bulk_open(line, 0, context, &bulk, error);
    if (result == RESULT_OK) {
        struct target target = bulk.target;
        bulk.target.query = NULL; /* taken */
        result = action_tag(context->store, &context->actor, span_of(change), &target, &outcome,
                            error);
    }
    bulk_free(&bulk);
    return say_outcome(line, &outcome, result, error);
}

static const struct option tag_options[] = {
    {"tag", "+A,-B", N_("tags to add and to take away"), false},
    {"stdin", NULL, N_("addresses from standard input, one a line, instead of a query"), false},
    {"all", NULL, N_("everybody"), false},
    {0},
};

const struct command command_tag = {
    .name = "tag",
    .arguments = "QUERY --tag=+A,-B",
    .summary = N_("tags many contacts"),
    .help = N_("One step for all who match. Exit 1 if nobody does."),
    .options = tag_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = tag_run,
};
