/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"
#include "config/secret.h"

static char folder[] = "/tmp/zwrotka-config-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/config", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void test_all_keys(void **state)
{
    struct config *config;
    struct error error = {""};
    (void)state;
    write_file("; a comment\n"
               "[store]\npath = /var/lib/zwrotka   ; shared\nkeep_messages = 30d\n"
               "[account main]\nsource = imaps://b@mail.example.com/INBOX\n"
               "password_command = echo \"a b\"\nca_file = /ca.pem\nafter = move:Done\n"
               "marking = observe\nsince = 2026-08-27\n"
               "[account other]\nsource = maildir:/m\n"
               "[policy]\nsoft_limit = 5 in 14d\nsuspects = skip\nmax_age = 1y\nwave = off\n"
               "trust = verp\nmax_silence = 12h\n"
               "[senders]\naddresses = a@x.pl,\n  *@mail.x.pl\n"
               "[verp]\naddress = b@x.pl\n"
               "[postfix]\nmap = /m/suppressed\nown_domains = x.pl\n",
               0600);
    assert_int_equal(config_load(path, &config, &error), RESULT_OK);
    assert_string_equal(config->store_path, "/var/lib/zwrotka");
    assert_int_equal(config->keep_messages, 30 * 86400);
    assert_int_equal(config->n, 2);
    const struct config_account *account = config_account(config, SPAN("main"));
    assert_string_equal(account->source, "imaps://b@mail.example.com/INBOX");
    assert_string_equal(account->password_command, "echo \"a b\"");
    assert_string_equal(account->after, "move:Done");
    assert_true(account->observe);
    assert_true(account->since > 1787700000 && account->since < 1787900000);
    assert_string_equal(config_account(config, SPAN("other"))->after, "keep");
    assert_null(config_account(config, SPAN("none")));
    assert_int_equal(config->soft_limit, 5);
    assert_int_equal(config->soft_within, 14 * 86400);
    assert_true(config->skip_suspects);
    assert_true(config->max_age >= 365 * 86400);
    assert_int_equal(config->wave, 0);
    assert_int_equal(config->trust, TRUST_VERP);
    assert_int_equal(config->max_silence, 12 * 3600);
    assert_string_equal(config->senders, "a@x.pl, *@mail.x.pl");
    assert_string_equal(config->own_domains, "x.pl");
    char *store = config_store_path(config, "/other");
    assert_string_equal(store, "/other");
    free(store);
    config_free(config);
}

static void test_defaults(void **state)
{
    struct config *config;
    (void)state;
    write_file("", 0600);
    assert_int_equal(config_load(path, &config, NULL), RESULT_OK);
    assert_int_equal(config->keep_messages, 180 * 86400);
    assert_int_equal(config->soft_limit, 0);
    assert_int_equal(config->wave, 20);
    assert_int_equal(config->wave_within, 3600);
    assert_int_equal(config->trust, TRUST_ANY);
    assert_int_equal(config->max_silence, 86400);
    assert_null(config->store_path);
    config_free(config);
    assert_int_equal(config_load("/nonexistent/config", &config, NULL), RESULT_MISSING);
}

