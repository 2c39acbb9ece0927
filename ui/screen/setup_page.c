/* SPDX-License-Identifier: MIT */
#include "screen/setup_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mailbox/guess.h"
#include "screen/ask.h"
#include "screen/draft.h"
#include "screen/lineedit.h"
#include "screen/setup_choice.h"

enum row {
    ROW_ADDRESS,
    ROW_SERVER,
    ROW_USER,
    ROW_PASSWORD,
    ROW_COMMAND,
    ROW_TRUST,
    ROW_FOLDER,
    ROW_AFTER,
    ROW_SENDERS,
    ROW_COUNT
};

static const struct {
    const char *label, *help; /* N_() */
    const char *option;       /* NULL: a line of the command's input */
    const char *initial;      /* what an empty line means */
} rows[ROW_COUNT] = {
    [ROW_ADDRESS] = {N_("Address"), N_("of the mailbox where bounces come back, or the path of a Maildir or mbox"), "address", ""},
    [ROW_SERVER] = {N_("Server"), N_("host, imap://host:port or pop3s://host; empty: as proposed"), NULL, ""},
    [ROW_USER] = {N_("User"), N_("name to log in with; empty: as proposed"), NULL, ""},
    [ROW_PASSWORD] = {N_("Password"), N_("kept in a file that only you can read; never shown"), NULL, ""},
    [ROW_COMMAND] = {N_("or command"), N_("prints the password, such as: pass show bounces"), "password-command", ""},
    [ROW_TRUST] = {N_("Certificate"), N_("of the server's authority, as a file, or its own fingerprint sha256:…; empty: the system's"), "ca-file", ""},
    [ROW_FOLDER] = {N_("Folder"), N_("of an IMAP server; empty: INBOX"), "folder", "INBOX"},
    [ROW_AFTER] = {N_("Afterwards"), N_("what becomes of bounces that were decided: keep, seen, delete (from the server) or move:FOLDER; empty: keep"), "after", "keep"},
    [ROW_SENDERS] = {N_("You send as"), N_("addresses with commas between, * for any; bounces of others are held for review; empty: not looked at"), "senders", ""},
};

struct setup_page {
    struct page page;
    struct lineedit lines[ROW_COUNT];
    int at;
    struct setup_try try;
};

static enum place setup_place(const struct page *page)
{
    return ((const struct setup_page *)page)->try.running ? PLACE_TRYING : PLACE_SETUP;
}

/* What stands in an empty server field. */
static void proposed(const struct setup_page *setup, struct str *out)
{
    struct guess guess;

    if (!guess_server(lineedit_text(&setup->lines[ROW_ADDRESS]), &guess))
        return;
    str_addf(out, guess.known ? "%s" : _("%s, a guess"), guess.host);
    if (guess.key == GUESS_APP)
        str_add_text(out, _("; wants a password made for programs"));
    else if (guess.key == GUESS_TOKEN)
        str_add_text(out, _("; wants OAuth 2: :setup asks for its command"));
    guess_free(&guess);
}

static void draw_line(struct setup_page *setup, int i, int y, int *cursor_y, int *cursor_x)
{
    int label = 14, width = draw_columns() - label - 3;
    struct lineedit *line = &setup->lines[i];
    struct str dots = {0}, hint = {0};
    struct span shown;
    size_t cursor;
    bool focus = i == setup->at && !setup->try.running;

    lineedit_view(line, (size_t)width, &shown, &cursor);
    if (i == ROW_PASSWORD) { /* so many dots, whatever is typed */
        cursor = utf8_width(span_cut(lineedit_text(line), 0, line->at));
        for (size_t k = utf8_width(lineedit_text(line)); k > 0; k--)
            str_add_char(&dots, '*');
        shown = span_of_str(&dots);
        cursor = cursor < (size_t)width ? cursor : (size_t)width - 1;
    }
    if (i == ROW_SERVER && !shown.n && !focus)
        proposed(setup, &hint);
    else if (!shown.n && !focus)
        str_add_text(&hint, rows[i].initial);
    draw_words(y, 1, label, focus ? STYLE_BOLD : STYLE_NORMAL, _(rows[i].label));
    if (focus)
        draw_cell(y, label + 2, width, STYLE_INPUT, shown);
    else
        draw_text(y, label + 2, width, STYLE_NORMAL, hint.n ? span_of_str(&hint) : shown);
    if (focus) {
        *cursor_y = y;
        *cursor_x = label + 2 + (int)cursor;
    }
    str_free(&dots);
    str_free(&hint);
}

