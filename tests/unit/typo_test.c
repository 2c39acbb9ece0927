/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contact/typo.h"

static const struct {
    const char *typed;
    const char *meant; /* "": nothing may be suggested */
} table[] = {
    {"gmial.com", "gmail.com"},
    {"gmai.com", "gmail.com"},
    {"gmail.con", "gmail.com"},
    {"gmail.cm", "gmail.com"},
    {"gmaill.com", "gmail.com"},
    {"gamil.com", "gmail.com"},
    {"gmsil.com", "gmail.com"},
    {"hotmial.com", "hotmail.com"},
    {"hotmal.co", "hotmail.com"},
    {"hotmail.cm", "hotmail.com"},
    {"homail.con", "hotmail.com"},
    {"outlok.com", "outlook.com"},
    {"outloook.con", "outlook.com"},
    {"yaho.com", "yahoo.com"},
    {"yahooo.com", "yahoo.com"},
    {"iclud.com", "icloud.com"},
    {"protonmial.com", "protonmail.com"},
    {"wp.lp", "wp.pl"},
    {"wp.ol", "wp.pl"},
    {"wp.p", "wp.pl"},
    {"o2.lp", "o2.pl"},
    {"o2.p", "o2.pl"},
    {"onet.lp", "onet.pl"},
    {"onte.pl", "onet.pl"},
    {"interia.lp", "interia.pl"},
    {"intera.pl", "interia.pl"},
    {"poczta.onte.pl", "poczta.onet.pl"},
    {"gazeta.ol", "gazeta.pl"},
    {"googlemial.com", "googlemail.com"},
    {"t-onlien.de", "t-online.de"},
    {"libero.ti", "libero.it"},
    {"aol.con", "aol.com"},
    {"web.ed", "web.de"},
    {"wp.pl", ""},
    {"gmail.com", ""},
    {"proton.me", ""},
    {"fb.com", ""},
    {"pm.me", ""},
    {"hey.com", ""},
    {"duck.com", ""},
    {"mail.com", ""},
    {"email.com", ""},
    {"ymail.com", ""},
    {"gmx.pl", ""},
    {"gmx.net", ""},
    {"aon.com", ""},
    {"abc.pl", ""},
    {"bp.pl", ""},
    {"line.com", ""},
    {"firma.con", ""},
    {"kowalski.lp", ""},
    {"kowalski-spolka.pl", ""},
    {"urzad.gov.pl", ""},
    {"uw.edu.pl", ""},
    {"ibm.com", ""},
    {"sap.com", ""},
    {"mailo.com", ""},
    {"tuta.io", ""},
    {"xn--d-uga0v4h.pl", ""},
    {"example.com", ""},
    {"localhost", ""},
    {"", ""},
};

static void suggestions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct span meant = typo_suggest(span_of(table[i].typed), NULL, NULL);
        if (!span_equal(meant, span_of(table[i].meant)))
            fail_msg("%s: \"%.*s\" instead of \"%s\"", table[i].typed, SPAN_ARGS(meant),
                     table[i].meant);
    }
}

static bool is_known(void *arg, struct span domain)
{
    return span_equal(domain, span_of(arg));
}

static void known_domains_have_none(void **state)
{
    char domain[] = "gmial.com";
    (void)state;
    assert_int_equal(typo_suggest(SPAN("gmial.com"), is_known, domain).n, 0);
    assert_true(span_equal(typo_suggest(SPAN("gmali.com"), is_known, domain), SPAN("gmail.com")));
}

static void distances(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        unsigned distance;
    } pairs[] = {{"", "", 0},       {"abc", "abc", 0},  {"abc", "acb", 1}, {"abc", "ab", 1},
                 {"abc", "xbc", 1}, {"abc", "xabc", 1}, {"ca", "abc", 3},  {"abcd", "badc", 2},
                 {"abc", "xyz", 3}, {"ab", "ba", 1},    {"abc", "", 3},    {"abcdef", "bcdefg", 2}};
    char longest[70];
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (unsigned limit = 0; limit < 5; limit++) {
            struct span a = span_of(pairs[i].a), b = span_of(pairs[i].b);
            unsigned want = pairs[i].distance > limit ? limit + 1 : pairs[i].distance;
            assert_int_equal(typo_distance(a, b, limit), want);
            assert_int_equal(typo_distance(b, a, limit), want);
        }
    memset(longest, 'a', sizeof longest);
    assert_int_equal(typo_distance((struct span){longest, 70}, (struct span){longest, 70}, 2), 3);
    assert_int_equal(typo_distance((struct span){longest, 64}, (struct span){longest, 64}, 2), 0);
}

static void series_are_no_slips(void **state)
{
    static const struct {
        const char *domain, *candidate;
        bool meant;
    } rows[] = {
        {"school17.example", "school18.example", false},
        {"school.example", "school1.example", false},
        {"shcool18.example", "school18.example", true},
        {"schol18.example", "school18.example", true},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct typo_nearest nearest = {.domain = span_of(rows[i].domain)};
        typo_consider(&nearest, span_of(rows[i].candidate));
        assert_int_equal(nearest.found.n > 0, rows[i].meant);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(suggestions),
                                       cmocka_unit_test(known_domains_have_none),
                                       cmocka_unit_test(distances),
                                       cmocka_unit_test(series_are_no_slips)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
