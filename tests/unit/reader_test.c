/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/reader.h"

/* Rows as "line:address|name|external_id|tags|field=value|…", "line:!" for a problem, one a line;
 * or "error" and its result. */
static void read_all(struct span bytes, const struct reader_options *options, struct str *out)
{
    struct reader *reader;
    struct reader_row row;
    enum result result = reader_open(bytes, "f", options, &reader, NULL);
    if (result != RESULT_OK) {
        str_addf(out, "error %d", result);
        return;
    }
    while (reader_next(reader, &row) == RESULT_OK) {
        const struct contact *c = &row.contact;
        str_addf(out, "%u:", (unsigned)row.line);
        if (row.problem) {
            str_add_text(out, "!\n");
            continue;
        }
        str_addf(out, "%.*s|%.*s|%.*s|%.*s", SPAN_ARGS(c->address), SPAN_ARGS(c->name),
                 SPAN_ARGS(c->external_id), SPAN_ARGS(c->tags));
        for (size_t i = 0; i < c->n; i++)
            str_addf(out, "|%.*s=%.*s", SPAN_ARGS(c->fields[i].name),
                     SPAN_ARGS(c->fields[i].value));
        if (row.state.n)
            str_addf(out, "|[%u %.*s %.*s %.*s]", c->id, SPAN_ARGS(row.state),
                     SPAN_ARGS(row.reason), SPAN_ARGS(row.since));
        str_add_char(out, '\n');
    }
    assert_int_equal(reader_position(reader), bytes.n);
    reader_close(reader);
}

struct sample {
    const char *name;
    struct span bytes;
    const char *rows;
    struct reader_options options;
};

static const char *const by_column[] = {"email=Adres korespondencji", "name=Firma", NULL};
static const char *const by_nothing[] = {"email=Nothing", NULL};

