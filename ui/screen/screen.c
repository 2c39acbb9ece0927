/* SPDX-License-Identifier: MIT */
#include "screen/screen.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "screen/bulk.h"
#include "screen/form.h"
#include "screen/input.h"
#include "screen/list.h"
#include "screen/setup_page.h"
#include "screen/textview.h"
#include "screen/welcome.h"
#include "screen/words.h"

enum {
    TICK_MS = 250,      /* how often the store is asked whether it has changed */
    STALE_MS = 100,     /* how old a count may be that grows */
    SCAN_TICK_MS = 100, /* the same while something runs beside us */
};

static volatile sig_atomic_t interrupted, stopped, lost;

static void on_signal(int number)
{
    if (number == SIGINT)
        interrupted = 1;
    else if (number == SIGTSTP)
        stopped = 1;
    else
        lost = number;
}

/* Our own, for curses drops a Ctrl-Z that comes while it draws; so this goes before draw_start(). A
 * shell without job control has it ignored, and it stays so. */
static void catch_stop(void)
{
    struct sigaction action = {.sa_handler = on_signal}, old;

    sigemptyset(&action.sa_mask);
    if (sigaction(SIGTSTP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(SIGTSTP, &action, NULL);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGQUIT, &action, NULL);
    sigaction(SIGPIPE, &action, NULL);
}

/* No locale named at all means C.UTF-8 to us; so does one that is not installed here, as ssh likes
 * to bring along. */
static void settle_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    bool named = false;

    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        named |= value && *value;
    }
    if (!named || !setlocale(LC_CTYPE, ""))
        setlocale(LC_CTYPE, "C.UTF-8");
}

/* ---- drawing */

/* What does not fit into the last row covers the one above, too, unless the cursor is there. */
static void draw_message(const struct session *session, int cursor_y)
{
    int row = draw_rows() - 1, columns = draw_columns();
    enum style style = session->message_bad ? STYLE_BAD : STYLE_BOLD;
    struct textview view = {0};

    textview_add(&view, style, 0, span_of_str(&session->message));
    bool one = textview_height(&view, columns - 2) == 1 || cursor_y == row - 1;
    for (int y = one ? row : row - 1; y <= row; y++)
        draw_blank(y, 0, columns, STYLE_NORMAL);
    if (one) {
        draw_text(row, 1, columns - 2, style, span_of_str(&session->message));
    } else { /* the second is cut by an ellipsis where there would be a third */
        struct span all = span_of_str(&view.bytes);
        size_t second = view.rows[1].at;
        draw_text(row - 1, 1, columns - 2, style, span_cut(all, 0, second));
        draw_text(row, 1, columns - 2, style, span_cut(all, second, all.n));
    }
    textview_free(&view);
}

static void draw_bottom(struct session *session, int cursor_y)
{
    struct str hints = {0};
    int row = draw_rows() - 1, columns = draw_columns();

    if (session->message.n) {
        draw_message(session, cursor_y);
    } else if (session->top->ops->place(session->top) != PLACE_ASK) {
        keys_hints(session->top->ops->place(session->top), (size_t)columns - 2, &hints);
        draw_hints(row, 1, columns - 2, span_of_str(&hints));
    }
    str_free(&hints);
}

static void draw_pages(struct page *page, struct session *session, int *y, int *x)
{
    if (page->ops->overlay && page->below)
        draw_pages(page->below, session, y, x);
    *y = *x = -1;
    page->ops->draw(page, session, y, x);
}

static bool too_small(void)
{
    return layout_of(draw_rows(), draw_columns(), true).too_small;
}

static void draw_all(struct session *session)
{
    int y = -1, x = -1;

    draw_begin();
    if (too_small()) {
        draw_format(0, 0, draw_columns(), STYLE_BOLD, _("The window is %d×%d;"), draw_columns(),
                    draw_rows());
        draw_format(1, 0, draw_columns(), STYLE_BOLD, _("zwrotka needs %d×%d."),
                    LAYOUT_LEAST_COLUMNS, LAYOUT_LEAST_ROWS);
    } else {
        draw_pages(session->top, session, &y, &x);
        draw_bottom(session, y);
    }
    draw_end(y, x, session->anew);
    session->dirty = session->stale = session->anew = false;
}

/* ---- keys */

static void on_key(struct session *session, key_code key)
{
    struct page *page = session->top;
    enum place place = page->ops->place(page);

    session->dirty = true;
    if (key == K_RESIZE || too_small())
        return; /* nothing typed blindly */
    if (session->message.n)
        str_clear(&session->message);
    if (key == K_PASTE) {
        if (keys_typing(place) && page->ops->type)
            page->ops->type(page, session, key, input_pasted());
        else
            session_say(session, "%s", _("pasted text is not run as keys; / or e, then paste"));
        return;
    }
    enum act act = keys_find(place, key);
    if (act == ACT_NONE && keys_typing(place)) {
        if (page->ops->type)
            page->ops->type(page, session, key, SPAN_NONE);
        return;
    }
    if (page->ops->act(page, session, act, key) || session_act(session, act, place))
        return;
    if (act == ACT_NONE && key > ' ' && key < K_SPECIAL) {
        struct str name = {0};
        keys_name(key, &name);
        session_say(session, _("%s means nothing here; ? lists the keys"), str_text(&name));
        str_free(&name);
    }
}

