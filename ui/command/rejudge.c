/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/say.h"
#include "scan/rejudge.h"

struct view {
    bool json;
    uint64_t states; /* addresses whose state changes */
};

static void put_change(void *arg, const char *address, const struct evidence *was,
                       const struct evidence *now, enum state before, enum state after)
{
    struct view *view = arg;
    view->states += before != after;
    if (view->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("change"));
        json_text(&json, "address", span_of(address));
        json_time(&json, "time", now->time);
        if (was) {
            json_text(&json, "was", span_of(verdict_name(was->verdict)));
            json_text(&json, "was_reason", span_of(reason_name(was->reason)));
        }
        json_text(&json, "verdict", span_of(verdict_name(now->verdict)));
        json_text(&json, "reason", span_of(reason_name(now->reason)));
        json_some(&json, "rule", now->rule);
        json_text(&json, "state_before", span_of(state_name(before)));
        json_text(&json, "state", span_of(state_name(after)));
        json_close(&json);
        outputf("\n");
        return;
    }
    output_data(span_of(address));
    outputf("\t%s %s → %s %s\t%s → %s\n", was ? verdict_name(was->verdict) : "none",
            was ? reason_name(was->reason) : "", verdict_name(now->verdict),
            reason_name(now->reason), state_name(before), state_name(after));
}

static void say_preview(const struct outcome *outcome, uint64_t states)
{
    outputf(ngettext("%llu bounce reads otherwise today", "%llu bounces read otherwise today",
                     outcome->changed),
            (unsigned long long)outcome->changed);
    outputf(ngettext(", %llu state changes", ", %llu states change", states),
            (unsigned long long)states);
    outputf("%s\n", outcome->changed ? _("; --apply makes it so") : "");
}

static void show_progress(void *arg, uint64_t done, uint64_t total)
{
    (void)arg;
    progress_show("rejudge", done, total);
}

static enum result rejudge_run(const struct command_line *line, struct context *context,
                               struct error *error)
{
    struct view view = {.json = line->json};
    struct outcome outcome = {0};
    struct rejudge_events events = {.change = put_change, .progress = show_progress, .arg = &view};
    bool apply = command_switch(line, "apply");
    enum result result = rejudge(context->store, context->config, &context->actor, apply,
                                 command_option(line, "wording"), NULL, &events, &outcome, error);
    progress_clear();
    if (result == RESULT_OK && !apply && !line->json && !line->quiet)
        say_preview(&outcome, view.states);
    if (apply || line->json)
        return say_outcome(line, &outcome, result, error);
    outcome_free(&outcome);
    return result;
}

static const struct option rejudge_options[] = {
    {"apply", NULL, N_("change what differs, as one step"), false},
    {"wording", "TEXT", N_("only bounces that this wording of your own rules decides"), false},
    {0},
};

const struct command command_rejudge = {
    .name = "rejudge",
    .arguments = "",
    .summary = N_("decodes the kept originals again with today's rules"),
    .help = N_("Shows which bounces read otherwise than when they came, and who would change."),
    .options = rejudge_options,
    .most = 0,
    .need = STORE_OPEN,
    .run = rejudge_run,
};
