/* SPDX-License-Identifier: MIT
 *
 * Kinds, addresses and verdicts of single messages, a row each; digests; a group's members.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bounce/bounce.h"
#include "bounce/wire.h"

#define DAEMON "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: news@firma.example\n"
#define DSN(type, groups)                                                                          \
    DAEMON "Subject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n--b\n\nSee below.\n" \
           "--b\nContent-Type: " type "\n\nReporting-MTA: dns; mx.example\n\n" groups "\n--b--\n"
#define GROUP(recipient, action, status, diagnostic)                                               \
    "Final-Recipient: rfc822; " recipient "\nAction: " action "\nStatus: " status                  \
    "\nDiagnostic-Code: smtp; " diagnostic "\n\n"
#define STATUS "message/delivery-status"
/* To an address that says whom the mail was for (VERP) */
#define VERP(to) "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: <" to ">\n"
#define QMAIL                                                                                      \
    DAEMON "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\n"        \
           "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
#define EXIM                                                                                       \
    DAEMON "Subject: Mail delivery failed\n\nThis message was created automatically by mail "      \
           "delivery software.\n\nThe following address(es) failed:\n\n"
#define PERSON "From: Jan <jan@klient.example>\nTo: news@firma.example\n"

static const struct {
    const char *message, *want;
} rows[] = {
    /* ---- reports */
    {DSN(STATUS, GROUP("jan@WP.pl", "failed", "5.1.1", "550 no such user")),
     "bounce jan@wp.pl hard userunknown 5.1.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.1.1", "550 a") GROUP("c@d.pl", "failed", "5.2.2", "552 x")),
     "bounce a@b.pl hard userunknown 5.1.1 550 failed, c@d.pl soft mailboxfull 5.2.2 552 failed"},
    {DSN(STATUS, "Original-Recipient: rfc822; zarzad@b.pl\n" GROUP("a@b.pl", "failed", "5.1.1", "550 a")),
     "bounce a@b.pl>zarzad@b.pl hard userunknown 5.1.1 550 failed"},
    {DSN(STATUS, "X-Actual-Recipient: rfc822; a@b.pl\n" GROUP("l@b.pl", "failed", "5.1.1", "550 a")),
     "bounce a@b.pl>l@b.pl hard userunknown 5.1.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "DELAYED (still trying)", "4.4.1", "no user unknown yet")),
     "bounce a@b.pl soft userunknown 4.4.1  delayed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "4.1.1", "450 4.1.1 user unknown")),
     "bounce a@b.pl soft userunknown 4.1.1 450 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "delivered", "2.1.5", "250 ok")), "receipt"},
    {DSN(STATUS, GROUP("a@b.pl", "relayed", "2.1.9", "250 ok")), "receipt"},
    {DSN(STATUS, GROUP("a@b.pl", "expanded", "2.0.0", "250") GROUP("c@d.pl", "failed", "5.1.1", "550 a")),
     "bounce c@d.pl hard userunknown 5.1.1 550 failed"},
    {DSN(STATUS, "Final-Recipient: rfc822; a@b.pl\nAction: failed\nStatus: 5.1.1\n"
                 "Final-Recipient: rfc822; c@d.pl\nAction: failed\nStatus: 5.2.2\n\n"),
     "bounce a@b.pl hard userunknown 5.1.1  failed, c@d.pl soft mailboxfull 5.2.2  failed"},
    {DSN("message/global-delivery-status",
         "Final-Recipient: utf-8; \xC5\xBCuk@b.pl\nAction: failed\nStatus: 5.1.1\n\n"),
     "bounce \xC5\xBCuk@b.pl hard userunknown 5.1.1  failed"},
    {DSN(STATUS, "Final-Recipient: utf-8; \\x{17C}uk@b.pl\nAction: failed\nStatus: 5.1.1\n\n"),
     "bounce \xC5\xBCuk@b.pl hard userunknown 5.1.1  failed"},
    /* null MX: the recipient's, the sender's (RFC 7505) */
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.1.10", "556 5.1.10 x")),
     "bounce a@b.pl hard notaccept 5.1.10 556 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.7.27", "550 5.7.27 x")),
     "bounce a@b.pl soft notcompliantrfc 5.7.27 550 failed"},
    /* words over numbers */
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.1.1", "550 5.1.1 mailbox full")),
     "bounce a@b.pl soft mailboxfull 5.1.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.7.1", "550 5.7.1 no such user")),
     "bounce a@b.pl hard userunknown 5.7.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.1.1", "550 5.1.1 rejected by spamhaus, user unknown")),
     "bounce a@b.pl soft blocked 5.1.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.7.1", "550 5.7.1 zwrotka: suppressed since 2026-10-02")),
     "bounce a@b.pl soft suppressed 5.7.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.0.0", "550 5.1.1 <a@b.pl>: Sender address rejected: "
                                                    "User unknown")),
     "bounce a@b.pl soft rejected 5.1.1 550 failed"},
    {DSN(STATUS, GROUP("a@b.pl", "failed", "5.0.0", "554 go figure")),
     "bounce a@b.pl soft undefined 5.0.0 554 failed"},
    /* ---- texts */
    {QMAIL "<a@b.pl>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<c@d.pl>:\nuser over quota\n\n"
           "--- Below this line is a copy of the message.\n\nFrom: x@y.pl\nTo: spamtrap@z.pl\n",
     "bounce a@b.pl hard userunknown 5.1.1  , c@d.pl soft mailboxfull   "},
    {EXIM "  a@b.pl\n    (generated from zarzad@b.pl)\n    Unrouteable address\n\n------ This is a copy\n",
     "bounce a@b.pl>zarzad@b.pl hard userunknown   "},
    {DAEMON "Subject: Returned mail\n\nYour mail could not go to support@firma.example, sorry.\n",
     "bounce"},
    /* ---- wrapped addresses */
    {VERP("bounce-jan=wp.pl@firma.example") "Subject: Returned mail\n\nYour message could not be "
                                            "delivered: no such user here.\n",
     "bounce jan@wp.pl hard userunknown   "},
    {VERP("prvs=0123456789=bounce-jan=wp.pl@firma.example")
     "Subject: Returned mail\n\nYour message could not be delivered: no such user a@b.pl here.\n",
     "bounce jan@wp.pl soft onhold   "}, /* who is that? */
    {VERP("b+jan=wp.pl@firma.example") "Subject: failure notice\n\nHi. This is the qmail-send program "
     "at mx.example.\nI wasn't able to deliver your message to the following addresses.\n\n<a@b.pl>:\n"
     "Sorry, no mailbox here by that name. (#5.1.1)\n",
     "bounce a@b.pl>jan@wp.pl hard userunknown 5.1.1  "},
    {DAEMON "Subject: Returned mail\n\nYour message could not be delivered: no such user here.\n\n"
            "----- Original message follows -----\n\nReturn-Path: <news-return-3-jan=wp.pl@firma.example>\n"
            "From: news@firma.example\nTo: klienci@firma.example\n\nx\n",
     "bounce jan@wp.pl hard userunknown   "},
    {DAEMON "Subject: Returned mail\n\nYour message could not be delivered: no such user here.\n\n"
            "----- Original message follows -----\n\nFrom: news@sklep.example\nTo: news@sklep.example\n\nx\n",
     "bounce"}, /* its recipients were hidden */
    {DSN(STATUS, GROUP("prvs=0123456789=a@b.pl", "failed", "5.1.1", "550 a")),
     "bounce prvs=0123456789=a@b.pl>a@b.pl hard userunknown 5.1.1 550 failed"},
    {DSN(STATUS, GROUP("SRS0=HH=TT=b.pl=a@relay.example", "failed", "5.1.1", "550 a")),
     "bounce SRS0=HH=TT=b.pl=a@relay.example>a@b.pl hard userunknown 5.1.1 550 failed"},
    /* ---- not bounces */
    {PERSON "Subject: Re: Undelivered mail\n\n> <a@b.pl>: 550 user unknown\nWhat is that?\n", "other"},
    {PERSON "Subject: Oferta\n\nThis is the mail system at host x.\n\n<a@b.pl>: user unknown\n", "other"},
    {PERSON "Subject: Out of office\nAuto-Submitted: auto-replied\n\nBack on Monday.\n", "autoreply"},
    {PERSON "Subject: Automatische Antwort: Angebot\n\nIch bin im Urlaub.\n", "autoreply"},
    {PERSON "Subject: Odpowied\xC5\xBA automatyczna: Oferta\n\nJestem na urlopie.\n", "autoreply"},
    {PERSON "Subject: [boxbe] Verification required\n\nPlease confirm that you are human.\n",
     "challenge"},
    {PERSON "Subject: Read: Oferta\nContent-Type: multipart/report; boundary=b\n\n--b\n\nRead.\n--b\n"
            "Content-Type: message/disposition-notification\n\nDisposition: "
            "manual-action/MDN-sent-manually; displayed\nFinal-Recipient: rfc822; a@b.pl\n\n--b--\n",
     "receipt"},
    /* ---- complaints */
    {PERSON "Subject: x\nContent-Type: multipart/report; boundary=b\n\n--b\n\nAbuse.\n--b\n"
            "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: "
            "a@b.pl\n\n--b\nContent-Type: message/rfc822\n\nTo: c@d.pl\nSubject: y\n\nz\n--b--\n",
     "complaint a@b.pl complaint feedback   "},
    {PERSON "Subject: x\nContent-Type: multipart/report; boundary=b\n\n--b\n\nAbuse.\n--b\n"
            "Content-Type: message/feedback-report\n\nFeedback-Type: not-spam\n\n--b--\n",
     "other"},
    {"", "other"},
    {"\n", "other"},
};

