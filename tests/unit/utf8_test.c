/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pattern.h"
#include "base/utf8.h"

static uint64_t seed = 88172645463325252u;

static unsigned chance(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 11) % n;
}

static void every_code_point(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++) {
        char bytes[4];
        size_t n = utf8_write(code, bytes), length;
        uint32_t read = utf8_read((struct span){bytes, n}, &length);
        bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (read != (surrogate ? 0xFFFD : code) || length != n)
            fail_msg("U+%04X is read as U+%04X, %zu bytes", code, read, length);
        /* Cut short, it is one bad byte. */
        if (n > 1) {
            assert_int_equal(utf8_read((struct span){bytes, n - 1}, &length), 0xFFFD);
            assert_int_equal(length, 1);
        }
    }
}

static void bad_bytes(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\xAF",
                                      "\xC1\xBF",
                                      "\xE0\x80\xAF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFE",
                                      "\xFF",
                                      "\xC3(",
                                      "\xE2\x82(",
                                      "\xF0\x9F\x98("};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t length;
        assert_false(utf8_valid(span_of(bad[i])));
        assert_int_equal(utf8_read(span_of(bad[i]), &length), 0xFFFD);
        assert_int_equal(length, 1);
    }
    assert_true(utf8_valid(SPAN("")));
    assert_true(utf8_valid(SPAN("zażółć gęślą jaźń \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF")));
    assert_true(utf8_ascii(SPAN("plain ASCII of some length, over eight bytes")));
    assert_false(utf8_ascii(SPAN("plain ASCII of some length, but for ó")));
}

