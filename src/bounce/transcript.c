/* SPDX-License-Identifier: MIT */
#include "bounce/transcript.h"

#include "mail/addrspec.h"

/* What one side said in an SMTP dialogue; `line` is the whole of it. */
static bool dialogue(struct reading *r, struct span line, struct span said, bool ours)
{
    if (ours) {
        if (span_starts_nocase(said, SPAN("RCPT"))) {
            r->transcript = addrspec_find(r->work->arena, said);
            r->reply_of = -1;
        }
        /* an activehunter line ">>> a@b <a@b>" is no command */
        struct span rest, lead = addrspec_lead(r->work->arena, said, &rest);
        if (lead.at && r->listing && reading_finding(r, lead))
            r->wants_reason = true; /* behind a blank line */
        return true;
    }
    if (!said.n || (said.at[0] != '4' && said.at[0] != '5'))
        return true;
    if (r->reply_of >= 0) { /* a continued reply */
        r->current = r->reply_of;
        reading_words(r, line);
        return true;
    }
    struct finding *finding = NULL;
    if (r->transcript.at)
        finding = reading_finding(r, r->transcript);
    else if (r->work->n > r->first)
        finding = &r->work->findings[r->work->n - 1];
    if (finding && reading_lacks_reply(finding)) {
        reading_reply(finding, said);
        r->reply_of = finding - r->work->findings;
    }
    r->current = -1;
    return true;
}

/* " Thu 2026-11-05 10:00:00: *  Name server reports domain name unknown": what MDaemon itself
 * found. */
static bool remark(struct reading *r, struct span line)
{
    static const char *const idle[] = {
        "From:",   "To:",   "Subject:", "Message-ID:", "Size", "P=", "Connection established",
        "Waiting", "Trying"};
    ptrdiff_t star = span_find(span_cut(line, 0, 40), SPAN(": * "));
    if (star < 20)
        return false;
    struct span said = span_trim(span_cut(line, (size_t)star + 4, line.n));
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        if (span_starts_nocase(said, span_of(idle[i])))
            return true;
    struct finding *finding = reading_unexplained(r);
    if (finding && !finding->words.at)
        finding->words = said;
    return true;
}

bool transcript_line(struct reading *r, struct span line)
{
    line = span_trim(line);
    if (remark(r, line))
        return true;
    ptrdiff_t arrow = span_find(span_cut(line, 0, 60), SPAN("-> RCPT"));
    if (arrow < 0)
        arrow = span_find(span_cut(line, 0, 60), SPAN("<-- "));
    if (arrow > 0) { /* MDaemon, with the time before it */
        bool reply = line.at[arrow] == '<';
        struct span behind = span_cut(line, (size_t)arrow + (reply ? 4 : 3), line.n);
        return dialogue(r, behind, behind, !reply);
    }
    bool ours = span_starts(line, SPAN(">>> ")) || span_starts(line, SPAN("Sent <<<"));
    bool theirs = span_starts(line, SPAN("<<< ")) || span_starts(line, SPAN("Received >>>"));
    if (!ours && !theirs)
        return false;
    struct span said = span_trim(span_cut(line, 4, line.n));
    if (span_starts(line, SPAN("Sent")))
        said = span_trim(span_cut(line, 8, line.n));
    else if (span_starts(line, SPAN("Received")))
        said = span_trim(span_cut(line, 12, line.n));
    return dialogue(r, line, said, ours);
}

bool transcript_verdict(struct reading *r, struct span line)
{
    /* within a dialogue such a line is sendmail's own, whatever stands before it */
    if ((r->current >= 0 && !r->transcript.at) || r->wants_reason || line.n < 8 ||
        !reading_reply_like(line))
        return false;
    ptrdiff_t dots = span_find(line, SPAN("... "));
    if (dots < 0)
        return false;
    struct span found = addrspec_find(r->work->arena, span_cut(line, 3, (size_t)dots + 1));
    if (!found.at)
        return false;
    struct finding *finding = reading_finding(r, found);
    if (finding && !finding->words.at)
        finding->words = line;
    r->current = -1;
    return true;
}