static void say(struct str *out, const struct bounce *bounce)
{
    str_add_text(out, bounce_kind_name(bounce->kind));
    for (size_t i = 0; i < bounce->n; i++) {
        const struct bounce_recipient *r = &bounce->recipients[i];
        str_addf(out, "%s %s%s%s %s %s %s %s %s", i ? "," : "", r->address, *r->original ? ">" : "",
                 r->original, verdict_name(r->verdict), reason_name(r->reason), r->status, r->reply,
                 bounce_action_name(r->action));
    }
}

static void messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bounce *bounce = bounce_decode(span_of(rows[i].message), NULL);
        struct str got = {0};
        say(&got, bounce);
        if (strcmp(str_text(&got), rows[i].want) != 0)
            fail_msg("row %zu:\n  %s\n  %s\n%s", i, str_text(&got), rows[i].want, bounce->explain);
        str_free(&got);
        bounce_free(bounce);
    }
}

static void members(void **state)
{
    (void)state;
    struct bounce *bounce = bounce_decode(
        span_of(DSN(STATUS, "Original-Recipient: rfc822; l@b.pl\n" GROUP("a@b.pl", "failed", "5.1.1", "550 a")
                                "Original-Recipient: rfc822; L@b.pl\n" GROUP("c@b.pl", "delivered", "2.0.0", "250 a")
                                    GROUP("x@b.pl", "failed", "5.1.1", "550 a"))),
        NULL);
    assert_int_equal(bounce->n, 2);
    assert_true(bounce->recipients[0].alias_member);
    assert_false(bounce->recipients[1].alias_member);
    bounce_free(bounce);
}

