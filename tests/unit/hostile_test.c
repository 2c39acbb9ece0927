/* SPDX-License-Identifier: MIT
 *
 * Messages made to crash, stall or swell the decoder. Bounds on time are generous: what is quadratic
 * takes minutes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bounce/bounce.h"

#define DAEMON "From: MAILER-DAEMON@x.example\nTo: a@b.example\nSubject: Returned mail\n"
#define REPORT                                                                                     \
    DAEMON "Content-Type: multipart/report; boundary=b\n\n--b\n\nThis is the mail system at host " \
           "x.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
#define M(literal) literal, sizeof literal - 1

/* A message is `head`, `count` times `unit` ("%d" in it counts), and `tail`. */
static const struct {
    const char *name;
    const char *head;
    size_t head_n;
    const char *unit;
    size_t unit_n;
    size_t count;
    const char *tail;
    size_t recipients;
} rows[] = {
    {"NUL bytes", M(DAEMON), M("\0"), 1000000, "\n\n", 0},
    {"UTF-16", M("\xFF\xFE"), M("F\0r\0o\0m\0:\0 \0a\0\n\0"), 100000, "", 0},
    {"a line of 20 MB", M(DAEMON "\n"), M("aaaaaaaaaaaaaaaaaaaa"), 1000000, "", 0},
    {"a line of addresses", M(DAEMON "\n"), M("a@b.c "), 3400000, "", 0},
    {"a header of 20 MB", M("Subject: "), M("=?utf-8?B?aGVs?= "), 1200000, "\n\nx", 0},
    {"encoded words that do not end", M("Subject: "), M("=?u?q?"), 2000000, "\n\n", 0},
    {"CR only", M("Subject: a\rFrom: b\r\r"), M("abc def\r"), 2500000, "", 0},
    {"20,000 nested multiparts", M(""),
     M("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"), 20000, "", 0},
    {"30,000 nested messages", M(""), M("Content-Type: message/rfc822\n\n"), 30000, "", 0},
    {"200,000 parts", M(DAEMON "Content-Type: multipart/mixed; boundary=b\n\n"),
     M("--b\nContent-Type: text/plain\n\nx\n"), 200000, "", 0},
    {"lines of dashes", M(DAEMON "Content-Type: multipart/mixed; boundary=b\n\n"), M("--\n"),
     3000000, "", 0},
    {"100,000 recipients", M(REPORT),
     M("Final-Recipient: rfc822;u%d@b.example\nAction: failed\nStatus: 5.1.1\n"
       "Diagnostic-Code: smtp; 550 user unknown\n\n"),
     100000, "--b--\n", 100000},
    {"100,000 recipients without words", M(REPORT),
     M("Final-Recipient: rfc822;u%d@b.example\nAction: failed\nStatus: 5.1.1\n\n"), 100000,
     "--b--\n", 100000},
    {"one recipient 100,000 times", M(REPORT),
     M("Final-Recipient: rfc822;u@b.example\nAction: failed\n"), 100000, "\n--b--\n", 1},
    {"100,000 recipients in a text", M(DAEMON "\nThis is the mail system at host x.\n"),
     M("<u%d@b.example>: user unknown\n\n"), 100000, "", 100000},
    {"100,000 users without a domain", M(REPORT),
     M("Final-Recipient: rfc822; jan\nAction: failed\nStatus: 5.1.1\n\n"), 100000,
     "--b\nContent-Type: message/rfc822\n\nFrom: a@b.example\nTo: jan@b.example\nSubject: x\n\n"
     "--b--\n",
     1},
    {"100,000 recipients with one reason", M(DAEMON "\nwas not delivered to:\n"),
     M("  u%d@b.example\n"), 100000, "\nbecause:\n\n  user unknown\n", 100000},
    {"parentheses", M("From: "), M("("), 1000000, "\nDate: (\n\n", 0},
    {"angle brackets", M("From: "), M("<"), 3000000, "\n\n<<<", 0},
    {"labels", M(DAEMON "\n"), M("rcpt to: "), 1000000, "", 0},
    {"tags", M(DAEMON "Content-Type: text/html\n\n"), M("<a"), 3000000, "", 0},
    {"entities", M(DAEMON "Content-Type: text/html\n\n"), M("&#"), 3000000, "", 0},
    {"base64", M(DAEMON "Content-Transfer-Encoding: base64\n\n"), M("AAAA"), 3000000, "", 0},
    {"soft breaks", M(DAEMON "Content-Transfer-Encoding: quoted-printable\n\n"), M("= "), 3000000,
     "", 0},
    {"escapes", M(DAEMON "Content-Type: text/plain; charset=iso-2022-jp\n\n"), M("\033$B"),
     2000000, "", 0},
    {"parameters", M("Content-Type: multipart/mixed; "), M("boundary*0=a; "), 500000, "\n\n", 0},
    {"fields", M(""), M("X-%d: y\n"), 500000, "\n", 0},
    {"folded lines", M("Subject: a\n"), M(" b\n"), 2000000, "\n", 0},
    {"colons", M(""), M(":"), 1000000, "", 0},
    {"words", M(REPORT "Final-Recipient: rfc822;u@b.example\nAction: failed\nDiagnostic-Code: smtp; "),
     M("user unknown "), 1000000, "\n\n--b--\n", 1},
};

static struct str build(size_t i)
{
    struct str s = {0};
    str_add(&s, (struct span){rows[i].head, rows[i].head_n});
    bool counts = memmem(rows[i].unit, rows[i].unit_n, "%d", 2) != NULL;
    for (size_t k = 0; k < rows[i].count; k++)
        if (counts)
            str_addf(&s, rows[i].unit, (int)k, (int)k);
        else
            str_add(&s, (struct span){rows[i].unit, rows[i].unit_n});
    str_add_text(&s, rows[i].tail);
    return s;
}

static void hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str s = build(i);
        clock_t start = clock();
        struct bounce *bounce = bounce_decode(span_of_str(&s), NULL);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds > 15)
            fail_msg("%s: %.1f seconds", rows[i].name, seconds);
        if (bounce->n != rows[i].recipients)
            fail_msg("%s: %zu recipients", rows[i].name, bounce->n);
        bounce_free(bounce);
        str_free(&s);
    }
}

/* The same text in every line ending, with a "From " line and without, says the same. */
static void line_endings(void **state)
{
    (void)state;
    static const char text[] = REPORT "Final-Recipient: rfc822;u@b.example\nAction: failed\n"
                                      "Status: 5.1.1\nDiagnostic-Code: smtp; 550 user\n unknown\n\n--b--\n";
    static const char *const ends[] = {"\n", "\r\n", "\r", "\r\r\n"};
    for (size_t i = 0; i < 8; i++) {
        struct str s = {0};
        if (i & 4)
            str_addf(&s, "From MAILER-DAEMON Thu Nov  5 10:00:00 2026%s", ends[i & 3]);
        for (const char *at = text; *at; at++)
            if (*at == '\n')
                str_add_text(&s, ends[i & 3]);
            else
                str_add_char(&s, *at);
        struct bounce *bounce = bounce_decode(span_of_str(&s), NULL);
        assert_int_equal(bounce->n, 1);
        assert_string_equal(bounce->recipients[0].address, "u@b.example");
        assert_string_equal(bounce->recipients[0].diagnostic, "550 user unknown");
        assert_int_equal(bounce->recipients[0].verdict, VERDICT_HARD);
        bounce_free(bounce);
        str_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile),
        cmocka_unit_test(line_endings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
