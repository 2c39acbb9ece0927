/* SPDX-License-Identifier: MIT */
#include "screen/setup_choice.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "screen/text_page.h"
#include "screen/words.h"

static const struct {
    const char *option, *words; /* N_() */
} uses[] = {
    {"90d", N_("the last 90 days")},
    {"all", N_("all of them")},
    {"now", N_("from now on: none of those that are there")},
};

enum { USE_90_DAYS, USE_ALL, USES = sizeof uses / sizeof *uses, ROW_DELETE = USES, ROW_FOLDERS };

struct setup_choice {
    struct page page;
    struct setup_page *form; /* the page below */
    struct setup_try try;
    bool saving;             /* what runs now saves, if it works */
    size_t at;               /* a row: uses, delete, folders */
    size_t use;
    bool deletes;
    char *folder;
};

static enum place choice_place(const struct page *page)
{
    return ((const struct setup_choice *)page)->try.running ? PLACE_TRYING : PLACE_CHOICE;
}

/* ---- drawing */

/* Lines are numbered from 0; those above `top` are not seen. */
struct painter {
    const struct setup_choice *choice;
    int line, top, rows;
    int cursor_y;
};

static void paint_title(struct painter *painter, const char *title)
{
    int y = painter->line++ - painter->top;

    if (y >= 0 && y < painter->rows)
        draw_words(3 + y, 1, draw_columns() - 2, STYLE_BOLD, title);
}

static void paint_row(struct painter *painter, size_t row, const char *mark, struct span text)
{
    int y = painter->line++ - painter->top;
    bool cursor = row == painter->choice->at && !painter->choice->try.running;
    enum style style = cursor ? STYLE_CURSOR : STYLE_NORMAL;

    if (y < 0 || y >= painter->rows)
        return;
    if (cursor)
        painter->cursor_y = 3 + y;
    draw_blank(3 + y, 1, draw_columns() - 2, style);
    draw_words(3 + y, 3, 3, style, mark);
    draw_text(3 + y, 7, draw_columns() - 9, style, text);
}

static void paint(struct painter *painter)
{
    const struct setup_choice *choice = painter->choice;
    struct str text = {0};

    paint_title(painter, _("Use"));
    for (size_t i = 0; i < USES; i++)
        paint_row(painter, i, i == choice->use ? "(x)" : "( )", span_of(_(uses[i].words)));
    paint_title(painter, _("Afterwards"));
    paint_row(painter, ROW_DELETE, choice->deletes ? "[x]" : "[ ]",
              span_of(_("Delete bounce messages from server")));
    if (choice->try.n)
        paint_title(painter, _("Folder"));
    for (size_t i = 0; i < choice->try.n; i++) {
        const struct setup_folder *folder = &choice->try.folders[i];
        bool on = span_equal(span_of(folder->name), span_of(choice->folder));
        str_clear(&text);
        str_addf(&text, "%s  ", folder->name);
        words_number(folder->messages, &text);
        if (folder->junk)
            str_addf(&text, "  %s", _("(spam)"));
        paint_row(painter, ROW_FOLDERS + i, on ? "(x)" : "( )", span_of_str(&text));
    }
    str_free(&text);
}

/* On which line the cursor's row is. */
static int line_of(size_t at)
{
    return (int)at + 1 + (at >= ROW_DELETE) + (at >= ROW_FOLDERS);
}

static void choice_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct setup_choice *choice = (struct setup_choice *)page;
    struct painter painter = {.choice = choice, .rows = draw_rows() - 7, .cursor_y = 2};
    int columns = draw_columns();

    (void)session;
    draw_blank(0, 0, columns, STYLE_BAR);
    draw_words(0, 1, columns - 2, STYLE_BAR, _("The mailbox works"));
    draw_text(1, 1, columns - 2, STYLE_BOLD, span_of_str(&choice->try.found));
    if (choice->try.running) {
        textview_draw(&choice->try.said, (struct area){3, 1, draw_rows() - 6, columns - 2});
    } else {
        if (line_of(choice->at) >= painter.rows)
            painter.top = line_of(choice->at) - painter.rows + 1;
        paint(&painter);
        textview_paragraph((struct area){draw_rows() - 4, 1, 2, columns - 2}, STYLE_DIM,
                           _("First comes a dry run, which changes nothing; then it asks."));
    }
    *y = painter.cursor_y;
    *x = 1;
}

