/* SPDX-License-Identifier: MIT */
#include "action/import.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command/interrupt.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"

#define MAPS_MAX 64

static void on_problem(void *arg, const char *file, uint64_t number, const char *text)
{
    const struct command_line *line = arg;
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", number ? SPAN("problem") : SPAN("suspicious"));
        json_some(&json, "file", span_of(file));
        if (number)
            json_number(&json, "line", number);
        json_text(&json, "text", span_of(text));
        json_close(&json);
        outputf("\n");
    } else if (number) {
        complain("%s:%llu: %s", file, (unsigned long long)number, text);
    } else if (!line->quiet) {
        complain("%s", text);
    }
}

static bool on_progress(void *arg, unsigned percent)
{
    const struct command_line *line = arg;
    /* Not before: while standard input is read, a signal simply ends the program. */
    interrupt_watch();
    if (!line->quiet && !line->json)
        progress_show(_("import"), percent, 100);
    return interrupt_asked(NULL);
}

static const struct {
    const char *key, *one, *many; /* NULL where it is part of another */
    size_t offset;
} sums_table[] = {
    {"rows", NULL, NULL, offsetof(struct import_sums, rows)},
    {"added", NN_("added", "added"), offsetof(struct import_sums, added)},
    {"changed", NN_("changed", "changed"), offsetof(struct import_sums, changed)},
    {"unchanged", NN_("unchanged", "unchanged"), offsetof(struct import_sums, unchanged)},
    {"corrected", NN_("of corrected contacts", "of corrected contacts"),
     offsetof(struct import_sums, corrected)},
    {"rejected", NN_("rejected", "rejected"), offsetof(struct import_sums, rejected)},
    {"suspicious", NN_("at domains that look mistyped", "at domains that look mistyped"),
     offsetof(struct import_sums, suspicious)},
    {"suppressed", NN_("newly suppressed", "newly suppressed"),
     offsetof(struct import_sums, suppressed)},
};

static uint64_t sum_at(const struct import_sums *sums, size_t i)
{
    return *(const uint64_t *)(const void *)((const char *)sums + sums_table[i].offset);
}

static void print_sums(const struct command_line *line, const struct import_sums *sums,
                       uint32_t step)
{
    size_t n = sizeof sums_table / sizeof *sums_table;
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("end"));
        for (size_t i = 0; i < n; i++)
            json_number(&json, sums_table[i].key, sum_at(sums, i));
        json_number(&json, "step", step);
        json_close(&json);
        outputf("\n");
        return;
    }
    if (line->quiet)
        return;
    bool more = false;
    for (size_t i = 0; i < n; i++)
        if (sums_table[i].many && sum_at(sums, i) &&
            /* newly suppressed are all that such a list changes */
            !(command_switch(line, "suppressed") && strcmp(sums_table[i].key, "changed") == 0)) {
            outputf("%s%'llu %s", more ? ", " : "", (unsigned long long)sum_at(sums, i),
                    ngettext(sums_table[i].one, sums_table[i].many, sum_at(sums, i)));
            more = true;
        }
    if (!more)
        outputf("%s", _("nothing in it"));
    if (command_switch(line, "dry-run"))
        outputf("; %s\n", _("a dry run: nothing was changed"));
    else if (step)
        outputf(_("; step %u, `zwrotka undo %u` takes it back\n"), step, step);
    else
        outputf("\n");
}

static enum result read_options(const struct command_line *line, struct import_options *options,
                                const char **maps, struct error *error)
{
    const char *key = command_option(line, "key");
    size_t n = command_options(line, "map", maps, MAPS_MAX - 1);
    maps[n] = NULL;
    for (size_t i = 0; i < n; i++)
        if (!strchr(maps[i], '='))
            return error_set(error, RESULT_USAGE, _("--map=%s is not like email=COLUMN"), maps[i]);
    if (key && strcmp(key, "external_id") != 0 && strcmp(key, "address") != 0)
        return error_set(error, RESULT_USAGE, _("--key=%s is neither address nor external_id"),
                         key);
    *options = (struct import_options){
        .reader = {.format = command_option(line, "format"),
                   .charset = command_option(line, "charset"),
                   .map = maps,
                   .with_state = command_switch(line, "with-state"),
                   .dead = command_switch(line, "suppressed")},
        .by_external_id = key && strcmp(key, "external_id") == 0,
        .suppressed = command_switch(line, "suppressed"),
        .dry_run = command_switch(line, "dry-run"),
    };
    return RESULT_OK;
}

/* A slip of the pen makes no store. */
static enum result import_check(const struct command_line *line, struct error *error)
{
    const char *maps[MAPS_MAX];
    struct import_options options;
    for (size_t i = 0; i < line->n; i++)
        if (strcmp(line->words[i], "-") != 0 && access(line->words[i], R_OK) != 0)
            return error_system(error, line->words[i]);
    return read_options(line, &options, maps, error);
}

static enum result import_run(const struct command_line *line, struct context *context,
                              struct error *error)
{
    const char *maps[MAPS_MAX];
    struct import_options options;
    struct import_events events = {on_problem, on_progress, (void *)(uintptr_t)line};
    struct import_sums sums = {0};
    uint32_t step = 0;
    enum result result = read_options(line, &options, maps, error);
    if (result != RESULT_OK)
        return result;
    result = import_files(context->store, &context->actor, line->words, line->n, &options, &events,
                          &sums, &step, error);
    if (result == RESULT_OK || (result == RESULT_DATA && sums.rows))
        print_sums(line, &sums, step);
    return result;
}

static const struct option import_options_table[] = {
    {"dry-run", NULL, N_("say what would change and change nothing"), false},
    {"map", "email=COLUMN", N_("what a column means: email, name, external_id, tags or a field"),
     true},
    {"key", "external_id", N_("match contacts by it instead of by address"), false},
    {"charset", "NAME", N_("what the file is written in (else UTF-8, UTF-16, windows-1250)"),
     false},
    {"format", "csv|vcard|json|plain", N_("instead of telling it by the content"), false},
    {"suppressed", NULL, N_("a list of dead addresses, contacts or not; CSV or one a line"), false},
    {"with-state", NULL, N_("read the columns id, state, reason and since as well"), false},
    {0},
};

const struct command command_import = {
    .name = "import",
    .arguments = "FILE…",
    .summary = N_("contacts from CSV, vCard or JSON Lines"),
    .help = N_("A contact is found by its address, also by one that was corrected since. A value "
               "replaces, an empty cell or a missing column keeps, unknown columns become fields; "
               "tags are split at \";\". All files are one step. - is standard input.\n"
               "Rows that cannot be taken are named and left out (exit 65); the others are in."),
    .options = import_options_table,
    .least = 1,
    .most = SIZE_MAX,
    .need = STORE_MAKE,
    .check = import_check,
    .run = import_run,
};
