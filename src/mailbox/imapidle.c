/* SPDX-License-Identifier: MIT */
#include "mailbox/imapidle.h"

#include "base/clock.h"
#include "base/text.h"
#include "mailbox/kind.h"

#define TAG "zwidle"
#define ANSWER ((size_t)1 << 20)

enum line { LINE_OTHER, LINE_GO_ON, LINE_DONE, LINE_REFUSED };

/* The next line of the server, looked at for news. */
static enum result read_line(struct imapsession *session, enum line *kind, struct error *error)
{
    struct span line;
    enum result result = link_line(session->link, &line, error);
    if (result)
        return result;
    *kind = LINE_OTHER;
    if (span_starts(line, SPAN("+")))
        *kind = LINE_GO_ON;
    else if (span_starts_nocase(line, SPAN(TAG " OK")))
        *kind = LINE_DONE;
    else if (span_starts(line, SPAN(TAG " ")))
        *kind = LINE_REFUSED;
    else if (span_starts_nocase(line, SPAN("* BYE")))
        return link_blame(session->link, _("the server said good-bye; try again later"), error);
    else if (!span_starts(line, SPAN("* ")))
        return link_blame(session->link, _("the server's answer is not IMAP"), error);
    imapsession_note(session, line);
    return RESULT_OK;
}

static enum result read_until(struct imapsession *session, enum line wanted, enum line *kind,
                              struct error *error)
{
    enum result result = RESULT_OK;
    *kind = LINE_OTHER;
    while (!result && *kind != wanted && *kind != LINE_REFUSED)
        result = read_line(session, kind, error);
    return result;
}

/* News while the server may speak, until there are some or the time is over. */
static enum result listen(struct imapsession *session, unsigned ms, struct error *error)
{
    enum line kind;
    int64_t end = clock_ms() + ms;
    while (!session->news) {
        int64_t left = end - clock_ms();
        enum result result = left > 0 ? link_wait(session->link, (unsigned)left, error) : RESULT_NO;
        if (result)
            return result; /* NO: over, or woken */
        imapsession_expect(session, ANSWER);
        if ((result = read_line(session, &kind, error)) != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum result idle(struct imapsession *session, unsigned ms, struct error *error)
{
    enum line kind;
    imapsession_expect(session, ANSWER);
    imapsession_take_over(session);
    enum result result = link_send(session->link, SPAN(TAG " IDLE\r\n"), error);
    if (!result)
        result = read_until(session, LINE_GO_ON, &kind, error);
    if (result)
        return result;
    if (kind == LINE_REFUSED) {
        session->no_idle = true;
        return RESULT_NO;
    }
    enum result news = listen(session, ms, error);
    if (news && news != RESULT_NO)
        return news;
    imapsession_expect(session, ANSWER);
    result = link_send(session->link, SPAN("DONE\r\n"), error);
    if (!result)
        result = read_until(session, LINE_DONE, &kind, error);
    return result ? result : RESULT_OK;
}

enum result imapidle(struct imapsession *session, unsigned ms, unsigned poll_ms,
                     struct error *error)
{
    const struct mailbox_source *source = session->source;
    enum result result = RESULT_OK;
    if (!mailimap_has_extension(session->imap, "IDLE"))
        session->no_idle = true;
    if (!session->no_idle)
        result = idle(session, ms, error);
    if (session->no_idle && (!result || result == RESULT_NO))
        return kind_sleep(source, poll_ms, error);
    if (result)
        return result;
    return session->news || kind_woken(source) ? RESULT_OK : RESULT_NO;
}
