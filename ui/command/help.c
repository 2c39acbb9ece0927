/* SPDX-License-Identifier: MIT */
#include "command/help.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "command/options.h"

#define WIDTH 79

/* Adds text from column `indent` on, broken at blanks. */
static void add_wrapped(struct span text, size_t indent, size_t column, struct str *out)
{
    struct span word;
    bool first = true;
    while (text.at && span_next(&text, ' ', &word)) {
        size_t width = utf8_width(word);
        if (!first && column + 1 + width > WIDTH) {
            str_addf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            str_add_char(out, ' ');
            column++;
        }
        str_add(out, word);
        column += width;
        first = false;
    }
    str_add_char(out, '\n');
}

/* "  left          right", the right part wrapped under itself. */
static void add_row(const char *left, const char *right, size_t indent, struct str *out)
{
    size_t width = utf8_width(span_of(left));
    str_addf(out, "  %s", left);
    if (width + 4 > indent)
        str_addf(out, "\n%*s", (int)indent, "");
    else
        str_addf(out, "%*s", (int)(indent - width - 2), "");
    add_wrapped(span_of(right), indent, indent, out);
}

static void add_options(const struct option *options, struct str *out)
{
    for (; options && options->name; options++) {
        struct str left = {0};
        str_addf(&left, "--%s%s%s", options->name, options->value ? " " : "",
                 options->value ? options->value : "");
        add_row(str_text(&left), _(options->help), 22, out);
        str_free(&left);
    }
}

void help_program(struct str *out)
{
    str_add_text(out,
                 _("usage: zwrotka [COMMAND] [WORD…] [--OPTION…]\n\n"
                   "Reads bounces and keeps dead addresses out of your mail. Without a command "
                   "it\nopens the screen.\n\nCommands:\n"));
    for (const struct command *const *command = commands; *command; command++)
        add_row((*command)->name, _((*command)->summary), 14, out);
    str_add_text(out, _("\nOptions of all commands:\n"));
    add_options(shared_options, out);
    str_add_text(out, _("\n`zwrotka COMMAND --help` says more of each, `zwrotka --help config` of "
                        "the\nconfiguration.\n"));
}

void help_command(const struct command *command, struct str *out)
{
    str_addf(out, _("usage: zwrotka %s%s%s\n\n"), command->name, *command->arguments ? " " : "",
             command->arguments);
    add_wrapped(span_of(_(command->summary)), 0, 0, out);
    if (command->help) {
        struct span rest = span_of(_(command->help)), paragraph;
        while (rest.at && span_next(&rest, '\n', &paragraph)) {
            str_add_char(out, '\n');
            add_wrapped(paragraph, 0, 0, out);
        }
    }
    if (command->options)
        str_add_text(out, _("\nOptions:\n"));
    add_options(command->options, out);
    str_add_text(out, _("\nOptions of all commands:\n"));
    add_options(shared_options, out);
}

void help_config(struct str *out)
{
    const char *section = "";
    str_add_text(out,
                 _("The configuration is an INI file; \" ;\" and a line's first \";\" or \"#\" "
                   "begin a\ncomment. Others must not be able to write it, for it runs "
                   "commands.\n"));
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *option = &config_options[i];
        struct str meaning = {0};
        if (strcmp(section, option->section) != 0)
            str_addf(out, "\n[%s]\n", option->section);
        section = option->section;
        str_addf(&meaning, "%s (%s%s%s)", _(option->meaning), _(option->type),
                 *option->initial ? _("; default ") : "", option->initial);
        add_row(option->key, str_text(&meaning), 22, out);
        str_free(&meaning);
    }
}
