/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "contact/address.h"

#define L60 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"

static const struct {
    const char *given;
    const char *spelled; /* NULL: refused */
    const char *folded;
} table[] = {
    {"jan@wp.pl", "jan@wp.pl", "jan@wp.pl"},
    {"Jan.Kowalski@WP.PL", "Jan.Kowalski@WP.PL", "jan.kowalski@wp.pl"},
    {"  <jan@wp.pl>\r\n", "jan@wp.pl", "jan@wp.pl"},
    {"mailto:jan@wp.pl", "jan@wp.pl", "jan@wp.pl"},
    {"<mailto:jan@wp.pl>", "jan@wp.pl", "jan@wp.pl"},
    {"\xEF\xBB\xBFjan@wp.pl\xC2\xA0", "jan@wp.pl", "jan@wp.pl"},
    {"jan+sklep@wp.pl", "jan+sklep@wp.pl", "jan+sklep@wp.pl"},
    {"j.a.n@gmail.com", "j.a.n@gmail.com", "j.a.n@gmail.com"},
    {"jan@wp.pl.", "jan@wp.pl", "jan@wp.pl"},
    {"\"jan\"@wp.pl", "\"jan\"@wp.pl", "jan@wp.pl"},
    {"\"Jan Kowalski\"@wp.pl", "\"Jan Kowalski\"@wp.pl", "\"jan kowalski\"@wp.pl"},
    {"\"j\\a\\n\"@wp.pl", "\"j\\a\\n\"@wp.pl", "jan@wp.pl"},
    {"\"a\\\"b\"@wp.pl", "\"a\\\"b\"@wp.pl", "\"a\\\"b\"@wp.pl"},
    {"\"a@b\"@wp.pl", "\"a@b\"@wp.pl", "\"a@b\"@wp.pl"},
    {"prvs=1234abcdef=jan@wp.pl", "jan@wp.pl", "jan@wp.pl"},
    {"PRVS=jan=1234abcdef@wp.pl", "jan@wp.pl", "jan@wp.pl"},
    {"\"prvs=1234abcdef=jan\"@wp.pl", "\"prvs=1234abcdef=jan\"@wp.pl", "jan@wp.pl"},
    {"prvs=jan@wp.pl", "prvs=jan@wp.pl", "prvs=jan@wp.pl"},
    {"Jan@Łódź.pl", "Jan@Łódź.pl", "jan@xn--d-uga0v4h.pl"},
    {"jan@xn--d-uga0v4h.pl", "jan@xn--d-uga0v4h.pl", "jan@xn--d-uga0v4h.pl"},
    {"jan@XN--D-UGA0V4H.pl", "jan@XN--D-UGA0V4H.pl", "jan@xn--d-uga0v4h.pl"},
    {"jan@lo\xCC\x81"
     "dz.pl",
     "jan@l\xC3\xB3"
     "dz.pl",
     "jan@xn--ldz-gna.pl"},
    {"a@straße.de", "a@straße.de", "a@xn--strae-oqa.de"},
    {"ŻÓŁW@wp.pl", "ŻÓŁW@wp.pl", "żółw@wp.pl"},
    {"zo\xCC\x81\xC5\x82w@wp.pl", "z\xC3\xB3\xC5\x82w@wp.pl", "z\xC3\xB3\xC5\x82w@wp.pl"},
    {"用户@例え.jp", "用户@例え.jp", "用户@xn--r8jz45g.jp"},
    {"a@例え。jp", "a@例え。jp", "a@xn--r8jz45g.jp"},
    {"a@xn--i-7iq.ws", "a@xn--i-7iq.ws", "a@xn--i-7iq.ws"},
    {"a@a-b.example", "a@a-b.example", "a@a-b.example"},
    {"!#$%&'*+-/=?^_`{|}~@x.pl", "!#$%&'*+-/=?^_`{|}~@x.pl", "!#$%&'*+-/=?^_`{|}~@x.pl"},
    {L60 "1234@x.pl", L60 "1234@x.pl", L60 "1234@x.pl"},
    {"", NULL, NULL},
    {"   ", NULL, NULL},
    {"jan", NULL, NULL},
    {"@wp.pl", NULL, NULL},
    {"jan@", NULL, NULL},
    {"jan@.", NULL, NULL},
    {"jan@wp", NULL, NULL},
    {"jan@wp..pl", NULL, NULL},
    {"jan@.wp.pl", NULL, NULL},
    {"jan@wp.pl..", NULL, NULL},
    {"jan@-wp.pl", NULL, NULL},
    {"jan@wp-.pl", NULL, NULL},
    {"jan@w_p.pl", NULL, NULL},
    {"jan@w p.pl", NULL, NULL},
    {"jan@[127.0.0.1]", NULL, NULL},
    {"jan@127.0.0.1", NULL, NULL},
    {"jan kowalski@wp.pl", NULL, NULL},
    {"Jan <jan@wp.pl>", NULL, NULL},
    {"jan@ewa@wp.pl", NULL, NULL},
    {"jan@wp.pl,ewa@wp.pl", NULL, NULL},
    {".jan@wp.pl", NULL, NULL},
    {"jan.@wp.pl", NULL, NULL},
    {"ja..n@wp.pl", NULL, NULL},
    {"\"\"@wp.pl", NULL, NULL},
    {"\"jan@wp.pl", NULL, NULL},
    {"\"jan\"x@wp.pl", NULL, NULL},
    {"ja\x01n@wp.pl", NULL, NULL},
    {"ja\x7Fn@wp.pl", NULL, NULL},
    {"ja\xC2\x85n@wp.pl", NULL, NULL},
    {"ja\xE2\x80\x8Bn@wp.pl", NULL, NULL},
    {"ja\xE2\x80\xAEn@wp.pl", NULL, NULL},
    {"ja\xFFn@wp.pl", NULL, NULL},
    {"a@xn--99999999999.pl", NULL, NULL},
    {"a@i❤.ws", NULL, NULL},
    {L60 "12345@x.pl", NULL, NULL},
    {"a@" L60 "1234.pl", NULL, NULL},
    {"a@" L60 "." L60 "." L60 "." L60 "." L60 ".pl", NULL, NULL},
};

