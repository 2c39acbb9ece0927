/* SPDX-License-Identifier: MIT */
#include "screen/input.h"

#include <curses.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "screen/draw.h"

enum {
    CODE_PASTE_BEGIN = KEY_MAX - 2,
    CODE_PASTE_END = KEY_MAX - 3,
    CODE_ARRIVED = KEY_MAX - 4,
    TORN_MS = 400,        /* how late the rest of a torn key may come */
    TORN_QUICK_MS = 80,   /* the same on a line that is quick */
    BRACKET_MS = 3000,    /* the same where it looks like one: [ stands for nothing */
    PASTE_MS = 2000,      /* how long a paste may pause until what came is taken */
    PASTE_LOST_MS = 15000, /* and until its end is given up */
    PASTE_MAX = 64 * 1024,
};

static struct str pasted;
static bool pasting;      /* its end has yet to come */
static long long last_at; /* when the last of it came, ms */

/* A key that came in pieces. */
static long long esc_at;  /* when its Esc was given out, or its last byte came, ms; 0: there is none */
static char torn[8];      /* what came behind the Esc: "[20" */
static size_t torn_n;

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

/* Both ways of sending them, whatever the terminal is said to be. */
static const struct {
    const char *bytes;
    int code;
} sequences[] = {{"\033[200~", CODE_PASTE_BEGIN},
                 {"\033[201~", CODE_PASTE_END},
                 {"\033[0n", CODE_ARRIVED},
                 {"\033[A", KEY_UP},   {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT},
                 {"\033[D", KEY_LEFT}, {"\033[H", KEY_HOME}, {"\033[F", KEY_END},
                 {"\033OA", KEY_UP},   {"\033OB", KEY_DOWN}, {"\033OC", KEY_RIGHT},
                 {"\033OD", KEY_LEFT}, {"\033OH", KEY_HOME}, {"\033OF", KEY_END},
                 {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[3~", KEY_DC},
                 {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[7~", KEY_HOME},
                 {"\033[8~", KEY_END}, {"\033[Z", KEY_BTAB},
                 {"\033OP", KEY_F(1)}, {"\033OQ", KEY_F(2)}, {"\033[11~", KEY_F(1)},
                 {"\033[12~", KEY_F(2)}};

void input_start(void)
{
    for (unsigned i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (i < 3 || !key_defined(sequences[i].bytes))
            define_key(sequences[i].bytes, sequences[i].code);
}

void input_end(void)
{
    str_free(&pasted);
}

/* A terminal that is gone can be "read" for ever. */
static bool is_gone(const struct pollfd *tty)
{
    return (tty->revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

bool input_more(void)
{
    struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&tty, 1, 0) > 0 && !is_gone(&tty);
}

struct span input_pasted(void)
{
    return span_of_str(&pasted);
}

/* Reads up to the paste's end, or until it pauses: the rest is another one. What never ends is given
 * up in the end, for else no key would be one any more. */
static void read_paste(void)
{
    str_clear(&pasted);
    pasting = true;
    for (;;) {
        wint_t code;
        char bytes[4];
        int kind = get_wch(&code);
        if (kind == ERR) {
            struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};
            if (poll(&tty, 1, PASTE_MS) <= 0 || is_gone(&tty))
                return;
            continue;
        }
        last_at = now_ms();
        if (kind == KEY_CODE_YES) {
            if ((int)code == CODE_ARRIVED)
                draw_arrived();
            pasting = (int)code != CODE_PASTE_END;
            if (!pasting)
                return;
            continue;
        }
        if (pasted.n < PASTE_MAX)
            str_add(&pasted, (struct span){bytes, utf8_write(code, bytes)});
        if (code == '~' && span_ends(span_of_str(&pasted), SPAN("\033[201~"))) {
            pasted.n -= 6; /* its end, in pieces */
            pasting = false;
            return;
        }
    }
}

/* Takes a byte of a key in pieces; the curses code once it is whole, else 0. */
static int mend_torn(wint_t code)
{
    if (torn_n + 1 < sizeof torn)
        torn[torn_n++] = code < 0x80 ? (char)code : '?';
    esc_at = now_ms();
    if (torn_n == 1 || code < '@' || code > '~')
        return 0; /* a parameter: more to come */
    for (unsigned i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (span_equal(span_of(sequences[i].bytes + 1), (struct span){torn, torn_n}))
            return sequences[i].code;
    return -1; /* it means nothing, and is not typed */
}

/* Does that belong to an Esc that was given out? */
static bool is_rest(wint_t code)
{
    long long late = now_ms() - esc_at;

    if (!esc_at)
        return false;
    return torn_n || code == '[' ? late < BRACKET_MS : code == 'O' && late < TORN_MS;
}

/* Behind a lone Esc: does the rest of a torn key come? An answer of the terminal may come between. */
static bool rest_comes(void)
{
    struct pollfd tty = {.fd = STDIN_FILENO, .events = POLLIN};
    long long until = now_ms() + (draw_is_quick() ? TORN_QUICK_MS : TORN_MS), left;
    wint_t code = 0;
    int kind = ERR;

    while (kind == ERR && (left = until - now_ms()) > 0 && poll(&tty, 1, (int)left) > 0 &&
           !is_gone(&tty)) {
        kind = get_wch(&code);
        if (kind == ERR) /* gone, or no whole character yet */
            return false;
        if (kind == KEY_CODE_YES && (int)code == CODE_ARRIVED) {
            draw_arrived();
            kind = ERR;
        }
    }
    if (kind == KEY_CODE_YES)
        ungetch((int)code);
    else if (kind == OK)
        unget_wch((wchar_t)code);
    return kind == OK && (code == '[' || code == 'O');
}

/* What a code of curses means; K_NONE: it is done with. */
static key_code special(int code)
{
    if (code == CODE_ARRIVED) { /* between the pieces of a key, too */
        draw_arrived();
        return K_NONE;
    }
    esc_at = 0;
    torn_n = 0;
    if (code == CODE_PASTE_BEGIN) {
        read_paste();
        return K_PASTE;
    }
    for (unsigned i = 0; i < sizeof specials / sizeof *specials; i++)
        if (specials[i].curses == code)
            return specials[i].key;
    return K_NONE;
}

key_code input_key(bool typing)
{
    for (;;) {
        wint_t code;
        if (pasting && now_ms() - last_at > PASTE_LOST_MS)
            pasting = false;
        if (pasting && input_more()) {
            read_paste();
            return K_PASTE;
        }
        int kind = get_wch(&code);
        if (kind == ERR)
            return K_NONE;
        key_code key = K_NONE;
        if (kind == KEY_CODE_YES) {
            key = special((int)code);
        } else if (is_rest(code)) {
            int mended = mend_torn(code);
            if (mended) {
                esc_at = 0;
                torn_n = 0;
                key = special(mended);
            }
        } else {
            torn_n = 0;
            esc_at = code == K_ESC ? now_ms() : 0;
            if (code != K_ESC || !(typing || draw_unanswered()) || !rest_comes())
                return code;
        }
        if (key != K_NONE)
            return key;
    }
}