static void texts(void **state)
{
    static const struct {
        void (*make)(struct span, struct str *);
        const char *given;
        const char *made;
    } table[] = {
        {utf8_repair, "", ""},
        {utf8_repair,
         "a\xFF"
         "b",
         "a\xEF\xBF\xBD"
         "b"},
        {utf8_repair, "\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {utf8_repair, "żółw", "żółw"},
        {utf8_visible, "", ""},
        {utf8_visible, "a\x1B[31mb\r\n\t", "a^[[31mb^M^J^I"},
        {utf8_visible, "\x7F", "^?"},
        {utf8_visible,
         "a\xE2\x80\xAE"
         "b",
         "a<U+202E>b"},
        {utf8_visible,
         "\xC2\x9B"
         "31m",
         "<U+009B>31m"},
        {utf8_visible,
         "\x9B"
         "31m",
         "\xEF\xBF\xBD"
         "31m"},
        {utf8_visible, "żółw \xF0\x9F\x98\x80", "żółw \xF0\x9F\x98\x80"},
        {utf8_nfc, "", ""},
        {utf8_nfc, "o\xCC\x81", "ó"},
        {utf8_nfc, "ó", "ó"},
        {utf8_nfc, "o\xFF\xCC\x81", "o\xEF\xBF\xBD\xCC\x81"},
        {utf8_lower, "", ""},
        {utf8_lower, "ŻÓŁW Z", "żółw z"},
        {utf8_lower, "ABC xyz 1@[`{", "abc xyz 1@[`{"},
        {utf8_fold, "", ""},
        {utf8_fold, "Zażółć GĘŚLĄ", "zazolc gesla"},
        {utf8_fold, "Straße ÆŒ", "strasse aeoe"},
        {utf8_fold, "Łódź", "lodz"},
        {utf8_fold,
         "Lo\xCC\x81"
         "dz\xCC\x81 x",
         "lodz x"},
        {utf8_fold, "İstanbul ığ", "istanbul ig"},
        {utf8_fold, "Đorđe Ø Þ", "dorde o th"},
        {utf8_fold, "Ἀθῆναι ΟΔΟΣ", "αθηναι οδοσ"},
        {utf8_fold, "Йод", "иод"},
        {utf8_fold, "Việt Nam", "viet nam"},
        {utf8_fold, "東京", "東京"},
        {utf8_fold, "a\xFF", "a\xEF\xBF\xBD"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct str out = {0};
        table[i].make(span_of(table[i].given), &out);
        assert_string_equal(str_text(&out), table[i].made);
        /* It adds. */
        table[i].make(span_of(table[i].given), &out);
        assert_int_equal(out.n, 2 * strlen(table[i].made));
        str_free(&out);
    }
}

static void folding(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint32_t plain[4], again[4];
        size_t n = utf8_fold_plain(code, plain);
        assert_true(n <= 4);
        for (size_t i = 0; i < n; i++)
            if (utf8_fold_plain(plain[i], again) != 1 || again[0] != plain[i])
                fail_msg("U+%04X folds to U+%04X, and that to another", code, plain[i]);
        uint32_t lower = utf8_fold_case(code);
        if (utf8_fold_case(lower) != lower)
            fail_msg("U+%04X has a lower case of a lower case", code);
        size_t m = utf8_fold_plain(lower, again);
        if (m != n || memcmp(plain, again, n * sizeof *plain) != 0)
            fail_msg("U+%04X folds otherwise than its lower case", code);
    }
}

static void widths(void **state)
{
    static const struct {
        const char *text;
        size_t width;
    } table[] = {{"", 0},     {"abc", 3},          {"żółw", 4}, {"o\xCC\x81", 1},       {"東京", 4},
                 {"\x1B", 2}, {"\xE2\x80\xAE", 8}, {"\xFF", 1}, {"\xF0\x9F\x98\x80", 2}};
    static const struct {
        const char *text;
        size_t columns, bytes, used;
    } fits[] = {{"abc", 2, 2, 2},  {"abc", 9, 3, 3},        {"żółw", 2, 4, 2},
                {"東京", 3, 3, 2}, {"o\xCC\x81x", 1, 3, 1}, {"ao\xCC\x81", 1, 1, 1},
                {"東", 1, 0, 0},   {"", 5, 0, 0},           {"\xCC\x81", 0, 2, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct str shown = {0};
        assert_int_equal(utf8_width(span_of(table[i].text)), table[i].width);
        utf8_visible(span_of(table[i].text), &shown);
        assert_int_equal(utf8_width(span_of_str(&shown)), table[i].width);
        str_free(&shown);
    }
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
        size_t used;
        assert_int_equal(utf8_fit(span_of(fits[i].text), fits[i].columns, &used), fits[i].bytes);
        assert_int_equal(used, fits[i].used);
        assert_int_equal(utf8_fit(span_of(fits[i].text), fits[i].columns, NULL), fits[i].bytes);
    }
}

static const struct {
    const char *pattern;
    const char *text;
    bool in, is;
} searches[] = {
    {"", "", true, true},
    {"", "abc", true, false},
    {"*", "", true, true},
    {"*", "abc", true, true},
    {"abc", "xABCx", true, false},
    {"ABC", "abc", true, true},
    {"abc", "ab", false, false},
    {"lodz", "Łódź", true, true},
    {"łodz", "Łódź", true, true},
    {"łodz", "Lodz", false, false},
    {"Łódź", "łódź", true, true},
    {"łódź", "lodz", false, false},
    {"ó", "o", false, false},
    {"ó", "ö", false, false},
    {"o", "o\xCC\x81", true, true},
    {"ó", "o\xCC\x81", true, true},
    {"o\xCC\x81", "Ó", true, true},
    {"lodz",
     "Lo\xCC\x81"
     "dz\xCC\x81",
     true, true},
    {"q\xCC\x83", "Q\xCC\x83", true, true},
    {"q\xCC\x83", "q", false, false},
    {"q", "q\xCC\x83", true, true},
    {"ss", "ß", true, true},
    {"ß", "ss", false, false},
    {"ß", "ẞ", true, true},
    {"ß", "Straße", true, false},
    {"strasse", "Straße", true, true},
    {"stras", "Straße", true, false},
    {"ae", "Æther", true, false},
    {"ffi",
     "o\xEF\xAC\x83"
     "ce",
     true, false},
    {"a*c", "abc", true, true},
    {"a*c", "ac", true, true},
    {"a*c", "ca", false, false},
    {"a*c", "xacx", true, false},
    {"*c", "abc", true, true},
    {"a*", "abc", true, true},
    {"b*", "abc", true, false},
    {"*b", "abc", true, false},
    {"a**c", "abbbc", true, true},
    {"a*b*c", "aXbXc", true, true},
    {"a*b*c", "acb", false, false},
    {"ab*ab", "ab", false, false},
    {"ab*ab", "abab", true, true},
    {"a*ab", "abaab", true, true},
    {"a*ó", "xaxÓ", true, false},
    {"ż*w", "ŻÓŁW", true, true},
    {"\xFF", "\xFE", true, true}, /* both are U+FFFD */
    {"K", "\xE2\x84\xAA", true, true},
    {"\xE2\x84\xAA", "k", true, true},
    {"и", "Й", true, true},
    {"й", "и", false, false},
    {"οδος", "ΟΔΌΣ", true, true},
    {"東", "東京", true, false},
};

static void patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        struct pattern *pattern = pattern_new(span_of(searches[i].pattern));
        struct span text = span_of(searches[i].text);
        if (pattern_in(pattern, text) != searches[i].in)
            fail_msg("%s in %s", searches[i].pattern, searches[i].text);
        if (pattern_is(pattern, text) != searches[i].is)
            fail_msg("%s is %s", searches[i].pattern, searches[i].text);
        pattern_free(pattern);
    }
    pattern_free(NULL);
}

