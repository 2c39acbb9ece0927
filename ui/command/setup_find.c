/* SPDX-License-Identifier: MIT */
#include "command/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/dialogue.h"
#include "command/interrupt.h"
#include "command/json.h"
#include "command/output.h"
#include "mailbox/folders.h"

/* ---- saying */

void setup_say(const struct setup *setup, const char *name, const char *key, struct span text)
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

static void say_folders(const struct setup *setup, const struct mailbox_folder *folders, size_t n)
{
    bool asked = dialogue_is_live() && !command_option(setup->line, "folder");
    for (size_t i = 0; i < n; i++) {
        if (setup->line->json) {
            struct json json = json_open(output_buffer());
            json_text(&json, "event", SPAN("folder"));
            json_text(&json, "folder", span_of(folders[i].name));
            json_number(&json, "messages", folders[i].messages);
            json_truth(&json, "junk", folders[i].junk);
            json_close(&json);
            outputf("\n");
        } else if (asked) {
            outputf("  %3zu  ", i + 1);
            output_data(span_of(folders[i].name));
            outputf("  %'llu\n", (unsigned long long)folders[i].messages);
        }
    }
    output_flush();
}

static void say_survey(const struct setup *setup)
{
    struct str words = {0};
    survey_words(&setup->found, &words);
    if (setup->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("survey"));
        json_text(&json, "text", span_of_str(&words));
        json_number(&json, "messages", setup->found.messages);
        json_number(&json, "bounces", setup->found.bounces);
        json_time(&json, "oldest", setup->found.oldest);
        json_close(&json);
        outputf("\n");
        output_flush();
    } else {
        setup_say(setup, "survey", "text", span_of_str(&words));
    }
    str_free(&words);
}

static void on_stage(void *arg, enum mailbox_stage stage)
{
    struct setup *setup = arg;
    setup->connected = setup->connected || stage == STAGE_CONNECTED;
    setup->secured = setup->secured || stage == STAGE_SECURED;
    setup_say(setup, "stage", "stage",
              span_of(setup->line->json ? mailbox_stage_name(stage) : mailbox_stage_words(stage)));
}

/* ---- asking */

enum result setup_answer(struct setup *setup, const char *option, const char *question,
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

bool setup_is_server(const char *source)
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
    str_addf(&text, setup_is_server(setup->server) ? "%s" : "imaps://%s", setup->server);
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
        setup_answer(setup, NULL, _("Server, as host or imap://host:port or pop3s://host"), host,
               &setup->server, error);
    if (!result)
        result = setup_answer(setup, NULL, _("User"), user, &setup->user, error);
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
        setup_answer(setup, "address", _("Address of the mailbox where bounces come back, or its path"),
               setup->address, &setup->address, error);
    if (result)
        return result;
    if (strchr(setup->address, '@') && !setup_is_server(setup->address) && *setup->address != '/')
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

void setup_forget_password(struct setup *setup)
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
    setup_forget_password(setup);
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
    say_folders(setup, folders, n);
    enum result result =
        mailbox_url_parse(setup->account.source, &url, error);
    if (!result)
        result = setup_answer(setup, "folder", _("Folder, by name or number"), url.path, &setup->folder,
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
    enum result result = survey(&source, NULL, &setup->found, error);
    if (result == RESULT_OK)
        say_survey(setup);
    return result;
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

/* What has to be asked anew; the rest stays as it was answered. */
enum anew { ANEW_ALL, ANEW_LOGIN, ANEW_NOTHING };

static enum result ask_login(struct setup *setup, struct error *error)
{
    enum result result =
        setup_answer(setup, NULL, _("User"), setup->user, &setup->user, error);
    return result ? result : make_source(setup, error);
}

static enum result try_once(struct setup *setup, enum anew anew, struct error *error)
{
    enum result result = RESULT_OK;
    if (anew == ANEW_ALL)
        result = ask_source(setup, error);
    else if (anew == ANEW_LOGIN)
        result = ask_login(setup, error);
    setup->connected = setup->secured = false;
    if (!result && anew != ANEW_NOTHING && setup_is_server(setup->account.source))
        result = ask_password(setup, error);
    if (!result)
        result = look_around(setup, error);
    return result ? result : look_inside(setup, error);
}

/* A path that is not there is nothing to propose: it may have been meant for another question. */
static void forget_address(struct setup *setup)
{
    free(setup->address);
    setup->address = NULL;
}

enum result setup_find(struct setup *setup, struct error *error)
{
    take_option(setup, "ca-file", &setup->account.ca_file);
    take_option(setup, "pin", &setup->account.pin);
    for (enum anew anew = ANEW_ALL;;) {
        enum result result = try_once(setup, anew, error);
        if (result == RESULT_OK || result == RESULT_CANCELLED || !dialogue_is_live() ||
            command_option(setup->line, "source"))
            return result;
        complain("%s", error->text);
        bool untrusted = setup->connected && !setup->secured;
        if (untrusted && ask_trust(setup, error) != RESULT_OK)
            return RESULT_CANCELLED;
        anew = ANEW_ALL;
        if (untrusted && (setup->account.pin || setup->account.ca_file))
            anew = ANEW_NOTHING;
        else if (result == RESULT_DENIED && setup->secured && setup->user)
            anew = ANEW_LOGIN;
        else if (setup->address && !strchr(setup->address, '@'))
            forget_address(setup);
    }
}
