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

bool feedback_read(struct work *work)
{
    static const char *const reported[] = {"Original-Rcpt-To", "X-Original-Rcpt-To",
                                           "Removal-Recipient", "X-Removal-Recipient", NULL};
    static const char *const sent[] = {"X-HmXmrOriginalRecipient", "X-Original-To", "Delivered-To",
                                       "X-Rcpt-To", "Envelope-To", "To", NULL};
    const struct part *part = work_part(work, PART_FEEDBACK, false);
    struct header report = {0};
    if (part) {
        struct span body = mime_body(work->arena, part);
        while (body.n && body.at[0] == '\n')
            body = span_cut(body, 1, body.n);
        header_read(work->arena, body, &report);
        if (!complaint(header_get(work->arena, &report, "Feedback-Type")))
            return false;
    } else if (!header_has(&work->returned.header, "X-HmXmrOriginalRecipient") &&
               !header_has(work->header, "X-HmXmrOriginalRecipient")) {
        return false;
    }
    work->reporting_mta = header_get(work->arena, &report, "Reporting-MTA");
    if (recipients(work, &report, reported) ||
        recipients(work, work->header, (const char *const[]){"X-HmXmrOriginalRecipient", NULL}))
        return true;
    recipients(work, &work->returned.header, sent);
    return true;
}