static const struct sample samples[] = {
    {"comma", SPAN("address,name\na@x.pl,Ala\nb@x.pl,\n"), "2:a@x.pl|Ala||\n3:b@x.pl|||\n", {0}},
    {"semicolon, CRLF, no end", SPAN("E-Mail;Name\r\na@x.pl;Ala, B\r\nb@x.pl;B"),
     "2:a@x.pl|Ala, B||\n3:b@x.pl|B||\n", {0}},
    {"tab, CR", SPAN("mail\tname\ra@x.pl\tA\rb@x.pl\tB\r"), "2:a@x.pl|A||\n3:b@x.pl|B||\n", {0}},
    {"every name of the column",
     SPAN("\"adres e-mail\",name\na@x.pl,A\n"), "2:a@x.pl|A||\n", {0}},
    {"Excel's line", SPAN("sep=;\nadres;name,x\na@x.pl;A\n"), "3:a@x.pl||||name,x=A\n", {0}},
    {"byte order mark", SPAN("\xEF\xBB\xBF" "email\na@x.pl\n"), "2:a@x.pl|||\n", {0}},
    {"quotes", SPAN("email,name\n\"a@x.pl\",\"A \"\"B\"\", C\"\n"), "2:a@x.pl|A \"B\", C||\n", {0}},
    {"a line break inside", SPAN("email,name\na@x.pl,\"A\nB\"\nb@x.pl,\"C\r\nD\"\nc@x.pl,E\n"),
     "2:a@x.pl|A\nB||\n4:b@x.pl|C\r\nD||\n6:c@x.pl|E||\n", {0}},
    {"a quote that closes late", SPAN("email,name\na@x.pl,\"A\nb@x.pl,B\nc@x.pl,\"C\"\n"),
     "2:a@x.pl|A\nb@x.pl,B\nc@x.pl,C\"||\n", {0}},
    {"the last quote never closes", SPAN("email,name\na@x.pl,A\nb@x.pl,\"B\nc@x.pl,C\n"),
     "2:a@x.pl|A||\n3:!\n4:c@x.pl|C||\n", {0}},
    {"many that never close", SPAN("email,name\na,\"\"\"\nb,\"\"\"\nc,\"C\"\n"),
     "2:a|\"\nb,\"||\n4:c|C||\n", {0}},
    {"a quote within a plain cell", SPAN("email,name\na@x.pl,A \"B\" C\n"),
     "2:a@x.pl|A \"B\" C||\n", {0}},
    {"blanks", SPAN(" email , name \n a@x.pl ,  A  \n\" b@x.pl \",\" B \"\n"),
     "2:a@x.pl|A||\n3: b@x.pl | B ||\n", {0}},
    {"blank rows", SPAN("\n\nemail,name\n\n,\n ;,\na@x.pl,A\n\n"), "6:;|||\n7:a@x.pl|A||\n", {0}},
    {"too many cells", SPAN("email,name\na@x.pl,A,B\nb@x.pl,B,,\n"), "2:!\n3:b@x.pl|B||\n", {0}},
    {"too few", SPAN("email,name,city\na@x.pl\n"), "2:a@x.pl|||\n", {0}},
    {"fields as they are", SPAN("email,Nr Klienta,city,,tags\na@x.pl,7,Łódź,x,b;a; b\n"),
     "2:a@x.pl|||a;b|Nr Klienta=7|city=Łódź\n", {0}},
    {"twins", SPAN("email,phone,phone\na@x.pl,1,2\n"), "2:a@x.pl||||phone=1|phone (2)=2\n", {0}},
    {"two that may be the address", SPAN("adres,email\nul. Polna 1,a@x.pl\n"),
     "2:a@x.pl||||adres=ul. Polna 1\n", {0}},
    {"both are", SPAN("address,email\na@x.pl,b@x.pl\n"), "2:a@x.pl||||email=b@x.pl\n", {0}},
    {"mapped", SPAN("email,Adres korespondencji,Firma\nx,a@x.pl,ACME\n"),
     "2:a@x.pl|ACME|||email=x\n", {.map = by_column}},
    {"mapped to nothing", SPAN("email\na@x.pl\n"), "error 65", {.map = by_nothing}},
    {"no address", SPAN("name,phone\nA,1\n"), "error 65", {0}},
    {"nothing", SPAN(""), "error 65", {0}},
    {"unknown character set", SPAN("email\na@x.pl\n"), "error 65", {.charset = "klingon"}},
    {"one that is dangerous", SPAN("email\na@x.pl\n"), "error 65", {.charset = "ISO-2022-CN-EXT"}},
    {"ours, passed over", SPAN("address,id,state,reason,since\na@x.pl,5,invalid,manual,x\n"),
     "2:a@x.pl|||\n", {0}},
    {"ours, read", SPAN("address,id,state,reason,since\na@x.pl,5,invalid,manual,2026-11-21\n"),
     "2:a@x.pl||||[5 invalid manual 2026-11-21]\n", {.with_state = true}},
    {"windows-1250", SPAN("email,name\na@x.pl,\xA3\xF3" "d\x9F\n"), "2:a@x.pl|Łódź||\n", {0}},
    {"said to be ISO-8859-2", SPAN("email,name\na@x.pl,\xA3\xF3" "d\xBC\n"), "2:a@x.pl|Łódź||\n",
     {.charset = "ISO-8859-2"}},
    {"said to be UTF-8 and not", SPAN("email,name\na@x.pl,\xA3\n"), "error 65",
     {.charset = "UTF-8"}},
    {"UTF-16", SPAN("\xFF\xFE" "e\0m\0a\0i\0l\0\n\0a\0@\0x\0.\0p\0l\0\n\0"), "2:a@x.pl|||\n", {0}},
    {"plain", SPAN("# dead\n\na@x.pl\r\n b@x.pl \n"), "3:a@x.pl|||\n4:b@x.pl|||\n", {0}},
    {"plain by name", SPAN("a@x.pl\n"), "1:a@x.pl|||\n", {.format = "plain"}},
    {"no such format", SPAN("a@x.pl\n"), "error 64", {.format = "xls"}},
    {"JSON", SPAN("{\"email\":\"a@x.pl\",\"name\":\"A\",\"n\":5,\"ok\":true,\"x\":null}\n\n"
                  "{\"address\":\"b@x.pl\",\"tags\":[\"b\",\"a\"],\"fields\":{\"city\":\"Łódź\"}}\n"
                  "{\"address\":\nnonsense\n[1]\n"),
     "1:a@x.pl|A|||n=5|ok=true\n3:b@x.pl|||a;b|city=Łódź\n4:!\n5:!\n6:!\n", {0}},
    {"JSON of list", SPAN("{\"id\":3,\"address\":\"a@x.pl\",\"name\":\"\",\"state\":\"invalid\","
                          "\"reason\":\"manual\",\"since\":\"2026-11-21T12:04:00Z\",\"soft\":0,"
                          "\"tags\":[],\"fields\":{\"x\":\"y\"}}\n"),
     "1:a@x.pl||||x=y|[3 invalid manual 2026-11-21T12:04:00Z]\n", {.with_state = true}},
    {"vCard 4", SPAN("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna\r\n  Nowak\r\nEMAIL;PREF=1:a@x.pl\r\n"
                     "EMAIL:b@x.pl\r\nTEL;VALUE=uri:tel:+48\r\nORG:ACME;Sales\r\n"
                     "CATEGORIES:vip,a\\,b\r\nNOTE:one\\ntwo\\;\r\nEND:VCARD\r\n"),
     "1:a@x.pl|Anna Nowak||a,b;vip|email2=b@x.pl|phone=+48|company=ACME, Sales|note=one\ntwo;\n",
     {0}},
    {"vCard 3, grouped, preferred", SPAN("BEGIN:VCARD\nVERSION:3.0\nN:Nowak;Anna;;;\n"
                                         "item1.EMAIL;type=INTERNET:a@x.pl\n"
                                         "item2.EMAIL;type=INTERNET;type=pref:b@x.pl\nEND:VCARD\n"),
     "1:b@x.pl|Anna Nowak|||email2=a@x.pl\n", {0}},
    {"vCard 2.1", SPAN("BEGIN:VCARD\nVERSION:2.1\n"
                       "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=81=C3=B3=\n=64=C5=BA\n"
                       "EMAIL:a@x.pl\nEND:VCARD\n"
                       "BEGIN:VCARD\nFN;CHARSET=ISO-8859-2;QUOTED-PRINTABLE:=A3\nEMAIL:b@x.pl\n"
                       "END:VCARD\n"),
     "1:a@x.pl|Łódź||\n7:b@x.pl|Ł||\n", {0}},
    {"vCards that are none", SPAN("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nEMAIL:a@x.pl\n"),
     "1:!\n4:!\n", {0}},
};

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *sample = &samples[i];
        struct str out = {0};
        /* A copy without a byte to spare, so that a sanitizer sees what reads beyond. */
        char *exact = malloc(sample->bytes.n ? sample->bytes.n : 1);
        assert_non_null(exact);
        memcpy(exact, sample->bytes.at, sample->bytes.n);
        read_all((struct span){exact, sample->bytes.n}, &sample->options, &out);
        if (strcmp(str_text(&out), sample->rows) != 0)
            fail_msg("%s:\n%s\nwanted\n%s", sample->name, str_text(&out), sample->rows);
        free(exact);
        str_free(&out);
    }
}

