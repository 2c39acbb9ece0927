/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bounce/autoreply.h"
#include "bounce/bounce.h"
#include "bounce/codes.h"
#include "bounce/decoded.h"
#include "bounce/feedback.h"
#include "bounce/marks.h"
#include "bounce/mention.h"
#include "bounce/notice.h"
#include "bounce/notify.h"
#include "bounce/report.h"
#include "bounce/result.h"
#include "bounce/returned.h"
#include "bounce/text.h"
#include "bounce/work.h"
#include "mail/addrspec.h"
#include "mail/charset.h"
#include "mail/wrapper.h"


/* ---- readers, in order */

static size_t active(const struct work *work)
{
    return work->n - work->passive;
}

static void read_reports(struct work *work, bool nested)
{
    for (size_t i = 0; i < work->mime.n; i++) {
        const struct part *part = &work->mime.parts[i];
        if (part->type != PART_STATUS || part->nested != nested)
            continue;
        work->saw_report = true;
        report_read(work, mime_body(work->arena, part), work_open(work, part),
                    nested ? "report within" : "RFC 3464");
    }
}

static bool lacks_words(const struct work *work)
{
    for (size_t i = 0; i < work->n; i++)
        if (!work->findings[i].words.n && work->findings[i].action < ACTION_DELIVERED)
            return true;
    return false;
}

/* Is the only recipient one of whom the text may say no more than that it was not reached? */
static bool lacks_reason(const struct work *work)
{
    if (work->n != 1 || work->saw_report)
        return false;
    struct codes codes = codes_find(work->findings[0].words);
    return !codes.reply && !codes.class;
}

/* Where the server's own words are missing, what stands round them has to do. */
static void add_context(struct work *work)
{
    if (active(work) == 0 || !(lacks_words(work) || lacks_reason(work)))
        return;
    struct span text = span_cut(work->notice, 0, MENTION_MAX);
    work->context = charset_repair(work->arena, span_trim(text).n > 20 ? text : work->subject);
}

static void delay(struct work *work)
{
    for (size_t i = 0; i < work->n; i++)
        if (work->findings[i].action == ACTION_NONE)
            work->findings[i].action = ACTION_DELAYED;
}

static void add_failed(void *arg, struct span address)
{
    struct work *work = arg;
    if (!work_find(work, address))
        work_add(work, address, "X-Failed-Recipients");
}

static void failed_header(struct work *work)
{
    struct span value = header_get(work->arena, work->header, "X-Failed-Recipients");
    if (!value.n)
        return;
    if (!work->n) {
        addrspec_list(work->arena, value, add_failed, work);
        return;
    }
    struct span first = addrspec_first(work->arena, value);
    if (work->n == 1 && first.at && !work->findings[0].original.at &&
        !span_equal_nocase(first, work->findings[0].address))
        work_original(work, &work->findings[0], first);
}

static bool same_local(struct span a, struct span b)
{
    ptrdiff_t at = span_find_last(a, '@');
    return at > 0 && span_starts_nocase(b, span_cut(a, 0, (size_t)at + 1));
}

/* A single recipient under another domain than the one that was written to, as the returned message
 * shows, or the text: Domino's report names what its directory made of the address. */
static void original_of_one(struct work *work)
{
    struct finding *finding = &work->findings[0];
    if (work->n != 1 || finding->original.n || finding->original_said)
        return;
    struct span to = returned_recipient(work);
    if (span_starts(work->subject, SPAN("DELIVERY FAILURE:"))) {
        notice_read(work);
        struct text_result result = text_read(work, work->notice, true);
        work->notice.n = result.end;
        to = result.other.at ? result.other : to;
    }
    if (to.at && same_local(to, finding->address) && !span_equal_nocase(finding->address, to))
        work_original(work, finding, to);
}

/* Dovecot tells the reason in the text alone. */
static void reason_in_text(struct work *work)
{
    struct span mark = SPAN("was automatically rejected:");
    ptrdiff_t at = work->n == 1 ? span_find(work->message, mark) : -1;
    if (at < 0)
        return;
    notice_read(work);
    at = span_find(work->notice, mark);
    if (at >= 0)
        work->findings[0].more =
            span_cut(work->notice, (size_t)at + mark.n, (size_t)at + mark.n + 400);
}

/* A gateway that wraps the notice of another server says less than that one: its words count, if
 * they are about the same address. */
static void words_within(struct work *work)
{
    const struct part *part = work_part(work, PART_PLAIN, true);
    if (work->n != 1 || !part || codes_find(work->findings[0].words).reply)
        return;
    struct work inner = *work;
    inner.findings = NULL;
    inner.capacity = 0;
    work_clear(&inner);
    text_read(&inner, mime_text(work->arena, part, MENTION_MAX * 10), false);
    if (inner.n == 1 && span_equal_nocase(inner.findings[0].address, work->findings[0].address) &&
        codes_find(inner.findings[0].words).reply)
        work->findings[0].words = inner.findings[0].words;
}

