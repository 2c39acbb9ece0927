/* SPDX-License-Identifier: MIT */
#include "screen/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "config/save.h"
#include "screen/ask.h"
#include "screen/bulk.h"
#include "screen/draft.h"
#include "screen/history_page.h"
#include "screen/list.h"
#include "screen/prompt.h"
#include "screen/review_page.h"
#include "screen/scan_page.h"
#include "screen/text_page.h"
#include "screen/words.h"
#include "send/publish.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/steps.h"

enum { COMMANDS_MOST = 500 };

struct store *session_store(struct session *session)
{
    return session->context->store;
}

/* Is the configuration that was named still to be written? */
static bool is_unwritten(const struct session *session)
{
    return session->line->config_path && access(session->line->config_path, F_OK) != 0;
}

void session_take_store(struct session *session, struct store *store)
{
    struct config *config;
    struct error error;

    session->context->store = store;
    session->version = 0;
    session->dirty = true;
    /* Next time this configuration is to be found, even if no mailbox is set up until then. */
    if (is_unwritten(session)) {
        if (config_save(session->line->config_path, NULL, 0, &error) != RESULT_OK) {
            session_complain(session, "%s", error.text);
        } else if (config_load(session->line->config_path, &config, NULL) == RESULT_OK) {
            config_free(session->context->config);
            session->context->config = config;
        }
    }
    send_follow(store, session->context->config);
}

bool session_open_store(struct session *session)
{
    struct store *store;

    if (session->context->store)
        return true;
    if (store_open(session->store_path, false, &store, NULL) != RESULT_OK)
        return false;
    session_take_store(session, store);
    return true;
}

void session_reread(struct session *session)
{
    struct config *config;

    if (config_load(session->line->config_path, &config, NULL) == RESULT_OK) {
        if (session->context->store)
            send_follow(session->context->store, config);
        config_free(session->context->config);
        session->context->config = config;
    }
    session_open_store(session);
}

struct txn *session_read(struct session *session)
{
    struct error error;
    struct txn *txn;

    if (!session_store(session) || store_read(session_store(session), &txn, &error) == RESULT_OK)
        return session_store(session) ? txn : NULL;
    session_complain(session, "%s", error.text);
    return NULL;
}

bool session_skips_suspects(const struct session *session)
{
    return session->context->config->skip_suspects;
}

/* ---- pages */

void session_push(struct session *session, struct page *page)
{
    page->below = session->top;
    session->top = page;
    session->dirty = true;
}

void session_pop(struct session *session)
{
    struct page *page = session->top;

    if (!page->below)
        return;
    session->top = page->below;
    page->ops->free(page);
    session->dirty = true;
}

void session_home(struct session *session, struct page *page)
{
    while (session->top->below)
        session_pop(session);
    if (page)
        session_push(session, page);
}

bool session_is_top(const struct session *session, const struct page *page)
{
    return session->top == page;
}

/* ---- the message line */

static void say(struct session *session, bool bad, const char *format, va_list args)
{
    char text[2048];

    vsnprintf(text, sizeof text, format, args);
    str_clear(&session->message);
    str_add_text(&session->message, text);
    session->message_bad = bad;
    session->dirty = true;
}

void session_say(struct session *session, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(session, false, format, args);
    va_end(args);
}

void session_complain(struct session *session, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(session, true, format, args);
    va_end(args);
}

void session_busy(struct session *session, const char *text)
{
    (void)session;
    draw_cell(draw_rows() - 1, 0, draw_columns(), STYLE_NORMAL, SPAN(""));
    draw_words(draw_rows() - 1, 1, draw_columns() - 1, STYLE_BOLD, text);
    draw_end(draw_rows() - 1, 0, false);
}

/* ---- acting */

struct actor session_actor(const struct session *session, const char *command)
{
    return (struct actor){session->context->actor.who, command, date_now()};
}