/* A separator at every place of a 64-byte block. */
static void test_blocks(void **state)
{
    (void)state;
    for (int width = 1; width < 140; width++) {
        struct str text = {0}, out = {0}, wanted = {0};
        struct reader_options options = {0};
        str_add_text(&text, "email,name\n");
        str_addf(&text, "%0*d@x,%0*d\r\n\"%0*d\",n\n", width, 1, width, 2, width, 3);
        str_addf(&wanted, "2:%0*d@x|%0*d||\n3:%0*d|n||\n", width, 1, width, 2, width, 3);
        read_all(span_of_str(&text), &options, &out);
        assert_string_equal(str_text(&out), str_text(&wanted));
        str_free(&text);
        str_free(&out);
        str_free(&wanted);
    }
}

/* A contact as text. */
static void add_contact(const struct reader_row *row, struct str *out)
{
    const struct contact *c = &row->contact;
    str_addf(out, "%s%.*s|%.*s|%.*s", row->problem ? "!" : "", SPAN_ARGS(c->address), SPAN_ARGS(c->name),
             SPAN_ARGS(c->tags));
    for (size_t i = 0; !row->problem && i < c->n; i++)
        str_addf(out, "|%.*s=%.*s", SPAN_ARGS(c->fields[i].name), SPAN_ARGS(c->fields[i].value));
    str_add_char(out, '\n');
}

