/* SPDX-License-Identifier: MIT */
#include "bounce/text.h"

#include <ctype.h>
#include <string.h>

#include "bounce/codes.h"
#include "bounce/fold.h"
#include "bounce/marks.h"
#include "bounce/returned.h"
#include "mail/addrspec.h"

#define LINE_MAX_FOLDED 2000
#define HITS_MAX 12

struct reading {
    struct work *work;
    struct text_result *result;
    bool only_fill;
    bool listing;            /* addresses at the beginning of lines are recipients */
    bool last;               /* this line ends only because the message does */
    bool wants_reason;       /* a sentence said that the reason follows */
    ptrdiff_t current;       /* index of the finding that lines go to, -1: none */
    size_t first;            /* findings from here on are this reading's */
    struct span lone;        /* an address by itself before any sentence: EZweb */
    struct span above;       /* an address by itself, on the line before */
    struct span to_line;     /* the only address of the one line "To: …" */
    size_t to_lines;
    bool program;            /* the list names a program or file: who it is for comes behind it */
    ptrdiff_t reason_of;     /* finding that the reason behind a list went to, -1: none */
    struct span pending;     /* a reason before the recipients it belongs to */
    struct span transcript;  /* the recipient of the transcript's last RCPT */
    size_t indent;           /* of the line that named the current finding */
    ptrdiff_t reply_of;      /* finding of the transcript's last reply */
    const char *name;        /* whose form it is */
    const char *begin, *end; /* of the text */
    char folded[FOLD_ROOM(LINE_MAX_FOLDED)];
};

static struct span stretch(struct span words, struct span line)
{
    const char *from = words.at ? words.at : line.at;
    return (struct span){from, (size_t)(line.at + line.n - from)};
}

/* The finding of an address: made, or the one there is. NULL if none may be added. */
static struct finding *finding_of(struct reading *r, struct span address)
{
    struct work *work = r->work;
    struct finding *finding = work_find(work, address);
    if (!finding) {
        if (r->only_fill) {
            if (!r->result->other.at)
                r->result->other = address;
            return NULL;
        }
        finding = work_add(work, address, r->name ? r->name : "text");
        finding->cut = r->last;
    }
    r->result->named++;
    ptrdiff_t index = finding - work->findings;
    if (finding->words.at && index != r->current) {
        /* said again further down: in another tongue, or by the other server itself */
        if (codes_find(finding->words).reply)
            index = -1;
        else if (!finding->more.at) {
            finding->more = finding->words;
            finding->words = SPAN_NONE;
        }
    }
    r->current = index;
    return finding;
}

static void add_words(struct reading *r, struct span line)
{
    if (r->current < 0)
        return;
    struct finding *finding = &r->work->findings[r->current];
    line = span_trim(line);
    if (!line.n || finding->words.n > 8000)
        return;
    if (!finding->words.at)
        finding->words = line;
    else if (finding->words.at >= r->begin && finding->words.at < line.at && line.at < r->end)
        finding->words = stretch(finding->words, line);
}

/* "(expanded from <a@b>)", "(generated from a@b)", "originally addressed to a@b" */
static bool origin(struct reading *r, struct span line)
{
    static const char *const marks[] = {"expanded from", "generated from", "addressed to",
                                        "ultimately generated from", "original recipient",
                                        "original address"};
    if ((r->current < 0 && !r->program) || !memchr(line.at, '@', line.n))
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        ptrdiff_t at = span_find_nocase(line, span_of(marks[i]));
        if (at < 0)
            continue;
        struct span found =
            addrspec_find(r->work->arena, span_cut(line, (size_t)at, line.n));
        if (found.at && r->current < 0) {
            finding_of(r, found);
            r->program = false;
            return true;
        }
        struct finding *finding = &r->work->findings[r->current];
        if (found.at && !finding->original.at && !span_equal_nocase(found, finding->address))
            work_original(r->work, finding, found);
        return found.at != NULL;
    }
    return false;
}

/* Nothing yet, or our own side's introduction to what the other server said. */
static bool lacks_reply(const struct finding *finding)
{
    return !finding->words.at || !codes_find(finding->words).reply;
}