static void setup_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct setup_page *setup = (struct setup_page *)page;
    int columns = draw_columns(), row = 2;

    (void)session;
    draw_blank(0, 0, columns, STYLE_BAR);
    draw_words(0, 1, columns - 2, STYLE_BAR, _("The mailbox where bounces come back"));
    *y = 2;
    *x = 1;
    for (int i = 0; i < ROW_COUNT; i++)
        draw_line(setup, i, row++, y, x);
    struct str hint = {0};
    if (!setup->try.running && setup->at == ROW_SERVER && !lineedit_text(&setup->lines[ROW_SERVER]).n)
        proposed(setup, &hint);
    struct textview help = {0};
    if (!setup->try.running) {
        textview_words(&help, STYLE_DIM, 0, hint.n ? str_text(&hint) : _(rows[setup->at].help));
        textview_draw(&help, (struct area){row + 1, 1, 2, columns - 2});
    }
    textview_free(&help);
    str_free(&hint);
    if (row + 4 < draw_rows() - 1)
        textview_draw(&setup->try.said, (struct area){row + 3, 1, draw_rows() - row - 5, columns - 2});
}

/* ---- trying */

/* What the command asks beyond its options, a line each: server, user, command, password. */
static void input_of(const struct setup_page *setup, struct str *out)
{
    struct span command = lineedit_text(&setup->lines[ROW_COMMAND]);

    str_add(out, span_trim(lineedit_text(&setup->lines[ROW_SERVER])));
    str_add_char(out, '\n');
    str_add(out, span_trim(lineedit_text(&setup->lines[ROW_USER])));
    str_add_char(out, '\n');
    if (!span_trim(command).n) {
        str_add_text(out, "\n");
        str_add(out, lineedit_text(&setup->lines[ROW_PASSWORD]));
        str_add_text(out, "\n");
    }
}

static struct span value_of(const struct setup_page *setup, int row, const struct setup_chosen *chosen)
{
    struct span text = span_trim(lineedit_text(&setup->lines[row]));

    if (row == ROW_FOLDER && chosen && chosen->folder)
        return span_of(chosen->folder);
    if (row == ROW_AFTER && chosen && chosen->deletes != setup_page_deletes(setup))
        return chosen->deletes ? SPAN("delete") : SPAN("keep");
    return text.n ? text : span_of(rows[row].initial);
}

bool setup_page_try(struct setup_page *setup, struct session *session, struct setup_try *try,
                    const struct setup_chosen *chosen)
{
    const char *words[ROW_COUNT + 16] = {"setup", "--json"};
    char *options[ROW_COUNT + 1] = {NULL};
    struct str input = {0};
    size_t n = 2;

    for (int i = 0; i < ROW_COUNT; i++) {
        struct span text = value_of(setup, i, chosen);
        if (!rows[i].option || ((i == ROW_COMMAND || i == ROW_TRUST) && !text.n))
            continue;
        struct str option = {0};
        bool pin = i == ROW_TRUST && span_starts(text, SPAN("sha256:"));
        str_addf(&option, "--%s=%.*s", pin ? "pin" : rows[i].option, SPAN_ARGS(text));
        words[n++] = options[i] = str_take(&option);
    }
    if (chosen && chosen->since) {
        struct str option = {0};
        str_addf(&option, "--since=%s", chosen->since);
        words[n++] = options[ROW_COUNT] = str_take(&option);
    } else {
        words[n++] = "--dry-run";
    }
    session_child_words(session, words, n);
    input_of(setup, &input);
    bool started = setup_try_start(try, session, words, span_of_str(&input));
    if (input.n)
        explicit_bzero(input.at, input.n);
    str_free(&input);
    for (int i = 0; i <= ROW_COUNT; i++)
        free(options[i]);
    return started;
}

bool setup_page_deletes(const struct setup_page *setup)
{
    return span_equal_nocase(span_trim(lineedit_text(&setup->lines[ROW_AFTER])), SPAN("delete"));
}

static void start(struct setup_page *setup, struct session *session)
{
    if (span_trim(lineedit_text(&setup->lines[ROW_ADDRESS])).n) {
        setup_page_try(setup, session, &setup->try, NULL);
        return;
    }
    setup->at = ROW_ADDRESS;
    session_complain(session, "%s", _("an address is needed"));
}

/* Which folder it was that works. */
static const char *folder_of(const struct setup_page *setup)
{
    struct span typed = span_trim(lineedit_text(&setup->lines[ROW_FOLDER]));

    for (size_t i = 0; i < setup->try.n; i++)
        if (span_equal(span_of(setup->try.folders[i].name), typed))
            return setup->try.folders[i].name;
    return rows[ROW_FOLDER].initial;
}

/* The cursor goes to the line that is to blame, as far as its stages and the exit code tell. */
static void failed(struct setup_page *setup, struct session *session)
{
    static const struct {
        int code;
        unsigned reached; /* stages */
        enum row row;
    } blame[] = {{RESULT_UNREACHABLE, 0, ROW_SERVER},
                 {RESULT_UNREACHABLE, 1, ROW_TRUST},
                 {RESULT_DENIED, 2, ROW_PASSWORD},
                 {RESULT_MISSING, 3, ROW_FOLDER}};

    for (size_t i = 0; i < sizeof blame / sizeof *blame; i++)
        if (setup->try.code == blame[i].code && setup->try.reached == blame[i].reached)
            setup->at = blame[i].row;
    if (setup->at == ROW_PASSWORD && lineedit_text(&setup->lines[ROW_COMMAND]).n)
        setup->at = ROW_COMMAND;
    session_complain(session, "%s", _("that did not work; nothing is saved, what you typed stays"));
}

