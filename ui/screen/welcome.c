/* SPDX-License-Identifier: MIT */
#include "screen/welcome.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "screen/form.h"
#include "screen/prompt.h"
#include "screen/setup_page.h"
#include "screen/text_page.h"
#include "screen/textview.h"
#include "screen/words.h"

struct welcome {
    struct page page;
    int cursor;
};

static const struct {
    enum act act;
    const char *title, *words;
} things[] = {
    {ACT_IMPORT, N_("i  Import your contacts"),
     N_("from a CSV, vCard or JSON Lines file: columns are found by their names")},
    {ACT_NEW, N_("n  or type one in"), N_("to see what it is like")},
    {ACT_SETUP, N_("a  Add the mailbox where bounces come back"),
     N_("address, server, password: each step is tested before it is saved")},
};
enum { THINGS = sizeof things / sizeof *things };

bool welcome_is_due(struct session *session)
{
    return !session_store(session) || (!session->context->config->n && !session_has_contacts(session));
}

static enum place welcome_place(const struct page *page)
{
    (void)page;
    return PLACE_WELCOME;
}

static void welcome_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct welcome *welcome = (struct welcome *)page;
    int columns = draw_columns(), row = 2;

    const struct config *config = session->context->config;
    draw_blank(0, 0, columns, STYLE_BAR);
    draw_words(0, 1, columns - 2, STYLE_BAR, "zwrotka");
    draw_words(row++, 2, columns - 4, STYLE_BOLD, _("Nothing is here yet. Two things to do:"));
    row++;
    for (int i = 0; i < THINGS; i++) {
        bool cursor = i == welcome->cursor;
        draw_blank(row, 1, columns - 2, cursor ? STYLE_CURSOR : STYLE_NORMAL);
        int used = draw_words(row, 2, columns - 4, cursor ? STYLE_CURSOR : STYLE_BOLD,
                              _(things[i].title));
        if (things[i].act == ACT_SETUP && config->n)
            draw_format(row, used + 4, columns - used - 6, cursor ? STYLE_CURSOR : STYLE_GOOD,
                        _("done: %s"), config->accounts[0].name);
        if (cursor) {
            *y = row;
            *x = 2;
        }
        row++;
        row += textview_paragraph((struct area){row, 5, 2, columns - 7}, STYLE_NORMAL,
                                  _(things[i].words));
        row += draw_rows() >= 18 || i == THINGS - 1;
    }
    textview_paragraph((struct area){row, 2, 2, columns - 4}, STYLE_DIM,
                       _("Or look at the demo first: leave with q and run ./bootstrap demo"));
}

static void file_typed(struct session *session, void *arg, struct span typed)
{
    struct str line = {0}, path = {0};

    (void)arg;
    if (!typed.n)
        return;
    str_add_text(&line, "import ");
    words_home(typed, &path);
    words_quote(span_of_str(&path), &line);
    output_open(session, span_of_str(&line));
    str_free(&path);
    str_free(&line);
}

static void run(struct session *session, enum act act)
{
    if (act == ACT_IMPORT)
        prompt_open(session, _(" File to import: "), SPAN(""), false, file_typed, NULL, NULL);
    else if (act == ACT_NEW)
        form_open(session, 0);
    else
        setup_page_open(session);
}

static bool welcome_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct welcome *welcome = (struct welcome *)page;

    (void)key;
    switch (act) {
    case ACT_UP:
        welcome->cursor -= welcome->cursor > 0;
        return true;
    case ACT_DOWN:
        welcome->cursor += welcome->cursor < THINGS - 1;
        return true;
    case ACT_IMPORT:
    case ACT_NEW:
    case ACT_SETUP:
        run(session, act);
        return true;
    case ACT_OPEN:
        run(session, things[welcome->cursor].act);
        return true;
    case ACT_COMMAND:
    case ACT_HELP:
    case ACT_REDRAW:
    case ACT_QUIT:
        return false;
    default:
        return true; /* there is nothing to undo, review or scan */
    }
}

/* Once there is something, the list takes over. */
static bool welcome_work(struct page *page, struct session *session)
{
    (void)page;
    if (session_has_contacts(session))
        session_home(session, NULL);
    return false;
}

static void welcome_free(struct page *page)
{
    free(page);
}

static const struct page_ops welcome_ops = {
    .place = welcome_place,
    .draw = welcome_draw,
    .act = welcome_act,
    .work = welcome_work,
    .free = welcome_free,
};

void welcome_open(struct session *session)
{
    struct welcome *welcome = alloc_zero(1, sizeof *welcome);

    welcome->page.ops = &welcome_ops;
    session_push(session, &welcome->page);
}