/* The server's own words take the place of such an introduction. */
static void reply_words(struct finding *finding, struct span words)
{
    if (finding->words.at && !finding->more.at)
        finding->more = finding->words;
    finding->words = words;
}

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
        if (lead.at && r->listing)
            finding_of(r, lead);
        return true;
    }
    if (!said.n || (said.at[0] != '4' && said.at[0] != '5'))
        return true;
    if (r->reply_of >= 0) { /* a continued reply */
        r->current = r->reply_of;
        add_words(r, line);
        return true;
    }
    struct finding *finding = NULL;
    if (r->transcript.at)
        finding = finding_of(r, r->transcript);
    else if (r->work->n > r->first)
        finding = &r->work->findings[r->work->n - 1];
    if (finding && lacks_reply(finding)) {
        reply_words(finding, said);
        r->reply_of = finding - r->work->findings;
    }
    r->current = -1;
    return true;
}

/* A line of an SMTP dialogue: sendmail's, InterScan's. */
static bool transcript(struct reading *r, struct span line)
{
    line = span_trim(line);
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

static bool reply_like(struct span line)
{
    return line.n > 4 && (line.at[0] == '4' || line.at[0] == '5') &&
           isdigit((unsigned char)line.at[1]) && isdigit((unsigned char)line.at[2]) &&
           (line.at[3] == ' ' || line.at[3] == '-');
}

/* "550 5.1.1 <a@b>... User unknown", "550 <a@b>, …": sendmail's own line of the transcript. */
static bool verdict_line(struct reading *r, struct span line)
{
    if (r->current >= 0 || r->wants_reason || line.n < 8 || !reply_like(line))
        return false;
    ptrdiff_t dots = span_find(line, SPAN("... "));
    if (dots < 0)
        return false;
    struct span found =
        addrspec_find(r->work->arena, span_cut(line, 3, (size_t)dots + 1));
    if (!found.at)
        return false;
    struct finding *finding = finding_of(r, found);
    if (finding && !finding->words.at)
        finding->words = line;
    r->current = -1;
    return true;
}

/* May `rest` stand behind an address that begins a line? */
static bool follows(struct span rest, bool listing, bool *words)
{
    struct span trimmed = span_trim(rest);
    *words = true;
    if (!trimmed.n)
        return listing;
    if (trimmed.at[0] == ':' || (trimmed.at[0] == '.' && trimmed.n > 1 && trimmed.at[1] == '.'))
        return true;
    if (!listing)
        return false;
    if (trimmed.at[0] == ',' || trimmed.at[0] == ';') {
        *words = false;
        return true;
    }
    *words = !span_starts(trimmed, SPAN("on ")) && trimmed.at[0] != '<';
    return rest.at[0] == ' ' || rest.at[0] == '\t' || rest.at[0] == '(' || rest.at[0] == '<';
}

static bool recipient_line(struct reading *r, struct span line)
{
    if (!line.n || !memchr(line.at, '@', line.n))
        return false;
    size_t indent = 0;
    while (indent < line.n && line.at[indent] == ' ')
        indent++;
    /* deeper than the recipient: what is said of it, even if that begins with an address */
    if (r->current >= 0 && r->work->findings[r->current].words.at && indent > r->indent)
        return false;
    struct span rest, lead = addrspec_lead(r->work->arena, line, &rest);
    if (!lead.at && r->listing && span_starts_nocase(span_trim(line), SPAN("SMTP <")))
        lead = addrspec_lead(r->work->arena, span_cut(span_trim(line), 5, line.n), &rest);
    if (!lead.at && r->listing) { /* "Name<mailto:a@b>", "Name (a@b)" */
        ptrdiff_t at = span_find(line, SPAN("<mailto:"));
        if (at > 0)
            lead = addrspec_lead(r->work->arena, span_cut(line, (size_t)at, line.n), &rest);
    }
    bool words;
    if (lead.at && !r->result->bounce && !r->lone.at && !span_trim(rest).n)
        r->lone = lead;
    if (!lead.at || !follows(rest, r->listing || r->result->bounce || r->work->trusted, &words))
        return false;
    bool named = (r->result->bounce || r->work->trusted) && span_starts(span_trim(rest), SPAN(":"));
    if (!r->listing && !named)
        return false;
    struct finding *finding = finding_of(r, lead);
    r->indent = indent;
    r->wants_reason = false;
    if (!finding) {
        r->current = -1;
        return true;
    }
    if (r->pending.at && !finding->words.at && !finding->more.at)
        finding->words = r->pending;
    if (origin(r, rest)) {
        ptrdiff_t close = span_find(rest, SPAN("):"));
        rest = close < 0 ? SPAN_NONE : span_cut(rest, (size_t)close + 1, rest.n);
    }
    rest = span_trim(rest);
    while (rest.n && (rest.at[0] == ':' || rest.at[0] == ' '))
        rest = span_cut(rest, 1, rest.n);
    if (words && rest.n && !finding->words.at)
        finding->words = rest;
    return true;
}

/* The raw address that the `nth` "@" of the folded line is. */
static struct span nth_address(struct reading *r, struct span line, size_t nth)
{
    struct span found = SPAN_NONE;
    for (size_t i = 0; i <= nth && line.n; i++) {
        found = addrspec_find(r->work->arena, line);
        if (!found.at)
            break;
        ptrdiff_t at = span_find_char(line, '@');
        struct span domain = span_cut(found, (size_t)span_find_last(found, '@'), found.n);
        line = span_cut(line, (size_t)at + domain.n, line.n);
    }
    return found;
}

static void address_after(struct reading *r, struct span line, struct span folded, size_t from)
{
    size_t nth = 0, i = 0;
    for (; i < from; i++)
        nth += folded.at[i] == '@';
    for (; i < folded.n && strchr(" :<([=", folded.at[i]); i++)
        ;
    if (span_starts(span_cut(folded, i, folded.n), SPAN("smtp:")))
        i += 5;
    if (i >= folded.n || folded.at[i] != '@') {
        r->listing = true;
        return;
    }
    struct span found = nth_address(r, line, nth);
    struct finding *finding = found.at ? finding_of(r, found) : NULL;
    if (!finding)
        return;
    if (r->pending.at && !finding->words.at)
        finding->words = r->pending;
}

/* Where the address stands: within the sentence, or behind it. */
static size_t address_at(struct span folded, const struct mark_hit *hit)
{
    const char *at = memchr(folded.at + hit->from, '@', hit->to - hit->from);
    return at ? (size_t)(at - folded.at) : hit->to;
}

/* The last finding, if a reason that comes behind it is the first that a server gave. */
static struct finding *unexplained(struct reading *r)
{
    struct finding *last = r->work->n > r->first ? &r->work->findings[r->work->n - 1] : NULL;
    return last && lacks_reply(last) ? last : NULL;
}

static void marked(struct reading *r, struct span line, struct span folded,
                   const struct mark_hit *hit)
{
    unsigned marks = hit->row->marks;
    r->result->bounce |= (marks & MARK_BOUNCE) != 0;
    r->result->delayed |= (marks & MARK_DELAY) != 0;
    r->result->delivered |= (marks & MARK_DELIVERED) != 0;
    r->result->expected |= (marks & (MARK_TO | MARK_ALL)) != 0;
    if (marks & MARK_STOP) {
        r->listing = false;
        r->current = -1;
    }
    if (marks & MARK_DELIVERED)
        r->listing = false;
    if (hit->row->name && !r->name)
        r->name = hit->row->name;
    if (marks & MARK_ALL) {
        r->listing = true;
        /* the address may stand behind it all the same */
        size_t i = hit->to;
        while (i < folded.n && strchr(" :", folded.at[i]))
            i++;
        if (i < folded.n && (folded.at[i] == '@' || folded.at[i] == '<'))
            address_after(r, line, folded, hit->to);
    } else if (marks & MARK_TO) {
        address_after(r, line, folded, address_at(folded, hit));
        if (r->current >= 0 && !(marks & MARK_REASON) && folded.n > hit->to + 12)
            add_words(r, line);
    } else if (marks & MARK_BEFORE) {
        address_after(r, line, folded, address_at(folded, hit));
        add_words(r, line);
    }
    if (marks & MARK_IS)
        r->pending = span_trim(line);
    if (marks & MARK_REASON) {
        r->wants_reason = true;
        ptrdiff_t colon = span_find_char(line, ':');
        struct span rest =
            colon < 0 ? SPAN_NONE : span_trim(span_cut(line, (size_t)colon + 1, line.n));
        if (rest.n && folded.n > hit->to + 1) {
            struct finding *last = unexplained(r);
            if (r->current >= 0)
                add_words(r, rest);
            else if (last && last->words.at && codes_find(rest).reply)
                reply_words(last, rest);
            else
                r->pending = rest;
            r->wants_reason = r->current < 0 && r->pending.at;
        }
    }
}

static bool header_like(struct span line)
{
    static const char *const names[] = {"Received:", "Return-Path:", "Return-path:", "Message-ID:",
                                        "Message-Id:", "DKIM-Signature:", "X-Originating-IP:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_starts(line, span_of(names[i])))
            return true;
    return false;
}

static bool returned_mark(const struct mark_hit *hits, size_t n, bool bounce)
{
    for (size_t i = 0; i < n; i++)
        if (hits[i].row->marks & MARK_RETURNED)
            return bounce;
    return false;
}

/* A line drawn with dashes or the like. */
static bool is_rule(struct span s)
{
    size_t n = s.n < 8 ? s.n : 8;
    for (size_t i = 0; i < n; i++)
        if (!strchr("-=_*#", s.at[i]) || !s.at[i])
            return false;
    return true;
}

/* A line that is none of the known shapes: reason, or nothing. */
static void prose(struct reading *r, struct span line)
{
    struct span trimmed = span_trim(line);
    if (!trimmed.n) {
        /* a blank line ends what is said of one */
        if (r->current >= 0 && !r->wants_reason)
            r->current = -1;
        if (r->pending.at && r->wants_reason && r->pending.n)
            r->wants_reason = false;
        return;
    }
    if (is_rule(trimmed))
        return;
    if (r->wants_reason && r->current < 0) {
        struct finding *last = unexplained(r);
        if (last) {
            last->words = SPAN_NONE;
            r->reason_of = r->current = (ptrdiff_t)r->work->n - 1;
        } else if (!r->pending.n || r->pending.at + r->pending.n + 4 >= trimmed.at) {
            r->pending = r->pending.n ? stretch(r->pending, trimmed) : trimmed;
            return;
        }
    }
    if (r->program && r->current < 0 && origin(r, line))
        return;
    if (r->current >= 0) {
        if (span_starts_nocase(trimmed, SPAN("(reason: ")))
            trimmed = span_cut(trimmed, 9, trimmed.n);
        if (!origin(r, line))
            add_words(r, trimmed);
        r->wants_reason = false;
    }
}

/* Words that go to the very end of the message may lack what matters most. */
static void mark_cut(struct reading *r, struct span text)
{
    struct work *work = r->work;
    for (size_t i = r->first; i < work->n; i++) {
        struct span words = work->findings[i].words;
        if (words.at >= text.at && words.at + words.n >= r->end && words.at <= r->end)
            work->findings[i].cut = true;
    }
}

/* "… was not delivered to: A, B because: R": R is about A as well, unless it names somebody. */
static void share_reason(struct reading *r)
{
    struct finding *findings = r->work->findings;
    if (r->reason_of < 0)
        return;
    struct span words = findings[r->reason_of].words;
    if (!words.at || memchr(words.at, '@', words.n))
        return;
    for (size_t i = (size_t)r->reason_of; i-- > r->first && !findings[i].words.at;)
        findings[i].words = words;
}

/* A reason behind a list that names another user of the same domain is about that one. */
static void mark_others(struct reading *r)
{
    if (r->reason_of < 0)
        return;
    struct finding *finding = &r->work->findings[r->reason_of];
    struct span named = addrspec_find(r->work->arena, span_cut(finding->words, 0, 1000));
    ptrdiff_t mine = span_find_last(finding->address, '@');
    ptrdiff_t other = named.at ? span_find_last(named, '@') : -1;
    if (other < 0 || mine < 0)
        return;
    if (!span_equal_nocase(named, finding->address) &&
        span_equal_nocase(span_cut(named, (size_t)other, named.n),
                          span_cut(finding->address, (size_t)mine, finding->address.n)))
        finding->cut = true;
}

static void give_pending(struct reading *r)
{
    struct work *work = r->work;
    share_reason(r);
    mark_others(r);
    for (size_t i = r->first; i < work->n; i++) {
        struct finding *finding = &work->findings[i];
        if (!finding->words.at && r->pending.at)
            finding->words = r->pending;
        if (!finding->words.at) {
            finding->words = finding->more;
            finding->more = SPAN_NONE;
        }
    }
}

/* "because:" in whatever tongue: a word or two and a colon behind a list that gave no reason. */
static bool because(struct reading *r, struct span trimmed)
{
    if (!r->listing || r->current >= 0 || trimmed.n < 3 || trimmed.n > 20 ||
        trimmed.at[trimmed.n - 1] != ':' || memchr(trimmed.at, '@', trimmed.n) ||
        r->work->n == r->first || r->work->findings[r->work->n - 1].words.at)
        return false;
    r->listing = false;
    r->wants_reason = true;
    return true;
}

/* Shapes that need what stood before them. */
static bool shaped(struct reading *r, struct span line)
{
    struct span trimmed = span_trim(line), above = r->above, rest;
    if (!trimmed.n)
        return false;
    r->above = SPAN_NONE;
    if (span_starts_nocase(trimmed, SPAN("To: ")) && ++r->to_lines == 1) {
        struct span to = addrspec_lead(r->work->arena, span_cut(trimmed, 4, trimmed.n), &rest);
        r->to_line = to.at && !span_trim(rest).n ? to : SPAN_NONE;
        return false;
    }
    if (r->listing && (span_starts(trimmed, SPAN("\"|")) || span_starts(trimmed, SPAN("|")))) {
        r->program = true;
        r->current = -1;
        return true;
    }
    if (above.at && reply_like(trimmed)) { /* a table: address, and below it the reply */
        struct finding *finding = finding_of(r, above);
        if (finding && !finding->words.at)
            finding->words = trimmed;
        return true;
    }
    struct span lead = memchr(trimmed.at, '@', trimmed.n)
                           ? addrspec_lead(r->work->arena, trimmed, &rest)
                           : SPAN_NONE;
    if (lead.at && !span_trim(rest).n && r->work->trusted)
        r->above = lead;
    return because(r, trimmed);
}

struct text_result text_read(struct work *work, struct span text, bool only_fill)
{
    struct text_result result = {.end = text.n};
    struct reading r = {.work = work,
                        .result = &result,
                        .only_fill = only_fill,
                        .current = -1,
                        .reply_of = -1,
                        .reason_of = -1,
                        .first = only_fill ? 0 : work->n,
                        .begin = text.at,
                        .end = text.at + text.n};
    struct span rest = text, line;
    bool after_blank = true;
    while (span_line(&rest, &line)) {
        r.last = work->notice_open && line.at + line.n == r.end;
        struct span folded = {r.folded,
                              fold_write(span_cut(line, 0, LINE_MAX_FOLDED), r.folded)};
        struct mark_hit hits[HITS_MAX];
        size_t n = folded.n > 5 ? marks_find(folded, hits, HITS_MAX) : 0;
        if (returned_mark(hits, n, true) && (result.bounce || work->n || r.pending.at)) {
            result.end = (size_t)(line.at - text.at);
            returned_text(work, rest);
            break;
        }
        if (after_blank && header_like(line) && (result.bounce || result.named)) {
            result.end = (size_t)(line.at - text.at);
            returned_text(work, span_cut(text, result.end, text.n));
            break;
        }
        after_blank = !folded.n;
        if (n && recipient_line(&r, line))
            continue;
        for (size_t i = 0; i < n; i++)
            marked(&r, line, folded, &hits[i]);
        if (transcript(&r, line) || verdict_line(&r, line))
            continue;
        if (n && !(n == 1 && hits[0].row->marks == 0))
            continue;
        if (!recipient_line(&r, line) && !shaped(&r, line))
            prose(&r, line);
    }
    if (!only_fill && work->n == r.first && result.bounce && r.lone.at)
        finding_of(&r, r.lone);
    else if (!only_fill && work->n == r.first && result.bounce && r.to_lines == 1 && r.to_line.at)
        finding_of(&r, r.to_line)->cut = result.expected; /* another name may be lost */
    give_pending(&r);
    if (work->notice_open && result.end == text.n)
        mark_cut(&r, text);
    return result;
}
