/* SPDX-License-Identifier: MIT */
#include "screen/draw.h"

#include <curses.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "base/utf8.h"
#include "screen/pace.h"
#include "screen/palette.h"

static attr_t styles[STYLE_COUNT];
static bool xterm_like, asks;
static struct pace pace;
static int io_fd = -1; /* of /proc/self/io, or -1 */

static void styles_init(void)
{
    const char *no_color = getenv("NO_COLOR");
    bool color = !(no_color && *no_color) && has_colors();

    styles[STYLE_NORMAL] = A_NORMAL;
    styles[STYLE_DIM] = A_NORMAL;
    styles[STYLE_BOLD] = A_BOLD;
    styles[STYLE_BAR] = A_REVERSE;
    styles[STYLE_CURSOR] = A_REVERSE;
    styles[STYLE_ROW] = A_UNDERLINE;
    styles[STYLE_INPUT] = A_UNDERLINE;
    styles[STYLE_BAD] = A_BOLD;
    styles[STYLE_WARN] = A_BOLD;
    styles[STYLE_GOOD] = A_BOLD;
    if (!color)
        return;
    start_color();
    use_default_colors();
    for (size_t i = 0; i < palette_row_count; i++) {
        const struct palette_row *row = &palette_rows[i];
        short pair = (short)(i + 1), number = COLORS >= 256 ? row->of_256 : row->of_8;
        if (number >= 0 && number < COLORS && init_pair(pair, number, -1) != ERR)
            styles[row->style] = (attr_t)COLOR_PAIR(pair) | (row->bold ? A_BOLD : 0);
    }
}

enum style draw_state_style(enum state state)
{
    static const enum style of[STATE_COUNT] = {
        [STATE_SUSPECT] = STYLE_WARN,
        [STATE_INVALID] = STYLE_BAD,
        [STATE_COMPLAINED] = STYLE_WARN,
        [STATE_BLOCKED] = STYLE_BOLD,
    };
    return of[state];
}

static void raw_out(const char *bytes)
{
    size_t n = strlen(bytes);

    fflush(stdout);
    while (n) {
        ssize_t done = write(STDOUT_FILENO, bytes, n);
        if (done <= 0)
            return;
        bytes += done;
        n -= (size_t)done;
    }
}

static bool name_is_xterm(const char *term)
{
    static const char *const like[] = {"xterm",     "screen", "tmux", "rxvt", "alacritty", "foot",
                                       "st-",       "kitty",  "vte",  "konsole", "wezterm"};
    for (unsigned i = 0; term && i < sizeof like / sizeof *like; i++)
        if (strncmp(term, like[i], strlen(like[i])) == 0)
            return true;
    return false;
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Bytes that this process has written, curses' among them; it does not tell. */
static uint64_t bytes_written(void)
{
    char text[256];
    ssize_t n = io_fd < 0 ? -1 : pread(io_fd, text, sizeof text - 1, 0);

    if (n <= 0)
        return 0;
    text[n] = 0;
    const char *at = strstr(text, "wchar: ");
    return at ? strtoull(at + 7, NULL, 10) : 0;
}

/* Sends the frame, and the question behind it. */
static void send_frame(void)
{
    enum { SOME = 300 }; /* where nobody counts them */

    if (!asks) {
        refresh();
        return;
    }
    uint64_t before = bytes_written();
    refresh();
    uint64_t after = bytes_written();
    if (pace_sent(&pace, before ? after - before : SOME, now_ms()))
        raw_out("\033[5n");
}

bool draw_waits(void)
{
    return pace_waits(&pace, now_ms());
}

void draw_arrived(void)
{
    pace_answered(&pace, now_ms());
}

bool draw_unanswered(void)
{
    return pace_due(&pace, now_ms()) > 0;
}

bool draw_is_slow(void)
{
    return pace_slow(&pace);
}

bool draw_is_quick(void)
{
    return pace_quick(&pace);
}

/* Reads the answers that are still to come: whoever has the terminal next would take them for typed.
 * What is typed meanwhile is lost with them. */
static void read_answers(void)
{
    static const char answer[] = "\033[0n";
    struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};
    size_t same = 0;
    char c;

    for (int64_t due; (due = pace_due(&pace, now_ms())) > 0;) {
        if (poll(&tty, 1, (int)due) <= 0 || !(tty.revents & POLLIN) || read(STDIN_FILENO, &c, 1) != 1)
            break;
        same = c == answer[same] ? same + 1 : c == answer[0];
        if (same == sizeof answer - 1) {
            pace_answered(&pace, now_ms());
            same = 0;
        }
    }
    pace.n = 0;
}

