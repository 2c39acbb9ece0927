/* SPDX-License-Identifier: MIT */
#include "bounce/doubt.h"

#include <string.h>

#include "bounce/fold.h"
#include "bounce/mention.h"
#include "bounce/notice.h"
#include "mail/addrspec.h"
#include "mail/charset.h"
#include "mail/wrapper.h"

#define NOTICE_BEGIN 4000

static bool of_domain(struct span address, struct span domain)
{
    return address.n >= domain.n &&
           span_equal_nocase(span_cut(address, address.n - domain.n, address.n), domain);
}

/* Servers that condemn an address which may well live: docomo answers "Unknown user" after the text
 * of a mail that its user's filter refuses (only the notice tells when it was said), Google Groups
 * says the same of groups that are closed to us, and what Amazon SES and Gmail mean by a status, only the
 * words tell. */
static const char *doubtful(struct work *work, const struct finding *finding)
{
    if (of_domain(finding->address, SPAN("@googlegroups.com")) && !codes_find(finding->words).reply) {
        notice_read(work);
        if (span_find(span_cut(work->notice, 0, NOTICE_BEGIN), SPAN("doesn't exist")) < 0)
            return "Google Groups: unknown or closed";
    }
    /* their statuses are 5.1.1 for whom a suppression list holds back, 5.2.1 for a rate, too */
    if (!span_trim(finding->words).n && (of_domain(work->reporting_mta, SPAN("amazonses.com")) ||
                                         of_domain(work->reporting_mta, SPAN("googlemail.com"))))
        return "Amazon SES, Gmail: no server's words";
    if (span_find(span_cut(finding->words, 0, 300), SPAN("Unknown user")) < 0)
        return NULL;
    notice_read(work);
    struct span text = span_cut(work->notice, 0, NOTICE_BEGIN), docomo = SPAN("docomo.ne.jp");
    bool theirs = span_find_nocase(finding->mta, docomo) >= 0 ||
                  of_domain(finding->address, docomo) || span_find(text, docomo) >= 0;
    bool rcpt =
        span_find(text, SPAN("reply to RCPT")) >= 0 || span_find(text, SPAN(">>> RCPT")) >= 0;
    return theirs && !rcpt ? "docomo: unknown user after the text" : NULL;
}

static void find_senders(struct judge *judge)
{
    struct work *work = judge->work;
    struct span fields[] = {header_get(work->arena, &work->returned.header, "Return-Path"),
                            header_get(work->arena, &work->returned.header, "From")};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct span address = addrspec_first(work->arena, fields[i]);
        struct span bare = wrapper_tagged(work->arena, address);
        judge->senders[i] = bare.at ? bare : address;
    }
    judge->senders_known = true;
}

static bool is_sender(const struct judge *judge, struct span address)
{
    for (size_t i = 0; i < sizeof judge->senders / sizeof *judge->senders; i++)
        if (address.n && span_equal_nocase(judge->senders[i], address))
            return true;
    return work_own(judge->work, address);
}

/* "<you@example.com>: user unknown": the words are about the sender, and name nobody else. */
static bool about_sender(struct judge *judge, const struct finding *finding, struct span said)
{
    struct arena *arena = judge->work->arena;
    struct span rest = span_cut(said, 0, 1000);
    bool sender = false;
    if (!rest.n || !memchr(rest.at, '@', rest.n))
        return false;
    if (!judge->senders_known)
        find_senders(judge);
    if (is_sender(judge, finding->address) || is_sender(judge, finding->original))
        return false;
    for (struct span found; (found = addrspec_next(arena, &rest)).at; sender = true) {
        struct span bare = wrapper_tagged(arena, found);
        if (!is_sender(judge, bare.at ? bare : found))
            return false;
    }
    return sender;
}

/* Does a status belong to what is said, here or where the message was cut? */
static bool reports(const struct work *work)
{
    const struct part *whole = &work->mime.parts[0];
    return work->saw_report || (whole->type == PART_MULTIPART &&
                                span_starts_nocase(whole->type_value, SPAN("multipart/report")));
}

static bool holds(struct span text, const char *const *marks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_find(text, span_of(marks[i])) >= 0)
            return true;
    return false;
}

/* "550 mailbox unavailable (in reply to MAIL FROM command)": whoever is refused there is the sender. */
static bool before_rcpt(struct judge *judge, const struct finding *finding)
{
    static const char *const marks[] = {"reply to mail from", "after mail from", "like our mail from",
                                        "response to mail from"};
    struct work *work = judge->work;
    if (!judge->mail_known) {
        const struct part *part = work_part(work, PART_PLAIN, false);
        struct span raw = part ? span_cut(part->body, 0, NOTICE_BEGIN) : SPAN_NONE;
        judge->mail = raw.n && span_find(raw, SPAN(" MAIL")) >= 0;
        judge->mail_known = true;
    }
    if (!judge->mail)
        return false;
    struct span texts[] = {finding->words, mention_said(work, finding->address)};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct span text = charset_repair(work->arena, span_cut(texts[i], 0, 1000));
        text = fold_words(work->arena, text);
        if (span_find(text, SPAN("rcpt to")) < 0 &&
            holds(text, marks, sizeof marks / sizeof *marks))
            return true;
    }
    return false;
}

struct opinion doubt_find(struct judge *judge, const struct finding *finding, struct span said,
                          const struct codes *own)
{
    /* refused log-ins and misplaced commands (RFC 5321, RFC 4954) */
    if ((own->reply >= 502 && own->reply <= 504) || (own->reply >= 530 && own->reply <= 538))
        return (struct opinion){REASON_securityerror, "a reply to us, not about the recipient",
                                false};
    if (own->reply != 521 && own->reply != 556 && before_rcpt(judge, finding))
        return (struct opinion){REASON_rejected, "a reply to the sender's address",
                                false};
    /* RFC 3463: x.1.7 and x.1.8 are about the sender's address and system */
    if (own->subject == 1 && (own->detail == 7 || own->detail == 8))
        return (struct opinion){REASON_rejected, "a status about the sender", false};
    /* Gmail says that there is no such domain with 4.0.0, too */
    if (span_find(span_cut(finding->words, 0, 300), SPAN("responded with code")) >= 0 &&
        !span_starts(span_trim(finding->status), SPAN("5")) && reports(judge->work))
        return (struct opinion){REASON_networkerror, "Gmail: no such domain, not for good", false};
    const char *server = doubtful(judge->work, finding);
    if (server)
        return (struct opinion){REASON_filtered, server, false};
    if (about_sender(judge, finding, said))
        return (struct opinion){REASON_rejected, "the address that is refused is the sender's",
                                false};
    if (finding->cut)
        return (struct opinion){REASON_onhold, "the message is cut short there", false};
    return (struct opinion){0};
}