void session_remember(struct session *session, const char *command)
{
    if (strncmp(command, "zwrotka ", 8) == 0)
        command += 8;
    if (session->command_n && strcmp(session->commands[session->command_n - 1], command) == 0)
        return;
    if (session->command_n == COMMANDS_MOST) {
        free(session->commands[0]);
        memmove(session->commands, session->commands + 1,
                --session->command_n * sizeof *session->commands);
    }
    ALLOC_GROW(session->commands, session->command_n, session->command_room);
    session->commands[session->command_n++] = alloc_text(command);
}

void session_child_words(const struct session *session, const char **words, size_t n)
{
    words[n++] = "--store";
    words[n++] = session->store_path;
    if (session->line->config_path) {
        bool made = strcmp(words[0], "setup") == 0;
        words[n++] = "--config";
        words[n++] = !made && is_unwritten(session) ? "/dev/null" : session->line->config_path;
    }
    words[n] = NULL;
}

bool session_has_contacts(struct session *session)
{
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    bool any = txn && contacts_count(txn);

    txn_end(txn);
    return any;
}

static bool start_scan(struct session *session, const char **words, size_t n)
{
    struct error error;
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    uint32_t after = txn ? steps_last(txn) : 0;

    txn_end(txn);
    session_child_words(session, words, n);
    if (scan_run_start(&session->scan, words, date_now(), &error) != RESULT_OK) {
        session_complain(session, "%s", error.text);
        return false;
    }
    session->scan_after = after;
    return true;
}

void session_dry_scan(struct session *session)
{
    const char *words[16] = {"scan", "--json", "--dry-run"};

    if (!session->scan.running) {
        if (!start_scan(session, words, 3))
            return;
        session->scan.dry = true;
        session_remember(session, "zwrotka scan --dry-run");
    }
    scan_page_open(session);
    session->dirty = true;
}

void session_scan(struct session *session)
{
    const char *words[64] = {"scan", "--json"};

    if (!session->scan.running) {
        size_t n = 2;
        if (session_store(session) && others_ask(session, words + n, 40)) {
            if (!words[n])
                return; /* all are watched */
            while (words[n])
                n++;
        }
        if (!start_scan(session, words, n))
            return;
        session_remember(session, "zwrotka scan");
    }
    scan_page_open(session);
    session->dirty = true;
}

void session_copy(struct session *session, struct span text)
{
    ptrdiff_t tab = span_find_char(text, '\t');

    if (draw_copy(text))
        session_say(session, _("copied: %.*s"),
                    SPAN_ARGS(span_cut(text, 0, tab < 0 ? text.n : (size_t)tab)));
    else
        session_say(session, "%s", _("this terminal has no way to copy"));
}

/* ---- undo */

/* The contact that a step is about, 0 for none or many. */
static uint32_t contact_of(struct session *session, uint32_t step)
{
    struct txn *txn = session_read(session);
    struct entries_walk walk = {0};
    uint32_t id = 0;

    for (int i = 0; txn && i < 8 && entries_next(txn, step, &walk); i++)
        if (walk.entry.kind == ENTRY_CONTACT)
            id = walk.entry.id;
    entries_walk_end(&walk);
    txn_end(txn);
    return id;
}

/* "edit a@b --name X", or what kind of step it was. */
static void name_step(struct session *session, uint32_t number, struct str *out)
{
    struct txn *txn = session_read(session);
    struct step step;

    if (txn && steps_get(txn, number, &step) && step.command.n)
        words_command(step.command, out);
    else if (txn && steps_get(txn, number, &step))
        str_add_text(out, step_kind_name(step.kind));
    txn_end(txn);
}

