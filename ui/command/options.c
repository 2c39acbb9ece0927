/* SPDX-License-Identifier: MIT */
#include "command/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/text.h"
#include "query/query.h"

const struct option shared_options[] = {
    {"store", "DIR",
     N_("the store (else what the configuration says, else $XDG_DATA_HOME/zwrotka)"), false},
    {"config", "FILE",
     N_("the configuration (else $XDG_CONFIG_HOME/zwrotka/config, else /etc/xdg/zwrotka/config)"),
     false},
    {"json", NULL, N_("JSON, an object a line"), false},
    {"quiet", NULL, N_("no summaries, no progress"), false},
    {"help", NULL, N_("this text"), false},
    {"version", NULL, N_("the version"), false},
    {0},
};

struct given {
    struct {
        const struct option *option;
        const char *value; /* "" for a switch */
    } *rows;
    size_t n, room;
    size_t words_room;
};

static const struct option *find_option(const struct option *options, struct span name)
{
    for (; options && options->name; options++)
        if (span_equal(span_of(options->name), name))
            return options;
    return NULL;
}

static const struct command *find_command(const struct command *const *table, const char *name)
{
    for (; *table; table++)
        if (strcmp((*table)->name, name) == 0)
            return *table;
    return NULL;
}

/* The option's name in "--name=value". */
static struct span option_name(const char *word)
{
    struct span name = span_of(word + 2);
    ptrdiff_t equals = span_find_char(name, '=');
    return equals < 0 ? name : span_cut(name, 0, (size_t)equals);
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] == '-' && word[2] != '\0';
}

/* Does an option before the command's name take the next word? Any command may own it. */
static bool takes_value(const struct command *const *table, const char *word)
{
    const struct option *option = find_option(shared_options, option_name(word));
    for (; !option && *table; table++)
        option = find_option((*table)->options, option_name(word));
    return option && option->value && !strchr(word, '=');
}

/* The place of the command's name, argc for none. */
static int command_at(int argc, char **argv, const struct command *const *table)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return i + 1;
        if (!is_option(argv[i]))
            return i;
        if (takes_value(table, argv[i]))
            i++;
    }
    return argc;
}

static enum result unknown_command(const char *word, const struct command *const *table,
                                   struct error *error)
{
    struct nearest nearest;
    if (word[0] == '-' || strcmp(word, "help") == 0)
        return error_set(error, RESULT_USAGE,
                         _("there is no command %s; did you mean --help? Options have long names"),
                         word);
    nearest_begin(&nearest, span_of(word));
    for (; *table; table++)
        nearest_offer(&nearest, (*table)->name);
    if (nearest.best)
        return error_set(error, RESULT_USAGE, _("there is no command %s; did you mean %s?"), word,
                         nearest.best);
    return error_set(error, RESULT_USAGE,
                     _("there is no command %s; `zwrotka --help` lists what there is"), word);
}

static enum result unknown_option(const char *word, const struct command *command,
                                  struct error *error)
{
    struct nearest nearest;
    struct span name = option_name(word);
    if (command && strstr(command->arguments, "QUERY") && query_is_key(name))
        return error_set(error, RESULT_USAGE,
                         _("there is no option --%.*s; a query says it: %.*s:VALUE"),
                         SPAN_ARGS(name), SPAN_ARGS(name));
    nearest_begin(&nearest, name);
    for (const struct option *o = command ? command->options : NULL; o && o->name; o++)
        nearest_offer(&nearest, o->name);
    for (const struct option *o = shared_options; o->name; o++)
        nearest_offer(&nearest, o->name);
    const char *where = command ? command->name : "";
    if (nearest.best)
        return error_set(error, RESULT_USAGE, _("there is no option --%.*s; did you mean --%s?"),
                         SPAN_ARGS(name), nearest.best);
    return error_set(error, RESULT_USAGE,
                     _("there is no option --%.*s; `zwrotka %s%s--help` lists what there is"),
                     SPAN_ARGS(name), where, *where ? " " : "");
}

static void add_word(struct command_line *line, const char *word)
{
    struct given *given = line->given_;
    ALLOC_GROW(line->words, line->n + 1, given->words_room);
    line->words[line->n++] = word;
    line->words[line->n] = NULL;
}

