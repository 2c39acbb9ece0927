/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command/options.h"

static const struct option some[] = {
    {"dry-run", NULL, "x", false},
    {"map", "X=Y", "x", true},
    {"name", "NAME", "x", false},
    {0},
};
static const struct command import = {.name = "import", .arguments = "FILE…", .options = some,
                                      .least = 1, .most = 2};
static const struct command list = {.name = "list", .arguments = "[QUERY]", .most = SIZE_MAX};
static const struct command *const table[] = {&import, &list, NULL};

#define WORDS 12

static enum result parse(const char *const *words, struct command_line *line, struct error *error)
{
    char *argv[WORDS + 2] = {(char *)"zwrotka"};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)words[argc - 1];
    return options_parse(argc, argv, table, line, error);
}

static void test_right(void **state)
{
    static const struct {
        const char *words[WORDS];
        const char *command, *rest, *text;
    } rows[] = {
        {{NULL}, "", "", "zwrotka"},
        {{"list"}, "list", "", "zwrotka list"},
        {{"list", "-state:invalid", "a b"}, "list", "-state:invalid a b",
         "zwrotka list -state:invalid 'a b'"},
        {{"--json", "list", "x", "--quiet"}, "list", "x", "zwrotka --json list x --quiet"},
        {{"--store", "list", "list"}, "list", "", "zwrotka --store list list"},
        {{"--map", "list", "import", "f"}, "import", "f", "zwrotka --map list import f"},
        {{"import", "-", "--map", "a=b", "--map=c=d"}, "import", "-",
         "zwrotka import - --map a=b --map=c=d"},
        {{"import", "--name", "-x", "f"}, "import", "f", "zwrotka import --name -x f"},
        {{"list", "--", "--json"}, "list", "--json", "zwrotka list -- --json"},
        {{"list", "it's"}, "list", "it's", "zwrotka list 'it'\\''s'"},
        {{"import", "--help"}, "import", "", "zwrotka import --help"},
        {{"--help", "config"}, "", "config", "zwrotka --help config"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command_line line;
        struct error error = {""};
        enum result result = parse(rows[i].words, &line, &error);
        if (result != RESULT_OK)
            fail_msg("%s: %s", rows[i].text, error.text);
        char *rest = options_query(&line, 0);
        assert_string_equal(line.command ? line.command->name : "", rows[i].command);
        assert_string_equal(rest, rows[i].rest);
        assert_string_equal(line.text, rows[i].text);
        assert_null(line.words[line.n]);
        free(rest);
        options_free(&line);
    }
}

static void test_values(void **state)
{
    static const char *const words[WORDS] = {"import", "f",      "--map", "a=b",       "--store=S",
                                             "--json", "--name", "",      "--map=c=d", NULL};
    struct command_line line;
    const char *maps[4];
    (void)state;
    assert_int_equal(parse(words, &line, NULL), RESULT_OK);
    assert_int_equal(command_options(&line, "map", maps, 4), 2);
    assert_string_equal(maps[0], "a=b");
    assert_string_equal(maps[1], "c=d");
    assert_int_equal(command_options(&line, "map", maps, 1), 1);
    assert_string_equal(line.store_path, "S");
    assert_null(line.config_path);
    assert_true(line.json && !line.quiet);
    assert_string_equal(command_option(&line, "name"), "");
    assert_null(command_option(&line, "charset"));
    assert_false(command_switch(&line, "dry-run"));
    options_free(&line);
}

static void test_wrong(void **state)
{
    static const struct {
        const char *words[WORDS];
        const char *says;
    } rows[] = {
        {{"lsit"}, "no command lsit; did you mean list?"},
        {{"frobnicate"}, "`zwrotka --help`"},
        {{"-h"}, "no command -h"},
        {{"config"}, "no command config"},
        {{"import", "f", "--dryrun"}, "no option --dryrun; did you mean --dry-run?"},
        {{"import", "f", "--zzzzzzzz=1"}, "no option --zzzzzzzz; `zwrotka import --help`"},
        {{"list", "--map", "x"}, "no option --map"},
        {{"import", "f", "--dry-run=yes"}, "--dry-run takes no value"},
        {{"import", "f", "--name"}, "--name needs a value: --name=NAME"},
        {{"import", "f", "--name", "--json"}, "--name needs a value"},
        {{"import", "f", "--name=a", "--name=b"}, "--name is given twice"},
        {{"import"}, "usage: zwrotka import FILE…"},
        {{"import", "a", "b", "c"}, "what is \"c\"?"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command_line line;
        struct error error = {""};
        assert_int_equal(parse(rows[i].words, &line, &error), RESULT_USAGE);
        if (!strstr(error.text, rows[i].says))
            fail_msg("got %s, wanted %s", error.text, rows[i].says);
        options_free(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_right), cmocka_unit_test(test_values),
                                       cmocka_unit_test(test_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