/* Ctrl-C must not lose anything: it cancels where there is something to cancel. */
static void on_interrupt(struct session *session)
{
    interrupted = 0;
    if (session->top->below)
        on_key(session, K_ESC);
    else
        session_say(session, "%s", _("q leaves"));
}

/* Ctrl-Z: the terminal is the shell's until fg. */
static void on_stop(struct session *session)
{
    stopped = 0;
    draw_suspend();
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    catch_stop();
    draw_resume();
    session->dirty = session->anew = true;
}

/* ---- between keys */

static void on_scan_end(struct session *session)
{
    struct str text = {0};

    if (session->scan.has_sums) {
        scan_run_line(&session->scan, &text);
        session_say(session, _("Scan ended: %s"), str_text(&text));
    } else {
        session_complain(session, "%s", _("The scan failed; s shows why and starts it again"));
    }
    str_free(&text);
}

static void look_around(struct session *session)
{
    bool ran = session->scan.running;

    session->dirty |= scan_run_poll(&session->scan, date_now());
    if (ran && !session->scan.running && session->top->ops->place(session->top) != PLACE_SCAN)
        on_scan_end(session);
    session->dirty |= others_look(session);
    dns_poll(session);
    if (!session_store(session))
        return;
    uint64_t version = store_version(session_store(session));
    if (version == session->version)
        return;
    session->version = version;
    bulk_forget();
    for (struct page *page = session->top; page; page = page->below)
        if (page->ops->changed)
            page->ops->changed(page, session);
    others_changed(session);
    session->dirty = true;
}

/* A piece of work for the topmost page, and for the list below it, whose rows others step along. */
static bool work(struct session *session)
{
    struct page *page = session->top;
    struct page *list = list_page(session->list);
    bool more = page->ops->work && page->ops->work(page, session);

    /* the page may have closed itself */
    if (page != list && list->ops->work(list, session))
        more = true;
    return more;
}

static bool key_waiting(int timeout)
{
    struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};
    int n = poll(&tty, 1, timeout);

    /* A terminal that is gone can be "read" for ever. */
    if (n > 0 && (tty.revents & (POLLHUP | POLLERR | POLLNVAL)))
        lost = SIGHUP;
    return n > 0;
}

static key_code next_key(struct session *session)
{
    return input_key(keys_typing(session->top->ops->place(session->top)));
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void loop(struct session *session)
{
    /* The clock in the head line ("12 min ago") moves, too. */
    int64_t drawn = date_now();
    long long drawn_ms = 0;

    while (!session->quit && !lost) {
        key_code key;
        /* Keys typed ahead are taken before anything is drawn. */
        while (!session->quit && !lost && (key = next_key(session)) != K_NONE)
            on_key(session, key);
        if (interrupted)
            on_interrupt(session);
        if (stopped)
            on_stop(session);
        look_around(session);
        bool more = !session->quit && work(session);
        if (date_now() - drawn >= 20 ||
            (session->stale && (!more || now_ms() - drawn_ms >= STALE_MS)))
            session->dirty = true;
        if (session->dirty && !session->quit && !lost && !draw_waits()) {
            draw_all(session);
            drawn = date_now();
            drawn_ms = now_ms();
        }
        bool beside = session->scan.running || dns_runs(&session->dns) || session->top->ops->work != NULL;
        int tick = session->scan.running || dns_runs(&session->dns) || (beside && session->top->below) ? SCAN_TICK_MS : TICK_MS;
        if (!session->quit && !lost)
            key_waiting(more ? 0 : tick);
    }
}

static void finish(struct session *session)
{
    if (lost) {
        for (struct page *page = session->top; page; page = page->below)
            if (page->ops->rescue)
                page->ops->rescue(page, session);
        session->result = RESULT_CANCELLED;
    }
    if (lost != SIGHUP)
        draw_stop();
    while (session->top) {
        struct page *page = session->top;
        session->top = page->below;
        page->ops->free(page);
    }
    scan_run_free(&session->scan);
    dns_free(&session->dns);
    views_free(&session->views);
    selection_free(&session->selection);
    for (size_t i = 0; i < session->command_n; i++)
        free(session->commands[i]);
    free(session->commands);
    str_free(&session->message);
    free(session->store_path);
    bulk_forget();
    input_end();
}

enum result screen_run(struct context *context, const struct command_line *line,
                       struct error *error)
{
    struct session session = {.context = context, .line = line, .dirty = true};

    settle_locale();
    catch_stop();
    if (!draw_start())
        return error_set(error, RESULT_USAGE,
                         _("this terminal (TERM=%s) cannot show the screen; set TERM, or use the "
                           "commands: zwrotka --help"),
                         getenv("TERM") ? getenv("TERM") : "");
    catch_signals();
    input_start();
    session.store_path = config_store_path(context->config, line->store_path);
    views_load(&session.views);
    session.list = list_new(&session);
    session_push(&session, list_page(session.list));
    if (session_store(&session))
        session.version = store_version(session_store(&session));
    if (welcome_is_due(&session))
        welcome_open(&session);
    if (!form_restore(&session)) {
        setup_page_restore(&session);
        session_restore_command(&session);
    }
    loop(&session);
    finish(&session);
    return session.result;
}
