/* SPDX-License-Identifier: MIT */
#include "bounce/text.h"

#include <string.h>

#include "bounce/codes.h"
#include "bounce/fold.h"
#include "bounce/marks.h"
#include "bounce/reading.h"
#include "bounce/returned.h"
#include "bounce/transcript.h"
#include "mail/addrspec.h"

#define HITS_MAX 12

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
    if (trimmed.at[0] == ',' || trimmed.at[0] == ';') { /* a list; Zoho's "a@b, ERROR CODE :550" */
        *words = trimmed.n > 8 && !memchr(trimmed.at, '@', trimmed.n);
        return true;
    }
    *words = !span_starts(trimmed, SPAN("on ")) && trimmed.at[0] != '<';
    return rest.at[0] == ' ' || rest.at[0] == '\t' || rest.at[0] == '(' || rest.at[0] == '<';
}

static void stands_alone(struct reading *r, struct span address)
{
    if (!r->result->bounce && !r->lone.at)
        r->lone = address;
    if (!r->work->trusted || r->only_fill || r->alone_n > 1 || span_equal_nocase(address, r->alone) ||
        work_desk(r->work, address))
        return;
    r->alone = address;
    r->alone_n++;
}

/* "c=US;a= ;p=firma;dda:SMTP=jan(a)wp.example; on Tue, …": Exchange's X.400 names. */
static struct span x400_lead(struct arena *arena, struct span line, struct span *rest)
{
    ptrdiff_t from = span_find_nocase(line, SPAN("SMTP=")), at = span_find(line, SPAN("(a)"));
    if (from < 0 || at < from + 5)
        return SPAN_NONE;
    struct span local = span_cut(line, (size_t)from + 5, (size_t)at);
    struct span domain = span_cut(line, (size_t)at + 3, line.n);
    ptrdiff_t end = span_find_char(domain, ';');
    domain = span_cut(domain, 0, end < 0 ? domain.n : (size_t)end);
    *rest = span_cut(line, (size_t)(domain.at + domain.n - line.at), line.n);
    char *out = arena_open(arena, local.n + domain.n + 1);
    memcpy(out, local.at, local.n);
    out[local.n] = '@';
    memcpy(out + local.n + 1, domain.at, domain.n);
    struct span found = arena_keep(arena, out, local.n + domain.n + 1);
    return addrspec_valid(found) ? addrspec_clean(arena, found) : SPAN_NONE;
}

/* Deeper than the recipient that has words already: more of them, whomever they name. */
static bool said_of_current(const struct reading *r, struct span line)
{
    size_t indent = 0;
    while (indent < line.n && line.at[indent] == ' ')
        indent++;
    return r->current >= 0 && r->work->findings[r->current].words.at && indent > r->indent;
}

