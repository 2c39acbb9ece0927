/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contact/contact.h"

static void fields(void **state)
{
    struct contact_field list[] = {{SPAN("Company"), SPAN("Kowalski")},
                                   {SPAN("Żółw"), SPAN("tak")}};
    struct contact contact = {.fields = list, .n = 2};
    (void)state;
    assert_true(span_equal(contact_field(&contact, SPAN("company")), SPAN("Kowalski")));
    assert_true(span_equal(contact_field(&contact, SPAN("ŻÓŁW")), SPAN("tak")));
    assert_int_equal(contact_field(&contact, SPAN("żół")).n, 0);
    assert_int_equal(contact_field(&contact, SPAN("")).n, 0);
    contact.n = 0;
    assert_int_equal(contact_field(&contact, SPAN("company")).n, 0);
}

static void normal_tags(void **state)
{
    static const char *const table[][2] = {{"", ""},
                                           {" ; ;", ""},
                                           {"b;a", "a;b"},
                                           {"b;a ; b;;c", "a;b;c"},
                                           {"a, b;c", "a, b;c"},
                                           {"VIP;vip", "VIP;vip"},
                                           {" a b ; c ", "a b;c"}};
    struct str out = {0}, again = {0};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        str_clear(&out);
        str_clear(&again);
        contact_tags_normal(span_of(table[i][0]), &out);
        assert_string_equal(str_text(&out), table[i][1]);
        contact_tags_normal(span_of_str(&out), &again);
        assert_string_equal(str_text(&out), str_text(&again));
    }
    str_free(&out);
    str_free(&again);
}

static void typed_tags(void **state)
{
    struct str out = {0};
    (void)state;
    contact_tags_typed(SPAN("b, a;c,"), &out);
    assert_string_equal(str_text(&out), "a;b;c");
    str_free(&out);
}

static void changed_tags(void **state)
{
    static const char *const table[][3] = {{"a;b", "+c", "a;b;c"},    {"a;b", "-a", "b"},
                                           {"a;b", "+b,-a,c", "b;c"}, {"", "-a", ""},
                                           {"a", "-a", ""},           {"a", "", "a"},
                                           {"a", "+,-,", "a"},        {"a;b", " - b ; + d", "a;d"}};
    struct str out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        str_clear(&out);
        contact_tags_change(span_of(table[i][0]), span_of(table[i][1]), &out);
        assert_string_equal(str_text(&out), table[i][2]);
    }
    str_free(&out);
}

static void tag_membership(void **state)
{
    (void)state;
    assert_true(contact_has_tag(SPAN("a;vip"), SPAN("vip")));
    assert_false(contact_has_tag(SPAN("a;vip"), SPAN("vi")));
    assert_false(contact_has_tag(SPAN(""), SPAN("vip")));
    assert_false(contact_has_tag(SPAN("a"), SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),       cmocka_unit_test(normal_tags),    cmocka_unit_test(typed_tags),
        cmocka_unit_test(changed_tags), cmocka_unit_test(tag_membership),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
