/* SPDX-License-Identifier: MIT */
#include "command/say.h"

#include "base/date.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"

static void outcome_json(const struct outcome *outcome)
{
    struct span rest = span_of_str(&outcome->notes), note;
    while (span_line(&rest, &note)) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("note"));
        json_text(&json, "text", note);
        json_close(&json);
        outputf("\n");
    }
    struct json json = json_open(output_buffer());
    json_text(&json, "event", SPAN("end"));
    json_number(&json, "step", outcome->step);
    if (outcome->id)
        json_number(&json, "id", outcome->id);
    json_number(&json, "changed", outcome->changed);
    json_number(&json, "unchanged", outcome->unchanged);
    json_number(&json, "refused", outcome->refused);
    json_close(&json);
    outputf("\n");
}

static void outcome_words(const struct outcome *outcome)
{
    if (outcome->notes.n)
        complain("%s", str_text(&outcome->notes));
    if (outcome->step == 0) {
        outputf("%s\n", _("nothing was changed"));
        return;
    }
    outputf(_("%'llu changed"), (unsigned long long)outcome->changed);
    if (outcome->unchanged)
        outputf(_(", %'llu already so"), (unsigned long long)outcome->unchanged);
    if (outcome->refused)
        outputf(_(", %'llu left as they were"), (unsigned long long)outcome->refused);
    outputf(_("; step %u, `zwrotka undo %u` takes it back\n"), outcome->step, outcome->step);
}

enum result say_outcome(const struct command_line *line, struct outcome *outcome,
                        enum result result)
{
    bool done = result == RESULT_OK || outcome->step || outcome->notes.n;
    if (done && line->json)
        outcome_json(outcome);
    else if (done && !line->quiet)
        outcome_words(outcome);
    else if (outcome->refused)
        complain("%s", str_text(&outcome->notes));
    if (result == RESULT_OK && outcome->refused)
        result = RESULT_DATA;
    outcome_free(outcome);
    return result;
}

void say_standing(const struct standing *standing, struct str *out)
{
    str_add_text(out, state_words(standing->state));
    if (standing->since) {
        char since[24];
        date_long(standing->since, date_now(), since);
        str_addf(out, _(" since %s"), since);
    }
    if (standing->reason != REASON_none)
        str_addf(out, ": %s", reason_words(standing->reason));
}
