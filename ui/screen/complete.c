/* SPDX-License-Identifier: MIT */
#include "screen/complete.h"

#include <string.h>

#include "base/text.h"
#include "command/command.h"
#include "contact/state.h"
#include "mail/reason.h"
#include "query/key.h"

/* What fits so far. */
struct matches {
    struct span typed;
    struct str common, all;
    size_t n;
};

static void consider(struct matches *matches, const char *before, struct span word, char end)
{
    struct str whole = {0};

    str_add_text(&whole, before);
    str_add(&whole, word);
    if (end)
        str_add_char(&whole, end);
    if (span_starts_nocase(span_of_str(&whole), matches->typed)) {
        str_addf(&matches->all, matches->n ? "  %.*s" : "%.*s", SPAN_ARGS(span_of_str(&whole)));
        if (!matches->n++)
            str_add(&matches->common, span_of_str(&whole));
        size_t same = 0;
        while (same < matches->common.n && same < whole.n &&
               matches->common.at[same] == whole.at[same])
            same++;
        matches->common.n = same;
    }
    str_free(&whole);
}

static const struct command *command_of(struct span name)
{
    for (size_t i = 0; commands[i]; i++)
        if (span_equal(span_of(commands[i]->name), name))
            return commands[i];
    return NULL;
}

static void options(struct matches *matches, const struct command *command)
{
    const struct option *option = command ? command->options : NULL;

    for (; option && option->name; option++)
        consider(matches, "--", span_of(option->name), option->value ? '=' : ' ');
    consider(matches, "--", SPAN("json"), ' ');
    consider(matches, "--", SPAN("quiet"), ' ');
    consider(matches, "--", SPAN("help"), ' ');
}

static void words(struct matches *matches, struct span line)
{
    const struct key *key;

    if (span_starts(line, SPAN("mark ")) && span_find_char(span_cut(line, 5, line.n), ' ') < 0) {
        consider(matches, "", SPAN("invalid"), ' ');
        consider(matches, "", SPAN("active"), ' ');
        consider(matches, "", SPAN("blocked"), ' ');
        return;
    }
    for (int i = 0; i < STATE_COUNT; i++)
        if (span_starts(matches->typed, SPAN("state:")))
            consider(matches, "state:", span_of(state_name((enum state)i)), ' ');
    for (int i = 1; i < REASON_COUNT; i++)
        if (span_starts(matches->typed, SPAN("reason:")))
            consider(matches, "reason:", span_of(reason_name((enum reason)i)), ' ');
    for (size_t i = 0; (key = key_at(i)) != NULL; i++)
        consider(matches, "", span_of(key->name), strchr(key->name, '.') ? 0 : ':');
}

void complete_line(struct session *session, struct lineedit *line)
{
    struct span before = span_cut(lineedit_text(line), 0, line->at);
    ptrdiff_t first = span_find_char(before, ' '), last = span_find_last(before, ' ');
    struct matches matches = {.typed = span_cut(before, (size_t)(last + 1), before.n)};

    if (first < 0)
        for (size_t i = 0; commands[i]; i++)
            consider(&matches, "", span_of(commands[i]->name), ' ');
    else if (span_starts(matches.typed, SPAN("--")))
        options(&matches, command_of(span_cut(before, 0, (size_t)first)));
    else
        words(&matches, before);
    if (matches.common.n > matches.typed.n)
        for (size_t i = matches.typed.n; i < matches.common.n; i++)
            lineedit_type(line, (unsigned char)matches.common.at[i]); /* all of it is ASCII */
    else if (matches.n > 1)
        session_say(session, "%s", str_text(&matches.all));
    else if (!matches.n)
        session_say(session, "%s", _("nothing known begins like that"));
    str_free(&matches.common);
    str_free(&matches.all);
}
