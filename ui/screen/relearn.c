/* SPDX-License-Identifier: MIT */
#include "screen/relearn.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "screen/ask.h"
#include "screen/child.h"
#include "screen/text_page.h"
#include "screen/words.h"

enum { PREVIEW_ROWS = 8 };

struct relearn {
    struct page page;
    struct child child;
    bool running;
    char *wording;
    uint64_t bounces, contacts; /* where a state changes */
    char *last;                 /* the address of the last change */
    struct str preview, trouble;
};

static enum place relearn_place(const struct page *page)
{
    (void)page;
    return PLACE_TEXT;
}

static void relearn_draw(struct page *page, struct session *session, int *y, int *x)
{
    int columns = draw_columns() - 4;

    (void)page;
    (void)session;
    if (columns > 76)
        columns = 76;
    struct area area = {draw_rows() / 2 - 3, (draw_columns() - columns) / 2, 5, columns};
    draw_area(area);
    draw_frame(area, STYLE_BOLD, _("The rule is kept"));
    draw_words(area.y + 2, area.x + 2, columns - 4, STYLE_NORMAL,
               _("Looking for earlier bounces with this wording… Esc leaves it."));
    *y = area.y + 2;
    *x = area.x + 2;
}

static void take_change(struct relearn *relearn, json_t *event)
{
    const char *address = json_string_value(json_object_get(event, "address"));
    const char *before = json_string_value(json_object_get(event, "state_before"));
    const char *after = json_string_value(json_object_get(event, "state"));
    enum state from, to;

    if (!address || !before || !after || !state_from_name(span_of(before), &from) ||
        !state_from_name(span_of(after), &to))
        return;
    if (from == to) /* the reason, at most */
        return;
    relearn->bounces++;
    if (relearn->last && strcmp(relearn->last, address) == 0)
        return;
    free(relearn->last);
    relearn->last = alloc_text(address);
    if (relearn->contacts++ < PREVIEW_ROWS)
        str_addf(&relearn->preview, "  %s  %s → %s\n", address, state_words(from), state_words(to));
}

static void take_line(struct relearn *relearn, struct span line)
{
    json_t *event = json_loadb(line.at, line.n, 0, NULL);
    const char *name = json_string_value(json_object_get(event, "event"));

    if (name && strcmp(name, "change") == 0)
        take_change(relearn, event);
    if (!event) {
        str_clear(&relearn->trouble);
        str_add(&relearn->trouble, line);
    }
    json_decref(event);
}

static void answered(struct session *session, void *arg, int value)
{
    struct str command = {0};

    if (!value)
        return;
    str_add_text(&command, "rejudge --apply --wording ");
    words_quote(span_of(arg), &command);
    output_open(session, span_of_str(&command));
    str_free(&command);
}

static void offer(struct relearn *relearn, struct session *session)
{
    static const struct ask_answer answers[] = {{'y', N_("apply it to them, too"), 1}};
    struct str title = {0}, text = {0};
    char *wording = relearn->wording;

    relearn->wording = NULL;
    words_counted(ngettext("%s earlier bounce has this wording: also apply?",
                           "%s earlier bounces have this wording: also apply?", relearn->bounces),
                  relearn->bounces, &title);
    words_counted(ngettext("%s contact would change:", "%s contacts would change:",
                           relearn->contacts),
                  relearn->contacts, &text);
    str_add_text(&text, "\n\n");
    str_add(&text, span_of_str(&relearn->preview));
    if (relearn->contacts > PREVIEW_ROWS) {
        words_more(relearn->contacts - PREVIEW_ROWS, &text);
        str_add_char(&text, '\n');
    }
    str_add_text(&text, _("\nOne step: u takes it back."));
    session_pop(session); /* frees relearn */
    ask_open(session, str_text(&title), span_of_str(&text), answers, 1, answered, wording, free);
    str_free(&title);
    str_free(&text);
}

static bool relearn_work(struct page *page, struct session *session)
{
    struct relearn *relearn = (struct relearn *)page;
    struct str line = {0};

    if (!relearn->running)
        return false;
    bool ended = child_ended(&relearn->child);
    while (child_line(&relearn->child, &line))
        take_line(relearn, span_of_str(&line));
    str_free(&line);
    if (!ended)
        return false;
    relearn->running = false;
    session->dirty = true;
    if (relearn->contacts) {
        offer(relearn, session);
        return false;
    }
    if (relearn->child.code)
        session_complain(session, "%s", str_text(&relearn->trouble));
    else
        session_say(session, _("the rule \"%s\" is kept; it changes nobody of before"),
                    relearn->wording);
    session_pop(session);
    return false;
}

/* Nothing else until it has looked. */
static bool relearn_act(struct page *page, struct session *session, enum act act, key_code key)
{
    (void)page;
    (void)session;
    (void)key;
    return act != ACT_CLOSE && act != ACT_REDRAW;
}

static void relearn_free(struct page *page)
{
    struct relearn *relearn = (struct relearn *)page;

    if (relearn->running)
        child_cancel(&relearn->child);
    child_free(&relearn->child);
    free(relearn->wording);
    free(relearn->last);
    str_free(&relearn->preview);
    str_free(&relearn->trouble);
    free(relearn);
}

static const struct page_ops relearn_ops = {
    .overlay = true,
    .place = relearn_place,
    .draw = relearn_draw,
    .act = relearn_act,
    .work = relearn_work,
    .free = relearn_free,
};

void relearn_open(struct session *session, const char *wording)
{
    const char *words[16] = {"rejudge", "--json", "--wording", wording};
    struct relearn *relearn = alloc_zero(1, sizeof *relearn);
    struct error error;

    relearn->page.ops = &relearn_ops;
    relearn->wording = alloc_text(wording);
    session_child_words(session, words, 4);
    relearn->running = child_start(&relearn->child, words, &error) == RESULT_OK;
    if (relearn->running) {
        session_push(session, &relearn->page);
    } else {
        session_complain(session, "%s", error.text);
        relearn_free(&relearn->page);
    }
}
