/* SPDX-License-Identifier: MIT */
#include "command/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "command/dialogue.h"
#include "command/interrupt.h"
#include "command/output.h"
#include "config/save.h"

/* ---- the rest */

static bool is_after(const char *text)
{
    static const char *const afters[] = {"keep", "seen", "delete"};
    for (size_t i = 0; i < sizeof afters / sizeof *afters; i++)
        if (strcmp(text, afters[i]) == 0)
            return true;
    return strncmp(text, "move:", 5) == 0 && text[5];
}

/* "90d" or a date, as the day, "all" or "now" as what the account leaves alone. */
static enum result take_since(struct setup *setup, struct error *error)
{
    struct span text = span_of(setup->since);
    int64_t since = setup->context->actor.now;
    char day[11];
    if (span_equal_nocase(text, SPAN("all")))
        since = 0;
    else if (!span_equal_nocase(text, SPAN("now")) && !date_from_query(text, since, &since))
        return error_set(error, RESULT_USAGE,
                         _("since=%s is none of all, now, 90d and a date such as 2026-08-27"),
                         setup->since);
    date_day(since, day);
    if (since && since != setup->context->actor.now && !date_from_iso(span_of(day), &since))
        since = 0;
    setup->account.since = since;
    return RESULT_OK;
}

/* Only where there is something to leave alone. */
static enum result ask_since(struct setup *setup, struct error *error)
{
    enum result result = RESULT_OK;
    bool old = setup->found.oldest < setup->context->actor.now - 90 * 86400;
    if (!setup->found.messages && !command_option(setup->line, "since"))
        return RESULT_OK;
    do {
        result = setup_answer(setup, "since",
                        _("Which of them to use: 90d for the last 90 days, a date, all, or now for "
                          "what comes from now on"),
                        old && dialogue_is_live() ? "90d" : "all", &setup->since, error);
        if (!result)
            result = take_since(setup, error);
        if (result != RESULT_USAGE || !dialogue_is_live() || command_option(setup->line, "since"))
            return result;
        complain("%s", error->text);
    } while (result);
    return result;
}

static enum result ask_after(struct setup *setup, struct error *error)
{
    enum result result;
    do {
        result = setup_answer(setup, "after",
                        _("What becomes of bounces that were decided: keep, seen, delete or "
                          "move:FOLDER"),
                        "keep", &setup->account.after, error);
        if (!result && !is_after(setup->account.after))
            result = error_set(error, RESULT_USAGE,
                               _("after=%s is none of keep, seen, delete and move:FOLDER"),
                               setup->account.after);
        if (result != RESULT_USAGE || !dialogue_is_live() || command_option(setup->line, "after"))
            break;
        complain("%s", error->text);
    } while (result);
    return result;
}

/* What to use comes last, so that scripts of before it mean what they meant. */
static enum result ask_rest(struct setup *setup, struct error *error)
{
    const char *before = setup->context->config->senders;
    enum result result = ask_after(setup, error);
    if (!result)
        result = setup_answer(setup, "senders",
                        _("Addresses you send from, with commas between, * for any; bounces of "
                          "others are held for review; empty: not looked at"),
                        before ? before : "", &setup->senders, error);
    return result ? result : ask_since(setup, error);
}

/* ---- saving */

/* Scans begin in other directories than this one. */
static void make_absolute(char **path, size_t scheme)
{
    char *real = *path ? realpath(*path + scheme, NULL) : NULL;
    if (!real)
        return;
    struct str text = {0};
    str_add(&text, (struct span){*path, scheme});
    str_add_text(&text, real);
    free(real);
    free(*path);
    *path = str_take(&text);
}

static void make_paths_absolute(struct config_account *account)
{
    static const char *const schemes[] = {"maildir:", "mbox:", ""};
    size_t i = 0;
    while (!span_starts_nocase(span_of(account->source), span_of(schemes[i])))
        i++;
    make_absolute(&account->ca_file, 0);
    make_absolute(&account->password_file, 0);
    if (!setup_is_server(account->source))
        make_absolute(&account->source, strlen(schemes[i]));
}

