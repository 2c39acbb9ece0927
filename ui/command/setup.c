/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/command.h"
#include "command/dialogue.h"
#include "command/interrupt.h"
#include "command/json.h"
#include "command/output.h"
#include "config/save.h"
#include "mailbox/folders.h"
#include "mailbox/guess.h"
#include "scan/survey.h"

struct setup {
    const struct command_line *line;
    struct context *context;
    char *address, *server, *user; /* as answered, to be offered again */
    struct config_account account; /* owned */
    enum guess_key key;
    char *password, *folder, *senders;
    bool secured; /* the last try came that far */
    bool connected;
};

/* ---- saying */

static void say_event(const struct setup *setup, const char *name, const char *key, struct span text)
{
    if (setup->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", span_of(name));
        json_text(&json, key, text);
        json_close(&json);
        outputf("\n");
    } else if (!setup->line->quiet) {
        outputf("  ");
        output_data(text);
        outputf("\n");
    }
    output_flush();
}

static void on_stage(void *arg, enum mailbox_stage stage)
{
    struct setup *setup = arg;
    setup->connected = setup->connected || stage == STAGE_CONNECTED;
    setup->secured = setup->secured || stage == STAGE_SECURED;
    say_event(setup, "stage", "stage",
              span_of(setup->line->json ? mailbox_stage_name(stage) : mailbox_stage_words(stage)));
}

/* ---- asking */

/* The option's word, else the answer. `initial` as for dialogue_ask. */
static enum result answer(struct setup *setup, const char *option, const char *question,
                          const char *initial, char **out, struct error *error)
{
    const char *given = option ? command_option(setup->line, option) : NULL;
    char *got = NULL;
    enum result result = RESULT_OK;
    if (given)
        got = alloc_text(given);
    else
        result = dialogue_ask(question, initial, &got, error);
    if (!result) {
        free(*out);
        *out = got;
    }
    return result;
}

static bool is_server(const char *source)
{
    return strstr(source, "://") != NULL;
}

static bool is_imap(const char *source)
{
    return span_starts_nocase(span_of(source), SPAN("imap"));
}

/* Server and user as they were answered, as a source. */
static enum result make_source(struct setup *setup, struct error *error)
{
    struct str text = {0};
    struct mailbox_url url;
    str_addf(&text, is_server(setup->server) ? "%s" : "imaps://%s", setup->server);
    enum result result = mailbox_url_parse(str_text(&text), &url, error);
    str_clear(&text);
    if (result)
        goto end;
    free(url.user);
    url.user = alloc_text(setup->user);
    if (is_imap(url.scheme) && !*url.path) {
        free(url.path);
        url.path = alloc_text("INBOX");
    }
    mailbox_url_write(&url, &text);
    mailbox_url_free(&url);
    free(setup->account.source);
    setup->account.source = str_take(&text);
end:
    str_free(&text);
    return result;
}

static enum result ask_server(struct setup *setup, struct error *error)
{
    struct guess guess = {.key = setup->key};
    bool guessed = !setup->server && guess_server(span_of(setup->address), &guess);
    const char *host = setup->server ? setup->server : guess.host;
    const char *user = setup->user ? setup->user : guess.user ? guess.user : setup->address;
    setup->key = guess.key;
    enum result result =
        answer(setup, NULL, _("Server, as host or imap://host:port or pop3s://host"), host,
               &setup->server, error);
    if (!result)
        result = answer(setup, NULL, _("User"), user, &setup->user, error);
    if (guessed)
        guess_free(&guess);
    return result ? result : make_source(setup, error);
}

static enum result ask_source(struct setup *setup, struct error *error)
{
    const char *given = command_option(setup->line, "source");
    if (given) {
        free(setup->account.source);
        setup->account.source = alloc_text(given);
        return RESULT_OK;
    }
    enum result result =
        answer(setup, "address", _("Address of the mailbox where bounces come back, or its path"),
               setup->address, &setup->address, error);
    if (result)
        return result;
    if (strchr(setup->address, '@') && !is_server(setup->address) && *setup->address != '/')
        return ask_server(setup, error);
    free(setup->account.source);
    setup->account.source = alloc_text(setup->address);
    return RESULT_OK;
}

