/* SPDX-License-Identifier: MIT */
#include "mailbox/pop3session.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/sasl.h"

#define ANSWER POP3SESSION_ANSWER

enum result pop3session_ask(struct pop3session *session, size_t budget, struct span command,
                            struct error *error)
{
    struct span line;
    link_expect(session->link, budget);
    enum result result = command.n ? link_send(session->link, command, error) : RESULT_OK;
    if (!result && command.n)
        result = link_send(session->link, SPAN("\r\n"), error);
    if (!result)
        result = link_line(session->link, &line, error);
    if (result)
        return result;
    str_clear(&session->line);
    str_add(&session->line, line);
    if (span_starts_nocase(line, SPAN("+OK")) || span_equal(line, SPAN("+")) ||
        span_starts(line, SPAN("+ ")))
        return RESULT_OK;
    if (span_starts_nocase(line, SPAN("-ERR")))
        return RESULT_NO;
    return link_blame(session->link, _("the server's answer is not POP3"), error);
}

enum result pop3session_refused(struct pop3session *session, enum result result, const char *what,
                                struct error *error)
{
    struct str words = {0};
    kind_words(session->source, span_of_str(&session->line), &words);
    error_set(error, result, "%s: %s (%s)", link_name(session->link), what, str_text(&words));
    str_free(&words);
    return result;
}

enum result pop3session_next_line(struct pop3session *session, struct span *line, bool *more,
                                  struct error *error)
{
    enum result result = link_line(session->link, line, error);
    *more = !result && !span_equal(*line, SPAN("."));
    return result;
}

static enum result read_capabilities(struct pop3session *session, struct error *error)
{
    session->can_stls = session->can_plain = session->can_xoauth2 = session->can_top = false;
    enum result result = pop3session_ask(session, 16 * ANSWER, SPAN("CAPA"), error);
    if (result)
        return result == RESULT_NO ? RESULT_OK : result; /* RFC 2449 is not for everybody */
    struct span line;
    bool more;
    while ((result = pop3session_next_line(session, &line, &more, error)) == RESULT_OK && more) {
        if (span_equal_nocase(line, SPAN("STLS")))
            session->can_stls = true;
        if (span_equal_nocase(line, SPAN("TOP")))
            session->can_top = true;
        if (!span_starts_nocase(line, SPAN("SASL ")))
            continue;
        struct span rest = span_cut(line, 5, line.n), word;
        while (span_next(&rest, ' ', &word)) {
            session->can_plain |= span_equal_nocase(word, SPAN("PLAIN"));
            session->can_xoauth2 |= span_equal_nocase(word, SPAN("XOAUTH2"));
        }
    }
    return result;
}

static enum result upgrade(struct pop3session *session, struct error *error)
{
    enum result result = read_capabilities(session, error);
    if (!result && !session->can_stls)
        return link_blame(session->link,
                          _("the server offers no encryption (STLS), and without it no password is "
                            "sent; use pop3s:// if it listens on port 995"),
                          error);
    if (!result)
        result = pop3session_ask(session, ANSWER, SPAN("STLS"), error);
    if (result == RESULT_NO)
        return pop3session_refused(session, RESULT_UNREACHABLE, _("the server refuses to encrypt"),
                                   error);
    return result ? result : link_start_tls(session->link, true, error);
}

/* AUTH with the secret as the answer to the server's "+". */
static enum result authenticate(struct pop3session *session, const char *mechanism,
                                struct str *secret, struct error *error)
{
    struct str command = {0}, encoded = {0};
    str_reserve(&encoded, secret->n * 4 / 3 + 8);
    sasl_base64(span_of_str(secret), &encoded);
    str_addf(&command, "AUTH %s", mechanism);
    enum result result = pop3session_ask(session, ANSWER, span_of_str(&command), error);
    if (!result)
        result = pop3session_ask(session, ANSWER, span_of_str(&encoded), error);
    if (!result &&
        session->line.at[1] != 'O') /* "+ …": an OAuth error report, ended by an empty line */
        result = pop3session_ask(session, ANSWER, SPAN("\r\n"), error);
    str_free(&command);
    sasl_forget(&encoded);
    return result;
}

static enum result user_pass(struct pop3session *session, struct error *error)
{
    struct str command = {0};
    str_addf(&command, "USER %s", session->url->user);
    enum result result = pop3session_ask(session, ANSWER, span_of_str(&command), error);
    str_clear(&command);
    str_reserve(&command, strlen(kind_password(session->source)) + 8);
    str_addf(&command, "PASS %s", kind_password(session->source));
    if (!result)
        result = pop3session_ask(session, ANSWER, span_of_str(&command), error);
    sasl_forget(&command);
    return result;
}

static enum result log_in(struct pop3session *session, struct error *error)
{
    const struct mailbox_source *source = session->source;
    enum result result = sasl_check(source, session->url, link_name(session->link), error);
    if (!result)
        result = read_capabilities(session, error);
    if (result)
        return result;
    struct str secret = {0};
    if (source->token && !session->can_xoauth2)
        return error_set(
            error, RESULT_DENIED,
            _("%s: the server takes no OAuth 2 tokens; use password_command instead of "
              "token_command"),
            link_name(session->link));
    if (source->token) {
        sasl_token(false, session->url, kind_password(source), &secret);
        result = authenticate(session, "XOAUTH2", &secret, error);
    } else if (session->can_plain) {
        sasl_plain(session->url->user, kind_password(source), &secret);
        result = authenticate(session, "PLAIN", &secret, error);
    } else {
        result = user_pass(session, error);
    }
    sasl_forget(&secret);
    if (result != RESULT_NO)
        return result;
    return sasl_refused(source, session->url, link_name(session->link), span_of_str(&session->line),
                        error);
}

static enum result start(struct pop3session *session, struct error *error)
{
    bool implicit = strcmp(session->url->scheme, "pop3s") == 0;
    enum result result = link_open(session->source, session->url, &session->link, error);
    if (!result && implicit)
        result = link_start_tls(session->link, false, error);
    if (!result)
        result = pop3session_ask(session, ANSWER, SPAN(""), error);
    if (result == RESULT_NO)
        result = pop3session_refused(session, RESULT_UNREACHABLE, _("the server does not serve us"),
                                     error);
    if (!result && !implicit)
        result = upgrade(session, error);
    if (!result)
        result = log_in(session, error);
    if (!result)
        kind_reached(session->source, STAGE_LOGGED_IN);
    return result;
}

enum result pop3session_open(const struct mailbox_source *source, const struct mailbox_url *url,
                             struct pop3session **out, struct error *error)
{
    struct pop3session *session = alloc_zero(1, sizeof *session);
    session->source = source;
    session->url = url;
    enum result result = start(session, error);
    if (result == RESULT_DENIED && (result = kind_renew(source, result, error)) == RESULT_OK) {
        link_close(session->link);
        session->link = NULL;
        result = start(session, error);
    }
    if (result)
        pop3session_close(session, false);
    else
        *out = session;
    return result;
}

void pop3session_close(struct pop3session *session, bool politely)
{
    if (!session)
        return;
    if (politely && !link_failure(session->link, NULL)) {
        link_hurry(session->link);
        pop3session_ask(session, ANSWER, SPAN("QUIT"), NULL);
    }
    link_close(session->link);
    str_free(&session->line);
    free(session);
}
