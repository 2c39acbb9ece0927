/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "command/command.h"
#include "command/json.h"
#include "command/output.h"
#include "command/say.h"
#include "send/publish.h"
#include "store/backup.h"
#include "store/contacts.h"

enum { SHOWN_MAX = 20 };

static void on_progress(void *arg, unsigned percent)
{
    progress_show(arg, percent, 100);
}

/* The stores of a restore. */
struct restore {
    const struct command_line *line;
    char *path;
    struct store *backup, *store; /* store: what is there, or a new one */
    bool damaged;                 /* what is there cannot be read: it is put aside */
    bool fresh;                   /* nothing is there */
    struct txn *from, *kept;
    uint64_t sendable;
};

static enum result same_file(const struct restore *restore, const char *file, struct error *error)
{
    struct stat own, theirs;
    struct str data = {0};
    str_addf(&data, "%s/data.mdb", restore->path);
    bool same = stat(str_text(&data), &own) == 0 && stat(file, &theirs) == 0 && own.st_ino == theirs.st_ino &&
                own.st_dev == theirs.st_dev;
    str_free(&data);
    return same ? error_set(error, RESULT_USAGE, _("%s: that is the store itself"), file) : RESULT_OK;
}

static enum result open_stores(struct restore *restore, struct error *error)
{
    struct store_check file = {on_progress, (void *)(uintptr_t)_("restore: looking at the file")},
                       there = {on_progress, (void *)(uintptr_t)_("restore: looking at the store")};
    const char *name = restore->line->words[0];
    enum result result = same_file(restore, name, error);
    if (result == RESULT_OK)
        result = backup_open(name, &file, &restore->backup, error);
    if (result == RESULT_OK)
        result = store_read(restore->backup, &restore->from, error);
    if (result != RESULT_OK)
        return result;
    result = store_open_checked(restore->path, false, &there, &restore->store, error);
    if (result == RESULT_OK)
        return store_read(restore->store, &restore->kept, error);
    restore->damaged = result == RESULT_DATA;
    restore->fresh = result == RESULT_MISSING;
    if (restore->damaged)
        complain("%s", error->text);
    return restore->damaged || restore->fresh ? RESULT_OK : result;
}

/* ---- what it would do */

static void on_sendable(void *arg, struct span folded, const struct standing *standing)
{
    struct restore *restore = arg;
    restore->sendable++;
    if (restore->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("sendable"));
        json_text(&json, "address", folded);
        json_text(&json, "state", span_of(state_name(standing->state)));
        json_text(&json, "reason", span_of(reason_name(standing->reason)));
        json_close(&json);
        outputf("\n");
    } else if (restore->sendable <= SHOWN_MAX) {
        struct str how = {0};
        say_standing(standing, &how);
        output_cell(folded, false);
        output_cell(span_of_str(&how), true);
        str_free(&how);
    }
}

static void plan_json(const struct restore *restore, uint64_t contacts)
{
    struct json json = json_open(output_buffer());
    json_text(&json, "event", SPAN("plan"));
    if (restore->kept)
        json_number(&json, "now", contacts_count(restore->kept));
    json_number(&json, "backup", contacts);
    if (restore->kept)
        json_number(&json, "sendable", restore->sendable);
    json_close(&json);
    outputf("\n");
}

static void say_what(struct restore *restore, int64_t now)
{
    unsigned long long then = contacts_count(restore->from);
    progress_clear();
    if (restore->kept)
        action_restore_look(restore->from, restore->kept, now, on_sendable, restore);
    if (restore->line->json) {
        plan_json(restore, then);
        return;
    }
    if (restore->sendable > SHOWN_MAX)
        outputf(_("… and %llu more\n"), (unsigned long long)(restore->sendable - SHOWN_MAX));
    if (restore->sendable)
        outputf(ngettext("%llu address that is dead now would be sendable again.\n",
                         "%llu addresses that are dead now would be sendable again.\n", restore->sendable),
                (unsigned long long)restore->sendable);
    else if (restore->kept)
        outputf("%s\n", _("Nobody would become sendable who is not now."));
    else
        outputf("%s\n", restore->damaged
                            ? _("Who would become sendable cannot be said: the store that is there is damaged.")
                            : _("No store is there yet."));
    if (restore->kept)
        outputf(_("%llu contacts are in the store now, %llu in the backup.\n"),
                (unsigned long long)contacts_count(restore->kept), then);
}