static void folds(void **state)
{
    struct str spelled = {0}, folded = {0};
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        enum result result = address_fold(span_of(table[i].given), &spelled, &folded, &error);
        if (!table[i].spelled) {
            if (result != RESULT_DATA || folded.n || spelled.n)
                fail_msg("%s is taken as %s", table[i].given, str_text(&folded));
            assert_true(error.text[0]);
            continue;
        }
        if (result)
            fail_msg("%s", error.text);
        assert_string_equal(str_text(&spelled), table[i].spelled);
        assert_string_equal(str_text(&folded), table[i].folded);
        assert_int_equal(address_fold(span_of(table[i].given), NULL, &folded, NULL), RESULT_OK);
    }
    str_free(&spelled);
    str_free(&folded);
}

/* A person has to find the mistake by what is said of it. */
static void says_what_is_wrong(void **state)
{
    static const struct {
        const char *given, *said;
    } rows[] = {
        {"jan@ewa@wp.pl", "more than one @"},
        {"jan@wp.pl, ewa@wp.pl", "more than one @"},
        {"jan kowalski@wp.pl", "a space before the @"},
        {"Jan <jan@wp.pl>", "a space before the @"},
        {"jan(a)@wp.pl", "a sign before the @ that may not stand there"},
        {"jan.@wp.pl", "a dot too many, before the @"},
        {"ja..n@wp.pl", "two dots"},
        {"jan.wp.pl", "has no @"},
        {"jan@wp", "no dot in its domain"},
    };
    struct str folded = {0};
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(address_fold(span_of(rows[i].given), NULL, &folded, &error), RESULT_DATA);
        if (!strstr(error.text, rows[i].said))
            fail_msg("%s", error.text);
    }
    str_free(&folded);
}

static void domains(void **state)
{
    struct str out = {0};
    (void)state;
    assert_int_equal(address_fold_domain(SPAN("ŁÓDŹ.pl."), false, &out, NULL), RESULT_OK);
    assert_string_equal(str_text(&out), "xn--d-uga0v4h.pl");
    assert_int_equal(address_fold_domain(SPAN("pl"), true, &out, NULL), RESULT_OK);
    assert_string_equal(str_text(&out), "pl");
    assert_int_equal(address_fold_domain(SPAN("pl"), false, &out, NULL), RESULT_DATA);
    str_clear(&out);
    address_domain_unicode(SPAN("xn--d-uga0v4h.pl"), &out);
    assert_string_equal(str_text(&out), "łódź.pl");
    str_clear(&out);
    address_domain_unicode(SPAN("xn--99999999999.pl"), &out);
    assert_string_equal(str_text(&out), "xn--99999999999.pl");
    assert_true(span_equal(address_domain(SPAN("\"a@b\"@wp.pl")), SPAN("wp.pl")));
    assert_int_equal(address_domain(SPAN("strange")).n, 0);
    str_free(&out);
}