static enum result take_option(struct setup *setup, const char *name, char **to)
{
    const char *given = command_option(setup->line, name);
    if (!given)
        return RESULT_NO;
    free(*to);
    *to = alloc_text(given);
    return RESULT_OK;
}

static enum result ask_command(struct setup *setup, struct error *error)
{
    char *command = NULL;
    bool token = setup->key == GUESS_TOKEN;
    enum result result = dialogue_ask(
        token ? _("This provider wants OAuth 2. Command that prints an access token")
              : _("Command that prints the password; empty: type it, and it is kept in a file only "
                  "you can read"),
        token ? NULL : "", &command, error);
    if (result)
        return result;
    if (*command) {
        *(token ? &setup->account.token_command : &setup->account.password_command) = command;
        return RESULT_OK;
    }
    free(command);
    return dialogue_secret(setup->key == GUESS_APP
                               ? _("Password made for programs in the provider's settings")
                               : _("Password"),
                           &setup->password, error);
}

static void forget_password(struct setup *setup)
{
    if (setup->password)
        explicit_bzero(setup->password, strlen(setup->password));
    free(setup->password);
    setup->password = NULL;
}

static enum result ask_password(struct setup *setup, struct error *error)
{
    struct config_account *account = &setup->account;
    char **const ways[] = {&account->token_command, &account->password_command,
                           &account->password_file};
    static const char *const names[] = {"token-command", "password-command", "password-file"};
    bool given = false;
    forget_password(setup);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        free(*ways[i]);
        *ways[i] = NULL;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways && !given; i++)
        given = take_option(setup, names[i], ways[i]) == RESULT_OK;
    if (!given) {
        enum result result = ask_command(setup, error);
        if (result || setup->password)
            return result;
    }
    return config_password(account, &setup->password, error);
}

/* ---- trying */

static struct mailbox_source source_of(struct setup *setup)
{
    return (struct mailbox_source){
        .account = "",
        .url = setup->account.source,
        .password = setup->password,
        .ca_file = setup->account.ca_file,
        .pin = setup->account.pin,
        .token = setup->account.token_command != NULL,
        .cancelled = interrupt_asked,
        .reached = on_stage,
        .reached_arg = setup,
    };
}

static enum result choose_folder(struct setup *setup, const struct mailbox_folder *folders, size_t n,
                                 struct error *error)
{
    struct mailbox_url url;
    uint64_t number;
    for (size_t i = 0; i < n && dialogue_is_live() && !command_option(setup->line, "folder"); i++) {
        outputf("  %3zu  ", i + 1);
        output_data(span_of(folders[i].name));
        outputf("  %'llu\n", (unsigned long long)folders[i].messages);
    }
    enum result result =
        mailbox_url_parse(setup->account.source, &url, error);
    if (!result)
        result = answer(setup, "folder", _("Folder, by name or number"), url.path, &setup->folder,
                        error);
    if (result)
        return result;
    bool chosen = span_number(span_of(setup->folder), &number) && number > 0 && number <= n;
    free(url.path);
    url.path = alloc_text(chosen ? folders[number - 1].name : setup->folder);
    struct str text = {0};
    mailbox_url_write(&url, &text);
    mailbox_url_free(&url);
    free(setup->account.source);
    setup->account.source = str_take(&text);
    return RESULT_OK;
}

static enum result look_around(struct setup *setup, struct error *error)
{
    struct mailbox_source source = source_of(setup);
    struct mailbox_folder *folders;
    size_t n;
    if (!is_imap(setup->account.source))
        return RESULT_OK;
    enum result result = mailbox_folders(&source, &folders, &n, error);
    if (result)
        return result;
    result = choose_folder(setup, folders, n, error);
    mailbox_folders_free(folders, n);
    return result;
}

static enum result look_inside(struct setup *setup, struct error *error)
{
    struct mailbox_source source = source_of(setup);
    struct survey found;
    struct str words = {0};
    enum result result = survey(&source, NULL, &found, error);
    if (result)
        return result;
    survey_words(&found, &words);
    say_event(setup, "survey", "text", span_of_str(&words));
    str_free(&words);
    return RESULT_OK;
}

