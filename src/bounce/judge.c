/* SPDX-License-Identifier: MIT */
#include "bounce/judge.h"

#include <stdio.h>
#include <string.h>

#include "bounce/codes.h"
#include "bounce/doubt.h"
#include "bounce/fold.h"
#include "bounce/mention.h"
#include "bounce/reading.h"
#include "bounce/rules.h"
#include "bounce/sense.h"
#include "mail/charset.h"

#define WORDS_MAX 4000
#define DIAGNOSTIC_MAX 1000

/* The opinion of the words. */
static struct opinion said(struct work *work, struct span words)
{
    char folded[FOLD_ROOM(WORDS_MAX)];
    words = charset_repair(work->arena, span_cut(words, 0, WORDS_MAX));
    if (!words.n)
        return (struct opinion){0};
    struct span met, text = {folded, fold_write(span_cut(words, 0, WORDS_MAX), folded)};
    const struct rule *rule = rules_match(work->rules, text, &met);
    if (!rule)
        return (struct opinion){0};
    return (struct opinion){rule->reason, arena_text(work->arena, met), rule->weak};
}

/* What is said round the recipient: a comment of its own, else what is said to all. What is said to
 * many condemns none of them, and neither does half a word. */
static struct opinion around(struct judge *judge, const struct finding *finding)
{
    struct work *work = judge->work;
    if (finding->more.n)
        return said(work, finding->more);
    if (finding->words.n && (work->n > 1 || !work->context.n || said(work, finding->words).reason))
        return (struct opinion){0};
    if (!judge->context_known) {
        judge->context_known = true;
        judge->context = said(work, work->context);
        if ((work->n > 1 || judge->context.weak) &&
            reason_verdict(judge->context.reason, false) == VERDICT_HARD)
            judge->context = (struct opinion){0};
    }
    return judge->context;
}

static const char *named(struct work *work, const char *what, unsigned class, unsigned subject,
                         unsigned detail)
{
    char text[64];
    snprintf(text, sizeof text, "%s %u.%u.%u", what, class, subject, detail);
    return arena_text(work->arena, span_of(text));
}

static struct opinion by_status(struct work *work, const struct codes *codes, unsigned reply,
                                const char *what)
{
    struct opinion none = {0};
    /* "521 5.2.1" refuses the connection (RFC 7504); its status is about no mailbox */
    if (!codes->class || codes->class == 2 || reply == 521)
        return none;
    enum reason reason = rules_status(codes->subject, codes->detail);
    if (reason == REASON_none)
        return none;
    return (struct opinion){
        reason, named(work, what, codes->class, codes->subject, codes->detail), false};
}

static struct opinion by_reply(unsigned reply)
{
    static const struct {
        unsigned reply;
        enum reason reason;
        const char *rule;
    } replies[] = {
        {421, REASON_expired, "reply 421"},     {422, REASON_mailboxfull, "reply 422"},
        {431, REASON_systemfull, "reply 431"},  {432, REASON_systemerror, "reply 432"},
        {450, REASON_onhold, "reply 450"},      {451, REASON_systemerror, "reply 451"},
        {452, REASON_systemfull, "reply 452"},  {454, REASON_failedstarttls, "reply 454"},
        {521, REASON_blocked, "reply 521"},     {523, REASON_mesgtoobig, "reply 523"},
        {530, REASON_securityerror, "reply 530"}, {535, REASON_securityerror, "reply 535"},
        {551, REASON_filtered, "reply 551"},
        {552, REASON_exceedlimit, "reply 552"}, {556, REASON_notaccept, "reply 556"},
    };
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (replies[i].reply == reply)
            return (struct opinion){replies[i].reason, replies[i].rule, false};
    return (struct opinion){0};
}

/* What the other server said, without the hosts' names and our own server's words before it. */
static struct span quoted(struct span words)
{
    static const char *const marks[] = {"said:", "]: ", "responded:", "response:", "replied:",
                                        "returned '", "returned was:", "Response Message]:"};
    struct span head = span_cut(words, 0, 600);
    /* "550 … Sender address rejected: … host x said: 550 User unknown": it is this server that speaks */
    if (reading_reply_like(span_trim(head)))
        return words;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct span mark = span_of(marks[i]);
        ptrdiff_t at = span_find(head, mark);
        struct span rest = at < 0 ? SPAN_NONE : span_cut(words, (size_t)at + mark.n, words.n);
        if (span_trim(rest).n > 3)
            return span_trim(rest);
    }
    return words;
}

