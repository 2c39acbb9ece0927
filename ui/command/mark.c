/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/bulk.h"
#include "command/output.h"
#include "command/say.h"

static enum result ask(const struct command_line *line, enum state state, size_t n,
                       struct error *error)
{
    struct str question = {0};
    if (command_switch(line, "yes"))
        return RESULT_OK;
    str_addf(&question, ngettext("Mark %zu address %s?", "Mark %zu addresses %s?", n), n,
             state_words(state));
    enum result result = ask_yes(str_text(&question), error);
    str_free(&question);
    return result;
}

static enum result mark_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct outcome outcome = {0};
    struct bulk bulk;
    enum state state;
    if (!state_from_name(span_of(line->words[0]), &state) ||
        (state != STATE_INVALID && state != STATE_ACTIVE && state != STATE_BLOCKED))
        return error_set(error, RESULT_USAGE, _("mark as what? \"%s\" is none of invalid, active "
                                                "and blocked"), line->words[0]);
    enum result result = bulk_open(line, 1, context, &bulk, error);
    if (result == RESULT_OK)
        result = ask(line, state, bulk.n, error);
    if (result == RESULT_OK) {
        struct target target = bulk.target;
        bulk.target.query = NULL; /* taken */
        result = action_mark(context->store, &context->actor, state, &target, &outcome, error);
    }
    bulk_free(&bulk);
    return say_outcome(line, &outcome, result, error);
}

static const struct option mark_options[] = {
    {"stdin", NULL, N_("addresses from standard input, one a line, instead of a query"), false},
    {"all", NULL, N_("everybody"), false},
    {"yes", NULL, N_("do not ask"), false},
    {0},
};

const struct command command_mark = {
    .name = "mark",
    .arguments = "invalid|active|blocked QUERY",
    .summary = N_("sets the state by hand, of many at once"),
    .help = N_("active clears all that came before it; invalid and blocked keep mail away; bounces "
               "do not change blocked. One step for all who match. Exit 1 if nobody does."),
    .options = mark_options,
    .least = 1,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = mark_run,
};