bool draw_start(void)
{
    const char *term = getenv("TERM");

    if (!term || !*term || strcmp(term, "dumb") == 0)
        return false;
    xterm_like = name_is_xterm(term);
    /* newterm, not initscr, which would end the program for an unknown terminal. */
    if (!newterm(NULL, stdout, stdin))
        return false;
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    idlok(stdscr, TRUE);
    set_escdelay(50);
    styles_init();
    if (xterm_like)
        raw_out("\033[?2004h");
    asks = xterm_like || strncmp(term, "linux", 5) == 0 || strncmp(term, "vt", 2) == 0;
    if (asks)
        io_fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
    return true;
}

void draw_stop(void)
{
    read_answers();
    if (xterm_like)
        raw_out("\033[?2004l");
    endwin();
}

void draw_suspend(void)
{
    draw_stop();
}

void draw_resume(void)
{
    if (xterm_like)
        raw_out("\033[?2004h");
    refresh();
    clearok(curscr, TRUE);
}

int draw_rows(void)
{
    return LINES;
}

int draw_columns(void)
{
    return COLS;
}

bool draw_is_xterm(void)
{
    return xterm_like;
}

void draw_begin(void)
{
    erase();
}

void draw_end(int y, int x, bool anew)
{
    if (anew)
        clearok(stdscr, TRUE);
    if (y < 0)
        curs_set(0);
    else
        curs_set(1);
    if (y < 0)
        y = LINES - 1;
    if (x < 0)
        x = COLS - 1;
    move(y < LINES ? y : LINES - 1, x < COLS ? x : COLS - 1);
    send_frame();
}

/* What a terminal of an 8-bit character set shows for characters it does not have. */
static wchar_t plain_form(uint32_t code)
{
    static const struct {
        uint32_t code;
        char plain;
    } forms[] = {{0x2026, '~'}, {0x25b2, '^'}, {0x25bc, 'v'}, {0x258c, '>'}, {0x2013, '-'},
                 {0x2014, '-'}, {0x2192, '>'}, {0x00b7, '-'}, {0x2019, '\''}, {0x201e, '"'},
                 {0x201c, '"'}, {0x201d, '"'}, {0x2500, '-'}, {0x2039, '<'}, {0x203a, '>'}};
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].code == code)
            return (wchar_t)forms[i].plain;
    return L'?';
}

/* UTF-8 to what this locale can show, at most `width` columns by the C library's count, which is
 * curses'. Returns the columns. */
static int to_cells(struct span text, int width, wchar_t *out, size_t room)
{
    size_t n = 0;
    int used = 0;
    mbstate_t state;
    char bytes[MB_LEN_MAX];

    for (size_t at = 0, length; at < text.n && n + 1 < room; at += length) {
        uint32_t code = utf8_read(span_cut(text, at, text.n), &length);
        wchar_t cell = (wchar_t)code;
        memset(&state, 0, sizeof state);
        if (wcrtomb(bytes, cell, &state) == (size_t)-1)
            cell = plain_form(code);
        int columns = wcwidth(cell);
        if (columns < 0) {
            cell = L'?';
            columns = 1;
        }
        if (used + columns > width)
            break;
        used += columns;
        out[n++] = cell;
    }
    out[n] = 0;
    return used;
}

int draw_text(int y, int x, int width, enum style style, struct span text)
{
    wchar_t cells[1024];
    struct str clean = {0};

    if (y < 0 || y >= LINES || x < 0 || x >= COLS)
        return 0;
    if (width > COLS - x)
        width = COLS - x;
    if (width <= 0)
        return 0;
    /* Cut first: a field may be a megabyte. Four bytes a column and room for marks. */
    utf8_visible(span_cut(text, 0, (size_t)width * 16), &clean);
    struct span shown = span_of_str(&clean);
    size_t fits = utf8_fit(shown, (size_t)width, NULL);
    if (fits < shown.n) {
        clean.n = utf8_fit(shown, (size_t)width - 1, NULL);
        str_add_text(&clean, "…");
    }
    int used = to_cells(span_of_str(&clean), width, cells, sizeof cells / sizeof *cells);
    attrset(styles[style]);
    mvaddwstr(y, x, cells);
    attrset(A_NORMAL);
    str_free(&clean);
    return used;
}