/* "does not exist": whose host or user is it? Not the recipient's, if its domain is not named; unless
 * our own side says this of the recipient, and no more. */
static bool unclear(const struct opinion *words, const struct finding *finding, struct span said)
{
    if (!words->weak || words->reason != REASON_hostunknown ||
        span_trim(said).n <= strlen(words->rule) + 1)
        return false;
    ptrdiff_t at = span_find_last(finding->address, '@');
    return span_find_nocase(span_cut(said, 0, WORDS_MAX),
                            span_cut(finding->address, (size_t)(at + 1), finding->address.n)) < 0;
}

/* What the words mean, where their codes do not say otherwise. */
static struct opinion meaning(struct work *work, struct span words, const struct codes *own,
                              const struct codes *field)
{
    char folded[FOLD_ROOM(SENSE_MAX)];
    const struct codes *codes = own->class ? own : field;
    bool plain = codes->detail <= 1 || codes->subject == 1;
    bool refused = !own->reply || (own->reply >= 550 && own->reply <= 554 && own->reply != 552);
    if (!plain || !refused || !words.n || words.n > SENSE_MAX || codes->class == 4)
        return (struct opinion){0};
    words = charset_repair(work->arena, words);
    struct span met, text = {folded, fold_write(span_cut(words, 0, SENSE_MAX), folded)};
    enum reason reason = sense_find(text, &met);
    return (struct opinion){reason, reason ? arena_text(work->arena, met) : NULL, false};
}

/* "jan wasn't found at firma.example" */
static struct opinion apart(struct work *work, struct span address)
{
    struct span line = mention_apart(work, address);
    struct opinion words = said(work, line);
    static const struct codes none = {0};
    return words.reason ? words : meaning(work, line, &none, &none);
}

/* A number condemns where the words in the report are none: the notice may have more of them. */
static struct opinion excused(struct work *work, const struct finding *finding,
                              struct opinion status)
{
    if (!finding->words.n || reason_verdict(status.reason, false) != VERDICT_HARD)
        return status;
    struct opinion text = said(work, mention_said(work, finding->address));
    return text.reason && !text.weak && reason_verdict(text.reason, false) != VERDICT_HARD ? text
                                                                                          : status;
}

static struct opinion decide(struct judge *judge, const struct finding *finding,
                             const struct codes *own, const struct codes *field)
{
    struct work *work = judge->work;
    struct span inner = quoted(finding->words);
    struct opinion words = said(work, inner);
    /* a comment on this very recipient may excuse it: "was automatically rejected: disk full" */
    if (finding->more.n && reason_verdict(words.reason, false) == VERDICT_HARD) {
        struct opinion comment = said(work, finding->more);
        if (comment.reason && !comment.weak &&
            reason_verdict(comment.reason, false) != VERDICT_HARD)
            return comment;
    }
    if (words.reason && !words.weak)
        return words;
    /* RFC 7504, RFC 7505: the host, the domain that takes no mail */
    if (words.reason == REASON_notaccept && (own->reply == 521 || own->reply == 556))
        return words;
    struct opinion meant = meaning(work, inner, own, field);
    if (meant.reason)
        return meant;
    struct opinion status = by_status(work, own, own->reply, "status");
    if (inner.n != finding->words.n) {
        struct opinion all = said(work, finding->words);
        if (all.reason && (!words.reason || !all.weak))
            words = all;
        if (words.reason && !words.weak && !status.reason)
            return words;
    }
    if (!status.reason)
        status = by_status(work, field, own->reply, "Status field");
    /* what stands round it counts if the server's own words and codes say nothing */
    struct opinion more = around(judge, finding);
    if (more.reason && !more.weak &&
        (!status.reason || reason_verdict(more.reason, false) != VERDICT_HARD))
        return more;
    if (status.reason)
        return excused(work, finding, status);
    if (unclear(&words, finding, inner))
        words = (struct opinion){0};
    if (!words.reason && !more.reason && !own->reply && work->notice.n)
        words = apart(work, finding->address);
    return words.reason ? words : more.reason ? more : by_reply(own->reply);
}