static void random_csv(unsigned *seed, struct str *out)
{
    static const char *const cells[] = {"a@x.pl", "b.c@y.example", "", "", " d@z.pl ", "\"q, \"\"x\"\"\"",
                                        "\"two\nlines\"", "Zo\xc3\xab", "x;y", "a-rather-long-cell-of-a-row"};
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", "\r", "\n\n"};
    str_add_text(out, "email,name,tags,one,two\n");
    for (int row = 0; row < 40; row++) {
        for (int cell = 0; cell < 5 - (row % 7 == 0); cell++) {
            *seed = *seed * 1103515245 + 12345;
            str_add_text(out, cell ? "," : "");
            str_add_text(out, cells[(*seed >> 8) % 10]);
        }
        str_add_text(out, row == 39 ? "" : ends[(*seed >> 16) % 6]);
    }
}

/* Rows are passed over as they are read, line for line, and read the same from copies. */
static void test_skimmed(void **state)
{
    unsigned seed = 7, skimmed = 0;
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct str text = {0}, copies = {0}, rows = {0}, again = {0};
        struct reader_options options = {0};
        struct reader *reader, *other;
        struct reader_row row, passed;
        size_t at[64], n = 0;
        random_csv(&seed, &text);
        assert_int_equal(reader_open(span_of_str(&text), "f", &options, &reader, NULL), RESULT_OK);
        assert_int_equal(reader_open(span_of_str(&text), "f", &options, &other, NULL), RESULT_OK);
        while (reader_next(reader, &row) == RESULT_OK) {
            reader_seen(other);
            if (reader_skim(other, &passed)) {
                assert_true(span_equal(passed.contact.address, row.contact.address) && !row.problem);
                assert_int_equal(passed.at, row.at);
                skimmed++;
                if (seed % 2) {
                    reader_unskim(other, &passed);
                    assert_int_equal(reader_next(other, &passed), RESULT_OK);
                    assert_int_equal(passed.line, row.line);
                }
            } else {
                assert_int_equal(reader_next(other, &passed), RESULT_OK);
                assert_int_equal(passed.line, row.line);
            }
            assert_int_equal(reader_at(other), reader_at(reader));
            add_contact(&row, &rows);
            str_add(&copies, SPAN("rubbish"));
            at[n++] = copies.n;
            str_add(&copies, span_cut(span_of_str(&text), row.at, reader_at(reader)));
            str_add_text(&copies, reader_at(reader) == text.n ? "\n" : "");
        }
        if (reader_is_movable(reader)) {
            struct reader *twin = reader_twin(reader);
            reader_move(twin, span_of_str(&copies));
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(reader_again(twin, at[i], false, &row), RESULT_OK);
                add_contact(&row, &again);
            }
            reader_close(twin);
            assert_string_equal(str_text(&again), str_text(&rows));
        }
        reader_close(reader);
        reader_close(other);
        str_free(&text);
        str_free(&copies);
        str_free(&rows);
        str_free(&again);
    }
    assert_true(skimmed > 200);
}

/* Quotes everywhere, closing nowhere: time stays linear, and nothing crashes. */
static void test_hostile(void **state)
{
    static const char *const pieces[] = {"x\"y,\"\n", "\"\n", "\"\"\"\n", ",\"\",\"\n", "\r\r\"",
                                         "{\"a\":[", "BEGIN:VCARD\nEMAIL;ENCODING=QUOTED-PRINTABLE:=\n"};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct str text = {0}, out = {0};
        struct reader_options options = {0};
        str_add_text(&text, i < 5 ? "email,name\n" : "");
        while (text.n < 2000000)
            str_add_text(&text, pieces[i]);
        str_add_char(&text, '"');
        read_all(span_of_str(&text), &options, &out);
        str_free(&text);
        str_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples),
                                       cmocka_unit_test(test_blocks),
                                       cmocka_unit_test(test_skimmed),
                                       cmocka_unit_test(test_hostile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
