/* SPDX-License-Identifier: MIT */
#include "screen/prompt.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "screen/complete.h"
#include "screen/draft.h"
#include "screen/lineedit.h"

struct prompt {
    struct page page;
    char *label;
    struct lineedit line;
    bool history;
    size_t back;      /* how far back in the history */
    struct str typed; /* what stood there before */
    void (*done)(struct session *session, void *arg, struct span text);
    void *arg;
    void (*free_arg)(void *arg);
};

static enum place prompt_place(const struct page *page)
{
    (void)page;
    return PLACE_PROMPT;
}

static void prompt_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct prompt *prompt = (struct prompt *)page;
    struct span shown;
    size_t cursor;
    int row = draw_rows() - 2;

    (void)session;
    draw_blank(row, 0, draw_columns(), STYLE_NORMAL);
    int used = draw_words(row, 0, draw_columns() / 2, STYLE_BOLD, prompt->label);
    lineedit_view(&prompt->line, (size_t)(draw_columns() - used), &shown, &cursor);
    draw_cell(row, used, draw_columns() - used, STYLE_INPUT, shown);
    *y = row;
    *x = used + (int)cursor;
}

static void browse(struct prompt *prompt, struct session *session, bool up)
{
    if (!prompt->history)
        return;
    if (!prompt->back) {
        str_clear(&prompt->typed);
        str_add(&prompt->typed, lineedit_text(&prompt->line));
    }
    if (up && prompt->back < session->command_n)
        prompt->back++;
    else if (!up && prompt->back > 0)
        prompt->back--;
    lineedit_set(&prompt->line,
                 prompt->back ? span_of(session->commands[session->command_n - prompt->back])
                              : span_of_str(&prompt->typed));
}

static void finish(struct prompt *prompt, struct session *session)
{
    void (*done)(struct session *, void *, struct span) = prompt->done;
    void (*free_arg)(void *) = prompt->free_arg;
    void *arg = prompt->arg;
    char *text = span_copy(lineedit_text(&prompt->line));

    prompt->free_arg = NULL;
    session_pop(session); /* frees prompt */
    done(session, arg, span_trim(span_of(text)));
    if (free_arg)
        free_arg(arg);
    free(text);
}

static bool prompt_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct prompt *prompt = (struct prompt *)page;

    (void)key;
    switch (act) {
    case ACT_CLOSE: /* by Esc, that may be half an arrow key: Up brings the text back */
        if (prompt->history && lineedit_text(&prompt->line).n)
            session_remember(session, str_text(&prompt->line.text));
        session_pop(session);
        return true;
    case ACT_SAVE:
        finish(prompt, session);
        return true;
    case ACT_UP:
    case ACT_DOWN:
        browse(prompt, session, act == ACT_UP);
        return true;
    case ACT_TAKE:
        if (prompt->history)
            complete_line(session, &prompt->line);
        return true;
    case ACT_HELP:
    case ACT_REDRAW:
        return false;
    default:
        lineedit_act(&prompt->line, act);
        return true;
    }
}

static void prompt_type(struct page *page, struct session *session, key_code code,
                        struct span pasted)
{
    struct prompt *prompt = (struct prompt *)page;

    (void)session;
    if (code == K_PASTE)
        lineedit_paste(&prompt->line, pasted);
    else
        lineedit_type(&prompt->line, code);
}

/* A command; what else is asked for is a line's worth. */
static void prompt_rescue(struct page *page, struct session *session)
{
    struct prompt *prompt = (struct prompt *)page;
    struct span typed = lineedit_text(&prompt->line);

    if (prompt->history && typed.n)
        draft_save_lines(session->store_path, "command", &typed, 1);
}

static void prompt_free(struct page *page)
{
    struct prompt *prompt = (struct prompt *)page;

    if (prompt->free_arg)
        prompt->free_arg(prompt->arg);
    free(prompt->label);
    lineedit_free(&prompt->line);
    str_free(&prompt->typed);
    free(prompt);
}

static const struct page_ops prompt_ops = {
    .overlay = true,
    .place = prompt_place,
    .draw = prompt_draw,
    .act = prompt_act,
    .type = prompt_type,
    .rescue = prompt_rescue,
    .free = prompt_free,
};

void prompt_open(struct session *session, const char *label, struct span text, bool history,
                 void (*done)(struct session *session, void *arg, struct span text), void *arg,
                 void (*free_arg)(void *arg))
{
    struct prompt *prompt = alloc_zero(1, sizeof *prompt);

    prompt->page.ops = &prompt_ops;
    prompt->label = alloc_text(label);
    lineedit_set(&prompt->line, text);
    prompt->history = history;
    prompt->done = done;
    prompt->arg = arg;
    prompt->free_arg = free_arg;
    session_push(session, &prompt->page);
}
