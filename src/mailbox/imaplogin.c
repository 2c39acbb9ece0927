/* SPDX-License-Identifier: MIT */
#include "mailbox/imaplogin.h"

#include <string.h>

#include "base/text.h"

#define TAG "zwlogin"

void imaplogin_base64(struct span s, struct str *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t three = 0;
        for (size_t j = 0; j < 3; j++)
            three = three << 8 | (i + j < s.n ? (unsigned char)s.at[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            str_add_char(out, i + j > s.n ? '=' : digits[three >> (18 - 6 * j) & 63]);
    }
}

void imaplogin_plain(const char *user, const char *password, struct str *out)
{
    str_reserve(out, strlen(user) + strlen(password) + 8); /* or growing leaves copies behind */
    str_add_char(out, '\0');
    str_add_text(out, user);
    str_add_char(out, '\0');
    str_add_text(out, password);
}

void imaplogin_token(bool bearer, const char *user, const char *host, unsigned port,
                     const char *token, struct str *out)
{
    str_reserve(out, strlen(user) + strlen(host) + strlen(token) + 80);
    if (bearer)
        str_addf(out, "n,a=%s,\001host=%s\001port=%u\001auth=Bearer %s\001\001", user, host, port,
                 token);
    else
        str_addf(out, "user=%s\001auth=Bearer %s\001\001", user, token);
}

void imaplogin_forget(struct str *secret)
{
    if (secret->at)
        explicit_bzero(secret->at, secret->capacity);
    str_free(secret);
}

/* The refusal as a sentence. Not every NO means a wrong password (RFC 5530). */
static enum result refusal(struct imapsession *session, struct span said, struct error *error)
{
    static const char *const later[] = {"[UNAVAILABLE]", "[LIMIT]",        "[INUSE]",
                                        "[SERVERBUG]",   "[CONTACTADMIN]", "too many",
                                        "maximum number"};
    struct str words = {0};
    imapsession_words(session->source, said, &words);
    enum result result = RESULT_DENIED;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (span_find_nocase(said, span_of(later[i])) >= 0)
            result = RESULT_BUSY;
    error_set(error, result,
              result == RESULT_BUSY
                  ? _("%s: the server does not let %s in at the moment (%s); the next scan tries "
                      "again")
                  : _("%s: log-in as %s refused (%s); check the user name and password_command"),
              link_name(session->link), session->url->user, str_text(&words));
    str_free(&words);
    return result;
}

/* Reads lines until ours is answered. A "+" gets `response` once and then an empty line, which ends
 * the error report of the OAuth mechanisms. */
static enum result converse(struct imapsession *session, struct span response, struct error *error)
{
    struct span line;
    enum result result;
    for (;;) {
        if ((result = link_line(session->link, &line, error)) != RESULT_OK)
            return result;
        if (span_starts(line, SPAN("+"))) {
            if ((result = link_send(session->link, response, error)) != RESULT_OK ||
                (result = link_send(session->link, SPAN("\r\n"), error)) != RESULT_OK)
                return result;
            response = SPAN("");
        } else if (span_starts_nocase(line, SPAN(TAG " OK"))) {
            session->imap->imap_state = MAILIMAP_STATE_AUTHENTICATED;
            return RESULT_OK;
        } else if (span_starts(line, SPAN(TAG " "))) {
            return refusal(session, span_cut(line, sizeof TAG, line.n), error);
        } else if (span_starts_nocase(line, SPAN("* BYE"))) {
            return refusal(session, span_cut(line, 5, line.n), error);
        } else if (!span_starts(line, SPAN("* "))) {
            return link_blame(session->link, _("the server's answer is not IMAP"), error);
        }
    }
}

static enum result authenticate(struct imapsession *session, const char *mechanism,
                                struct str *secret, struct error *error)
{
    struct str command = {0}, encoded = {0};
    str_reserve(&encoded, secret->n * 4 / 3 + 8);
    imaplogin_base64(span_of_str(secret), &encoded);
    imapsession_expect(session, (size_t)256 << 10);
    imapsession_take_over(session);
    str_addf(&command, TAG " AUTHENTICATE %s\r\n", mechanism);
    enum result result = link_send(session->link, span_of_str(&command), error);
    if (!result)
        result = converse(session, span_of_str(&encoded), error);
    str_free(&command);
    imaplogin_forget(&encoded);
    return result;
}

static enum result log_in_by_token(struct imapsession *session, struct error *error)
{
    const struct mailbox_url *url = session->url;
    bool bearer = mailimap_has_authentication(session->imap, "OAUTHBEARER");
    if (!bearer && !mailimap_has_authentication(session->imap, "XOAUTH2"))
        return error_set(
            error, RESULT_DENIED,
            _("%s: the server takes no OAuth 2 tokens; use password_command instead of "
              "token_command"),
            link_name(session->link));
    struct str secret = {0};
    imaplogin_token(bearer, url->user, url->host, url->port, session->source->password, &secret);
    enum result result = authenticate(session, bearer ? "OAUTHBEARER" : "XOAUTH2", &secret, error);
    imaplogin_forget(&secret);
    return result;
}

static enum result log_in(struct imapsession *session, struct error *error)
{
    const char *user = session->url->user, *password = session->source->password;
    imapsession_expect(session, (size_t)256 << 10);
    int code = mailimap_login(session->imap, user, password);
    if (code == MAILIMAP_ERROR_LOGIN) {
        const char *said = session->imap->imap_response;
        return refusal(session, span_of(said ? said : ""), error);
    }
    return imapsession_check(session, code, RESULT_DENIED, _("log-in refused"), error);
}

enum result imaplogin(struct imapsession *session, struct error *error)
{
    const char *password = session->source->password;
    if (!password)
        return error_set(error, RESULT_CONFIG,
                         _("%s: no password for %s; set password_command in the configuration"),
                         link_name(session->link), session->url->user);
    if (strpbrk(password, "\r\n"))
        return error_set(error, RESULT_CONFIG, _("the password of %s has more than one line"),
                         session->url->user);
    if (session->source->token)
        return log_in_by_token(session, error);
    if (mailimap_has_authentication(session->imap, "PLAIN")) {
        struct str secret = {0};
        imaplogin_plain(session->url->user, password, &secret);
        enum result result = authenticate(session, "PLAIN", &secret, error);
        imaplogin_forget(&secret);
        return result;
    }
    if (mailimap_has_extension(session->imap, "LOGINDISABLED"))
        return error_set(
            error, RESULT_DENIED,
            _("%s: the server takes no passwords; it may want OAuth 2 (token_command)"),
            link_name(session->link));
    return log_in(session, error);
}
