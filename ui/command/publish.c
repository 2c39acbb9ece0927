/* SPDX-License-Identifier: MIT */
#include "send/publish.h"

#include "base/text.h"
#include "command/command.h"
#include "command/json.h"
#include "command/output.h"

static void print_json(const struct context *context, const struct publish_sums *sums,
                       enum result result)
{
    struct json json = json_open(output_buffer());
    json_text(&json, "event", SPAN("end"));
    json_text(&json, "map", span_of(context->config->map));
    json_number(&json, "added", sums->added);
    json_number(&json, "removed", sums->removed);
    json_number(&json, "changed", sums->changed);
    json_number(&json, "unchanged", sums->unchanged);
    json_number(&json, "code", (uint64_t)result);
    json_close(&json);
    outputf("\n");
}

static void print_words(const struct publish_sums *sums, bool check)
{
    const char *form = check
                           ? _("%llu missing, %llu too many, %llu with another text, %llu as they "
                               "should be\n")
                           : _("%llu added, %llu removed, %llu changed, %llu unchanged\n");
    outputf(form, (unsigned long long)sums->added, (unsigned long long)sums->removed,
            (unsigned long long)sums->changed, (unsigned long long)sums->unchanged);
}

static enum result publish_run(const struct command_line *line, struct context *context,
                               struct error *error)
{
    struct publish_sums sums = {0};
    bool check = command_switch(line, "check");
    enum result result = check ? publish_check(context->store, context->config, &sums, error)
                               : publish_all(context->store, context->config,
                                             command_switch(line, "yes"), &sums, error);
    if (result != RESULT_OK && result != RESULT_NO)
        return result;
    if (line->json)
        print_json(context, &sums, result);
    else if (!line->quiet)
        print_words(&sums, check);
    return result;
}

static const struct option publish_options[] = {
    {"check", NULL, N_("compare only; exit 1 if they differ"), false},
    {"yes", NULL, N_("even if the map loses more than 5 %"), false},
    {0},
};

const struct command command_publish = {
    .name = "publish",
    .arguments = "",
    .summary = N_("brings the mail server's suppression map to what the store says"),
    .help =
        N_("The map that [postfix] names, for Postfix to ask (README shows how); a running one "
           "sees each change at once. Once made, it follows every scan, edit, mark and undo by "
           "itself; this compares all of it and mends it in place. Where the map would lose more "
           "than 5 %, nothing is changed (75), unless --yes is given."),
    .options = publish_options,
    .need = STORE_OPEN,
    .run = publish_run,
};
