/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/reader.h"
#include "exchange/writer.h"

static void test_cells(void **state)
{
    static const struct {
        const char *cell, *plain, *spreadsheet;
    } table[] = {
        {"", "", ""},
        {"a", "a", "a"},
        {"a,b", "\"a,b\"", "\"a,b\""},
        {"a\"b", "\"a\"\"b\"", "\"a\"\"b\""},
        {"\"", "\"\"\"\"", "\"\"\"\""},
        {"a\nb", "\"a\nb\"", "\"a\nb\""},
        {" a", "\" a\"", "\" a\""},
        {"=1+2", "=1+2", "'=1+2"},
        {"+48 1", "+48 1", "'+48 1"},
        {"-1", "-1", "'-1"},
        {"@x", "@x", "'@x"},
        {"=\"a\"", "\"=\"\"a\"\"\"", "\"'=\"\"a\"\"\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct str out = {0};
        writer_cell(span_of(table[i].cell), false, &out);
        assert_string_equal(str_text(&out), table[i].plain);
        str_clear(&out);
        writer_cell(span_of(table[i].cell), true, &out);
        assert_string_equal(str_text(&out), table[i].spreadsheet);
        str_free(&out);
    }
}

static void test_json(void **state)
{
    static const struct {
        struct span text;
        const char *json;
    } table[] = {
        {SPAN(""), "\"\""},
        {SPAN("Łódź"), "\"Łódź\""},
        {SPAN("a\"b\\c/\n\t\r\b\f"), "\"a\\\"b\\\\c/\\n\\t\\r\\b\\f\""},
        {SPAN("\0\x1b[31m\x7f"), "\"\\u0000\\u001b[31m\\u007f\""},
        {SPAN("\xC2\x9b"), "\"\\u009b\""},
        {SPAN("a\xE2\x80\xAE" "b"), "\"a\\u202eb\""},
        {SPAN("\xff"), "\"\xEF\xBF\xBD\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct str out = {0};
        writer_json(table[i].text, &out);
        assert_string_equal(str_text(&out), table[i].json);
        str_free(&out);
    }
}

static struct contact_field fields[] = {
    {SPAN("company"), SPAN("A; B, \"C\"\nD\\")},
    {SPAN("Nr \"k\" ^"), SPAN("  7 ")},
    {SPAN("note"), SPAN("a long note, so that a vCard has to fold it somewhere: zażółć gęślą jaźń, "
                        "zażółć gęślą jaźń, zażółć gęślą jaźń")},
};
static const struct contact contact = {.id = 4,
                                       .address = SPAN("Jan@x.pl"),
                                       .name = SPAN("Jan, \"J\" Ż"),
                                       .external_id = SPAN("K-1"),
                                       .tags = SPAN("a;b c"),
                                       .fields = fields,
                                       .n = 3};

/* What each format writes, its reader reads back. */
static void test_round_trip(void **state)
{
    static const char *const formats[] = {"csv", "vcard", "json"};
    struct span columns[] = {fields[0].name, fields[1].name, fields[2].name};
    struct writer_options writing = {.columns = columns, .n = 3};
    struct writer_row row = {&contact, {.state = STATE_INVALID, .reason = REASON_userunknown,
                                        .since = 1795000000}};
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const struct writer_format *format = writer_format(span_of(formats[i]));
        struct str out = {0};
        struct reader_options reading = {0};
        struct reader *reader;
        struct reader_row back;
        format->head(&writing, &out);
        format->row(&writing, &row, &out);
        assert_int_equal(reader_open(span_of_str(&out), "f", &reading, &reader, NULL), RESULT_OK);
        assert_int_equal(reader_next(reader, &back), RESULT_OK);
        assert_null(back.problem);
        assert_true(span_equal(back.contact.address, contact.address));
        assert_true(span_equal(back.contact.name, contact.name));
        assert_true(span_equal(back.contact.external_id, contact.external_id));
        assert_true(span_equal(back.contact.tags, contact.tags));
        assert_int_equal(back.contact.n, i == 1 ? 3 : 3);
        for (size_t k = 0; k < 3; k++) {
            struct span value = contact_field(&back.contact, fields[k].name);
            if (strcmp(formats[i], "vcard") == 0)
                assert_true(span_equal(span_trim(value), span_trim(fields[k].value)));
            else
                assert_true(span_equal(value, fields[k].value));
        }
        assert_int_equal(back.state.n, 0);
        assert_int_equal(reader_next(reader, &back), RESULT_NO);
        reader_close(reader);
        reading.with_state = true;
        assert_int_equal(reader_open(span_of_str(&out), "f", &reading, &reader, NULL), RESULT_OK);
        assert_int_equal(reader_next(reader, &back), RESULT_OK);
        if (i != 1) {
            assert_true(span_equal(back.state, SPAN("invalid")));
            assert_true(span_equal(back.reason, SPAN("userunknown")));
            assert_int_equal(back.contact.id, 4);
        }
        reader_close(reader);
        str_free(&out);
    }
}

static void test_folding(void **state)
{
    struct writer_row row = {&contact, {0}};
    struct writer_options writing = {0};
    struct str out = {0};
    (void)state;
    writer_format(SPAN("vcard"))->row(&writing, &row, &out);
    struct span rest = span_of_str(&out), line;
    while (span_line(&rest, &line)) {
        assert_true(line.n <= 75);
        assert_true(((unsigned char)line.at[line.at[0] == ' '] & 0xC0) != 0x80);
    }
    str_free(&out);
}

/* What has to be quoted may stand at any place of a row; fields may be in another order than the columns. */
static void test_rows(void **state)
{
    static const char odd[] = "\",;\t\r\nx";
    struct span columns[] = {SPAN("a"), SPAN("b"), SPAN("c"), SPAN("d")};
    struct writer_options options = {.columns = columns, .n = 4};
    (void)state;
    for (size_t length = 1; length < 70; length++)
        for (size_t i = 0; i < 4 * sizeof odd; i++) {
            char text[70];
            struct str row = {0}, wanted = {0};
            memset(text, 'x', sizeof text);
            text[i * 31 % length] = odd[i % (sizeof odd - 1)];
            struct span value = {text, length}, empty = SPAN_NONE;
            struct contact_field own[] = {{columns[i % 2 ? 3 : 1], value}, {columns[i % 2 ? 1 : 3], SPAN("y")}};
            struct contact one = {.id = 10, .address = SPAN("a@x.pl"), .fields = own, .n = 2};
            struct contact_field named = {SPAN("C"), value}; /* not the column's own bytes */
            if (i % 4 == 3) {
                one.fields = &named;
                one.n = 1;
            }
            writer_format(SPAN("csv"))->row(&options, &(struct writer_row){&one, {0}}, &row);
            str_add_text(&wanted, "a@x.pl,,,,10,active,,");
            for (size_t k = 0; k < 4; k++) {
                str_add_char(&wanted, ',');
                writer_cell(one.n == 1 ? k == 2 ? value : empty
                            : k % 2    ? own[(k == 1) == (i % 2)].value
                                       : empty,
                            false, &wanted);
            }
            str_add_char(&wanted, '\n');
            assert_string_equal(str_text(&row), str_text(&wanted));
            str_free(&row);
            str_free(&wanted);
        }
}

static void test_object(void **state)
{
    const struct contact plain = {.id = 1, .address = SPAN("a@x.pl"), .name = SPAN("A"),
                                  .tags = SPAN("x;y")};
    struct writer_row row = {&plain, {.state = STATE_INVALID, .reason = REASON_userunknown,
                                      .since = 1795262640, .soft = 2}};
    struct str out = {0};
    (void)state;
    writer_contact_json(&row, &out);
    assert_string_equal(out.at,
                        "{\"id\":1,\"address\":\"a@x.pl\",\"name\":\"A\",\"state\":\"invalid\","
                        "\"reason\":\"userunknown\",\"since\":\"2026-11-21T12:04:00Z\",\"soft\":2,"
                        "\"tags\":[\"x\",\"y\"],\"fields\":{}}");
    str_free(&out);
    assert_null(writer_format(SPAN("xls")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells), cmocka_unit_test(test_json),
                                       cmocka_unit_test(test_round_trip),
                                       cmocka_unit_test(test_folding),
                                       cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_object)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
