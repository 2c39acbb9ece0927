/* SPDX-License-Identifier: MIT */
#include "screen/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "screen/textview.h"

enum { ANSWERS_MAX = 6 };

struct ask {
    struct page page;
    char *title;
    struct textview view;
    struct ask_answer answers[ANSWERS_MAX];
    size_t n;
    int rows; /* of text shown */
    void (*done)(struct session *session, void *arg, int value);
    void *arg;
    void (*free_arg)(void *arg);
};

static enum place ask_place(const struct page *page)
{
    (void)page;
    return PLACE_ASK;
}

static void answers_line(const struct ask *ask, struct str *out)
{
    for (size_t i = 0; i < ask->n; i++) {
        keys_name(ask->answers[i].key, out);
        str_addf(out, " %s  ", _(ask->answers[i].word));
    }
    str_addf(out, "Esc %s", _("go back"));
}

static void ask_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct ask *ask = (struct ask *)page;
    struct str line = {0};

    (void)session;
    answers_line(ask, &line);
    int columns = draw_columns() - 4;
    if (columns > 76)
        columns = 76;
    int most = draw_rows() - 8;
    ask->rows = (int)textview_height(&ask->view, columns - 4);
    bool more = ask->rows > most;
    if (more)
        ask->rows = most;
    struct area area = {(draw_rows() - ask->rows - 5) / 2, (draw_columns() - columns) / 2,
                        ask->rows + 5, columns};
    draw_area(area);
    draw_frame(area, STYLE_BOLD, ask->title);
    textview_draw(&ask->view, (struct area){area.y + 2, area.x + 2, ask->rows, columns - 4});
    if (more)
        draw_words(area.y + area.rows - 1, area.x + 2, columns - 4, STYLE_BOLD,
                   _(" Up and Down: more "));
    draw_hints(area.y + area.rows - 2, area.x + 2, columns - 4, span_of_str(&line));
    *y = area.y + area.rows - 2;
    *x = area.x + 2;
    str_free(&line);
}

static void finish(struct ask *ask, struct session *session, int value)
{
    void (*done)(struct session *, void *, int) = ask->done;
    void *arg = ask->arg;
    void (*free_arg)(void *) = ask->free_arg;

    ask->done = NULL;
    ask->free_arg = NULL;
    session_pop(session); /* frees ask */
    done(session, arg, value);
    if (free_arg)
        free_arg(arg);
}

static bool ask_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct ask *ask = (struct ask *)page;

    if (act == ACT_CLOSE) {
        finish(ask, session, 0);
        return true;
    }
    for (size_t i = 0; i < ask->n; i++) {
        if (ask->answers[i].key == key) {
            finish(ask, session, ask->answers[i].value);
            return true;
        }
    }
    textview_act(&ask->view, keys_find(PLACE_TEXT, key), ask->rows);
    return true; /* nothing below may have this key */
}

static void ask_free(struct page *page)
{
    struct ask *ask = (struct ask *)page;

    if (ask->free_arg)
        ask->free_arg(ask->arg);
    free(ask->title);
    textview_free(&ask->view);
    free(ask);
}

static const struct page_ops ask_ops = {
    .overlay = true,
    .place = ask_place,
    .draw = ask_draw,
    .act = ask_act,
    .free = ask_free,
};

void ask_open(struct session *session, const char *title, struct span text,
              const struct ask_answer *answers, size_t n,
              void (*done)(struct session *session, void *arg, int value), void *arg,
              void (*free_arg)(void *arg))
{
    struct ask *ask = alloc_zero(1, sizeof *ask);

    ask->page.ops = &ask_ops;
    ask->title = alloc_text(title);
    textview_add(&ask->view, STYLE_NORMAL, 0, text);
    ask->n = n < ANSWERS_MAX ? n : ANSWERS_MAX;
    memcpy(ask->answers, answers, ask->n * sizeof *answers);
    ask->done = done;
    ask->arg = arg;
    ask->free_arg = free_arg;
    session_push(session, &ask->page);
}
