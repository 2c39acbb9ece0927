/* SPDX-License-Identifier: MIT */
#include "screen/text_page.h"

#include <stdlib.h>

#include "base/alloc.h"

struct text_page {
    struct page page;
    char *title;
    struct textview view;
};

static enum place text_place(const struct page *page)
{
    (void)page;
    return PLACE_TEXT;
}

static void text_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct text_page *text = (struct text_page *)page;
    int columns = draw_columns();

    (void)session;
    draw_cell(0, 0, columns, STYLE_BAR, SPAN(""));
    draw_words(0, 1, columns - 2, STYLE_BAR, text->title);
    textview_draw(&text->view, (struct area){2, 1, draw_rows() - 4, columns - 2});
    *y = 2;
    *x = 1;
}

static bool text_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct text_page *text = (struct text_page *)page;

    (void)session;
    if (key == K_ENTER)
        act = ACT_DOWN;
    return textview_act(&text->view, act, draw_rows() - 4);
}

static void text_free(struct page *page)
{
    struct text_page *text = (struct text_page *)page;

    free(text->title);
    textview_free(&text->view);
    free(text);
}

static const struct page_ops text_ops = {
    .place = text_place,
    .draw = text_draw,
    .act = text_act,
    .free = text_free,
};

struct textview *text_page_open(struct session *session, const char *title)
{
    struct text_page *text = alloc_zero(1, sizeof *text);

    text->page.ops = &text_ops;
    text->title = alloc_text(title);
    session_push(session, &text->page);
    return &text->view;
}