static enum result save(struct setup *setup, const char *path, struct error *error)
{
    struct config_account *account = &setup->account;
    const char *name = command_option(setup->line, "account");
    bool typed = setup->password && !account->password_command && !account->token_command &&
                 !account->password_file;
    account->name = name ? alloc_text(name) : config_free_name(setup->context->config, "main");
    enum result result = RESULT_OK;
    make_paths_absolute(account);
    if (typed)
        result = config_save_password(path, account->name, setup->password,
                                      &account->password_file, error);
    if (!result)
        result = config_save_account(path, account, error);
    const struct config_change change = {"senders", "addresses", setup->senders};
    if (!result && *setup->senders)
        result = config_save(path, &change, 1, error);
    return result;
}

static enum result make_store(struct setup *setup, struct error *error)
{
    char *path = config_store_path(setup->context->config, setup->line->store_path);
    struct store *store = NULL;
    enum result result = store_open(path, true, &store, error);
    store_close(store);
    free(path);
    return result;
}

static void say_saved(const struct setup *setup, const char *path)
{
    struct str text = {0};
    if (setup->line->json) {
        setup_say(setup, "saved", "account", span_of(setup->account.name));
    } else if (!setup->line->quiet) {
        str_addf(&text,
                 _("Account %s is saved in %s. `zwrotka scan` reads it; `zwrotka scan --test %s` sends "
                   "a bounce of its own the whole way."),
                 setup->account.name, path, setup->account.name);
        output_data(span_of_str(&text));
        outputf("\n");
    }
    str_free(&text);
}

static enum result keep(struct setup *setup, struct error *error)
{
    char *path = config_save_path(setup->context->config, setup->line->config_path);
    enum result result = ask_rest(setup, error);
    if (!result)
        result = save(setup, path, error);
    if (!result)
        result = make_store(setup, error);
    if (!result)
        say_saved(setup, path);
    free(path);
    return result;
}

static enum result setup_run(const struct command_line *line, struct context *context,
                             struct error *error)
{
    struct setup setup = {.line = line, .context = context};
    interrupt_watch();
    enum result result = setup_find(&setup, error);
    if (!result && !command_switch(line, "dry-run"))
        result = keep(&setup, error);
    else if (!result && !line->json && !line->quiet)
        outputf("%s\n", _("It works; nothing is saved."));
    setup_forget_password(&setup);
    char *const texts[] = {setup.address, setup.server, setup.user, setup.folder, setup.senders,
                           setup.since, setup.account.name, setup.account.source,
                           setup.account.password_command, setup.account.password_file,
                           setup.account.token_command, setup.account.ca_file, setup.account.pin,
                           setup.account.after};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    return result;
}

static const struct option setup_options[] = {
    {"address", "ADDRESS", N_("of the mailbox where bounces come back"), false},
    {"source", "SOURCE", N_("the mailbox itself, instead of address, server and user"), false},
    {"folder", "FOLDER", N_("of an IMAP server; INBOX unless said"), false},
    {"password-command", "COMMAND", N_("prints the password"), false},
    {"password-file", "FILE", N_("holds the password; only you may read it"), false},
    {"token-command", "COMMAND", N_("prints an OAuth 2 access token"), false},
    {"ca-file", "FILE", N_("the certificate of an authority of your own"), false},
    {"pin", "sha256:HEX", N_("the fingerprint of the server's certificate"), false},
    {"after", "ACTION", N_("keep, seen, delete or move:FOLDER the bounces that were decided"), false},
    {"since", "DATE", N_("which bounces to use: a date, 90d, all, or now for those that come"), false},
    {"senders", "LIST", N_("the addresses you send from"), false},
    {"account", "NAME", N_("what it is to be called; one that is there is written anew"), false},
    {"dry-run", NULL, N_("try it and say what is there; save nothing"), false},
    {0},
};

const struct command command_setup = {
    .name = "setup",
    .arguments = "",
    .summary = N_("adds a mailbox where bounces come back"),
    .help = N_("Asks one question after the other and tries each answer: connection, certificate, "
               "log-in, folder. Only what worked is saved to the configuration, whose comments and "
               "other accounts stay. The password comes from a command, or is typed unseen and kept "
               "in a file beside the configuration that only you can read. What an option says is "
               "not asked; a script gives the rest as lines on standard input, where an empty one "
               "or the end takes what is proposed."),
    .options = setup_options,
    .need = STORE_NONE,
    .makes_config = true,
    .run = setup_run,
};
