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

#include "config/inifile.h"
#include "config/save.h"

static char folder[] = "/tmp/zwrotka-save-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/a/b/config", folder);
    return 0;
}

static int remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_file(const char *text)
{
    char bytes[8192] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(bytes, text);
}

static void test_inifile(void **state)
{
    static const struct {
        const char *before, *section, *key, *value, *after;
    } rows[] = {
        {"", "a", "k", "v", "[a]\nk = v\n"},
        {"; note", "a", "k", "v", "; note\n\n[a]\nk = v\n"},
        {"[a]\nk = v\n", "a", "k", "w", "[a]\nk = w\n"},
        {"[a]\n k=v  ; why\n; more\nl = x\n", "a", "l", "y", "[a]\n k=v  ; why\n; more\nl = y\n"},
        {"[a]\nk = v  ; why\n[b]\nk = z\n", "a", "k", "w", "[a]\nk = w  ; why\n[b]\nk = z\n"},
        {"[a]\nk = v\n\n; of b\n[b]\nk = z\n", "a", "l", "w",
         "[a]\nk = v\nl = w\n\n; of b\n[b]\nk = z\n"},
        {"[a]\nk = one,\n  two,\n; note\n  three\nl = x\n", "a", "k", "four",
         "[a]\nk = four\nl = x\n"},
        {"[a]\nk = v\nl = x\n", "a", "k", NULL, "[a]\nl = x\n"},
        {"[a]\nl = x\n", "a", "k", NULL, "[a]\nl = x\n"},
        {"[a]\nl = x\n", "b", "k", NULL, "[a]\nl = x\n"},
        {"[ a ]\r\nk = v\r\n", "a", "k", "w", "[ a ]\r\nk = w\n"},
        {"[a]\n#k = v\n;k = v\nkk = v\n", "a", "k", "w", "[a]\n#k = v\n;k = v\nkk = v\nk = w\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str text = {0};
        str_add_text(&text, rows[i].before);
        inifile_set(&text, span_of(rows[i].section), span_of(rows[i].key),
                    rows[i].value ? span_of(rows[i].value) : SPAN_NONE);
        assert_string_equal(str_text(&text), rows[i].after);
        str_free(&text);
    }
}

static void test_new_file(void **state)
{
    struct config_account account = {.name = (char *)"main",
                                     .source = (char *)"imaps://b@mail.example.com/INBOX",
                                     .password_file = (char *)"/p",
                                     .after = (char *)"keep"};
    struct config *config;
    struct error error = {""};
    struct stat about;
    (void)state;
    assert_int_equal(config_save_account(path, &account, &error), RESULT_OK);
    assert_file("[account main]\nsource = imaps://b@mail.example.com/INBOX\npassword_file = /p\n");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    account.password_file = NULL;
    account.password_command = (char *)"pass show x";
    account.after = (char *)"move:Done";
    assert_int_equal(config_save_account(path, &account, &error), RESULT_OK);
    assert_file("[account main]\nsource = imaps://b@mail.example.com/INBOX\n"
                "password_command = pass show x\nafter = move:Done\n");
    assert_int_equal(config_load(path, &config, &error), RESULT_OK);
    char *name = config_free_name(config, "main"), *other = config_free_name(config, "[ot];her/");
    assert_string_equal(name, "main-2");
    assert_string_equal(other, "other");
    free(name);
    free(other);
    config_free(config);
}

static void test_keeps(void **state)
{
    static const char old[] = "; ours\n[policy]\nwave = off ; for now\n";
    struct config_change change = {"senders", "addresses", "a@x.pl, *@y.pl"};
    struct error error = {""};
    struct stat about;
    (void)state;
    write_file(old, 0644);
    assert_int_equal(config_save(path, &change, 1, &error), RESULT_OK);
    assert_file("; ours\n[policy]\nwave = off ; for now\n\n[senders]\naddresses = a@x.pl, *@y.pl\n");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0644);
}

/* Whatever is refused leaves the file as it was, and nothing beside it. */
static void test_refused(void **state)
{
    static const char old[] = "[policy]\nwave = off\n";
    static const char *const bad[] = {"", " x", "a\nb", "pass ; rm", "a\tb\r"};
    struct config_change change = {"account x", "password_command", NULL};
    struct error error = {""};
    char command[128];
    (void)state;
    write_file(old, 0600);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        change.value = bad[i];
        assert_int_equal(config_save(path, &change, 1, &error), RESULT_DATA);
    }
    change.value = "no source beside it";
    assert_int_equal(config_save(path, &change, 1, &error), RESULT_CONFIG);
    change = (struct config_change){"policy", "wave", "nonsense"};
    assert_int_equal(config_save(path, &change, 1, &error), RESULT_CONFIG);
    assert_file(old);
    write_file("[policy]\nwave = nonsense\n", 0600);
    change.value = "off";
    assert_int_equal(config_save(path, &change, 1, &error), RESULT_CONFIG);
    snprintf(command, sizeof command, "test \"$(ls '%s/a/b')\" = config", folder);
    assert_int_equal(system(command), 0);
    write_file("", 0600);
}

static void test_long_list(void **state)
{
    struct str value = {0};
    struct config *config;
    struct error error = {""};
    (void)state;
    for (int i = 0; i < 40; i++)
        str_addf(&value, "%snewsletter-%d@mail.example.com", i ? ", " : "", i);
    struct config_change change = {"senders", "addresses", str_text(&value)};
    assert_int_equal(config_save(path, &change, 1, &error), RESULT_OK);
    assert_int_equal(config_load(path, &config, &error), RESULT_OK);
    assert_string_equal(config->senders, str_text(&value));
    config_free(config);
    str_free(&value);
}

static void test_password(void **state)
{
    struct error error = {""};
    struct stat about;
    char *file = NULL, *secret = NULL;
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(config_save_password(path, "a/b", i ? "two" : "one", &file, &error),
                         RESULT_OK);
        assert_int_equal(stat(file, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
        struct config_account account = {.name = (char *)"m", .password_file = file};
        assert_int_equal(config_password(&account, &secret, &error), RESULT_OK);
        assert_string_equal(secret, i ? "two" : "one");
        free(secret);
        free(file);
    }
}

static void test_link(void **state)
{
    char real[80];
    struct config_change change = {"policy", "wave", "off"};
    struct stat about;
    (void)state;
    snprintf(real, sizeof real, "%s/real", folder);
    unlink(path);
    FILE *made = fopen(real, "w");
    assert_non_null(made);
    fclose(made);
    assert_int_equal(chmod(real, 0600), 0);
    assert_int_equal(symlink(real, path), 0);
    assert_int_equal(config_save(path, &change, 1, NULL), RESULT_OK);
    assert_int_equal(lstat(path, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_file("[policy]\nwave = off\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inifile), cmocka_unit_test(test_new_file),
        cmocka_unit_test(test_keeps),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_list), cmocka_unit_test(test_password),
        cmocka_unit_test(test_link)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
