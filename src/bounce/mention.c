/* SPDX-License-Identifier: MIT */
#include "bounce/mention.h"

#include <ctype.h>
#include <string.h>

#include "bounce/codes.h"
#include "bounce/fold.h"
#include "bounce/notice.h"
#include "bounce/reading.h"
#include "bounce/returned.h"
#include "bounce/rules.h"
#include "mail/addrspec.h"
#include "mail/charset.h"

#define LOCAL_PARTS_MAX 20
#define RECIPIENTS_MAX 200 /* each of more is not looked for in the text */

/* Whom the notice names in its text. */
struct mention {
    bool known;  /* the one asked about */
    bool others; /* anybody else but ourselves */
};

static struct mention mentions(struct work *work, struct span known)
{
    struct mention mention = {0};
    struct span rest = span_cut(work->notice, 0, MENTION_MAX);
    for (struct span found; (found = addrspec_next(work->arena, &rest)).at;)
        if (span_equal_nocase(found, known))
            mention.known = true;
        else if (!work_desk(work, found))
            mention.others = true;
    return mention;
}

/* What the notice says of somebody whom it calls by the local part alone: "LHOBBS (user not
 * found)", "550 <lhobbs>... User unknown". *known: it does so. */
static struct span by_local_part(struct work *work, struct span address, bool *known)
{
    struct span local = span_cut(address, 0, (size_t)span_find_last(address, '@'));
    struct span rest = span_cut(work->notice, 0, MENTION_MAX), line;
    while (local.n > 1 && span_line(&rest, &line)) {
        ptrdiff_t angle = span_find_nocase(line, local);
        bool open = angle > 0 && line.at[angle - 1] == '<';
        if (angle < 0 || (size_t)angle + local.n >= line.n + !open)
            continue;
        struct span before = span_trim(span_cut(line, 0, (size_t)(angle - open)));
        struct span words = span_cut(line, (size_t)angle + local.n, line.n);
        if (open ? words.at[0] != '>' : before.n || (words.n && !strchr("(:,. \t-=", words.at[0])))
            continue;
        *known = true;
        while (words.n && strchr(">:,. \t", words.at[0]))
            words = span_cut(words, 1, words.n);
        if (words.n)
            return before.n ? span_trim(line) : span_trim(words);
    }
    return SPAN_NONE;
}

/* GroupWise's "anna (user not found)": one of those whom the returned message was for. */
static void add_local_part(void *arg, struct span to)
{
    struct work *work = arg;
    bool known = false;
    if (work->n >= LOCAL_PARTS_MAX || work_own(work, to) || work_find(work, to))
        return;
    struct span words = by_local_part(work, to, &known);
    if (!words.n || words.at[0] != '(')
        return;
    /* the line is no part of what is said of the one before */
    for (size_t i = 0; i < work->n; i++) {
        struct span *before = &work->findings[i].words;
        if (!before->n || words.at <= before->at || words.at > before->at + before->n)
            continue;
        before->n = (size_t)(words.at - before->at);
        while (before->n && before->at[before->n - 1] != '\n')
            before->n--;
    }
    struct finding *finding = work_add(work, to, "returned To");
    finding->words = words;
    finding->cut = work->notice_open && words.at + words.n >= work->notice.at + work->notice.n;
}

void mention_local_parts(struct work *work)
{
    returned_list(work, add_local_part, work);
}

void mention_returned(struct work *work, bool expected)
{
    struct span verp = returned_verp(work);
    struct span only = verp.at ? verp : returned_recipient(work);
    /* mail whose recipients were all hidden is addressed to the sender */
    if (!only.at || work_own(work, only) || span_equal_nocase(only, returned_from(work)))
        return;
    struct finding *finding = work_add(work, only, verp.at ? "VERP" : "returned To");
    bool known = verp.at;
    finding->words = by_local_part(work, only, &known);
    struct mention mention = mentions(work, only);
    bool last = finding->words.n && work->notice_open &&
                finding->words.at + finding->words.n >= work->notice.at + work->notice.n;
    finding->cut = last || (expected && !known && !mention.known) || mention.others;
}

/* The address's line to the end of its paragraph. */
static struct span paragraph(struct span text, struct span from)
{
    const char *begin = from.at;
    while (begin > text.at && begin[-1] != '\n')
        begin--;
    struct span rest = span_cut(text, (size_t)(begin - text.at), text.n);
    ptrdiff_t end = span_find(rest, SPAN("\n\n"));
    return span_trim(end < 0 ? rest : span_cut(rest, 0, (size_t)end));
}

struct span mention_said(struct work *work, struct span address)
{
    if (work->n > RECIPIENTS_MAX)
        return SPAN_NONE;
    notice_read(work);
    struct span text = span_cut(work->notice, 0, MENTION_MAX);
    ptrdiff_t at = span_find_nocase(text, address);
    return at < 0 ? SPAN_NONE : paragraph(text, span_cut(text, (size_t)at, text.n));
}

