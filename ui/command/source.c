/* SPDX-License-Identifier: MIT */
#include "command/source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/text.h"
#include "base/utf8.h"
#include "command/dialogue.h"
#include "command/interrupt.h"

static const struct {
    const char *name;
    enum mailbox_after after;
} afters[] = {{"keep", AFTER_KEEP}, {"seen", AFTER_SEEN}, {"delete", AFTER_DELETE}};

static enum result read_after(const char *text, struct source_open *out, struct error *error)
{
    struct span span = span_of(text);
    for (size_t i = 0; i < sizeof afters / sizeof *afters; i++)
        if (span_equal_nocase(span, span_of(afters[i].name))) {
            out->source.after = afters[i].after;
            return RESULT_OK;
        }
    if (!span_starts_nocase(span, SPAN("move:")) || span.n == 5)
        return error_set(error, RESULT_USAGE,
                         _("after=%s is none of keep, seen, delete and move:FOLDER"), text);
    out->source.after = AFTER_MOVE;
    out->move_to = span_copy(span_cut(span, 5, span.n));
    out->source.move_to = out->move_to;
    return RESULT_OK;
}

/* A password typed on the terminal, unseen; NULL without one. */
static char *ask_password(const char *user, const char *host)
{
    struct str typed_for = {0}, question = {0};
    str_addf(&typed_for, _("Password of %s at %s: "), user, host);
    utf8_visible(span_of_str(&typed_for), &question);
    char *password = dialogue_unseen(str_text(&question));
    str_free(&typed_for);
    str_free(&question);
    return password;
}

static bool needs_password(const struct mailbox_url *url)
{
    return strncmp(url->scheme, "imap", 4) == 0 || strncmp(url->scheme, "pop3", 4) == 0;
}

static bool same_login(const struct mailbox_url *url, const char *source)
{
    struct mailbox_url other = {0};
    if (!source || mailbox_url_parse(source, &other, NULL) != RESULT_OK)
        return false;
    bool same = needs_password(&other) && strcmp(url->user, other.user) == 0 &&
                strcasecmp(url->host, other.host) == 0;
    mailbox_url_free(&other);
    return same;
}

static const struct config_account *lender(const struct config *config,
                                           const struct mailbox_url *url)
{
    for (size_t i = 0; i < config->n; i++)
        if (same_login(url, config->accounts[i].source))
            return &config->accounts[i];
    return NULL;
}

static bool has_password(const struct config_account *account)
{
    return account->password_command || account->password_file || account->token_command;
}

static void wipe(char **secret)
{
    if (*secret)
        explicit_bzero(*secret, strlen(*secret));
    free(*secret);
    *secret = NULL;
}

/* token_command once more: the server says that the token has expired. */
static enum result renew(void *arg, const char **token, struct error *error)
{
    struct source_open *source = arg;
    char *secret;
    enum result result =
        config_password_unless(source->account_, interrupt_asked, NULL, &secret, error);
    if (result)
        return result;
    wipe(&source->password);
    *token = source->password = secret;
    return RESULT_OK;
}

static enum result find_password(const struct config *config, struct source_open *out,
                                 struct error *error)
{
    struct mailbox_url url = {0};
    enum result result = mailbox_url_parse(out->url, &url, error);
    if (result != RESULT_OK)
        return result;
    if (needs_password(&url) && !*url.user) {
        result = error_set(error, RESULT_USAGE, _("no user is named; write %s://USER@HOST/FOLDER"),
                           url.scheme);
    } else if (needs_password(&url)) {
        const struct config_account *account =
            *out->source.account ? config_account(config, span_of(out->source.account))
                                 : lender(config, &url);
        if (account) {
            out->source.ca_file = account->ca_file;
            out->source.pin = account->pin;
            out->source.token = account->token_command != NULL;
        }
        if (account && has_password(account)) {
            result = config_password_unless(account, interrupt_asked, NULL, &out->password, error);
            out->account_ = account;
            out->renewal = (struct mailbox_renewal){.ask = renew, .arg = out};
            out->source.renewal = out->source.token ? &out->renewal : NULL;
        } else if (!(out->password = ask_password(url.user, url.host)) && interrupt_asked(NULL)) {
            result = error_set(error, RESULT_CANCELLED, _("cancelled"));
        } else if (!out->password) {
            result = error_set(error, RESULT_CONFIG,
                               _("no password for %s: no account has one for this user and host, "
                                 "and there is no terminal to ask on; password_command or "
                                 "password_file of the account names it"),
                               out->url);
        }
        out->source.password = out->password;
    }
    mailbox_url_free(&url);
    return result;
}

enum result source_open(const struct config *config, const char *text, const char *after,
                        struct source_open *out, struct error *error)
{
    const struct config_account *account = config_account(config, span_of(text));
    *out = (struct source_open){.name = text};
    out->url = alloc_text(account ? account->source : text);
    out->source.url = out->url;
    out->source.account = account ? account->name : "";
    out->source.since = account ? account->since : 0;
    out->source.since_for_good = out->source.since != 0;
    out->observe = account && account->observe;
    out->poll = account ? account->poll : 120;
    enum result result = read_after(after ? after : account ? account->after : "keep", out, error);
    if (result == RESULT_OK)
        result = find_password(config, out, error);
    return result;
}

void source_close(struct source_open *source)
{
    wipe(&source->password);
    free(source->move_to);
    free(source->url);
}

/* The source's name before the sentence, unless that names it. */
void source_name(const char *text, struct error *error)
{
    const char *colon = strchr(text, ':');
    const char *path = colon && strncmp(colon, "://", 3) != 0 ? colon + 1 : text;
    struct str account = {0};
    str_addf(&account, _("account %s"), text);
    struct span sentence = span_of(error->text);
    if (!span_starts(sentence, span_of_str(&account)) &&
        (*path == '\0' || span_find(sentence, span_of(path)) < 0))
        error_prefix(error, "%s", text);
    str_free(&account);
}

/* A bare word that names nothing: an account may have been meant as well as a path. */
enum result source_unknown(const struct config *config, const char *text, enum result result,
                           struct error *error)
{
    struct nearest nearest;

    if (result != RESULT_MISSING || strchr(text, ':') || access(text, F_OK) == 0)
        return result;
    nearest_begin(&nearest, span_of(text));
    for (size_t i = 0; i < config->n; i++)
        nearest_offer(&nearest, config->accounts[i].name);
    if (nearest.best)
        return error_set(error, result, _("%s: there is no such account; did you mean %s?"), text,
                         nearest.best);
    return error_set(error, result, _("%s: this is neither an account nor a file or directory that "
                                      "is there"), text);
}

enum result source_none(const struct config *config, struct error *error)
{
    return error_set(error, RESULT_CONFIG,
                         _("no account is set up and no SOURCE is named; an [account NAME] with its "
                           "source goes into %s, see `zwrotka --help config`"),
                         *config->file ? config->file : "~/.config/zwrotka/config");
}
