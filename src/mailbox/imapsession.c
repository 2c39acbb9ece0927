/* SPDX-License-Identifier: MIT */
#include "mailbox/imapsession.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/imaplogin.h"
#include "mailbox/imaputf7.h"
#include "mailbox/kind.h"
#include "mailbox/low.h"

#define SMALL_ANSWER ((size_t)256 << 10)
#define LIST_ANSWER ((size_t)1 << 20) /* 20,000 UIDs, and news of other messages before them */

void imapsession_expect(struct imapsession *session, size_t budget)
{
    link_expect(session->link, budget);
}

enum result imapsession_check(struct imapsession *session, int code, enum result refused,
                              const char *what, struct error *error)
{
    if (code == MAILIMAP_NO_ERROR || code == MAILIMAP_NO_ERROR_AUTHENTICATED ||
        code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return RESULT_OK;
    enum result result = link_failure(session->link, error);
    if (result)
        return result;
    if (code == MAILIMAP_ERROR_PARSE || code == MAILIMAP_ERROR_PROTOCOL ||
        code == MAILIMAP_ERROR_STREAM)
        return link_blame(session->link, _("the server's answer is not IMAP"), error);
    if (code == MAILIMAP_ERROR_FATAL || code == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION)
        return link_blame(session->link, _("the server said good-bye; try again later"), error);
    struct str words = {0};
    const char *said = session->imap->imap_response;
    kind_words(session->source, span_of(said ? said : ""), &words);
    error_set(error, refused, "%s: %s (%s)", link_name(session->link), what, str_text(&words));
    str_free(&words);
    return refused;
}

void imapsession_take_over(struct imapsession *session)
{
    mailstream *stream = session->imap->imap_stream;
    link_unread(session->link, (struct span){stream->read_buffer, stream->read_buffer_len});
    stream->read_buffer_len = 0;
}

static enum result read_capabilities(struct imapsession *session, struct error *error)
{
    struct mailimap_capability_data *data = NULL;
    imapsession_expect(session, SMALL_ANSWER);
    int code = mailimap_capability(session->imap, &data);
    if (code == MAILIMAP_NO_ERROR)
        mailimap_capability_data_free(data);
    return imapsession_check(session, code, RESULT_UNREACHABLE,
                             _("the server does not say what it can do"), error);
}

static enum result upgrade(struct imapsession *session, struct error *error)
{
    enum result result = read_capabilities(session, error);
    if (result)
        return result;
    if (!mailimap_has_extension(session->imap, "STARTTLS"))
        return link_blame(
            session->link,
            _("the server offers no encryption (STARTTLS), and without it no password "
              "is sent; use imaps:// if it listens on port 993"),
            error);
    imapsession_expect(session, SMALL_ANSWER);
    int code = mailimap_starttls(session->imap);
    /* libetpan may refuse an injection itself, with the code of a plain refusal. */
    if (!session->imap->imap_stream->read_buffer_len) {
        result = imapsession_check(session, code, RESULT_UNREACHABLE,
                                   _("the server refuses to encrypt, and without it no password is "
                                     "sent"),
                                   error);
        if (result)
            return result;
    }
    imapsession_take_over(session); /* the link looks whether there was anything */
    return link_start_tls(session->link, true, error);
}

/* libetpan would take a BYE for any failure, and leak it: "too many connections" is worth telling
 * apart. Anything else is given back for libetpan to read. */
static enum result look_at_greeting(struct imapsession *session, struct error *error)
{
    struct span line;
    struct str copy = {0};
    enum result result = link_line(session->link, &line, error);
    if (result)
        return result;
    if (span_starts_nocase(line, SPAN("* BYE"))) {
        kind_words(session->source, span_cut(line, 5, line.n), &copy);
        result = error_set(error, RESULT_BUSY,
                           _("%s: the server does not serve us at the moment (%s); the next scan "
                             "tries again"),
                           link_name(session->link), str_text(&copy));
    } else {
        str_add(&copy, line);
        str_add_text(&copy, "\r\n");
        link_unread(session->link, span_of_str(&copy));
    }
    str_free(&copy);
    return result;
}

static enum result greet(struct imapsession *session, bool *known, struct error *error)
{
    imapsession_expect(session, SMALL_ANSWER);
    enum result result = look_at_greeting(session, error);
    if (result)
        return result;
    mailstream *stream = low_stream(session->link);
    int code = mailimap_connect(session->imap, stream);
    if (!session->imap->imap_stream) /* it keeps the stream only when the greeting was good */
        session->imap->imap_stream = stream;
    *known = code == MAILIMAP_NO_ERROR_AUTHENTICATED;
    return imapsession_check(session, code, RESULT_UNREACHABLE,
                             _("the server does not greet as IMAP servers do"), error);
}

static enum result start(struct imapsession *session, struct error *error)
{
    bool implicit = strcmp(session->url->scheme, "imaps") == 0, known = false;
    enum result result = link_open(session->source, session->url, &session->link, error);
    if (!result && implicit)
        result = link_start_tls(session->link, false, error);
    if (!result)
        result = greet(session, &known, error);
    if (!result && !implicit) {
        /* STARTTLS is not possible any more then, and who would have logged us in? */
        if (known)
            return link_blame(session->link,
                              _("the server says we are logged in before anything was encrypted: "
                                "somebody on the way may be slipping in answers"),
                              error);
        result = upgrade(session, error);
    }
    if (!result)
        result = read_capabilities(session, error);
    if (!result && !known)
        result = imaplogin(session, error);
    if (!result)
        kind_reached(session->source, STAGE_LOGGED_IN);
    return result ? result : read_capabilities(session, error);
}

static enum result open_once(const struct mailbox_source *source, const struct mailbox_url *url,
                             struct imapsession **out, struct error *error)
{
    struct imapsession *session = alloc_zero(1, sizeof *session);
    session->source = source;
    session->url = url;
    session->imap = mailimap_new(0, NULL);
    if (!session->imap)
        abort(); /* out of memory */
    enum result result = start(session, error);
    if (result)
        imapsession_close(session, false);
    else
        *out = session;
    return result;
}

enum result imapsession_open(const struct mailbox_source *source, const struct mailbox_url *url,
                             struct imapsession **out, struct error *error)
{
    enum result result = open_once(source, url, out, error);
    if (result == RESULT_DENIED && (result = kind_renew(source, result, error)) == RESULT_OK)
        result = open_once(source, url, out, error);
    return result;
}

void imapsession_close(struct imapsession *session, bool politely)
{
    if (!session)
        return;
    mailstream *stream = session->imap->imap_stream;
    if (stream && politely && !link_failure(session->link, NULL)) {
        link_hurry(session->link);
        imapsession_expect(session, SMALL_ANSWER);
        mailimap_logout(session->imap);
    }
    if (session->imap->imap_stream) { /* else mailimap_free would say LOGOUT itself */
        mailstream_close(session->imap->imap_stream);
        session->imap->imap_stream = NULL;
    }
    mailimap_free(session->imap);
    link_close(session->link);
    free(session);
}

enum result imapsession_select(struct imapsession *session, bool read_only, struct error *error)
{
    const char *path = *session->url->path ? session->url->path : "INBOX";
    struct str folder = {0}, what = {0};
    imaputf7_encode(span_of(path), &folder);
    imapsession_expect(session, SMALL_ANSWER);
    int code = read_only ? mailimap_examine(session->imap, str_text(&folder))
                         : mailimap_select(session->imap, str_text(&folder));
    str_addf(&what, _("the folder %s cannot be opened"), path);
    enum result result = imapsession_check(session, code, RESULT_MISSING, str_text(&what), error);
    str_free(&folder);
    str_free(&what);
    if (result)
        return result;
    const struct mailimap_selection_info *info = session->imap->imap_selection_info;
    if (!info || !info->sel_has_exists)
        return link_blame(session->link, _("the server does not say how many messages there are"),
                          error);
    if (!info->sel_uidvalidity)
        return link_blame(session->link,
                          _("the server gives its messages no lasting numbers (UIDVALIDITY), so "
                            "none could be known again; fetch them by POP3"),
                          error);
    session->validity = info->sel_uidvalidity;
    session->next = info->sel_uidnext;
    session->exists = info->sel_exists;
    return RESULT_OK;
}

void imapsession_note(struct imapsession *session, struct span line)
{
    struct span rest = span_cut(line, 2, line.n), number;
    uint64_t n;
    if (span_starts(line, SPAN("* ")) && span_next(&rest, ' ', &number) &&
        span_number(number, &n) && rest.at && span_starts_nocase(rest, SPAN("EXISTS")))
        session->news = true;
}

void imapsession_forget_news(struct imapsession *session)
{
    session->news = false;
    if (session->imap->imap_selection_info)
        session->imap->imap_selection_info->sel_has_exists = 0;
}

bool imapsession_has_news(struct imapsession *session)
{
    const struct mailimap_selection_info *info = session->imap->imap_selection_info;
    return session->news || (info && info->sel_has_exists);
}

static struct mailimap_search_key *search_key(bool by_uid, uint32_t from, uint32_t to,
                                              int64_t since)
{
    struct mailimap_set *range = mailimap_set_new_interval(from, to);
    struct mailimap_search_key *set =
        by_uid ? mailimap_search_key_new_uid(range) : mailimap_search_key_new_set(range);
    if (!since)
        return set;
    /* The server compares days of its own time zone (RFC 3501 6.4.4). */
    time_t day = (time_t)(since - 86400);
    struct tm tm;
    gmtime_r(&day, &tm);
    struct mailimap_search_key *both = mailimap_search_key_new_multiple_empty();
    mailimap_search_key_multiple_add(both, set);
    mailimap_search_key_multiple_add(both, mailimap_search_key_new_since(mailimap_date_new(
                                               tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900)));
    return both;
}

enum result imapsession_search(struct imapsession *session, struct mailimap_search_key *key,
                               size_t budget, clist **found, struct error *error)
{
    imapsession_expect(session, budget);
    int code = mailimap_uid_search(session->imap, NULL, key, found);
    mailimap_search_key_free(key);
    return imapsession_check(session, code, RESULT_UNREACHABLE,
                             _("the server does not list its messages"), error);
}

enum result imapsession_list(struct imapsession *session, bool by_uid, uint32_t from, uint32_t to,
                             int64_t since, uint32_t **uids, size_t *n, size_t *capacity, struct error *error)
{
    clist *found = NULL;
    enum result result = imapsession_search(session, search_key(by_uid, from, to, since),
                                            LIST_ANSWER, &found, error);
    if (result)
        return result;
    for (clistiter *at = clist_begin(found); at; at = clist_next(at)) {
        ALLOC_GROW(*uids, *n, *capacity);
        (*uids)[(*n)++] = *(uint32_t *)clist_content(at);
    }
    mailimap_search_result_free(found);
    return RESULT_OK;
}
