/* SPDX-License-Identifier: MIT */
#include "command/say.h"

#include "base/date.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "store/steps.h"

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

static void undone_words(const struct outcome *outcome, const struct step *undone)
{
    if (outcome->notes.n)
        complain("%s", str_text(&outcome->notes));
    outputf(_("step %u is taken back: "), undone->number);
    output_data(undone->command);
    if (outcome->refused)
        outputf(_("; %'llu left as they were"), (unsigned long long)outcome->refused);
    outputf(_("; step %u, `zwrotka undo %u` does it again\n"), outcome->step, outcome->step);
}

/* A sentence that the notes hold already is not said twice. */
static void drop_repeated(const struct outcome *outcome, struct error *error)
{
    struct span rest = span_of_str(&outcome->notes), note;
    while (error && span_line(&rest, &note))
        if (span_equal(note, span_of(error->text)))
            error->text[0] = '\0';
}

enum result say_undone(const struct command_line *line, struct context *context,
                       struct outcome *outcome, enum result result, struct error *error)
{
    struct txn *txn;
    struct step step, undone;
    if (line->json || line->quiet || outcome->step == 0 ||
        store_read(context->store, &txn, NULL) != RESULT_OK)
        return say_outcome(line, outcome, result, error);
    bool known = steps_get(txn, outcome->step, &step) && steps_get(txn, step.undoes, &undone);
    if (known)
        undone_words(outcome, &undone);
    txn_end(txn);
    if (!known)
        return say_outcome(line, outcome, result, error);
    outcome_free(outcome);
    return result;
}

enum result say_outcome(const struct command_line *line, struct outcome *outcome,
                        enum result result, struct error *error)
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
    if (result != RESULT_OK && (!line->quiet || line->json))
        drop_repeated(outcome, error);
    outcome_free(outcome);
    return result;
}

enum result say_nobody(const char *query, struct error *error)
{
    struct span rest = span_of(query), word;
    size_t addresses = 0;
    if (!*query)
        return error_set(error, RESULT_NO, _("the store is empty"));
    while (rest.at && span_next(&rest, ' ', &word)) {
        ptrdiff_t equals = span_find_char(word, '=');
        if (equals > 0 && query_is_key(span_cut(word, 0, (size_t)equals)))
            return error_set(error, RESULT_NO, _("nobody matches %s; did you mean %.*s:%.*s?"),
                             query, (int)equals, word.at,
                             SPAN_ARGS(span_cut(word, (size_t)equals + 1, word.n)));
        addresses += span_find_char(word, '@') > 0;
    }
    return addresses > 1
               ? error_set(error, RESULT_NO,
                           _("nobody matches all of %s; many addresses go to --stdin, where a "
                             "command has it"),
                           query)
               : error_set(error, RESULT_NO, _("nobody matches %s"), query);
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
