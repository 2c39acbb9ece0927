/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "contact/address.h"
#include "mail/token.h"
#include "scan/refusal.h"
#include "send/access.h"

static void test_access(void **state)
{
    static const struct {
        const char *address, *key, *unicode;
    } rows[] = {
        {"Jan@WP.example", "jan@wp.example", ""},
        {"jan+x@wp.example", "jan+x@wp.example", ""},
        {"\"jan k\"@wp.example", "jan k@wp.example", ""},
        {"\"a\\\"b\\\\c\"@wp.example", "a\"b\\c@wp.example", ""},
        {"\"a@b\"@wp.example", "a@b@wp.example", ""},
        {"\"\\j\\a\\n\"@wp.example", "jan@wp.example", ""},
        {"x@żółw.example", "x@xn--w-uga1v8h.example", "x@żółw.example"},
        {"Ż@wp.example", "ż@wp.example", ""},
    };
    struct str folded = {0}, back = {0}, keys[ACCESS_KEYS] = {{0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(address_fold(span_of(rows[i].address), NULL, &folded, NULL), RESULT_OK);
        size_t n = access_keys(span_of_str(&folded), keys);
        assert_int_equal(n, rows[i].unicode[0] ? 2 : 1);
        assert_string_equal(str_text(&keys[0]), rows[i].key);
        if (n == 2)
            assert_string_equal(str_text(&keys[1]), rows[i].unicode);
        for (size_t k = 0; k < n; k++) {
            assert_true(access_address(span_of_str(&keys[k]), &back));
            assert_string_equal(str_text(&back), str_text(&folded));
        }
    }
    static const char *const none[] = {"",     "wp.example", "@wp.example",   "jan",
                                       "jan@", "#\"@",       "\"\"@x.example"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(access_keys(span_of(none[i]), keys), 0);
    for (int i = 0; i < ACCESS_KEYS; i++)
        str_free(&keys[i]);
    str_free(&folded);
    str_free(&back);
}

static void test_token(void **state)
{
    char text[64] = "b+";
    struct span base;
    (void)state;
    srand(1);
    for (int i = 0; i < 10000; i++) {
        struct token token = {.day = (uint16_t)rand(), .id = (uint32_t)rand()}, read;
        for (size_t k = 0; k < sizeof token.mac; k++)
            token.mac[k] = (unsigned char)rand();
        token_write(&token, text + 2);
        assert_true(token_read(span_of(text), &base, &read));
        assert_int_equal(base.n, 1);
        assert_true(read.day == token.day && read.id == token.id);
        assert_memory_equal(read.mac, token.mac, sizeof token.mac);
        struct str folded = {0}, address = {0};
        str_addf(&address, "%s@x.example", text);
        address_fold(span_of_str(&address), NULL, &folded, NULL);
        assert_string_equal(str_text(&folded), "b@x.example");
        str_free(&folded);
        str_free(&address);
        char *at = text + 2 + rand() % 26;
        *at = *at == 'a' ? 'b' : 'a'; /* one letter more or less nearly always tells */
    }
    static const char *const none[] = {"",
                                       "b",
                                       "b+",
                                       "b+abcdefghijklmnopqrstuvwxyz23",
                                       "abcdefghijklmnopqrstuvwxyz23",
                                       "b-kexaaaaaahw74in2cyops4ph6unl",
                                       "b+kexaaaaaahw74in2cyops4ph6un!"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct token token;
        assert_false(token_read(span_of(none[i]), NULL, &token));
    }
}

static void test_refusals(void **state)
{
    static const struct {
        const char *said, *wording;
    } rows[] = {
        {"554 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using zen.example; "
         "https://www.zen.example/q/192.0.2.4",
         "192.0.2.4\tzen.example\t"},
        {"550 5.7.1 [192.0.2.4] listed by B.Barracuda.example", "192.0.2.4\tb.barracuda.example\t"},
        {"550 Your IP 2001:db8::1 is on a list, see https://www.list.example/lookup",
         "2001:db8::1\twww.list.example\t"},
        {"421 4.7.0 mx.o2.example refuses 192.0.2.4: bad reputation", "192.0.2.4\t\t"},
        {"550 5.7.1 Message 20261125093011 rejected as spam by o2.example",
         "\t\t550 5.7.1 Message … rejected as spam by o2.example"},
        {"", "\t\t"},
    };
    struct str out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        str_clear(&out);
        refusal_wording(span_of(rows[i].said), SPAN("mx.o2.example"), SPAN("o2.example"), &out);
        assert_string_equal(str_text(&out), rows[i].wording);
    }
    char rubbish[400];
    for (int i = 0; i < 20000; i++) {
        for (size_t k = 0; k < sizeof rubbish; k++)
            rubbish[k] = "a.:@ 19[\t-\xC5\xBC\"x"[rand() % 15];
        str_clear(&out);
        refusal_wording((struct span){rubbish, (size_t)(rand() % 400)}, SPAN(""), SPAN(""), &out);
        assert_true(out.n < 1000);
    }
    str_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