int draw_words(int y, int x, int width, enum style style, const char *text)
{
    return draw_text(y, x, width, style, span_of(text));
}

int draw_format(int y, int x, int width, enum style style, const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return draw_words(y, x, width, style, text);
}

void draw_blank(int y, int x, int width, enum style style)
{
    if (y < 0 || y >= LINES || x < 0 || x >= COLS)
        return;
    if (width > COLS - x)
        width = COLS - x;
    attrset(styles[style]);
    mvhline(y, x, ' ' | styles[style], width);
    attrset(A_NORMAL);
}

void draw_cell(int y, int x, int width, enum style style, struct span text)
{
    draw_blank(y, x, width, style);
    draw_text(y, x, width, style, text);
}

void draw_right(int y, int x, int width, enum style style, struct span text)
{
    int columns = (int)utf8_width(text);

    draw_blank(y, x, width, style);
    if (columns > width)
        columns = width;
    draw_text(y, x + width - columns, columns, style, text);
}

void draw_area(struct area area)
{
    for (int y = 0; y < area.rows; y++)
        draw_blank(area.y + y, area.x, area.columns, STYLE_NORMAL);
}

void draw_rule(int y, int x, int width, enum style style, const char *title)
{
    if (y < 0 || y >= LINES || width <= 0)
        return;
    attrset(styles[style]);
    mvhline(y, x, ACS_HLINE, width);
    attrset(A_NORMAL);
    if (title && *title)
        draw_format(y, x + 1, width - 2, style, " %s ", title);
}

void draw_frame(struct area area, enum style style, const char *title)
{
    int bottom = area.y + area.rows - 1, right = area.x + area.columns - 1;

    attrset(styles[style]);
    mvhline(area.y, area.x, ACS_HLINE, area.columns);
    mvhline(bottom, area.x, ACS_HLINE, area.columns);
    mvvline(area.y, area.x, ACS_VLINE, area.rows);
    mvvline(area.y, right, ACS_VLINE, area.rows);
    mvaddch(area.y, area.x, ACS_ULCORNER);
    mvaddch(area.y, right, ACS_URCORNER);
    mvaddch(bottom, area.x, ACS_LLCORNER);
    mvaddch(bottom, right, ACS_LRCORNER);
    attrset(A_NORMAL);
    if (title && *title)
        draw_format(area.y, area.x + 1, area.columns - 2, style, " %s ", title);
}

void draw_hints(int y, int x, int width, struct span hints)
{
    draw_blank(y, x, width, STYLE_NORMAL);
    while (hints.n && width > 0) {
        ptrdiff_t gap = span_find(hints, SPAN("  "));
        struct span piece = span_cut(hints, 0, gap < 0 ? hints.n : (size_t)gap);
        ptrdiff_t blank = span_find_char(piece, ' ');
        size_t key = blank < 0 ? piece.n : (size_t)blank;
        int used = draw_text(y, x, width, STYLE_BOLD, span_cut(piece, 0, key));
        used += draw_text(y, x + used, width - used, STYLE_NORMAL, span_cut(piece, key, piece.n));
        x += used + 2;
        width -= used + 2;
        hints = gap < 0 ? SPAN_NONE : span_cut(hints, (size_t)gap + 2, hints.n);
    }
}

static void base64(struct span in, struct str *out)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < in.n; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)in.at[i] << 16;
        if (i + 1 < in.n)
            bits |= (uint32_t)(unsigned char)in.at[i + 1] << 8;
        if (i + 2 < in.n)
            bits |= (unsigned char)in.at[i + 2];
        str_add_char(out, digits[bits >> 18]);
        str_add_char(out, digits[bits >> 12 & 63]);
        str_add_char(out, i + 1 < in.n ? digits[bits >> 6 & 63] : '=');
        str_add_char(out, i + 2 < in.n ? digits[bits & 63] : '=');
    }
}

bool draw_copy(struct span text)
{
    struct str clean = {0}, out = {0};

    if (!xterm_like)
        return false;
    struct span rest = span_cut(text, 0, 4096), cell;
    for (bool more = false; span_next(&rest, '\t', &cell); more = true) {
        if (more)
            str_add_char(&clean, '\t');
        utf8_visible(cell, &clean);
    }
    str_add_text(&out, "\033]52;c;");
    base64(span_of_str(&clean), &out);
    str_add_text(&out, "\a");
    raw_out(str_text(&out));
    str_free(&clean);
    str_free(&out);
    return true;
}
