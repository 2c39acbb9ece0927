/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/output.h"
#include "screen/ask.h"
#include "screen/child.h"
#include "screen/text_page.h"
#include "screen/words.h"

struct output {
    struct page page;
    struct child child;
    struct str title;
    struct textview view;
    struct str said; /* the same, as it came */
    bool running;
};

/* Commands that ask on the terminal. */
static const char *const foreground[] = {"setup", "watch"};

static enum place output_place(const struct page *page)
{
    (void)page;
    return PLACE_TEXT;
}

static void output_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct output *output = (struct output *)page;
    int columns = draw_columns();

    (void)session;
    draw_cell(0, 0, columns, STYLE_BAR, SPAN(""));
    int used = draw_format(0, 1, columns - 2, STYLE_BAR, "zwrotka %s", str_text(&output->title));
    draw_words(0, used + 3, columns - used - 4, STYLE_BAR, output->running ? _("running…") : "");
    textview_draw(&output->view, (struct area){2, 1, draw_rows() - 4, columns - 2});
    *y = 2;
    *x = 1;
}

static bool output_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct output *output = (struct output *)page;

    if (act == ACT_CLOSE && output->running && key == K_ESC) {
        child_cancel(&output->child);
        session_say(session, _("told it to end; q closes the page"));
        return true;
    }
    return textview_act(&output->view, act, draw_rows() - 4);
}

static void do_unasked(struct session *session, void *arg, int value)
{
    struct str command = {0};

    if (!value)
        return;
    str_addf(&command, "%s --yes", (const char *)arg);
    output_open(session, span_of_str(&command));
    str_free(&command);
}

/* A command that asks, and had no terminal for it: it is asked here, above what it showed before, and
 * the page is gone. */
static bool asked_here(struct output *output, struct session *session)
{
    static const struct ask_answer answers[] = {{'y', N_("do it"), 1}};
    struct span said = span_trim(span_of_str(&output->said)), unasked = span_of(_(ask_unasked));
    struct str text = {0}, shown = {0};

    if (output->child.code != RESULT_USAGE || !span_ends(said, unasked))
        return false;
    said = span_trim(span_cut(said, 0, said.n - unasked.n));
    for (struct span line; span_line(&said, &line);) {
        bool question = span_starts(line, SPAN("zwrotka: "));
        str_addf(question ? &text : &shown, "%.*s\n",
                 SPAN_ARGS(span_cut(line, question ? strlen("zwrotka: ") : 0, line.n)));
    }
    if (shown.n)
        str_addf(&text, "\n%s", str_text(&shown));
    str_free(&shown);
    char *command = span_copy(span_of_str(&output->title));
    session_pop(session); /* frees output */
    ask_open(session, command, span_of_str(&text), answers, 1, do_unasked, command, free);
    str_free(&text);
    return true;
}

static void finished(struct output *output, struct session *session)
{
    int code = output->child.code;

    output->running = false;
    session->dirty = true;
    if (asked_here(output, session))
        return;
    if (output->view.n == 0)
        textview_words(&output->view, STYLE_DIM, 0, _("(it printed nothing)"));
    if (code)
        session_complain(session, _("ended with exit code %d"), code);
    else
        session_say(session, "%s", _("done"));
    session_reread(session);
}

static bool output_work(struct page *page, struct session *session)
{
    struct output *output = (struct output *)page;
    struct str line = {0};
    int lines = 0;

    if (!output->running)
        return false;
    bool ended = child_ended(&output->child);
    while (lines < 1000 && child_line(&output->child, &line)) {
        textview_add(&output->view, STYLE_NORMAL, 0, span_of_str(&line));
        if (output->said.n < TEXTVIEW_BYTES) {
            str_add(&output->said, span_of_str(&line));
            str_add_char(&output->said, '\n');
        }
        lines++;
    }
    str_free(&line);
    session->dirty |= lines > 0;
    if (!ended || lines)
        return lines > 0;
    finished(output, session); /* may free it */
    return false;
}

static void output_free(struct page *page)
{
    struct output *output = (struct output *)page;

    child_free(&output->child);
    str_free(&output->title);
    str_free(&output->said);
    textview_free(&output->view);
    free(output);
}

static const struct page_ops output_ops = {
    .place = output_place,
    .draw = output_draw,
    .act = output_act,
    .work = output_work,
    .free = output_free,
};

static bool wants_terminal(const char *word)
{
    for (unsigned i = 0; i < sizeof foreground / sizeof *foreground; i++)
        if (strcmp(foreground[i], word) == 0)
            return true;
    return false;
}

static void run_on_terminal(struct session *session, const char *const *words)
{
    draw_suspend();
    int code = child_foreground(words);
    printf("\n%s", _("Enter: back to zwrotka "));
    fflush(stdout);
    for (int c = getchar(); c != EOF && c != '\n';)
        c = getchar();
    draw_resume();
    session->anew = true;
    session_reread(session);
    if (code)
        session_complain(session, _("%s ended with exit code %d"), words[0], code);
}

static void run_beside(struct session *session, const char *const *words, struct span typed)
{
    struct output *output = alloc_zero(1, sizeof *output);
    struct error error;

    output->page.ops = &output_ops;
    if (child_start(&output->child, words, &error) != RESULT_OK) {
        session_complain(session, "%s", error.text);
        free(output);
        return;
    }
    output->running = true;
    str_add(&output->title, typed);
    session_push(session, &output->page);
}

void output_open(struct session *session, struct span typed)
{
    size_t n = 0;
    char **split = words_split(typed, &n);
    struct str whole = {0};

    if (!split) {
        session_complain(session, "%s", _("a quote is not closed"));
        return;
    }
    size_t skip = n && strcmp(split[0], "zwrotka") == 0;
    const char **words = alloc_zero(n + 8, sizeof *words);
    for (size_t i = skip; i < n; i++)
        words[i - skip] = split[i];
    n -= skip;
    if (n) {
        str_addf(&whole, "%.*s", SPAN_ARGS(typed));
        session_remember(session, str_text(&whole));
        bool placed = false; /* by the operator */
        for (size_t i = 0; i < n; i++)
            placed |= strncmp(words[i], "--store", 7) == 0 || strncmp(words[i], "--config", 8) == 0;
        if (!placed)
            session_child_words(session, words, n);
        if (wants_terminal(words[0]))
            run_on_terminal(session, words);
        else
            run_beside(session, words, typed);
    }
    str_free(&whole);
    free(words);
    words_free(split);
}
