/* SPDX-License-Identifier: MIT
 *
 * Folding, phrases, the table of wordings, codes; and tests/data/sayings.tsv, each as the
 * Diagnostic-Code of a report.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bounce/bounce.h"
#include "bounce/codes.h"
#include "bounce/fold.h"
#include "bounce/phrases.h"
#include "bounce/rules.h"

static void folds(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"User  UNKNOWN", "user unknown"},
        {"<Jan@WP.pl>: no such user", "@: no such user"},
        {"user 'jan@wp.pl' unknown", "user @ unknown"},
        {"user jan@wp.pl.", "user @."},
        {"host [192.0.2.1] said", "host # said"},
        {"550-5.1.1 The user\n550 5.1.1 is gone", "the user is gone"},
        {"550-one\n550 two", "one two"},
        {"550 user unknown", "550 user unknown"},
        {"gone (#5.1.1)", "gone ()"},
        {"Skrzynka prze\xC5\x82" "adowana", "skrzynka przeladowana"},
        {"doesn\xE2\x80\x99t", "doesn't"},
        {"a\xC2\xA0" "b", "a b"},
        {"a\x7F" "b \x7F c", "a b c"}, /* what is met is shown, and no control may be */
        {"", ""},
        {"@", "@"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[200];
        size_t n = fold_write(span_of(rows[i][0]), out);
        if (n != strlen(rows[i][1]) || memcmp(out, rows[i][1], n) != 0)
            fail_msg("\"%s\" becomes \"%.*s\"", rows[i][0], (int)n, out);
    }
}

static void found(void **state)
{
    (void)state;
    static const char *const texts[] = {"user unknown", "unknown", "he", "a * c", "{x,y} z", "his"};
    struct phrases *phrases = phrases_new(texts, 6);
    static const char *const rows[][2] = {
        {"user unknown", "0:0-12 1:5-12 "},
        {"the user unknowns", "2: 0"}, /* beginnings of words only */
        {"a b c", "3:0-5 "},
        {"ac a", ""},
        {"x z y z", "4:0-3 4:4-7 "},
        {"this he", "2:5-7 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct phrase_hit hits[10];
        struct str got = {0};
        size_t n = phrases_find(phrases, span_of(rows[i][0]), hits, 10);
        for (size_t k = 0; k < n; k++)
            str_addf(&got, "%u:%u-%u ", hits[k].phrase, hits[k].from, hits[k].to);
        if (i == 1)
            assert_string_equal(str_text(&got), "0:4-16 1:9-16 ");
        else
            assert_string_equal(str_text(&got), rows[i][1]);
        str_free(&got);
    }
    phrases_free(phrases);
}

/* Every wording and what begins like it, by the automaton that the build made and by one made now. */
static void compiled_in(void **state)
{
    (void)state;
    const char **texts = calloc(rules_builtin_n, sizeof *texts);
    assert_non_null(texts);
    for (size_t i = 0; i < rules_builtin_n; i++)
        texts[i] = rules_builtin[i].wording;
    struct phrases *now = phrases_new(texts, rules_builtin_n);
    for (size_t i = 0; i < rules_builtin_n; i++) {
        char folded[FOLD_ROOM(500)];
        struct span text = span_cut(span_of(texts[i]), i % 3, 400 - i % 5);
        text = (struct span){folded, fold_write(text, folded)};
        for (size_t k = 0; k < text.n; k++)
            if (strchr("{,}*", folded[k]))
                folded[k] = ' ';
        struct phrase_hit one[100], other[100];
        size_t n = phrases_find(now, text, one, 100);
        assert_int_equal(phrases_find(&rules_phrases, text, other, 100), n);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(one[k].phrase, other[k].phrase);
            assert_int_equal(one[k].from, other[k].from);
            assert_int_equal(one[k].to, other[k].to);
        }
    }
    phrases_free(now);
    free(texts);
}

static void codes(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int reply, class, subject, detail;
    } rows[] = {
        {"550 5.1.1 user", 550, 5, 1, 1},
        {"550-5.2.1 x", 550, 5, 2, 1},
        {"host 5.1.1.1 said 450 x", 450, 0, 0, 0},
        {"5.1.0 - error 550-'5.2.2 full'", 550, 5, 2, 2},
        {"(#5.4.4)", 0, 5, 4, 4},
        {"smtp 25 in 1550 ms", 0, 0, 0, 0},
        {"552 too big: 5000000", 552, 0, 0, 0},
        {"5.7.606 banned", 0, 5, 7, 606},
        {"", 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct codes got = codes_find(span_of(rows[i].words));
        assert_int_equal(got.reply, rows[i].reply);
        assert_int_equal(got.class, rows[i].class);
        assert_int_equal(got.subject, rows[i].subject);
        assert_int_equal(got.detail, rows[i].detail);
    }
}