static void undo_now(struct session *session, void *arg, int value)
{
    uint32_t step = *(uint32_t *)arg, contact = value ? contact_of(session, step) : 0;
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0}, name = {0};

    if (!value)
        return;
    str_addf(&command, "zwrotka undo %u", step);
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("taking back…"));
    enum result result = action_undo(session_store(session), &actor, step, &outcome, &error);
    if (result == RESULT_OK) {
        session_remember(session, str_text(&command));
        if (outcome.id || contact)
            list_go(session->list, contact ? contact : outcome.id); /* to what came back */
        name_step(session, step, &name);
        session_say(session, _("Step %u is taken back. :undo %u puts it back.   (was: %s)"), step,
                    outcome.step, str_text(&name));
    } else if (result == RESULT_BUSY && outcome.changed) {
        session_complain(session, "%s", error.text);
        struct textview *view =
            text_page_open(session, _("Changed since, so left as they are; the rest is taken back"));
        textview_add(view, STYLE_NORMAL, 0, span_of_str(&outcome.notes));
    } else {
        session_complain(session, "%s", error.text);
    }
    outcome_free(&outcome);
    str_free(&command);
    str_free(&name);
}

void session_undo(struct session *session, uint32_t number)
{
    static const struct ask_answer answers[] = {{'y', N_("take it back"), 1}};
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    struct str text = {0}, title = {0};
    struct step step;
    bool own = number == 0;

    if (!txn)
        return;
    if (own)
        number = action_undo_next(txn, session->context->actor.who);
    bool found = number && steps_get(txn, number, &step);
    uint32_t contacts = found ? step.contacts : 0;
    bool undone = found && step.undone_by;
    if (found) {
        char date[24];
        date_long(step.time, date_now(), date);
        str_addf(&title, _("Take back step %u?"), number);
        str_addf(&text, _("%s by %.*s, %s:\n\n  "), step_kind_name(step.kind),
                 SPAN_ARGS(step.who), date);
        words_command(step.command, &text);
        str_add_text(&text, "\n\n");
        words_number(contacts, &text);
        str_addf(&text, " %s",
                 ngettext("contact or address changes.", "contacts or addresses change.", contacts));
        if (step.kind == STEP_IMPORT || step.kind == STEP_ADD)
            str_addf(&text, " %s", _("Contacts that it added go, unless they were changed since."));
    }
    txn_end(txn);
    uint32_t *arg = alloc(sizeof *arg);
    *arg = number;
    if (!found) {
        session_say(session, "%s",
                    own ? _("you have nothing to take back; H shows everybody's steps")
                        : _("there is no such step"));
        free(arg);
    } else if (undone) {
        session_say(session, _("step %u is taken back already"), number);
        free(arg);
    } else if (own && contacts <= 1) {
        undo_now(session, arg, 1);
        free(arg);
    } else {
        ask_open(session, str_text(&title), span_of_str(&text), answers, 1, undo_now, arg, free);
    }
    str_free(&text);
    str_free(&title);
}

/* ---- what is the same everywhere */

static void command_typed(struct session *session, void *arg, struct span typed)
{
    (void)arg;
    if (typed.n)
        output_open(session, typed);
}

void session_command(struct session *session, struct span typed)
{
    prompt_open(session, ":", typed, true, command_typed, NULL, NULL);
}

void session_restore_command(struct session *session)
{
    struct str line = {0};

    if (draft_load_lines(session->store_path, "command", &line, 1))
        session_command(session, span_of_str(&line));
    str_free(&line);
}

bool session_act(struct session *session, enum act act, enum place place)
{
    switch (act) {
    case ACT_CLOSE:
        session_pop(session);
        return true;
    case ACT_QUIT:
        session->quit = true;
        return true;
    case ACT_HELP:
        help_open(session, place);
        return true;
    case ACT_REDRAW:
        session->anew = session->dirty = true;
        return true;
    case ACT_COMMAND:
        session_command(session, SPAN(""));
        return true;
    case ACT_UNDO:
        session_undo(session, 0);
        return true;
    case ACT_HISTORY:
        history_open(session);
        return true;
    case ACT_REVIEW:
        review_open(session);
        return true;
    case ACT_SCAN:
        session_scan(session);
        return true;
    default:
        return false;
    }
}