/* Takes argv[i] and, where it needs one, the value behind it; *i is left on the last word taken. */
static enum result take_option(int argc, char **argv, int *i, struct command_line *line,
                               struct error *error)
{
    struct given *given = line->given_;
    struct span name = option_name(argv[*i]);
    const char *equals = strchr(argv[*i], '='), *value = NULL;
    const struct option *option = find_option(shared_options, name);
    bool shared = option != NULL;
    if (!option && line->command)
        option = find_option(line->command->options, name);
    if (!option)
        return unknown_option(argv[*i], line->command, error);
    if (!option->value && equals)
        return error_set(error, RESULT_USAGE, _("--%s takes no value"), option->name);
    if (option->value && equals)
        value = equals + 1;
    else if (option->value && *i + 1 < argc && !is_option(argv[*i + 1]))
        value = argv[++*i];
    if (option->value && (!value || (shared && !*value)))
        return error_set(error, RESULT_USAGE, _("--%s needs a value: --%s=%s"), option->name,
                         option->name, option->value);
    if (!option->many && command_option(line, option->name) && option->value)
        return error_set(error, RESULT_USAGE, _("--%s is given twice"), option->name);
    ALLOC_GROW(given->rows, given->n, given->room);
    given->rows[given->n].option = option;
    given->rows[given->n++].value = value ? value : "";
    return RESULT_OK;
}

/* Quoted where a shell would take it apart. */
static void quote_word(const char *word, struct str *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%_-+=:,./";
    if (*word && word[strspn(word, plain)] == '\0') {
        str_add_text(out, word);
        return;
    }
    str_add_char(out, '\'');
    for (; *word; word++)
        if (*word == '\'')
            str_add_text(out, "'\\''");
        else
            str_add_char(out, *word);
    str_add_char(out, '\'');
}

static char *quoted_line(int argc, char **argv)
{
    struct str text = {0};
    str_add_text(&text, "zwrotka");
    for (int i = 1; i < argc; i++) {
        str_add_char(&text, ' ');
        quote_word(argv[i], &text);
    }
    return str_take(&text);
}

static enum result check_words(const struct command_line *line, struct error *error)
{
    const struct command *command = line->command;
    if (!command || command_switch(line, "help"))
        return RESULT_OK;
    if (line->n < command->least)
        return error_set(error, RESULT_USAGE, _("usage: zwrotka %s %s; --help says more"),
                         command->name, command->arguments);
    if (line->n > command->most)
        return error_set(error, RESULT_USAGE,
                         _("%s: what is \"%s\"? usage: zwrotka %s%s%s; --help says more"),
                         command->name, line->words[command->most], command->name,
                         *command->arguments ? " " : "", command->arguments);
    return RESULT_OK;
}

enum result options_parse(int argc, char **argv, const struct command *const *table,
                          struct command_line *line, struct error *error)
{
    *line = (struct command_line){.given_ = alloc_zero(1, sizeof(struct given))};
    line->words = alloc_zero(8, sizeof *line->words);
    ((struct given *)line->given_)->words_room = 8;
    line->text = quoted_line(argc, argv);
    int at = command_at(argc, argv, table);
    if (at < argc && !(line->command = find_command(table, argv[at]))) {
        bool about_config = strcmp(argv[at], "config") == 0; /* --help config */
        for (int i = 1; i < argc && about_config; i++)
            if (strcmp(argv[i], "--help") == 0)
                at = argc;
        if (at < argc)
            return unknown_command(argv[at], table, error);
    }
    enum result result = RESULT_OK;
    bool words_only = false;
    for (int i = 1; i < argc && result == RESULT_OK; i++) {
        if (i == at)
            continue;
        if (!words_only && strcmp(argv[i], "--") == 0)
            words_only = true;
        else if (!words_only && is_option(argv[i]))
            result = take_option(argc, argv, &i, line, error);
        else
            add_word(line, argv[i]);
    }
    line->store_path = command_option(line, "store");
    line->config_path = command_option(line, "config");
    line->json = command_switch(line, "json");
    line->quiet = command_switch(line, "quiet");
    return result == RESULT_OK ? check_words(line, error) : result;
}

void options_free(struct command_line *line)
{
    struct given *given = line->given_;
    free(given->rows);
    free(given);
    free(line->words);
    free(line->text);
}

char *options_query(const struct command_line *line, size_t first)
{
    struct str text = {0};
    for (size_t i = first; i < line->n; i++) {
        if (i > first)
            str_add_char(&text, ' ');
        str_add_text(&text, line->words[i]);
    }
    return str_take(&text);
}

const char *command_option(const struct command_line *line, const char *name)
{
    const struct given *given = line->given_;
    for (size_t i = given->n; i-- > 0;)
        if (strcmp(given->rows[i].option->name, name) == 0)
            return given->rows[i].value;
    return NULL;
}

bool command_switch(const struct command_line *line, const char *name)
{
    return command_option(line, name) != NULL;
}

size_t command_options(const struct command_line *line, const char *name, const char **values,
                       size_t max)
{
    const struct given *given = line->given_;
    size_t n = 0;
    for (size_t i = 0; i < given->n && n < max; i++)
        if (strcmp(given->rows[i].option->name, name) == 0)
            values[n++] = given->rows[i].value;
    return n;
}
