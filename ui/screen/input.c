/* SPDX-License-Identifier: MIT */
#include "screen/input.h"

#include <curses.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"

enum {
    CODE_PASTE_BEGIN = KEY_MAX - 2,
    CODE_PASTE_END = KEY_MAX - 3,
    TORN_MS = 400,        /* how late the rest of a torn key may come */
    PASTE_MS = 2000,      /* how long a paste may pause */
    PASTE_MAX = 64 * 1024,
};

static struct str pasted;
static long long esc_at; /* when a lone Esc was given out, ms; 0: none */
static enum { TORN_NO, TORN_BEGUN } torn;

static const struct {
    int curses;
    key_code key;
} specials[] = {
    {KEY_UP, K_UP},
    {KEY_DOWN, K_DOWN},
    {KEY_LEFT, K_LEFT},
    {KEY_RIGHT, K_RIGHT},
    {KEY_HOME, K_HOME},
    {KEY_FIND, K_HOME},
    {KEY_END, K_END},
    {KEY_SELECT, K_END},
    {KEY_PPAGE, K_PAGE_UP},
    {KEY_NPAGE, K_PAGE_DOWN},
    {KEY_BACKSPACE, K_BACKSPACE},
    {KEY_DC, K_DELETE},
    {KEY_BTAB, K_BACKTAB},
    {KEY_ENTER, K_ENTER},
    {KEY_F(1), K_F1},
    {KEY_F(2), K_F2},
    {KEY_RESIZE, K_RESIZE},
};

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void input_start(void)
{
    define_key("\033[200~", CODE_PASTE_BEGIN);
    define_key("\033[201~", CODE_PASTE_END);
    /* Both ways of sending them, whatever the terminal is said to be. */
    static const struct {
        const char *bytes;
        int code;
    } both[] = {{"\033[A", KEY_UP},   {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT},
                {"\033[D", KEY_LEFT}, {"\033[H", KEY_HOME}, {"\033[F", KEY_END},
                {"\033OA", KEY_UP},   {"\033OB", KEY_DOWN}, {"\033OC", KEY_RIGHT},
                {"\033OD", KEY_LEFT}, {"\033OH", KEY_HOME}, {"\033OF", KEY_END},
                {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[3~", KEY_DC},
                {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[7~", KEY_HOME},
                {"\033[8~", KEY_END}, {"\033[Z", KEY_BTAB},
                {"\033OP", KEY_F(1)}, {"\033OQ", KEY_F(2)}, {"\033[11~", KEY_F(1)},
                {"\033[12~", KEY_F(2)}};
    for (unsigned i = 0; i < sizeof both / sizeof *both; i++)
        if (!key_defined(both[i].bytes))
            define_key(both[i].bytes, both[i].code);
}

void input_end(void)
{
    str_free(&pasted);
}

bool input_more(void)
{
    struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&tty, 1, 0) > 0;
}

struct span input_pasted(void)
{
    return span_of_str(&pasted);
}

/* Reads up to the paste's end; what never ends is cut off after a pause. */
static void read_paste(void)
{
    str_clear(&pasted);
    for (;;) {
        wint_t code;
        char bytes[4];
        int kind = get_wch(&code);
        if (kind == ERR) {
            struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};
            if (poll(&tty, 1, PASTE_MS) <= 0)
                return;
            continue;
        }
        if (kind == KEY_CODE_YES) {
            if ((int)code == CODE_PASTE_END)
                return;
            continue;
        }
        if (pasted.n < PASTE_MAX)
            str_add(&pasted, (struct span){bytes, utf8_write(code, bytes)});
    }
}

/* The rest of "ESC [ … final" or "ESC O x" that came late. */
static key_code mend_torn(wint_t code)
{
    static const struct {
        char final;
        key_code key;
    } finals[] = {{'A', K_UP},    {'B', K_DOWN}, {'C', K_RIGHT},
                  {'D', K_LEFT},  {'H', K_HOME}, {'F', K_END}};

    if (code < '@' || code > '~')
        return K_NONE; /* a parameter: more to come */
    torn = TORN_NO;
    for (unsigned i = 0; i < sizeof finals / sizeof *finals; i++)
        if ((wint_t)finals[i].final == code)
            return finals[i].key;
    return K_NONE;
}

key_code input_key(void)
{
    for (;;) {
        wint_t code;
        int kind = get_wch(&code);
        if (kind == ERR)
            return K_NONE;
        if (kind == KEY_CODE_YES) {
            esc_at = 0;
            torn = TORN_NO;
            if ((int)code == CODE_PASTE_BEGIN) {
                read_paste();
                return K_PASTE;
            }
            for (unsigned i = 0; i < sizeof specials / sizeof *specials; i++)
                if (specials[i].curses == (int)code)
                    return specials[i].key;
            continue;
        }
        bool late = esc_at && now_ms() - esc_at < TORN_MS;
        if (torn == TORN_BEGUN && late) {
            key_code key = mend_torn(code);
            if (key != K_NONE)
                return key;
            continue;
        }
        torn = TORN_NO;
        if (late && (code == '[' || code == 'O')) {
            torn = TORN_BEGUN;
            continue;
        }
        esc_at = code == K_ESC ? now_ms() : 0;
        return code;
    }
}
