/* SPDX-License-Identifier: MIT */
#include "store/verify.h"

#include <stdlib.h>

#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"
#include "store/erase.h"

static void on_complaint(void *arg, const char *text)
{
    const struct command_line *line = arg;
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("complaint"));
        json_text(&json, "text", span_of(text));
        json_close(&json);
        outputf("\n");
        return;
    }
    output_cell(span_of(text), true);
}

static void on_pages(void *arg, unsigned percent)
{
    (void)arg;
    progress_show(_("verify: pages"), percent, 100);
}

static void on_progress(void *arg, unsigned percent)
{
    (void)arg;
    progress_show(_("verify"), percent, 100);
}

/* The pages are looked at before LMDB is let near them: it would not survive a broken one. */
static enum result open_store(const struct command_line *line, struct context *context, struct error *error)
{
    struct store_check check = {on_pages, NULL};
    char *path = config_store_path(context->config, line->store_path);
    enum result result = store_open_checked(path, false, &check, &context->store, error);
    free(path);
    return result;
}

static void print_json(const struct verify_sums *sums)
{
    struct json json = json_open(output_buffer());
    json_text(&json, "event", SPAN("end"));
    json_number(&json, "contacts", sums->contacts);
    json_number(&json, "addresses", sums->addresses);
    json_number(&json, "evidence", sums->evidence);
    json_number(&json, "steps", sums->steps);
    json_number(&json, "complaints", sums->complaints);
    json_close(&json);
    outputf("\n");
}

static void print_words(const struct verify_sums *sums)
{
    outputf(_("%'llu contacts, %'llu addresses, %'llu bounces, %'llu steps: "),
            (unsigned long long)sums->contacts, (unsigned long long)sums->addresses,
            (unsigned long long)sums->evidence, (unsigned long long)sums->steps);
    if (sums->complaints)
        outputf(_("%'llu faults\n"), (unsigned long long)sums->complaints);
    else
        outputf(_("all is well\n"));
}

static enum result verify_run(const struct command_line *line, struct context *context,
                              struct error *error)
{
    struct verify_sums sums = {0};
    struct verify_call call = {.replay = command_switch(line, "replay"),
                               .now = context->actor.now,
                               .complaint = on_complaint,
                               .progress = on_progress,
                               .arg = (void *)(uintptr_t)line};
    enum result result = open_store(line, context, error);
    if (result != RESULT_OK)
        return result;
    result = store_verify(context->store, &call, &sums, error);
    progress_clear();
    if (line->json)
        print_json(&sums);
    else if (!line->quiet && (result == RESULT_OK || sums.complaints))
        print_words(&sums);
    if (erasing_pending(context->store) && !line->quiet)
        complain("%s", _("an erase was interrupted: `zwrotka erase` once more overwrites what it left"));
    return result;
}

static const struct option verify_options[] = {
    {"replay", NULL, N_("compute every state again from bounces and decisions and compare"), false},
    {0},
};

const struct command command_verify = {
    .name = "verify",
    .arguments = "",
    .summary = N_("checks the whole store"),
    .help = N_("Every page and row is compared with what was written, every index and count computed again; a line "
               "each fault, exit 65."),
    .options = verify_options,
    .need = STORE_NONE,
    .run = verify_run,
};
