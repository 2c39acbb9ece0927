/* SPDX-License-Identifier: MIT
 *
 * Header fields, encoded words, addresses.
 */
#include <string.h>

#include "bytes.h"
#include "mail/addrspec.h"
#include "mail/header.h"
#include "mail/wrapper.h"

static void lines(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a\r\nb\r\n", "a\nb\n"},   {"a\rb\r", "a\nb\n"},       {"a\nb", "a\nb"},
        {"a\r\r\nb", "a\nb"},       {"a\r\n\r\nb", "a\n\nb"},   {"", ""},
        {"\r", "\n"},               {"a\r\r\r\nb", "a\nb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same(mail_lines(&arena, span_of(rows[i][0])), rows[i][1]);
    same(mail_lines(&arena, SPAN("F\0r\0o\0m\0")), "From");
}

static void fields(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *value, *body;
    } rows[] = {
        {"Subject: a\n\nbody", "subject", "a", "body"},
        {"Subject: a\n b\n\tc\n\nx", "Subject", "a b c", "x"},
        {"Subject:a\nTo:b\n", "To", "b", ""},
        {"Subject : a\n\n", "Subject", "a", ""},
        {"A: 1\nboundary=x\nB: 2\n\nx", "B", "2", "x"},     /* not folded, goes on all the same */
        {"A: 1;\nboundary=x\n\nx", "A", "1; boundary=x", "x"},
        {"A: 1\nno field at all\nand more\n", "A", "1", "no field at all\nand more\n"},
        {"A: 1\n--boundary\nB: 2\n", "B", "", "--boundary\nB: 2\n"},
        {"", "A", "", ""},
        {"\nbody", "A", "", "body"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct header header;
        struct span text = span_of(rows[i].text);
        size_t body = header_read(&arena, text, &header);
        same(header_get(&arena, &header, rows[i].name), rows[i].value);
        same(span_cut(text, body, text.n), rows[i].body);
    }
}

static void words(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"plain", "plain"},
        {"=?UTF-8?Q?Zwrot_wiadomo=C5=9Bci?=", "Zwrot wiadomo\xC5\x9B" "ci"},
        {"=?utf-8?b?xYHDs2TFug==?=", "\xC5\x81\xC3\xB3" "d\xC5\xBA"},
        {"=?ISO-8859-2?Q?=A3=F3d=BC?=", "\xC5\x81\xC3\xB3" "d\xC5\xBA"},
        {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
        {"=?utf-8?q?a?= b", "a b"},
        {"=?utf-8?b?xQ==?= =?utf-8?b?gQ==?=", "\xC5\x81"}, /* a letter cut in two */
        {"=?utf-8*pl?q?a?=", "a"},
        {"=?nonsense?q?a?=", "a"},
        {"=?utf-8?q?", "=?utf-8?q?"},
        {"=?iso-2022-jp?B?GyRCJCIbKEI=?=", "\xE3\x81\x82"},
        {"\xB1", "\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same(header_text(&arena, span_of(rows[i][0])), rows[i][1]);
}

static void join(void *arg, struct span address)
{
    struct str *all = arg;
    if (all->n)
        str_add_char(all, ' ');
    str_add(all, address);
}

static void lists(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a@b.pl", "a@b.pl"},
        {"Jan <Jan.Kowalski@WP.pl>", "Jan.Kowalski@wp.pl"},
        {"\"Kowalski, Jan\" <j@b.pl>, c@d.pl", "j@b.pl c@d.pl"},
        {"a@b.pl (comment, with (nested) @), c@d.pl", "a@b.pl c@d.pl"},
        {"group: a@b.pl, c@d.pl;, e@f.pl", "a@b.pl c@d.pl e@f.pl"},
        {"undisclosed-recipients:;", ""},
        {"<@relay,@other:a@b.pl>", "a@b.pl"},
        {"\"odd name\"@b.pl", "\"odd name\"@b.pl"},
        {"\"odd\x02name\"@b.pl", ""},
        {"<>", ""},
        {"MAILER-DAEMON", ""},
        {"a@[192.0.2.1]", "a@[192.0.2.1]"},
        {"jan@\xC5\x82\xC3\xB3" "d\xC5\xBA.pl", "jan@\xC5\x82\xC3\xB3" "d\xC5\xBA.pl"},
        {"<a@b.pl", "a@b.pl"},
        {"a@@b.pl, c@.d.pl, @e.pl, f@", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str all = {0};
        addrspec_list(&arena, span_of(rows[i][0]), join, &all);
        same(span_of_str(&all), rows[i][1]);
        str_free(&all);
    }
}

static void reports(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"rfc822; a@B.pl", "a@b.pl"},
        {"RFC822;a@b.pl", "a@b.pl"},
        {"rfc822; <a@b.pl>", "a@b.pl"},
        {"<a@b.pl>", "a@b.pl"},
        {"rfc822; \"Jan\" <a@b.pl>", "a@b.pl"},
        {"utf-8; \xC5\xBCuk@b.pl", "\xC5\xBCuk@b.pl"},
        {"utf-8; \\x{17C}uk@b.pl", "\xC5\xBCuk@b.pl"},
        {"rfc822; a+b@c.pl", "a+b@c.pl"},
        {"rfc822; a+2Bx@c.pl", "a+2Bx@c.pl"},
        {"rfc822; a+40c.pl", "a@c.pl"},
        {"x-unix; |/usr/bin/procmail", ""},
        {"rfc822; postmaster", ""},
        {"rfc822;a@b.pl (Jan)", "a@b.pl"},
        {"X400; /S=jan/PRMD=x/C=pl/", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same(addrspec_report(&arena, span_of(rows[i][0])), rows[i][1]);
}

static void leads(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"<a@b.pl>: reason", "a@b.pl", ": reason"},
        {"  a@b.pl", "a@b.pl", ""},
        {"\"a@b.pl\":", "a@b.pl", ":"},
        {"   * a@b.pl", "a@b.pl", ""},
        {"\xE2\x80\xA2 a@b.pl", "a@b.pl", ""},
        {" 12. a@b.pl", "a@b.pl", ""},
        {"12.a@b.pl", "12.a@b.pl", ""},
        {"<mailto:a@b.pl>", "a@b.pl", ""},
        {"a@b.pl... User unknown", "a@b.pl", "... User unknown"},
        {"text a@b.pl", "", ""},
        {"\"odd name\"@b.pl: x", "\"odd name\"@b.pl", ": x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span rest = SPAN_NONE;
        same(addrspec_lead(&arena, span_of(rows[i][0]), &rest), rows[i][1]);
        same(rest, rows[i][2]);
    }
    same(addrspec_find(&arena, SPAN("User 'jan@b.pl' is gone")), "jan@b.pl");
    same(addrspec_find(&arena, SPAN("@ a@ @b a@b")), "a@b");
    /* prose without blanks: "宛先：", "宛の" */
    same(addrspec_find(&arena, SPAN("\xE5\xAE\x9B\xE5\x85\x88\xEF\xBC\x9A" "a@b.jp\xE5\xAE\x9B\xE3\x81\xAE")),
         "a@b.jp");
    same(addrspec_find(&arena, SPAN("\xE5\xAE\x9B@b.jp")), "\xE5\xAE\x9B@b.jp");
    same(addrspec_find(&arena, SPAN("a@\xE5\xAE\x9B.jp")), "a@\xE5\xAE\x9B.jp");
}

static void wrapped(void **state)
{
    (void)state;
    static const struct {
        const char *address, *tagged, *verp;
    } rows[] = {
        {"jan@wp.example", "", ""},
        {"prvs=0123456789=jan@wp.example", "jan@wp.example", ""},
        {"btv1==123ab==jan@wp.example", "jan@wp.example", ""},
        {"msprvs1=17284abc=jan@wp.example", "jan@wp.example", ""},
        {"SRS0=HHHH=TT=wp.example=jan@relay.example", "jan@wp.example", ""},
        {"SRS0+HHHH=TT=wp.example=jan=x@relay.example", "jan=x@wp.example", ""},
        {"srs1=HHHH=one.example==GGGG=TT=wp.example=jan@relay.example", "jan@wp.example", ""},
        {"SRS0=HHHH@relay.example", "", ""},
        {"bounce-jan=wp.example@news.example", "", "jan@wp.example"},
        {"bounce-jan-maria.k=wp.example@news.example", "", "jan-maria.k@wp.example"},
        {"b+jan=wp.example@news.example", "", "jan@wp.example"},
        {"b+jan+tag=wp.example@news.example", "", "jan+tag@wp.example"},
        {"news-return-12-jan=wp.example@news.example", "", "jan@wp.example"},
        {"bounces+4225085-5bde-jan=wp.example@em.news.example", "", "jan@wp.example"},
        {"bounce+5d9e1f.a1b2-jan=wp.example@mg.news.example", "", "jan@wp.example"},
        {"news-jan=wp.example@news.example", "", "jan@wp.example"},
        {"news-letter-jan=wp.example@news.example", "", ""}, /* where does it begin? */
        {"prvs=0123456789=bounce-jan=wp.example@news.example", "bounce-jan=wp.example@news.example",
         "jan@wp.example"},
        {"a=b@news.example", "", ""},
        {"bounce-=wp.example@news.example", "", ""},
        {"b+0123456789abcdef@news.example", "", ""},
        {"no address", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        same(wrapper_tagged(&arena, span_of(rows[i].address)), rows[i].tagged);
        same(wrapper_verp(&arena, span_of(rows[i].address)), rows[i].verp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(lines, clean),   cmocka_unit_test_teardown(fields, clean),
        cmocka_unit_test_teardown(words, clean),   cmocka_unit_test_teardown(lists, clean),
        cmocka_unit_test_teardown(reports, clean), cmocka_unit_test_teardown(leads, clean),
        cmocka_unit_test_teardown(wrapped, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