static void test_wrong(void **state)
{
    static const struct {
        const char *text, *says;
    } table[] = {
        {"[store]\npaht = /x\n", ":2: unknown key paht; did you mean path?"},
        {"\n[polciy]\nwave = off\n", ":3: unknown section [polciy]; did you mean policy?"},
        {"path = /x\n", ":1: a key outside of any section"},
        {"[policy]\nsoft_limit = many\n", ":2: soft_limit: \"many\" is neither off nor like"},
        {"[policy]\nsoft_limit = 0 in 3d\n", ":2: soft_limit"},
        {"[policy]\nwave = 20 in\n", ":2: wave"},
        {"[policy]\nmax_age = soon\n", ":2: max_age: \"soon\" is no length of time"},
        {"[account a]\nsource = x\nsince = 90d\n", ":3: since: \"90d\" is no date"},
        {"[policy]\nsuspects = maybe\n", ":2: suspects: \"maybe\" is none of send | skip"},
        {"[policy]\ntrust = x\ntrust = y\n", ":2: trust"},
        {"[policy]\nwave = off\nwave = off\n", ":3: wave is given twice"},
        {"[account a]\nsource = x\nafter = move:\n", ":3: after"},
        {"[account a]\nsource =\n", ":2: source has no value"},
        {"[account a]\nafter = keep\n", ":2: [account a] has no source"},
        {"[account ]\nsource = x\n", ":2: unknown section"},
        {"[account a]\nsource = x\npin = abc\n", ":3: pin"},
        {"[store]\nnonsense\n", ":2: neither a [section] nor a key = value"},
        {"[store\n", ":1: neither"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct config *config;
        struct error error = {""};
        write_file(table[i].text, 0600);
        assert_int_equal(config_load(path, &config, &error), RESULT_CONFIG);
        if (!strstr(error.text, table[i].says) || strncmp(error.text, path, strlen(path)) != 0)
            fail_msg("%s: got %s, wanted %s", table[i].text, error.text, table[i].says);
    }
}

static void test_long_line(void **state)
{
    struct config *config;
    struct error error = {""};
    char text[2000] = "[senders]\naddresses = ";
    (void)state;
    while (strlen(text) < 1800)
        strcat(text, "a@x.pl, ");
    strcat(text, "b@x.pl\n");
    write_file(text, 0600);
    /* Taken whole or refused, never cut. */
    enum result result = config_load(path, &config, &error);
    if (result == RESULT_OK) {
        assert_non_null(strstr(config->senders, "b@x.pl"));
        config_free(config);
    } else {
        assert_int_equal(result, RESULT_CONFIG);
        assert_non_null(strstr(error.text, ":2: this line is too long"));
    }
}

static void test_writable_by_others(void **state)
{
    static const mode_t modes[] = {0620, 0602, 0666};
    struct config *config;
    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_file("", modes[i]);
        assert_int_equal(config_load(path, &config, NULL), RESULT_CONFIG);
    }
    write_file("", 0644);
    assert_int_equal(config_load(path, &config, NULL), RESULT_OK);
    config_free(config);
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_equal(config_load(path, &config, NULL), RESULT_CONFIG);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(config_load(folder, &config, NULL), RESULT_CONFIG);
    assert_int_equal(config_load("/dev/null", &config, NULL), RESULT_OK);
    config_free(config);
}

/* Every row of the table can be read, and has what --help prints. */
static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_option_count; i++) {
        assert_true(*config_options[i].section && *config_options[i].key);
        assert_true(*config_options[i].type && *config_options[i].meaning);
    }
}

static void test_secrets(void **state)
{
    char *secret;
    struct error error = {""};
    (void)state;
    assert_int_equal(secret_by_command("echo 'a b'; echo more", 5000, &secret, NULL), RESULT_OK);
    assert_string_equal(secret, "a b");
    free(secret);
    assert_int_equal(secret_by_command("cat; test ! -t 0 && ! (: </dev/tty) 2>/dev/null && echo no",
                                       5000, &secret, NULL), RESULT_OK);
    assert_string_equal(secret, "no");
    free(secret);
    assert_int_equal(secret_by_command("echo one >&2; echo locked >&2; exit 3", 5000, &secret, &error),
                     RESULT_CONFIG);
    assert_non_null(strstr(error.text, "failed: locked"));
    assert_int_equal(secret_by_command("true", 5000, &secret, NULL), RESULT_CONFIG);
    assert_int_equal(secret_by_command("sleep 60 & sleep 60", 200, &secret, &error), RESULT_CONFIG);
    assert_non_null(strstr(error.text, "in time"));
    assert_int_equal(secret_by_command("exec >&- 2>&-; sleep 60", 200, &secret, NULL),
                     RESULT_CONFIG);
    write_file("pw\nrest\n", 0600);
    assert_int_equal(secret_from_file(path, &secret, NULL), RESULT_OK);
    assert_string_equal(secret, "pw");
    free(secret);
    write_file("pw\n", 0640);
    assert_int_equal(secret_from_file(path, &secret, NULL), RESULT_CONFIG);
    assert_int_equal(secret_from_file("/nonexistent", &secret, NULL), RESULT_MISSING);
    struct config_account account = {.name = (char *)"main",
                                     .token_command = (char *)"echo tok",
                                     .password_command = (char *)"echo pw"};
    assert_int_equal(config_password(&account, &secret, NULL), RESULT_OK);
    assert_string_equal(secret, "tok");
    free(secret);
    account.token_command = account.password_command = NULL;
    assert_int_equal(config_password(&account, &secret, &error), RESULT_CONFIG);
    assert_non_null(strstr(error.text, "main"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_keys),   cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_wrong),      cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_writable_by_others), cmocka_unit_test(test_table),
        cmocka_unit_test(test_secrets)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
