/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/say.h"
#include "scan/wavegroup.h"
#include "store/evidence.h"

static void print_item(const struct command_line *line, const struct review_item *item,
                       const struct wavegroup *wave)
{
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_number(&json, "number", item->number);
        json_text(&json, "hold", span_of(hold_name(item->hold)));
        json_or_null(&json, "address", item->folded);
        json_time(&json, "time", item->time);
        json_number(&json, "scan", item->scan);
        json_text(&json, "text", item->text);
        json_some(&json, "wave", span_of(wave ? wave->words : ""));
        json_close(&json);
        outputf("\n");
        return;
    }
    outputf("%u\t", item->number);
    output_cell(span_of(hold_name(item->hold)), false);
    output_cell(item->folded, false);
    output_time(item->time, false);
    if (wave) {
        output_data(span_of(wave->words));
        outputf(" ");
    }
    output_cell(item->text, true);
}

static enum result list_items(const struct command_line *line, struct context *context,
                              struct error *error)
{
    struct review_item item = {0};
    struct txn *txn;
    struct wavegroups waves;
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    wavegroups_load(txn, context->config, &waves);
    for (uint32_t from = 0; review_from(txn, from, &item); from = item.number + 1)
        print_item(line, &item,
                   item.hold == HOLD_WAVE ? wavegroups_of(&waves, item.number) : NULL);
    wavegroups_free(&waves);
    result = txn_result(txn, error);
    txn_end(txn);
    return result;
}

/* The numbers of the words, or of all items with --all; the caller frees. */
static enum result read_numbers(const struct command_line *line, struct context *context,
                                uint32_t **numbers, size_t *n, struct error *error)
{
    size_t room = 0;
    struct review_item item = {0};
    struct txn *txn;
    for (size_t i = 0; i < line->n; i++) {
        uint64_t number;
        if (!span_number(span_of(line->words[i]), &number) || number > UINT32_MAX)
            return error_set(error, RESULT_USAGE,
                             _("%s is no number; `zwrotka review` lists them"), line->words[i]);
        ALLOC_GROW(*numbers, *n, room);
        (*numbers)[(*n)++] = (uint32_t)number;
    }
    if (!command_switch(line, "all"))
        return *n ? RESULT_OK
                  : error_set(error, RESULT_USAGE, _("which? their numbers, or --all"));
    if (line->n)
        return error_set(error, RESULT_USAGE, _("--all and numbers contradict each other"));
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    for (uint32_t from = 0; review_from(txn, from, &item); from = item.number + 1) {
        ALLOC_GROW(*numbers, *n, room);
        (*numbers)[(*n)++] = item.number;
    }
    txn_end(txn);
    return *n ? RESULT_OK : error_set(error, RESULT_NO, _("there is nothing to review"));
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Each number that is part of a wave becomes all of that wave. */
static enum result take_waves(struct context *context, uint32_t **numbers, size_t *n,
                              struct error *error)
{
    struct txn *txn;
    struct wavegroups waves;
    const struct wavegroup *done = NULL;
    size_t given = *n, room = *n;
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    wavegroups_load(txn, context->config, &waves);
    txn_end(txn);
    for (size_t i = 0; i < given; i++) {
        const struct wavegroup *wave = wavegroups_of(&waves, (*numbers)[i]);
        for (size_t k = 0; wave && wave != done && k < wave->n; k++) {
            if (wave->numbers[k] == (*numbers)[i])
                continue;
            ALLOC_GROW(*numbers, *n, room);
            (*numbers)[(*n)++] = wave->numbers[k];
        }
        done = wave;
    }
    wavegroups_free(&waves);
    qsort(*numbers, *n, sizeof **numbers, by_number);
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (i == 0 || (*numbers)[i] != (*numbers)[kept - 1])
            (*numbers)[kept++] = (*numbers)[i];
    *n = kept;
    return RESULT_OK;
}

static enum result review_run(const struct command_line *line, struct context *context,
                              struct error *error)
{
    bool accept = command_switch(line, "accept"), dismiss = command_switch(line, "dismiss");
    const char *address = command_option(line, "address");
    struct outcome outcome = {0};
    uint32_t *numbers = NULL;
    size_t n = 0;
    if (accept && dismiss)
        return error_set(error, RESULT_USAGE, _("--accept and --dismiss contradict each other"));
    if (address && !accept)
        return error_set(error, RESULT_USAGE, _("--address goes with --accept"));
    if (!accept && !dismiss && (line->n || command_switch(line, "all")))
        return error_set(error, RESULT_USAGE, _("--accept or --dismiss?"));
    if (!accept && !dismiss)
        return list_items(line, context, error);
    enum result result = read_numbers(line, context, &numbers, &n, error);
    if (result == RESULT_OK && command_switch(line, "wave"))
        result = take_waves(context, &numbers, &n, error);
    if (result == RESULT_OK)
        result = action_review(context->store, &context->actor, numbers, n, accept,
                               address ? span_of(address) : SPAN(""), &outcome, error);
    free(numbers);
    return say_outcome(line, &outcome, result, error);
}

static const struct option review_options[] = {
    {"accept", NULL, N_("give these bounces their effect"), false},
    {"dismiss", NULL, N_("say that these are nothing"), false},
    {"address", "ADDRESS", N_("with --accept: about whom one is that names nobody"), false},
    {"wave", NULL, N_("with a number the whole wave that it is part of"), false},
    {"all", NULL, N_("all of them, instead of numbers"), false},
    {0},
};

const struct command command_review = {
    .name = "review",
    .arguments = "[NUMBER…]",
    .summary = N_("what a scan would not decide alone"),
    .help = N_("Without --accept or --dismiss a line each: number, why it was held, address, time "
               "(UTC), what the server said, with tabs between. A decision is one step and can be "
               "undone."),
    .options = review_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = review_run,
};
