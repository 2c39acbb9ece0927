/* SPDX-License-Identifier: MIT
 *
 * The pure pieces of the mailbox room: addresses of sources, the guard before libetpan, folder
 * names on the wire, the time of a message, and taking an mbox apart at every boundary.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "mailbox/guard.h"
#include "mailbox/guess.h"
#include "mailbox/imaputf7.h"
#include "mailbox/kind.h"
#include "mailbox/mboxreader.h"

static void test_url(void **state)
{
    static const struct {
        const char *url, *scheme, *user, *host, *path;
        unsigned port;
    } rows[] = {
        {"imaps://b@mail.example.com/INBOX", "imaps", "b", "mail.example.com", "INBOX", 993},
        {"IMAP://b@Mail.Example.com:1143", "imap", "b", "mail.example.com", "", 1143},
        {"imaps://anna@x.pl@mail.x.pl/A/B", "imaps", "anna@x.pl", "mail.x.pl", "A/B", 993},
        {"imaps://anna%40x.pl@mail.x.pl/Wys%C5%82ane", "imaps", "anna@x.pl", "mail.x.pl", "Wysłane",
         993},
        {"imaps://a@[::1]/x", "imaps", "a", "::1", "x", 993},
        {"imaps://a@[::1]:99/x%25", "imaps", "a", "::1", "x%", 99},
        {"pop3s://a@h", "pop3s", "a", "h", "", 995},
        {"pop3://a%3Ab@h:65535", "pop3", "a:b", "h", "", 65535},
        {"maildir:/var/mail/x%20y", "maildir", "", "", "/var/mail/x%20y", 0},
        {"mbox:rel/ative", "mbox", "", "", "rel/ative", 0},
        {"-", "-", "", "", "", 0},
        {"/a/b:c", "", "", "", "/a/b:c", 0},
        {"mail.eml", "", "", "", "mail.eml", 0},
        {"dir/with://inside", "", "", "", "dir/with://inside", 0},
    };
    static const char *const bad[] = {
        "",
        "imaps://",
        "imaps://@",
        "imaps://u@h:/x",
        "imaps://u@h:99999/x",
        "imaps:h",
        "imaps://u@h/%",
        "imaps://u@h/%4",
        "imaps://u@h/%4g",
        "imaps://u@h/%00",
        "mbox:",
        "imaps://u@[::1/x",
        "imaps://u@[::1]x/",
        "ftp://h/x",
        "imaps://u:p@h/x",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mailbox_url url;
        struct error error = {""};
        if (mailbox_url_parse(rows[i].url, &url, &error) != RESULT_OK)
            fail_msg("%s: %s", rows[i].url, error.text);
        assert_string_equal(url.scheme, rows[i].scheme);
        assert_string_equal(url.user, rows[i].user);
        assert_string_equal(url.host, rows[i].host);
        assert_string_equal(url.path, rows[i].path);
        assert_int_equal(url.port, rows[i].port);
        mailbox_url_free(&url);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mailbox_url url;
        struct error error = {""};
        if (mailbox_url_parse(bad[i], &url, &error) != RESULT_USAGE || !error.text[0])
            fail_msg("%s was taken", bad[i]);
    }
}

/* The same verdict however the bytes come in pieces. */
static void test_guard(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"* OK [CAPABILITY IMAP4rev1 (a (b))] ready\r\n", true},
        {"* FLAGS (\\Seen {x})\r\n", true},
        {"* SEARCH 1 2 3\r\n", true},
        {"* LIST () \"/\" {4000000000}\r\n", false},
        {"* OK {0}\r\n", false},
        {"((((((((((((((((\r\n((((((((((((((((\r\n", true},
        {"(((((((((((((((((\r\n", false},
        {"()()()()()()()()()()()()()()()()()()()()()\r\n", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(rows[i].text);
        for (size_t cut = 0; cut <= n; cut++) {
            struct guard guard = {0};
            struct span all = {rows[i].text, n};
            bool good = !guard_check(&guard, span_cut(all, 0, cut)) &&
                        !guard_check(&guard, span_cut(all, cut, n));
            if (good != rows[i].good)
                fail_msg("row %zu cut at %zu", i, cut);
        }
    }
}