/* After a certificate that was refused: what would make it good. */
static enum result ask_trust(struct setup *setup, struct error *error)
{
    char *trust = NULL;
    enum result result = dialogue_ask(
        _("File with the certificate of the server's authority, or its own fingerprint sha256:…; "
          "empty: none"),
        "", &trust, error);
    if (result)
        return result;
    bool pin = span_starts(span_of(trust), SPAN("sha256:"));
    free(setup->account.pin);
    free(setup->account.ca_file);
    setup->account.pin = pin ? trust : NULL;
    setup->account.ca_file = !pin && *trust ? trust : NULL;
    if (!*trust)
        free(trust);
    return RESULT_OK;
}

/* again: with source and password as they were answered. */
static enum result try_once(struct setup *setup, bool again, struct error *error)
{
    enum result result = again ? RESULT_OK : ask_source(setup, error);
    setup->connected = setup->secured = false;
    if (!result && !again && is_server(setup->account.source))
        result = ask_password(setup, error);
    if (!result)
        result = look_around(setup, error);
    return result ? result : look_inside(setup, error);
}

/* A person may correct what was answered; a script may not. */
static enum result find_mailbox(struct setup *setup, struct error *error)
{
    take_option(setup, "ca-file", &setup->account.ca_file);
    take_option(setup, "pin", &setup->account.pin);
    for (bool again = false;;) {
        enum result result = try_once(setup, again, error);
        if (result == RESULT_OK || result == RESULT_CANCELLED || !dialogue_is_live() ||
            command_option(setup->line, "source"))
            return result;
        complain("%s", error->text);
        bool untrusted = setup->connected && !setup->secured;
        if (untrusted && ask_trust(setup, error) != RESULT_OK)
            return RESULT_CANCELLED;
        again = untrusted && (setup->account.pin || setup->account.ca_file);
    }
}

/* ---- the rest, and saving */

static bool is_after(const char *text)
{
    static const char *const afters[] = {"keep", "seen", "delete"};
    for (size_t i = 0; i < sizeof afters / sizeof *afters; i++)
        if (strcmp(text, afters[i]) == 0)
            return true;
    return strncmp(text, "move:", 5) == 0 && text[5];
}

static enum result ask_rest(struct setup *setup, struct error *error)
{
    const char *before = setup->context->config->senders;
    enum result result;
    do {
        result = answer(setup, "after",
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
    return result ? result
                  : answer(setup, "senders",
                           _("Addresses you send from, with commas between, * for any; bounces of "
                             "others are held for review; empty: not looked at"),
                           before ? before : "", &setup->senders, error);
}

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
    if (!is_server(account->source))
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

static enum result setup_run(const struct command_line *line, struct context *context,
                             struct error *error)
{
    struct setup setup = {.line = line, .context = context};
    char *path = config_save_path(context->config, line->config_path);
    interrupt_watch();
    enum result result = find_mailbox(&setup, error);
    if (!result)
        result = ask_rest(&setup, error);
    if (!result)
        result = save(&setup, path, error);
    if (!result)
        result = make_store(&setup, error);
    if (!result && line->json) {
        say_event(&setup, "saved", "account", span_of(setup.account.name));
    } else if (!result && !line->quiet) {
        struct str text = {0};
        str_addf(&text,
                 _("Account %s is saved in %s. `zwrotka scan` reads it; `zwrotka scan --test %s` sends "
                   "a bounce of its own the whole way."),
                 setup.account.name, path, setup.account.name);
        output_data(span_of_str(&text));
        outputf("\n");
        str_free(&text);
    }
    forget_password(&setup);
    char *const texts[] = {setup.address, setup.server, setup.user, setup.folder, setup.senders,
                           setup.account.name, setup.account.source, setup.account.password_command,
                           setup.account.password_file, setup.account.token_command,
                           setup.account.ca_file, setup.account.pin, setup.account.after, path};
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
    {"senders", "LIST", N_("the addresses you send from"), false},
    {"account", "NAME", N_("what it is to be called; one that is there is written anew"), false},
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
