/* SPDX-License-Identifier: MIT */
#include "screen/complete.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "command/command.h"
#include "contact/state.h"
#include "mail/reason.h"
#include "query/key.h"
#include "screen/list.h"
#include "screen/words.h"
#include "store/contacts.h"

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

/* The contact under the cursor, for commands about one. */
static void address(struct matches *matches, struct session *session)
{
    struct contact contact = {0};
    struct str quoted = {0};
    struct txn *txn = session_store(session) ? session_read(session) : NULL;

    if (txn && session->list->id && contacts_get(txn, session->list->id, &contact)) {
        words_quote(contact.address, &quoted);
        consider(matches, "", span_of_str(&quoted), ' ');
    }
    contact_free(&contact);
    str_free(&quoted);
    txn_end(txn);
}

static void words(struct matches *matches, struct session *session, struct span line)
{
    const struct key *key;
    const struct command *command =
        command_of(span_cut(line, 0, (size_t)span_find_char(line, ' ')));

    if (command && strstr(command->arguments, "ADDRESS")) {
        address(matches, session);
        return;
    }

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
        words(&matches, session, before);
    bool certain = matches.common.n > matches.typed.n;
    for (size_t i = matches.typed.n, length; i < matches.common.n; i += length)
        lineedit_type(line, utf8_read(span_cut(span_of_str(&matches.common), i, matches.common.n),
                                      &length));
    if (!certain && matches.n > 1)
        session_say(session, "%s", str_text(&matches.all));
    else if (!certain && !matches.n)
        session_say(session, "%s", _("nothing known begins like that"));
    str_free(&matches.common);
    str_free(&matches.all);
}