/* What only pretends: "messages to <you> could not be delivered, click here". */
static bool our_own(struct work *work, struct span address)
{
    return !work->returned.header.n && work_own(work, address);
}

static void drop_own(struct work *work)
{
    if (work->n == 1 && our_own(work, work->findings[0].address))
        work_clear(work);
}

/* The text without a returned message whose MIME nobody announced. */
static struct span before_attached(struct span text)
{
    static const char *const marks[] = {"\nContent-Type: message/rfc822", "\nContent-type: message/rfc822",
                                        "\nContent-Type: text/rfc822", "\nContent-type: text/rfc822"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        ptrdiff_t at = span_find(text, span_of(marks[i]));
        text = at < 0 ? text : span_cut(text, 0, (size_t)at);
    }
    return text;
}

static bool announces_report(const struct work *work)
{
    return work->mime.parts[0].type == PART_MULTIPART &&
           span_starts_nocase(work->mime.parts[0].type_value, SPAN("multipart/report"));
}

/* What the sender wrote to, where nobody said it: the tag of a reported address goes, and a VERP
 * sender knows of whom its one recipient was forwarded. */
static void complete_originals(struct work *work)
{
    for (size_t i = 0; i < work->n; i++) {
        struct finding *finding = &work->findings[i];
        struct span bare = span_find_char(finding->address, '=') < 0
                               ? SPAN_NONE
                               : wrapper_tagged(work->arena, finding->address);
        if (bare.at && !finding->original.at)
            work_original(work, finding, bare);
    }
    if (work->n != 1 || work->findings[0].original.at || work->findings[0].original_said)
        return;
    struct span verp = returned_verp(work);
    if (verp.at && !span_equal_nocase(verp, work->findings[0].address))
        work_original(work, &work->findings[0], verp);
}

/* Whom a ticket system, a forum or a person names by quoting a notice. */
static bool drop_quoted(struct work *work)
{
    if (!work->n || announces_report(work))
        return false;
    const char *at = work->findings[0].words.at, *begin = work->notice.at;
    if (!at || at < begin || at > begin + work->notice.n ||
        !autoreply_quotes(work, (struct span){begin, (size_t)(at - begin)}))
        return false;
    work_clear(work);
    return true;
}

static enum bounce_kind read_text(struct work *work, const struct author *author)
{
    notice_read(work);
    work->notice = before_attached(work->notice);
    if (report_within(work->notice))
        report_read(work, work->notice, work->notice_open, "report in the text");
    bool fields = work->n > 0;
    struct text_result result = text_read(work, work->notice, fields);
    work->notice.n = result.end;
    if (drop_quoted(work))
        return BOUNCE_OTHER;
    if (result.delivered && !result.bounce && !fields) {
        work_clear(work);
        return BOUNCE_RECEIPT;
    }
    if (!fields)
        drop_own(work);
    if (result.locals && !fields)
        mention_local_parts(work);
    failed_header(work);
    if (author->daemon && !fields)
        words_within(work);
    /* a report was announced and is lost: the text is half of what was said */
    if (!work->mime.closed && !work->saw_report && !fields && announces_report(work) &&
        !work_part(work, PART_MESSAGE, false) && !work_part(work, PART_HEADERS, false))
        for (size_t i = 0; i < work->n; i++)
            work->findings[i].cut = true;
    /* a parcel service, too, says that an addressee is unknown: it has no message of ours to return */
    if (!author->daemon && !fields && !work->returned.header.n && !result.server) {
        work_clear(work);
        return BOUNCE_OTHER;
    }
    if (result.delivered && !work->n)
        return BOUNCE_RECEIPT;
    /* in whatever tongue: our message is back, and a server's reply with it */
    bool looks = result.bounce || author->failure ||
                 (!author->automatic && author->daemon && work->returned.header.n &&
                  codes_find(span_cut(work->notice, 0, MENTION_MAX)).reply);
    if (!work->n && looks && (author->daemon || result.bounce)) {
        read_reports(work, true);
        if (!work->n)
            mention_returned(work, result.expected);
        if (!work->n && author->mailer)
            mention_only(work, result.bounce);
    }
    if (active(work) && result.delayed)
        delay(work);
    if (active(work) && (looks || fields))
        return BOUNCE_BOUNCE;
    if (work->passive)
        return BOUNCE_RECEIPT;
    work_clear(work);
    return looks && author->daemon ? BOUNCE_BOUNCE : BOUNCE_OTHER;
}