/* As Postfix writes it: the status is the server's, where it said one. */
static void reports(struct str *message, const char *words)
{
    char status[24];
    struct codes codes = codes_find(span_of(words));
    unsigned class = codes.class ? codes.class : *words == '4' ? 4 : 5;
    snprintf(status, sizeof status, "%u.%u.%u", class, codes.subject, codes.detail);
    str_clear(message);
    str_addf(message,
             "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n"
             "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
             "--b\n\nThis is the mail system at host mx.example.\n\n"
             "<jan@wp.example>: host mx.wp.example[192.0.2.9] said: %s (in reply to RCPT TO\n"
             "    command)\n\n--b\n"
             "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
             "Final-Recipient: rfc822; jan@wp.example\nAction: failed\nStatus: %s\n"
             "Remote-MTA: dns; mx.wp.example\nDiagnostic-Code: smtp; %s\n\n--b--\n",
             words, status, words);
}

/* Cut at each 64th byte: no more than the whole says. */
static size_t cut_condemns(struct span message, const char *saying)
{
    size_t wrong = 0;
    for (size_t n = 64; n < message.n; n += 64) {
        struct bounce *bounce = bounce_decode(span_cut(message, 0, n), NULL);
        for (size_t i = 0; i < bounce->n; i++)
            if (bounce->recipients[i].verdict == VERDICT_HARD) {
                print_message("# hard once cut at %zu: %s\n", n, saying);
                wrong++;
            }
        bounce_free(bounce);
    }
    return wrong;
}

static void sayings(void **state)
{
    (void)state;
    char path[1000], line[2000];
    const char *top = getenv("abs_top_srcdir");
    snprintf(path, sizeof path, "%s/tests/data/sayings.tsv", top ? top : ".");
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    struct str message = {0};
    size_t n = 0, wrong = 0;
    while (fgets(line, sizeof line, file)) {
        char *tab = strchr(line, '\t');
        if (*line == '#' || !tab)
            continue;
        *tab = '\0';
        tab[strcspn(tab + 1, "\n") + 1] = '\0';
        reports(&message, tab + 1);
        struct bounce *bounce = bounce_decode(span_of_str(&message), NULL);
        assert_int_equal(bounce->n, 1);
        if (strcmp(verdict_name(bounce->recipients[0].verdict), line) != 0) {
            print_message("# %s by \"%s\", not %s: %s\n",
                          verdict_name(bounce->recipients[0].verdict), bounce->recipients[0].rule,
                          line, tab + 1);
            wrong++;
        }
        if (strcmp(line, "hard") != 0)
            wrong += cut_condemns(span_of_str(&message), tab + 1);
        bounce_free(bounce);
        n++;
    }
    str_free(&message);
    fclose(file);
    assert_true(n > 200);
    assert_int_equal(wrong, 0);
}

static void own_rules(void **state)
{
    (void)state;
    char path[] = "/tmp/zwrotka-rules-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fputs("# ours\nuserunknown\tthe pigeon came back\thome\n", file);
    fclose(file);
    struct bounce_rules *rules = NULL;
    struct error error = {""};
    assert_int_equal(bounce_rules_load(path, &rules, &error), RESULT_OK);
    struct str message = {0};
    reports(&message, "550 5.7.1 spam? No: The  Pigeon came back");
    struct bounce *bounce = bounce_decode(span_of_str(&message), rules);
    assert_int_equal(bounce->recipients[0].reason, REASON_userunknown);
    assert_string_equal(bounce->recipients[0].rule, "the pigeon came back");
    bounce_free(bounce);
    bounce_rules_free(rules);
    static const char *const bad[] = {"userunknown\n", "nonsense\twords\n", "userunknown\t\n"};
    for (size_t i = 0; i < 3; i++) {
        file = fopen(path, "we");
        fputs("\n", file);
        fputs(bad[i], file);
        fclose(file);
        assert_int_equal(bounce_rules_load(path, &rules, &error), RESULT_DATA);
        assert_non_null(strstr(error.text, ":2:"));
    }
    unlink(path);
    assert_int_equal(bounce_rules_load(path, &rules, &error), RESULT_MISSING);
    str_free(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds),   cmocka_unit_test(found),
        cmocka_unit_test(compiled_in),     cmocka_unit_test(codes),
        cmocka_unit_test(sayings), cmocka_unit_test(own_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
