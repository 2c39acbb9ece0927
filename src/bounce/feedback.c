/* SPDX-License-Identifier: MIT */
#include "bounce/feedback.h"

#include "bounce/notice.h"
#include "bounce/returned.h"
#include "mail/addrspec.h"

static void add(void *arg, struct span address)
{
    struct work *work = arg;
    if (!work_find(work, address))
        work_add(work, address, "RFC 5965");
}

/* What a feedback type means: only these are people who complain. */
static bool complaint(struct span type)
{
    return !type.n || span_starts_nocase(type, SPAN("abuse")) ||
           span_starts_nocase(type, SPAN("fraud")) || span_starts_nocase(type, SPAN("opt-out")) ||
           span_starts_nocase(type, SPAN("miscategorized")) ||
           span_starts_nocase(type, SPAN("virus")) || span_starts_nocase(type, SPAN("other")) ||
           span_starts_nocase(type, SPAN("complaint")) || span_starts_nocase(type, SPAN("spam"));
}

static bool recipients(struct work *work, const struct header *header, const char *const *names)
{
    for (; *names; names++) {
        for (size_t i = 0; i < header->n; i++)
            if (span_equal_nocase(header->fields[i].name, span_of(*names)))
                addrspec_list(work->arena, header_unfold(work->arena, header->fields[i].value), add,
                              work);
        if (work->n)
            return true;
    }
    return false;
}

/* The mail that Apple Mail sends for a reader who presses "unsubscribe". */
static bool unsubscribes(struct work *work)
{
    if (!span_equal_nocase(span_trim(work->subject), SPAN("unsubscribe")) || !work->from.at)
        return false;
    notice_read(work);
    if (!span_starts(span_trim(work->notice), SPAN("Apple Mail sent this email to unsubscribe")))
        return false;
    work_add(work, work->from, "Apple Mail");
    return true;
}

enum bounce_kind feedback_read(struct work *work)
{
    static const char *const reported[] = {"Original-Rcpt-To", "X-Original-Rcpt-To",
                                           "Removal-Recipient", "X-Removal-Recipient", NULL};
    static const char *const marked[] = {"X-HmXmrOriginalRecipient", NULL};
    static const char *const sent[] = {"X-HmXmrOriginalRecipient", "To", "X-Rcpt-To",
                                       "X-Original-To", "Delivered-To", "Envelope-To", NULL};
    const struct part *part = work_part(work, PART_FEEDBACK, false);
    struct header report = {0};
    struct span type = SPAN_NONE;
    if (part) {
        struct span body = mime_body(work->arena, part);
        while (body.n && body.at[0] == '\n')
            body = span_cut(body, 1, body.n);
        header_read(work->arena, body, &report);
        type = header_get(work->arena, &report, "Feedback-Type");
    } else if (!header_has(&work->returned.header, marked[0]) &&
               !header_has(work->header, marked[0])) {
        return unsubscribes(work) ? BOUNCE_COMPLAINT : BOUNCE_OTHER;
    }
    bool failure = span_starts_nocase(type, SPAN("auth-failure"));
    if (!failure && !complaint(type))
        return BOUNCE_OTHER;
    work->reporting_mta = header_get(work->arena, &report, "Reporting-MTA");
    if (!recipients(work, &report, reported) && !recipients(work, work->header, marked))
        recipients(work, &work->returned.header, sent);
    work->auth_failure = failure; /* RFC 6591: a report, but nobody complains by it */
    return BOUNCE_COMPLAINT;
}