static bool recipient_line(struct reading *r, struct span line)
{
    if (!line.n || (!memchr(line.at, '@', line.n) && !(r->listing && span_find(line, SPAN("(a)")) > 0)))
        return false;
    if (said_of_current(r, line))
        return false;
    size_t indent = 0;
    while (indent < line.n && line.at[indent] == ' ')
        indent++;
    struct span rest, lead = addrspec_lead(r->work->arena, line, &rest);
    if (!lead.at && r->listing && !r->quoting && line.at[indent] == '>') /* MDaemon's ">    a@b" */
        lead = addrspec_lead(r->work->arena, span_cut(line, indent + 1, line.n), &rest);
    if (!lead.at && r->listing && span_starts_nocase(span_trim(line), SPAN("SMTP <")))
        lead = addrspec_lead(r->work->arena, span_cut(span_trim(line), 5, line.n), &rest);
    if (!lead.at) { /* "Name<mailto:a@b>", "Name (a@b)<mailto:a@b>" */
        ptrdiff_t at = span_find(line, SPAN("<mailto:"));
        /* Exchange's list, in a tongue whose sentence before it nobody knows */
        if (at > 0 && at < 80 && r->work->trusted && r->work->n == r->first && span_ends(line, SPAN(">")))
            r->listing = true;
        if (at > 0 && r->listing)
            lead = addrspec_lead(r->work->arena, span_cut(line, (size_t)at, line.n), &rest);
    }
    if (!lead.at && r->listing)
        lead = x400_lead(r->work->arena, line, &rest);
    bool words;
    if (lead.at && !span_trim(rest).n && !r->last)
        stands_alone(r, lead);
    bool listing = r->listing || (lead.at && span_find_nocase(r->failed, lead) >= 0);
    if (!lead.at || !follows(rest, listing || r->result->bounce || r->work->trusted, &words))
        return false;
    bool named = (r->result->bounce || r->work->trusted) && span_starts(span_trim(rest), SPAN(":"));
    if (!listing && !named)
        return false;
    struct finding *finding = reading_finding(r, lead);
    r->indent = indent;
    r->wants_reason = false;
    if (!finding) {
        r->current = -1;
        return true;
    }
    if (r->pending.at && !finding->words.at && !finding->more.at)
        finding->words = r->pending;
    if (r->reason_above && r->pending.at) {
        r->pending = SPAN_NONE;
        r->current = -1;
        return true;
    }
    if (reading_origin(r, rest)) {
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
    struct span found = {"", 0};
    line = span_cut(line, 0, LINE_MAX_FOLDED);
    for (size_t i = 0; i <= nth && found.at; i++)
        found = addrspec_next(r->work->arena, &line);
    return found;
}

static void address_after(struct reading *r, struct span line, struct span folded, size_t from)
{
    size_t nth = 0, i = 0;
    for (; i < from; i++)
        nth += folded.at[i] == '@';
    for (; i < folded.n && strchr(" :<([=\xEF\xBC\x9A", folded.at[i]); i++)
        ;
    if (span_starts(span_cut(folded, i, folded.n), SPAN("smtp:")))
        i += 5;
    if (i >= folded.n || folded.at[i] != '@') {
        r->listing = true;
        return;
    }
    struct span found = nth_address(r, line, nth);
    struct finding *finding = found.at ? reading_finding(r, found) : NULL;
    if (!finding)
        return;
    /* "… to a@b, c@d" */
    while (i + 3 < folded.n && strchr(",;", folded.at[i + 1]) && folded.at[i + 2] == ' ' &&
           folded.at[i + 3] == '@' && (found = nth_address(r, line, ++nth)).at) {
        struct finding *next = reading_finding(r, found);
        finding = next ? next : finding;
        i += 3;
    }
    if (r->pending.at && !r->mixed && !finding->words.at) {
        finding->words = r->pending;
        if (r->stopped || codes_find(r->pending).reply) /* what follows is no part of it */
            r->current = -1;
    }
}

/* Where the address stands: within the sentence, or behind it. */
static size_t address_at(struct span folded, const struct mark_hit *hit)
{
    const char *at = memchr(folded.at + hit->from, '@', hit->to - hit->from);
    return at ? (size_t)(at - folded.at) : hit->to;
}

/* "Your message to a@b could not be delivered", "Cannot deliver mail of yours to a@b: …": the only
 * address on the line, before the sentence's end or right behind it. */
static void sole_address(struct reading *r, struct span line, struct span folded, size_t end)
{
    const char *at = memchr(folded.at, '@', folded.n);
    if (!at || !r->work->daemon || r->only_fill || r->work->n > r->first ||
        memchr(at + 1, '@', (size_t)(folded.at + folded.n - at - 1)))
        return;
    for (size_t i = end, n = 0; folded.at + i < at; i++)
        if (++n > 30 || strchr(".,;?!", folded.at[i]))
            return;
    struct span found = nth_address(r, line, 0);
    if (found.at && !work_desk(r->work, found))
        reading_finding(r, found);
}

/* "The error was: …": the reason begins on this line, or on the next. */
static void reason_marked(struct reading *r, struct span line, struct span folded,
                          const struct mark_hit *hit)
{
    r->wants_reason = true;
    ptrdiff_t colon = span_find_char(line, ':');
    if (colon < 0 && (colon = span_find(line, SPAN("\xEF\xBC\x9A"))) >= 0)
        colon += 2; /* the wide colon of East Asia */
    struct span rest =
        colon < 0 ? SPAN_NONE : span_trim(span_cut(line, (size_t)colon + 1, line.n));
    if (!rest.n || folded.n <= hit->to + 1)
        return;
    struct finding *last = reading_unexplained(r);
    bool program = r->program && r->current < 0;
    if (program)
        r->program_said = rest;
    else if (r->current >= 0)
        reading_words(r, rest);
    else if (last && last->words.at && codes_find(rest).reply)
        reading_reply(last, rest);
    else {
        bool taken = r->work->n && r->work->findings[r->work->n - 1].words.at == r->pending.at;
        r->mixed |= r->pending.at && !taken;
        r->pending = rest;
    }
    r->wants_reason = !program && r->current < 0 && r->pending.at;
}

static void marked(struct reading *r, struct span line, struct span folded,
                   const struct mark_hit *hit)
{
    unsigned marks = hit->row->marks;
    r->result->bounce |= (marks & MARK_BOUNCE) != 0;
    r->result->server |= (marks & MARK_BOUNCE) && hit->row->name;
    r->result->delayed |= (marks & MARK_DELAY) != 0;
    r->result->delivered |= (marks & MARK_DELIVERED) != 0;
    r->result->expected |= (marks & (MARK_TO | MARK_ALL)) != 0;
    r->result->locals |= (marks & MARK_LOCAL) != 0;
    if (marks & MARK_STOP) {
        r->stopped = true;
        r->listing = false;
        r->current = -1;
    }
    if (marks & MARK_DELIVERED)
        r->listing = false;
    if (hit->row->name && !r->name)
        r->name = hit->row->name;
    if (marks & MARK_TO)
        r->quoting = line.n && line.at[0] == '>';
    if (marks & MARK_TO && said_of_current(r, line)) {
        reading_words(r, line);
        return;
    }
    if (marks & MARK_ALL) {
        r->listing = true;
        /* the address may stand behind it all the same, or before it */
        size_t i = hit->to;
        while (i < folded.n && strchr(" :", folded.at[i]))
            i++;
        if (i < folded.n && (folded.at[i] == '@' || folded.at[i] == '<'))
            address_after(r, line, folded, hit->to);
        else
            sole_address(r, line, folded, hit->to);
    } else if (marks & MARK_TO) {
        address_after(r, line, folded, address_at(folded, hit));
        if (r->current >= 0 && !(marks & MARK_REASON) && folded.n > hit->to + 12)
            reading_words(r, line);
    } else if (marks & MARK_BEFORE) {
        address_after(r, line, folded, address_at(folded, hit));
        reading_words(r, line);
    }
    if (marks & MARK_IS)
        r->pending = span_trim(line);
    r->reason_above |= (marks & MARK_ABOVE) != 0;
    if (marks & MARK_REASON)
        reason_marked(r, line, folded, hit);
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
    if (span_equal(trimmed, SPAN("--"))) /* somebody's signature */
        r->listing = false;
    if (is_rule(trimmed))
        return;
    if (r->wants_reason && r->current < 0) {
        struct finding *last = reading_unexplained(r);
        if (last) {
            last->words = SPAN_NONE;
            r->reason_of = r->current = (ptrdiff_t)r->work->n - 1;
        } else if (!r->pending.n || r->pending.at + r->pending.n + 4 >= trimmed.at) {
            r->pending = r->pending.n ? reading_stretch(r->pending, trimmed) : trimmed;
            return;
        }
    }
    if (r->program && r->current < 0 && reading_origin(r, line))
        return;
    if (r->reason_above && r->current < 0) {
        r->pending = r->pending.at ? reading_stretch(r->pending, trimmed) : trimmed;
        return;
    }
    if (r->current >= 0) {
        if (span_starts_nocase(trimmed, SPAN("(reason: ")))
            trimmed = span_cut(trimmed, 9, trimmed.n);
        if (!reading_origin(r, line))
            reading_words(r, trimmed);
        r->wants_reason = false;
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
        r->to_line = to.at && !span_trim(rest).n && !r->last && !work_desk(r->work, to) ? to : SPAN_NONE;
        return false;
    }
    if (r->listing && (span_starts(trimmed, SPAN("\"|")) || span_starts(trimmed, SPAN("|")))) {
        r->program = true;
        r->program_said = SPAN_NONE;
        r->current = -1;
        return true;
    }
    if (above.at && reading_reply_like(trimmed)) { /* a table: address, and below it the reply */
        struct finding *finding = reading_finding(r, above);
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
                        .failed = span_cut(
                            header_get(work->arena, work->header, "X-Failed-Recipients"), 0, 2000),
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
        if (returned_mark(hits, n, true) && (result.bounce || work->n || r.pending.at || work->trusted)) {
            result.end = (size_t)(line.at - text.at);
            returned_text(work, rest);
            break;
        }
        if (after_blank && header_like(line) &&
            (result.bounce || result.named || work->trusted)) {
            result.end = (size_t)(line.at - text.at);
            returned_text(work, span_cut(text, result.end, text.n));
            break;
        }
        after_blank = !folded.n;
        if (n && recipient_line(&r, line))
            continue;
        for (size_t i = 0; i < n; i++)
            marked(&r, line, folded, &hits[i]);
        if (span_ends(folded, SPAN("delivered to"))) /* whom, the next line says */
            result.bounce = r.listing = true;
        if (transcript_line(&r, line) || transcript_verdict(&r, line))
            continue;
        bool free = n == 1 && (!hits[0].row->marks || (hits[0].row->marks == MARK_BOUNCE &&
                                                       r.wants_reason && work->n > r.first));
        if (n && !free)
            continue;
        if (!recipient_line(&r, line) && !shaped(&r, line))
            prose(&r, line);
    }
    if (!only_fill && work->n == r.first && result.bounce && r.lone.at)
        reading_finding(&r, r.lone);
    else if (!only_fill && work->n == r.first && r.alone_n == 1)
        reading_finding(&r, r.alone);
    else if (!only_fill && work->n == r.first && (result.bounce || work->trusted) && r.to_lines == 1 &&
             r.to_line.at)
        reading_finding(&r, r.to_line)->cut = result.expected; /* another name may be lost */
    reading_end(&r);
    if (work->notice_open && result.end == text.n)
        reading_cut(&r, text);
    return result;
}