/* ---- trying and saving */

static void saved(struct session *session)
{
    session_reread(session);
    session_pop(session); /* frees choice */
    session_pop(session); /* and the form */
    session_dry_scan(session);
    session_say(session, "%s", _("The mailbox is saved."));
}

static bool choice_work(struct page *page, struct session *session)
{
    struct setup_choice *choice = (struct setup_choice *)page;

    if (!choice->try.running || !setup_try_ended(&choice->try, session))
        return false;
    if (choice->try.code == 0 && choice->saving) {
        saved(session);
    } else if (choice->try.code) {
        struct textview *view = text_page_open(session, _("That did not work; nothing is saved"));
        const struct textview *said = &choice->try.said;
        for (size_t i = 0; i < said->n; i++)
            textview_add(view, said->lines[i].style, said->lines[i].indent,
                         span_cut(span_of_str(&said->bytes), said->lines[i].at,
                                  said->lines[i].at + said->lines[i].n));
    }
    return false;
}

static void run(struct setup_choice *choice, struct session *session, bool save)
{
    struct setup_chosen chosen = {.folder = choice->folder,
                                  .since = save ? uses[choice->use].option : NULL,
                                  .deletes = choice->deletes};

    choice->saving = save;
    setup_page_try(choice->form, session, &choice->try, &chosen);
}

/* ---- keys */

static size_t row_count(const struct setup_choice *choice)
{
    return ROW_FOLDERS + choice->try.n;
}

static void choose(struct setup_choice *choice, struct session *session)
{
    if (choice->at < USES) {
        choice->use = choice->at;
    } else if (choice->at == ROW_DELETE) {
        choice->deletes = !choice->deletes;
    } else if (choice->at < row_count(choice)) { /* what lies there is to be seen */
        free(choice->folder);
        choice->folder = alloc_text(choice->try.folders[choice->at - ROW_FOLDERS].name);
        run(choice, session, false);
    }
}

static bool choice_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct setup_choice *choice = (struct setup_choice *)page;

    (void)key;
    if (choice->try.running) {
        if (act == ACT_CLOSE)
            child_cancel(&choice->try.child);
        return act != ACT_HELP && act != ACT_REDRAW;
    }
    switch (act) {
    case ACT_UP:
        choice->at -= choice->at > 0;
        return true;
    case ACT_DOWN:
        choice->at += choice->at + 1 < row_count(choice);
        return true;
    case ACT_TOP:
        choice->at = 0;
        return true;
    case ACT_BOTTOM:
        choice->at = row_count(choice) - 1;
        return true;
    case ACT_SELECT:
        choose(choice, session);
        return true;
    case ACT_SAVE:
        run(choice, session, true);
        return true;
    default:
        return false;
    }
}

static void choice_free(struct page *page)
{
    struct setup_choice *choice = (struct setup_choice *)page;

    setup_try_free(&choice->try);
    free(choice->folder);
    free(choice);
}

static const struct page_ops choice_ops = {
    .place = choice_place,
    .draw = choice_draw,
    .act = choice_act,
    .work = choice_work,
    .free = choice_free,
};

void setup_choice_open(struct session *session, struct setup_page *form, struct setup_try *try,
                       const char *folder)
{
    struct setup_choice *choice = alloc_zero(1, sizeof *choice);

    choice->page.ops = &choice_ops;
    choice->form = form;
    choice->folder = alloc_text(folder);
    choice->try = *try;
    *try = (struct setup_try){0};
    choice->deletes = setup_page_deletes(form);
    bool old = choice->try.oldest && choice->try.oldest < date_now() - 90 * 86400;
    choice->use = choice->at = old ? USE_90_DAYS : USE_ALL;
    session_push(session, &choice->page);
}