static size_t compose(char *out, const char *const *pieces, size_t n, unsigned most)
{
    size_t length = 0;
    for (unsigned times = chance(most + 1); times; times--) {
        const char *piece = pieces[chance((unsigned)n)];
        memcpy(out + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return length;
}

/* Whatever the pattern finds holds its literal, and a mere literal is found just where it stands;
 * the spelling of accents makes no difference. */
static void literals(void **state)
{
    static const char *const pieces[] = {"a", "b", "A", "ą", "a\xCC\xA8", "\xCC\x81",    "ß", "s",
                                         "*", "ó", "o", "ę", "\xFF",      "\xEF\xAC\x81"};
    const size_t n = sizeof pieces / sizeof *pieces;
    char bytes[64], more[128];
    (void)state;
    for (int i = 0; i < 100000; i++) {
        struct span wanted = {bytes, compose(bytes, pieces, n, 3)};
        struct span text = {more, compose(more, pieces, n, 8)};
        struct pattern *pattern = pattern_new(wanted);
        struct str folded = {0}, normal = {0};
        bool in = pattern_in(pattern, text);
        utf8_fold(text, &folded);
        bool stands = span_find(span_of_str(&folded), pattern_literal(pattern)) >= 0;
        if ((in && !stands) || (pattern_is_literal(pattern) && in != stands))
            fail_msg("\"%.*s\" in \"%.*s\"", SPAN_ARGS(wanted), SPAN_ARGS(text));
        utf8_nfc(text, &normal);
        assert_int_equal(pattern_in(pattern, span_of_str(&normal)), in);
        if (pattern_is(pattern, text))
            assert_true(in);
        str_free(&folded);
        str_free(&normal);
        pattern_free(pattern);
    }
}

static void random_bytes(void **state)
{
    char bytes[64];
    (void)state;
    for (int i = 0; i < 50000; i++) {
        struct span s = {bytes, chance(sizeof bytes)};
        struct str a = {0}, b = {0};
        for (size_t j = 0; j < s.n; j++)
            bytes[j] = (char)(chance(2) ? chance(256) : 0xC0 + chance(64));
        utf8_repair(s, &a);
        assert_true(utf8_valid(span_of_str(&a)));
        str_clear(&a);
        utf8_visible(s, &a);
        assert_true(utf8_valid(span_of_str(&a)) && utf8_width(span_of_str(&a)) == utf8_width(s));
        for (size_t j = 0; j < a.n; j++)
            assert_true((unsigned char)a.at[j] >= 0x20 && a.at[j] != 0x7F);
        str_clear(&a);
        utf8_fold(s, &a);
        utf8_fold(span_of_str(&a), &b);
        assert_string_equal(str_text(&a), str_text(&b));
        str_clear(&a);
        utf8_lower(s, &a);
        assert_true(utf8_valid(span_of_str(&a)));
        str_free(&a);
        str_free(&b);
    }
}

/* No `*` and no run of marks makes it slow: this ends at once, or the suite's time limit tells. */
static void hostile_texts(void **state)
{
    size_t n = 200000;
    char *text = malloc(2 * n);
    struct str stars = {0};
    (void)state;
    assert_non_null(text);
    memset(text, 'a', n);
    for (int i = 0; i < 60; i++)
        str_add_text(&stars, "a*");
    str_add_text(&stars, "b");
    struct pattern *pattern = pattern_new(span_of_str(&stars));
    assert_false(pattern_in(pattern, (struct span){text, n}));
    for (size_t i = 0; i < n; i++)
        memcpy(text + 2 * i, i % 2 ? "\xCC\x81" : "\xCC\xA7", 2);
    text[0] = text[1] = 'a';
    assert_false(pattern_in(pattern, (struct span){text, 2 * n}));
    pattern_free(pattern);
    str_free(&stars);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_code_point),
                                       cmocka_unit_test(bad_bytes),
                                       cmocka_unit_test(texts),
                                       cmocka_unit_test(folding),
                                       cmocka_unit_test(widths),
                                       cmocka_unit_test(patterns),
                                       cmocka_unit_test(literals),
                                       cmocka_unit_test(random_bytes),
                                       cmocka_unit_test(hostile_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