/* Sieve's "reject" (RFC 5429) may dress its refusal as a receipt. */
static bool refusal(struct work *work)
{
    struct span submitted = header_get(work->arena, work->header, "Auto-Submitted");
    return span_find_nocase(submitted, SPAN("rejected")) >= 0 ||
           span_starts_nocase(work->subject, SPAN("Rejected:"));
}

static enum bounce_kind read_all(struct work *work)
{
    struct author author;
    author_read(work, &author);
    work->daemon = author.daemon;
    work->trusted = author.daemon && author.failure;
    returned_find(work);
    enum bounce_kind feedback = feedback_read(work);
    if (feedback != BOUNCE_OTHER)
        return feedback;
    bool report = announces_report(work);
    /* a person may attach what a server wrote */
    bool servers = author.daemon || (author.failure && !author.person);
    if (report || author.automatic || (servers && !author.own_name))
        read_reports(work, false);
    if (active(work)) {
        if (lacks_words(work)) {
            notice_read(work);
            struct text_result result = text_read(work, work->notice, true);
            work->notice.n = result.end;
        }
        failed_header(work);
        original_of_one(work);
        reason_in_text(work);
        return BOUNCE_BOUNCE;
    }
    if (work->passive || (work_part(work, PART_DISPOSITION, false) && !refusal(work)))
        return BOUNCE_RECEIPT;
    enum bounce_kind kind = BOUNCE_OTHER;
    notice_read(work);
    struct span notice = work->notice;
    if (notify_read(work, notice, &kind))
        return kind;
    if (servers && author.failure) { /* most are of this kind: they need not be asked what else */
        kind = read_text(work, &author);
        return kind == BOUNCE_OTHER ? autoreply_kind(work, &author, notice) : kind;
    }
    enum bounce_kind reply = autoreply_kind(work, &author, notice);
    if (refusal(work) && author.daemon)
        kind = read_text(work, &author);
    else if (servers && (reply == BOUNCE_OTHER || reply == BOUNCE_AUTOREPLY))
        kind = read_text(work, &author);
    if (kind == BOUNCE_BOUNCE && !work->n && reply != BOUNCE_OTHER)
        kind = reply;
    return kind == BOUNCE_OTHER ? reply : kind;
}

/* Without the mbox line, and the blank lines that some programs put first. */
static struct span stripped(struct span message)
{
    while (message.n && (message.at[0] == '\n' || span_starts(message, SPAN("From ")) ||
                         span_starts(message, SPAN(">From ")))) {
        ptrdiff_t lf = span_find_char(message, '\n');
        message = lf < 0 ? span_cut(message, message.n, message.n)
                         : span_cut(message, (size_t)lf + 1, message.n);
    }
    return message;
}

struct bounce *bounce_decode(struct span message, const struct bounce_rules *rules)
{
    struct decoded *out = alloc_zero(1, sizeof *out);
    struct work work = {.arena = &out->arena, .rules = rules};
    if (!message.at)
        message = SPAN("");
    /* a byte order mark says nothing */
    if (span_starts(message, SPAN("\xEF\xBB\xBF")))
        message = span_cut(message, 3, message.n);
    else if (span_starts(message, SPAN("\xFF\xFE")) || span_starts(message, SPAN("\xFE\xFF")))
        message = span_cut(message, 2, message.n);
    work.message = stripped(mail_lines(work.arena, message));
    mime_read(work.arena, work.message, &work.mime);
    work.header = &work.mime.parts[0].header;
    work.subject = header_text(work.arena, header_get(work.arena, work.header, "Subject"));
    work.from = addrspec_first(work.arena, header_get(work.arena, work.header, "From"));
    out->bounce.kind = read_all(&work);
    if (out->bounce.kind != BOUNCE_BOUNCE && out->bounce.kind != BOUNCE_COMPLAINT &&
        out->bounce.kind != BOUNCE_RECEIPT)
        work_clear(&work);
    if (out->bounce.kind == BOUNCE_BOUNCE)
        complete_originals(&work);
    add_context(&work);
    result_gather(&work, &out->bounce);
    result_envelope(&work, &out->bounce);
    out->bounce.explain = arena_text(work.arena, span_of_str(&work.explain));
    str_free(&work.explain);
    return &out->bounce;
}

void bounce_free(struct bounce *bounce)
{
    if (!bounce)
        return;
    struct decoded *decoded = (struct decoded *)bounce;
    arena_free(&decoded->arena);
    free(decoded);
}

const char *bounce_kind_name(enum bounce_kind kind)
{
    static const char *const names[] = {"other",     "bounce",    "complaint",
                                        "autoreply", "challenge", "receipt"};
    return names[kind];
}

const char *bounce_action_name(enum bounce_action action)
{
    static const char *const names[] = {"", "failed", "delayed", "delivered", "relayed", "expanded"};
    return names[action];
}