static enum result ask(const struct restore *restore, struct error *error)
{
    struct str question = {0};
    if (command_switch(restore->line, "yes") || restore->fresh)
        return RESULT_OK;
    str_addf(&question, _("Put %s in the place of the store at %s? This cannot be undone."),
             restore->line->words[0], restore->path);
    enum result result = ask_yes(str_text(&question), error);
    str_free(&question);
    return result;
}

/* ---- doing it */

static enum result carry_out(struct restore *restore, struct context *context, struct outcome *outcome,
                             struct error *error)
{
    struct store_check progress = {on_progress, (void *)(uintptr_t)_("restore")};
    enum result result = RESULT_OK;
    if (restore->damaged)
        result = backup_prepare(restore->path, &restore->store, error);
    else if (restore->fresh)
        result = store_open(restore->path, true, &restore->store, error);
    if (result != RESULT_OK)
        return result;
    if (!restore->damaged)
        send_follow(restore->store, context->config);
    result = action_restore(restore->store, &context->actor, restore->from, &restore->kept, &progress, outcome,
                            error);
    if (result == RESULT_OK && restore->damaged) {
        result = backup_replace(restore->path, restore->store, error);
        restore->store = NULL;
        if (result == RESULT_OK)
            result = store_open(restore->path, false, &restore->store, error);
        if (result == RESULT_OK)
            result = send_catch_up(restore->store, context->config, error);
    }
    return result;
}

static void say_done(const struct restore *restore, const struct outcome *outcome)
{
    progress_clear();
    if (restore->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("end"));
        json_number(&json, "contacts", outcome->changed);
        json_number(&json, "sendable", restore->sendable);
        json_number(&json, "erased", outcome->refused);
        json_close(&json);
        outputf("\n");
    } else if (!restore->line->quiet && outcome->step) {
        outputf(_("restored: %'llu contacts"), (unsigned long long)outcome->changed);
        if (outcome->refused)
            outputf(ngettext("; %llu address was erased since and is erased again",
                             "; %llu addresses were erased since and are erased again", outcome->refused),
                    (unsigned long long)outcome->refused);
        if (restore->damaged)
            outputf(_("; the damaged store is kept as %s/damaged.mdb"), restore->path);
        outputf("\n");
    }
}

static enum result restore_run(const struct command_line *line, struct context *context, struct error *error)
{
    struct restore restore = {.line = line, .path = config_store_path(context->config, line->store_path)};
    struct outcome outcome = {0};
    enum result result = open_stores(&restore, error);
    if (result == RESULT_OK)
        say_what(&restore, context->actor.now);
    if (result == RESULT_OK && !command_switch(line, "dry-run")) {
        result = ask(&restore, error);
        if (result == RESULT_OK)
            result = carry_out(&restore, context, &outcome, error);
        if (outcome.step)
            say_done(&restore, &outcome);
    }
    txn_end(restore.from);
    txn_end(restore.kept);
    store_close(restore.backup);
    if (result == RESULT_OK)
        store_close(restore.store);
    else
        store_close_unused(restore.store);
    outcome_free(&outcome);
    free(restore.path);
    return result;
}

static const struct option restore_options[] = {
    {"dry-run", NULL, N_("say what would change and change nothing"), false},
    {"yes", NULL, N_("do not ask"), false},
    {0},
};

const struct command command_restore = {
    .name = "restore",
    .arguments = "FILE",
    .summary = N_("puts a backup in the place of the store"),
    .help = N_("The file is looked at first, page by page. Then it says who is dead now and would become "
               "sendable, and asks. It is one transaction: killed in the middle the store is as before, and "
               "programs that have it open go on. Persons erased since the backup are erased again. A "
               "store that is damaged is kept beside as damaged.mdb. Where the suppression map would lose "
               "more than 5 %, `zwrotka publish --yes` brings it up to date."),
    .options = restore_options,
    .least = 1,
    .most = 1,
    .need = STORE_NONE,
    .run = restore_run,
};
