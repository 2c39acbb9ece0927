/* SPDX-License-Identifier: MIT */
#include "mailbox/imaplogin.h"

#include <string.h>

#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/sasl.h"

#define TAG "zwlogin"

static enum result refused(struct imapsession *session, struct span said, struct error *error)
{
    return sasl_refused(session->source, session->url, link_name(session->link), said, error);
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
            return refused(session, span_cut(line, sizeof TAG, line.n), error);
        } else if (span_starts_nocase(line, SPAN("* BYE"))) {
            return refused(session, span_cut(line, 5, line.n), error);
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
    sasl_base64(span_of_str(secret), &encoded);
    imapsession_expect(session, (size_t)256 << 10);
    imapsession_take_over(session);
    str_addf(&command, TAG " AUTHENTICATE %s\r\n", mechanism);
    enum result result = link_send(session->link, span_of_str(&command), error);
    if (!result)
        result = converse(session, span_of_str(&encoded), error);
    str_free(&command);
    sasl_forget(&encoded);
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
    sasl_token(bearer, url, kind_password(session->source), &secret);
    enum result result = authenticate(session, bearer ? "OAUTHBEARER" : "XOAUTH2", &secret, error);
    sasl_forget(&secret);
    return result;
}

static enum result log_in(struct imapsession *session, struct error *error)
{
    const char *user = session->url->user, *password = kind_password(session->source);
    imapsession_expect(session, (size_t)256 << 10);
    int code = mailimap_login(session->imap, user, password);
    if (code == MAILIMAP_ERROR_LOGIN) {
        const char *said = session->imap->imap_response;
        return refused(session, span_of(said ? said : ""), error);
    }
    return imapsession_check(session, code, RESULT_DENIED, _("log-in refused"), error);
}

enum result imaplogin(struct imapsession *session, struct error *error)
{
    enum result result = sasl_check(session->source, session->url, link_name(session->link), error);
    if (result)
        return result;
    if (session->source->token)
        return log_in_by_token(session, error);
    if (mailimap_has_authentication(session->imap, "PLAIN")) {
        struct str secret = {0};
        sasl_plain(session->url->user, kind_password(session->source), &secret);
        result = authenticate(session, "PLAIN", &secret, error);
        sasl_forget(&secret);
        return result;
    }
    if (mailimap_has_extension(session->imap, "LOGINDISABLED"))
        return error_set(
            error, RESULT_DENIED,
            _("%s: the server takes no passwords; it may want OAuth 2 (token_command)"),
            link_name(session->link));
    return log_in(session, error);
}