/* From the first line that has a server's reply to the end of its paragraph. */
static struct span reply(struct span text)
{
    struct span rest = text, line;
    while (span_line(&rest, &line))
        if (reading_reply_like(span_trim(line)) || codes_find(line).reply)
            return paragraph(text, line);
    return SPAN_NONE;
}

static bool word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '+';
}

/* "jan" as a word of the line: where it begins, -1 if it is none. */
static ptrdiff_t word_at(struct span line, struct span word)
{
    for (size_t from = 0; from + word.n <= line.n;) {
        ptrdiff_t at = span_find_nocase(span_cut(line, from, line.n), word);
        if (at < 0)
            return -1;
        size_t begin = from + (size_t)at, end = begin + word.n;
        if ((!begin || !word_byte(line.at[begin - 1])) &&
            (end >= line.n || !word_byte(line.at[end])))
            return (ptrdiff_t)begin;
        from = begin + 1;
    }
    return -1;
}

struct span mention_apart(struct work *work, struct span address)
{
    size_t split = (size_t)span_find_last(address, '@');
    struct span local = span_cut(address, 0, split),
                domain = span_cut(address, split + 1, address.n);
    struct span rest = span_cut(work->notice, 0, MENTION_MAX), line;
    while (local.n > 1 && work->n <= RECIPIENTS_MAX && span_line(&rest, &line)) {
        ptrdiff_t at = memchr(line.at, '@', line.n) ? -1 : word_at(line, local);
        if (at < 0 || span_find_nocase(line, domain) < 0 || line.n > 400 ||
            (work->notice_open && line.at + line.n >= work->notice.at + work->notice.n))
            continue;
        char *out = arena_open(work->arena, line.n + address.n);
        memcpy(out, line.at, (size_t)at);
        memcpy(out + at, address.at, address.n);
        memcpy(out + (size_t)at + address.n, line.at + (size_t)at + local.n,
               line.n - (size_t)at - local.n);
        return arena_keep(work->arena, out, line.n - local.n + address.n);
    }
    return SPAN_NONE;
}

/* Gmail tells what became of the message in its first sentence, the headline apart. */
static bool gmail_says(const struct work *work, struct span text, struct span where)
{
    if (!span_equal_nocase(work->from, SPAN("mailer-daemon@googlemail.com")))
        return false;
    size_t blank = 0;
    text = span_trim(text);
    for (const char *at = text.at; at < where.at && blank < 2; at++)
        blank += at[0] == '\n' && at[1] == '\n';
    return blank < 2;
}

/* "Message ID: <77@here.example>" */
static bool is_id(struct span text, struct span where)
{
    const char *at = where.at;
    while (at > text.at && at[-1] != '\n')
        at--;
    struct span label = {at, (size_t)(where.at - at)};
    return span_find_nocase(label, SPAN("id:")) >= 0 ||
           span_find_nocase(label, SPAN("token:")) >= 0;
}

/* "https://there.example/?to=jan@here.example" */
static bool in_link(struct span text, struct span where)
{
    const char *at = where.at;
    while (at > text.at && !strchr(" \n\t<\"", at[-1]))
        at--;
    return span_find(span_cut(text, (size_t)(at - text.at), (size_t)(where.at - text.at)),
                     SPAN("//")) >= 0;
}

static bool condemns(struct work *work, struct span words)
{
    struct span met,
        folded = fold_words(work->arena, charset_repair(work->arena, span_cut(words, 0, 1000)));
    const struct rule *rule = rules_match(work->rules, folded, &met);
    return rule && !rule->weak && reason_verdict(rule->reason, false) == VERDICT_HARD;
}

void mention_only(struct work *work, bool bounce)
{
    struct span text = span_cut(work->notice, 0, MENTION_MAX), rest = text, only = SPAN_NONE;
    struct span where = SPAN_NONE;
    if (!work->trusted)
        return;
    for (struct span found, before = rest; (found = addrspec_next(work->arena, &rest)).at;
         before = rest) {
        struct span at = span_cut(before, (size_t)span_find_char(before, '@'), before.n);
        if (work_desk(work, found) || span_equal_nocase(found, only) || is_id(text, at))
            continue;
        if (only.at)
            return;
        only = found;
        where = at;
    }
    struct span said = reply(text);
    if (!only.at || span_find_char(only, '/') >= 0 || span_find_char(only, '=') >= 0 ||
        span_equal_nocase(only, returned_from(work)) || in_link(text, where) ||
        !(said.at || bounce || gmail_says(work, text, where) ||
          condemns(work, paragraph(text, where))))
        return;
    struct finding *finding = work_add(work, only, "the only address in the text");
    struct span around = paragraph(text, where);
    finding->words = said.at ? said : around;
    finding->more = said.at ? around : SPAN_NONE;
    finding->cut = work->notice_open && work->notice.n < MENTION_MAX &&
                   around.at + around.n >= text.at + text.n;
}
