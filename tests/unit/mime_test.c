/* SPDX-License-Identifier: MIT
 *
 * Parts, parameters, transfer encodings, character sets.
 */
#include <string.h>

#include "bytes.h"
#include "mail/charset.h"
#include "mail/mime.h"

/* Each part as "depth:type:body|"; n for nested. */
static void parts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"A: b\n\nhello", "0:1:hello|"},
        {"Content-Type: multipart/mixed; boundary=x\n\npre\n--x\n\none\n--x\n\ntwo\n--x--\nepi",
         "0:3:pre|1:1:one|1:1:two|"},
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\n\none", "0:3:|1:1:one|"},
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; "
         "boundary=y\n\n--y\n\ninner\n--y--\n--x\n\nouter\n--x--\n",
         "0:3:|1:3:|2:1:inner|1:1:outer|"},
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n"
         "Subject: s\n\nback\n--x--\n",
         "0:3:|1:4:Subject: s\n\nback|2:1n:back|"},
        /* not announced, but there */
        {"Content-Type: multipart/report\n\n--zzzzzz\nContent-Type: text/plain\n\nnote\n--zzzzzz\n"
         "Content-Type: message/delivery-status\n\nA: b\n",
         "0:3:|1:1:note|1:6:A: b\n|"},
        /* the inner multipart does not end */
        {"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; "
         "boundary=y\n\n--y\n\ninner\n--x\n\nouter\n",
         "0:3:|1:3:|2:1:inner|1:1:outer\n|"},
        {"Content-Type: multipart/mixed; boundary=\"x y\"\n\n--x y\n\none\n--x y--", "0:3:|1:1:one|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mime mime;
        struct str got = {0};
        mime_read(&arena, span_of(rows[i].text), &mime);
        for (size_t k = 0; k < mime.n; k++)
            str_addf(&got, "%d:%d%s:%.*s|", mime.parts[k].depth, mime.parts[k].type,
                     mime.parts[k].nested ? "n" : "", SPAN_ARGS(mime.parts[k].body));
        same(span_of_str(&got), rows[i].want);
        str_free(&got);
    }
}

static void parameters(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"text/plain; charset=utf-8", "utf-8"},
        {"text/plain; Charset=\"utf-8\" ; x=y", "utf-8"},
        {"text/plain; x=\"; charset=no\"; charset=yes", "yes"},
        {"text/plain; charset*=us-ascii'en'utf%2D8", "utf-8"},
        {"text/plain; charset*0=ut; charset*1=f-8", "utf-8"},
        {"text/plain; charset*0*=us-ascii'en'u%74; charset*1=f-8", "utf-8"},
        {"text/plain; charset=\"a\\\"b\"", "a\"b"},
        {"text/plain", ""},
        {"text/plain; charset", ""},
        {"text/plain; charset=", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same(mime_parameter(&arena, span_of(rows[i][0]), "charset"), rows[i][1]);
}

static void transfers(void **state)
{
    (void)state;
    static const struct {
        enum transfer transfer;
        const char *text, *want;
    } rows[] = {
        {TRANSFER_BASE64, "aGVs\nbG8=\n", "hello"},
        {TRANSFER_BASE64, "aGVsbG8", "hello"},
        {TRANSFER_BASE64, "aGVs*bG8=", "hello"},
        {TRANSFER_BASE64, "aGk=aGk=", "hihi"},
        {TRANSFER_BASE64, "", ""},
        {TRANSFER_QUOTED, "a=3Db =\nc", "a=b c"},
        {TRANSFER_QUOTED, "a=  \nb", "ab"},
        {TRANSFER_QUOTED, "100 %= sure =ZZ", "100 %= sure =ZZ"},
        {TRANSFER_QUOTED, "a=", "a"},
        {TRANSFER_NONE, "a=3D", "a=3D"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same(transfer_decode(&arena, rows[i].transfer, span_of(rows[i].text)), rows[i].want);
}

static void charsets(void **state)
{
    (void)state;
    static const struct {
        const char *text, *charset, *want;
    } rows[] = {
        {"plain", "us-ascii", "plain"},
        {"\xBF\xF3\xB3w", "iso-8859-2", "\xC5\xBC\xC3\xB3\xC5\x82w"},
        {"\xBF\xF3\xB3w", "windows-1250", "\xC5\xBC\xC3\xB3\xC5\x82w"},
        {"wasn\x92t", "iso-8859-1", "wasn\xE2\x80\x99t"},
        {"\xC5\xBC", "iso-8859-2", "\xC5\xBC"}, /* says Latin-2, is UTF-8 */
        {"\x1B$B$\"\x1B(B", "iso-2022-jp", "\xE3\x81\x82"},
        {"\x1B$B$\"\x1B(B", "", "\xE3\x81\x82"},
        {"\xA4\xA2\xA4\xA4", "iso-2022-jp", "\xE3\x81\x82\xE3\x81\x84"}, /* is EUC-JP */
        {"\xD0\xD2", "koi8-r", "\xD0\xBF\xD1\x80"},
        {"\xC4\xE3", "gb2312", "\xE4\xBD\xA0"},
        {"+AWE-", "utf-7", "\xC5\xA1"},
        {"\xE9", "no-such-charset", "\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        same(charset_utf8(&arena, span_of(rows[i].text), span_of(rows[i].charset)), rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(parts, clean),
        cmocka_unit_test_teardown(parameters, clean),
        cmocka_unit_test_teardown(transfers, clean),
        cmocka_unit_test_teardown(charsets, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