static void envelope(void **state)
{
    (void)state;
    struct bounce *bounce = bounce_decode(
        span_of("Received: from a by b; Thu, 05 Nov 2026 10:00:00 +0100\nFrom: MAILER-DAEMON@mx.example\n"
                "Delivered-To: b+x@firma.example\nTo: news@firma.example\nSubject: =?utf-8?q?Zwrot?=\n"
                "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: " STATUS "\n\n"
                "Reporting-MTA: dns; mx.example\n\n" GROUP("a@b.pl", "failed", "5.1.1", "550 a") "--b\n"
                "Content-Type: text/rfc822-headers\n\nReturn-Path: <b+x@firma.example>\n"
                "From: \"News\" <news@firma.example>\nTo: a@b.pl\nMessage-ID: <1@firma.example>\n\n--b--\n"),
        NULL);
    assert_int_equal(bounce->time, 1793869200);
    assert_string_equal(bounce->envelope_to, "b+x@firma.example");
    assert_string_equal(bounce->from, "MAILER-DAEMON@mx.example");
    assert_string_equal(bounce->subject, "Zwrot");
    assert_string_equal(bounce->reporting_mta, "mx.example");
    assert_string_equal(bounce->sender, "b+x@firma.example");
    assert_string_equal(bounce->returned_from, "news@firma.example");
    assert_string_equal(bounce->message_id, "1@firma.example");
    assert_string_equal(bounce->recipients[0].mta, "mx.example");
    assert_non_null(strstr(bounce->explain, "RFC 3464"));
    bounce_free(bounce);
}

/* What the report says may hold anything; what is given out is clean, or the cage would not take it. */
static void clean_texts(void **state)
{
    (void)state;
    struct bounce *bounce = bounce_decode(
        span_of("From: MAILER-DAEMON@mx.example\nSubject: a\x01\x7f""b\n"
                "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: " STATUS "\n\n"
                "Reporting-MTA: dns; mx\x16.example\n\nFinal-Recipient: rfc822; a@b.pl\nAction: failed\n"
                "Status: 5.1.1\nRemote-MTA: dns; r\x16\xff.example\n"
                "Diagnostic-Code: smtp; 550\x02 no \xffsuch user\n\n--b--\n"),
        NULL);
    struct bounce *again;
    struct str wire = {0};
    wire_write(bounce, &wire);
    assert_int_equal(bounce->n, 1);
    assert_true(wire_read(span_of_str(&wire), &again));
    bounce_free(again);
    bounce_free(bounce);
    str_free(&wire);
}

static void sink(void *arg, struct span piece)
{
    str_add(arg, piece);
}

static void digests(void **state)
{
    (void)state;
    static const char *const same[] = {
        "Subject: a\nTo: b\n\nbody\n",
        "From x Thu\nReceived: one\n\ttwo\nSubject: a\nX-Spam-Status: No,\n  score=1\nTo: b\n\nbody\n\n",
        "Return-Path: <>\r\nSubject: a\r\nStatus: RO\r\nTo: b\r\nLines: 1\r\n\r\nbody\r\n",
    };
    for (size_t i = 0; i < 3; i++) {
        struct str got = {0};
        bounce_digest_feed(span_of(same[i]), sink, &got);
        assert_string_equal(str_text(&got), "Subject: a\nTo: b\n\nbody");
        str_free(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(members),
        cmocka_unit_test(envelope),
        cmocka_unit_test(clean_texts),
        cmocka_unit_test(digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