static struct span fold_lines(struct work *work, struct span words)
{
    words = charset_repair(work->arena, span_cut(words, 0, DIAGNOSTIC_MAX));
    char *out = arena_open(work->arena, words.n + 8);
    size_t n = 0;
    for (size_t i = 0; i < words.n && n < DIAGNOSTIC_MAX; i++) {
        unsigned char c = (unsigned char)words.at[i];
        if (c > ' ' && c != 0x7F)
            out[n++] = (char)c;
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    while (n && out[n - 1] == ' ')
        n--;
    /* no character cut in two at the end */
    struct span whole = arena_keep(work->arena, out, n);
    return charset_repair(work->arena, whole);
}

/* The words as they are shown: the server's own, else what stands round them. */
static const char *diagnostic(struct judge *judge, const struct finding *finding)
{
    struct work *work = judge->work;
    struct span words = finding->words.n ? finding->words : finding->more;
    if (words.n)
        return fold_lines(work, words).at;
    if (!judge->context_diagnostic)
        judge->context_diagnostic = work->context.n ? fold_lines(work, work->context).at : "";
    return judge->context_diagnostic;
}

/* Exchange Online's way to say that its directory has no such recipient. */
static bool exchange_denies(const struct finding *finding, const struct codes *own,
                            const struct opinion *opinion)
{
    static const char wording[] = "recipient address rejected: access denied";
    return opinion->rule && strncmp(opinion->rule, wording, sizeof wording - 1) == 0 &&
           ((own->subject == 4 && own->detail == 1) ||
            span_find_nocase(finding->mta, SPAN("protection.outlook.com")) >= 0 ||
            span_find_nocase(span_cut(finding->words, 0, 500), SPAN(".outlook.com")) >= 0);
}

static void show_codes(const struct codes *own, const struct codes *field,
                       struct bounce_recipient *out)
{
    const struct codes *shown = field->class && (field->detail || !own->class) ? field : own;
    if (own->class && own->detail)
        shown = own;
    if (shown->class)
        snprintf(out->status, sizeof out->status, "%u.%u.%u", shown->class % 10u,
                 shown->subject % 1000u, shown->detail % 1000u);
    if (own->reply)
        snprintf(out->reply, sizeof out->reply, "%03u", own->reply % 1000u);
}

void judge_finding(struct judge *judge, const struct finding *finding, struct bounce_recipient *out)
{
    struct codes own = codes_find(finding->words), field = {0};
    codes_status(finding->status, &field);
    struct opinion opinion = decide(judge, finding, &own, &field);
    bool temporary = finding->action == ACTION_DELAYED;
    /* the server's own codes say which class it is, the report's status what became of it */
    if (own.reply || own.class)
        temporary |= own.reply ? own.reply < 500 : own.class == 4;
    else
        temporary |= field.class == 4;
    /* "550 4.2.1": disabled for a while */
    if (opinion.reason == REASON_suspend && own.class == 4)
        temporary = true;
    if (opinion.reason == REASON_none) {
        opinion.reason = temporary ? REASON_expired : REASON_undefined;
        opinion.rule = temporary ? "temporary, no reason given" : "no reason given";
    }
    if (exchange_denies(finding, &own, &opinion))
        opinion = (struct opinion){REASON_userunknown, "Exchange Online: access denied", false};
    if (reason_verdict(opinion.reason, temporary) == VERDICT_HARD) {
        struct opinion doubt = doubt_find(judge, finding, quoted(finding->words), &own);
        opinion = doubt.reason ? doubt : opinion;
    }
    out->reason = opinion.reason;
    out->rule = opinion.rule;
    out->verdict = reason_verdict(opinion.reason, temporary);
    if (out->verdict == VERDICT_NONE)
        out->verdict = VERDICT_SOFT;
    show_codes(&own, &field, out);
    out->diagnostic = diagnostic(judge, finding);
}