static void keys(void **state)
{
    struct str out = {0}, again = {0};
    char longest[3000];
    (void)state;
    address_key(SPAN("<Jan@WP.pl>"), &out);
    assert_string_equal(str_text(&out), "jan@wp.pl");
    address_key(SPAN("  Jan Kowalski "), &out);
    assert_string_equal(str_text(&out), "jan kowalski");
    address_key(SPAN(""), &out);
    assert_string_equal(str_text(&out), "");
    memset(longest, 'A', sizeof longest);
    address_key((struct span){longest, sizeof longest}, &out);
    assert_int_equal(out.n, ADDRESS_MAX * 2);
    longest[2999] = 'b';
    address_key((struct span){longest, sizeof longest}, &again);
    assert_string_not_equal(str_text(&out), str_text(&again));
    str_free(&out);
    str_free(&again);
}

static uint64_t seed = 88172645463325252u;

static unsigned chance(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 11) % n;
}

/* A row of the table with a few bytes or pieces changed. */
static size_t mutate(char *out, size_t room)
{
    static const char *const pieces[] = {"@",      ".",       "\"", "\\",
                                         "xn--",   "prvs=",   "ł",  "\xCC\x81",
                                         "ẞ",      "İ",       "Σ",  "\xF0\x9F\x98\x80",
                                         "=",      "abcdef1", " ",  "<",
                                         ">",      "。",      "K",  "Ⱥ",
                                         "mailto:"};
    struct span base = span_of(table[chance(sizeof table / sizeof *table)].given);
    size_t n = base.n < room - 64 ? base.n : room - 64;
    memcpy(out, base.at, n);
    for (unsigned times = chance(4); times; times--) {
        size_t at = chance((unsigned)n + 1);
        const char *piece = pieces[chance(sizeof pieces / sizeof *pieces)];
        size_t length = strlen(piece);
        if (chance(3) == 0 && at < n) {
            out[at] = (char)chance(256);
        } else if (n + length < room) {
            memmove(out + at + length, out + at, n - at);
            memcpy(out + at, piece, length);
            n += length;
        }
    }
    return n;
}

static void folding_twice_is_folding_once(void **state)
{
    struct str spelled = {0}, folded = {0}, again = {0}, shown = {0};
    char bytes[512];
    unsigned taken = 0;
    (void)state;
    for (int i = 0; i < 60000; i++) {
        struct span given = {bytes, mutate(bytes, sizeof bytes)};
        struct error error;
        if (address_fold(given, &spelled, &folded, &error) == RESULT_OK) {
            taken++;
            assert_true(folded.n <= ADDRESS_MAX && spelled.n <= ADDRESS_MAX);
            assert_true(utf8_valid(span_of_str(&folded)));
            assert_int_equal(address_fold(span_of_str(&folded), NULL, &again, NULL), RESULT_OK);
            assert_string_equal(str_text(&folded), str_text(&again));
            assert_int_equal(address_fold(span_of_str(&spelled), NULL, &again, NULL), RESULT_OK);
            assert_string_equal(str_text(&folded), str_text(&again));
            assert_true(utf8_ascii(address_domain(span_of_str(&folded))));
            str_clear(&shown);
            address_domain_unicode(address_domain(span_of_str(&folded)), &shown);
        } else {
            assert_true(utf8_valid(span_of(error.text)));
        }
        address_key(given, &folded);
        assert_true(folded.n <= ADDRESS_MAX * 2);
        assert_true(utf8_valid(span_of_str(&folded)));
    }
    assert_true(taken > 10000);
    str_free(&spelled);
    str_free(&folded);
    str_free(&again);
    str_free(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(folds),
        cmocka_unit_test(says_what_is_wrong), cmocka_unit_test(domains),
                                       cmocka_unit_test(keys),
                                       cmocka_unit_test(folding_twice_is_folding_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