/* RFC 3501 5.1.3 has the second; the others by Python's own codec. */
static void test_utf7(void **state)
{
    static const char *const rows[][2] = {
        {"INBOX", "INBOX"},
        {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
        {"A&B", "A&-B"},
        {"Wysłane", "Wys&AUI-ane"},
        {"Zażółć", "Za&AXwA8wFCAQc-"},
        {"😀", "&2D3eAA-"},
        {"ł&ł", "&AUI-&-&AUI-"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str out = {0};
        imaputf7_encode(span_of(rows[i][0]), &out);
        assert_string_equal(str_text(&out), rows[i][1]);
        str_clear(&out);
        imaputf7_decode(span_of(rows[i][1]), &out);
        assert_string_equal(str_text(&out), rows[i][0]);
        str_free(&out);
    }
}

static void test_guess(void **state)
{
    static const struct {
        const char *address, *host, *user;
        bool known;
        enum guess_key key;
    } rows[] = {
        {"b@GMail.com", "imap.gmail.com", "b@GMail.com", true, GUESS_APP},
        {"b@hotmail.com", "outlook.office365.com", "b@hotmail.com", true, GUESS_TOKEN},
        {"b@free.fr", "imap.free.fr", "b", true, GUESS_PASSWORD},
        {"b@Shop.example", "imap.shop.example", "b@Shop.example", false, GUESS_PASSWORD},
    };
    struct guess guess;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(guess_server(span_of(rows[i].address), &guess));
        assert_string_equal(guess.host, rows[i].host);
        assert_string_equal(guess.user, rows[i].user);
        assert_int_equal(guess.known, rows[i].known);
        assert_int_equal(guess.key, rows[i].key);
        guess_free(&guess);
    }
    assert_false(guess_server(SPAN("b@"), &guess));
    assert_false(guess_server(SPAN("@x.pl"), &guess));
    assert_false(guess_server(SPAN("b"), &guess));
}

/* What is written is read as the same again. */
static void test_url_write(void **state)
{
    static const char *const rows[][2] = {
        {"imaps://b@mail.example.com/INBOX", NULL},
        {"imaps://b@mail.example.com:993/INBOX", "imaps://b@mail.example.com/INBOX"},
        {"imap://b@x.pl@mail.x.pl:1143/A/B", NULL},
        {"pop3s://b%3Ac%3B@[::1]:9950/", NULL},
        {"imaps://b@x/Wys%C5%82ane%20%25", "imaps://b@x/Wysłane %25"},
        {"maildir:/a b", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mailbox_url url;
        struct str out = {0};
        assert_int_equal(mailbox_url_parse(rows[i][0], &url, NULL), RESULT_OK);
        mailbox_url_write(&url, &out);
        assert_string_equal(str_text(&out), rows[i][1] ? rows[i][1] : rows[i][0]);
        mailbox_url_free(&url);
        str_free(&out);
    }
}

static void test_time(void **state)
{
    static const struct {
        const char *text;
        int64_t time;
    } rows[] = {
        {"Received: from a\n by b; Mon, 23 Nov 2026 10:00:00 +0000\n"
         "Received: x; Sun, 22 Nov 2026 10:00:00 +0000\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\n",
         1795428000},
        {"Date: Mon, 23 Nov 2026 11:00:00 +0100\r\nSubject: x\r\n\r\n", 1795428000},
        {"Received: from nowhere\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\n", 1795428000},
        {"Subject: x\n\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n", 0},
        {"", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(kind_message_time(span_of(rows[i].text)), rows[i].time);
}

static int file_of(struct span text)
{
    int fd = memfd_create("mbox", 0);
    assert_int_equal(write(fd, text.at, text.n), text.n);
    return fd;
}

/* Messages whose "From " lines fall on every place around the ends of the reader's window, with a
 * line longer than it takes at once. */
static void test_mbox_boundaries(void **state)
{
    (void)state;
    for (size_t pad = (256 << 10) - 80; pad < (256 << 10) + 20; pad += 3) {
        struct str text = {0};
        str_add_text(&text, "From a Mon Nov 23 21:18:00 2026\nSubject: 1\n\n");
        while (text.n < pad)
            str_add_char(&text, 'x');
        str_add_text(&text,
                     "\nFrom inside\n\nFrom b Mon Nov 23 21:18:00 2026\nSubject: 2\n\nend\n\n");
        int fd = file_of(span_of_str(&text));
        struct mboxreader *reader = mboxreader_new(fd, "test", (off_t)text.n);
        struct mboxreader_message message;
        assert_int_equal(mboxreader_next(reader, &message, NULL), RESULT_OK);
        assert_true(message.whole && span_ends(message.bytes, SPAN("xx\nFrom inside\n")));
        assert_int_equal(message.start, 0);
        off_t end = message.end;
        assert_int_equal(mboxreader_next(reader, &message, NULL), RESULT_OK);
        assert_true(span_equal(message.bytes, SPAN("Subject: 2\n\nend\n")));
        assert_int_equal(message.start, end);
        assert_int_equal(message.end, text.n);
        assert_int_equal(mboxreader_next(reader, &message, NULL), RESULT_NO);
        mboxreader_free(reader);
        close(fd);
        str_free(&text);
    }
}

/* However a file is cut off, there is an end, and what came before the cut is as it was. */
static void test_mbox_cut(void **state)
{
    static const char text[] = "From a Mon Nov 23 21:18:00 2026\r\nSubject: 1\r\n\r\nFrom x\r\n\r\n"
                               "From b\nSubject: 2\n\n\n\n\nFrom c Mon Nov 23 21:18:00 2026\n\n\n";
    (void)state;
    int fd = file_of(span_of(text));
    for (size_t end = 0; end < sizeof text; end++) {
        struct mboxreader *reader = mboxreader_new(fd, "test", (off_t)end);
        struct mboxreader_message message;
        enum result result;
        size_t n = 0;
        while ((result = mboxreader_next(reader, &message, NULL)) == RESULT_OK) {
            assert_true(message.start <= message.body && message.body <= message.end);
            n++;
        }
        assert_true(n <= 3);
        assert_true(result == RESULT_NO || (end < 5 && result == RESULT_DATA));
        mboxreader_free(reader);
    }
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_url_write),
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_utf7),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_mbox_boundaries),
        cmocka_unit_test(test_mbox_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