static bool setup_work(struct page *page, struct session *session)
{
    struct setup_page *setup = (struct setup_page *)page;

    if (!setup->try.running || !setup_try_ended(&setup->try, session))
        return false;
    if (setup->try.code == 0)
        setup_choice_open(session, setup, &setup->try, folder_of(setup));
    else
        failed(setup, session);
    return false;
}

/* ---- keys */

static bool running_act(struct setup_page *setup, struct session *session, enum act act)
{
    if (act == ACT_CLOSE) {
        child_cancel(&setup->try.child);
        session_say(session, "%s", _("told it to end"));
    }
    return act != ACT_HELP && act != ACT_REDRAW;
}

static void dropped(struct session *session, void *arg, int value)
{
    (void)arg;
    if (value)
        session_pop(session);
}

static void leave(struct setup_page *setup, struct session *session)
{
    static const struct ask_answer answers[] = {{'d', N_("drop it"), 1}};
    bool typed = false;

    for (int i = 0; i < ROW_COUNT; i++)
        typed = typed || lineedit_text(&setup->lines[i]).n;
    if (typed)
        ask_open(session, _("Something was typed"), span_of(_("It is not saved yet.")), answers, 1,
                 dropped, NULL, NULL);
    else
        session_pop(session);
}

static bool setup_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct setup_page *setup = (struct setup_page *)page;

    (void)key;
    if (setup->try.running)
        return running_act(setup, session, act);
    switch (act) {
    case ACT_SAVE:
        start(setup, session);
        return true;
    case ACT_OPEN: /* Enter: on to the next, and from the last line on it is tried */
        if (setup->at == ROW_COUNT - 1)
            start(setup, session);
        else
            setup->at++;
        return true;
    case ACT_DOWN:
        setup->at = (setup->at + 1) % ROW_COUNT;
        return true;
    case ACT_UP:
        setup->at = (setup->at + ROW_COUNT - 1) % ROW_COUNT;
        return true;
    case ACT_CLOSE:
        leave(setup, session);
        return true;
    case ACT_CANCEL:
        session_pop(session);
        return true;
    case ACT_HELP:
    case ACT_REDRAW:
        return false;
    default:
        lineedit_act(&setup->lines[setup->at], act);
        return true;
    }
}

static void setup_type(struct page *page, struct session *session, key_code code,
                       struct span pasted)
{
    struct setup_page *setup = (struct setup_page *)page;
    struct lineedit *line = &setup->lines[setup->at];

    (void)session;
    if (code == K_PASTE)
        lineedit_paste(line, pasted);
    else
        lineedit_type(line, code);
}

/* All but the password. */
static void setup_rescue(struct page *page, struct session *session)
{
    struct setup_page *setup = (struct setup_page *)page;
    struct span lines[ROW_COUNT] = {{0}};
    size_t typed = 0;

    for (int i = 0; i < ROW_COUNT; i++)
        if (i != ROW_PASSWORD) {
            lines[i] = lineedit_text(&setup->lines[i]);
            typed += lines[i].n;
        }
    if (typed)
        draft_save_lines(session->store_path, "setup", lines, ROW_COUNT);
}

static void setup_free(struct page *page)
{
    struct setup_page *setup = (struct setup_page *)page;
    struct str *password = &setup->lines[ROW_PASSWORD].text;

    setup_try_free(&setup->try);
    if (password->capacity)
        explicit_bzero(password->at, password->capacity);
    for (int i = 0; i < ROW_COUNT; i++)
        lineedit_free(&setup->lines[i]);
    free(setup);
}

static const struct page_ops setup_ops = {
    .place = setup_place,
    .draw = setup_draw,
    .act = setup_act,
    .type = setup_type,
    .work = setup_work,
    .rescue = setup_rescue,
    .free = setup_free,
};

static struct setup_page *open_page(struct session *session)
{
    struct setup_page *setup = alloc_zero(1, sizeof *setup);

    setup->page.ops = &setup_ops;
    session_push(session, &setup->page);
    return setup;
}

void setup_page_open(struct session *session)
{
    open_page(session);
}

void setup_page_restore(struct session *session)
{
    struct str lines[ROW_COUNT] = {{0}};

    if (draft_load_lines(session->store_path, "setup", lines, ROW_COUNT)) {
        struct setup_page *setup = open_page(session);
        for (int i = 0; i < ROW_COUNT; i++)
            lineedit_set(&setup->lines[i], span_of_str(&lines[i]));
        session_say(session, "%s", _("The line was lost: here is what was typed, but for the password."));
    }
    for (int i = 0; i < ROW_COUNT; i++)
        str_free(&lines[i]);
}
