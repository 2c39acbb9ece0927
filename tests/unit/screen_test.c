/* SPDX-License-Identifier: MIT
 *
 * The pure parts of ui/screen: the line editor, the table of keys, the layout, the selection, words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "screen/chosen.h"
#include "screen/keys.h"
#include "screen/layout.h"
#include "screen/lineedit.h"
#include "screen/pace.h"
#include "screen/palette.h"
#include "screen/selection.h"
#include "screen/wording.h"
#include "screen/words.h"

#define TEXT(line) str_text(&(line).text)

static void test_lineedit_types(void **state)
{
    struct lineedit line = {0};

    (void)state;
    for (const char *c = "anna"; *c; c++)
        assert_true(lineedit_type(&line, (uint32_t)*c));
    assert_true(lineedit_type(&line, 0x142)); /* ł */
    assert_false(lineedit_type(&line, 7));
    assert_false(lineedit_type(&line, 0x9b)); /* C1 */
    assert_false(lineedit_type(&line, K_UP));
    assert_string_equal(TEXT(line), "annał");
    lineedit_act(&line, ACT_LINE_HOME);
    lineedit_type(&line, 'X');
    assert_string_equal(TEXT(line), "Xannał");
    lineedit_act(&line, ACT_LINE_END);
    assert_true(lineedit_act(&line, ACT_LINE_BACKSPACE));
    assert_string_equal(TEXT(line), "Xanna");
    assert_true(lineedit_at_end(&line));
    lineedit_free(&line);
}

/* The cursor never stands inside a character: base and marks go together. */
static void test_lineedit_marks(void **state)
{
    struct lineedit line = {0};

    (void)state;
    lineedit_set(&line, SPAN("ae\xcc\x81\xcc\xa3z")); /* e with two marks */
    lineedit_act(&line, ACT_LINE_LEFT);
    lineedit_act(&line, ACT_LINE_LEFT);
    assert_int_equal(line.at, 1);
    lineedit_act(&line, ACT_LINE_RIGHT);
    assert_int_equal(line.at, 6);
    assert_true(lineedit_act(&line, ACT_LINE_BACKSPACE));
    assert_string_equal(TEXT(line), "az");
    lineedit_set(&line, SPAN("a\xff"
                             "b"));
    assert_true(utf8_valid(lineedit_text(&line)));
    lineedit_free(&line);
}

static const struct {
    const char *text;
    size_t at;
    enum act act;
    const char *left;
    size_t then;
} edits[] = {
    {"one two@x", 9, ACT_LINE_WORD_BACK, "one two@", 8},
    {"one two@x", 8, ACT_LINE_WORD_BACK, "one x", 4},
    {"one two@x", 0, ACT_LINE_WORD_BACK, "one two@x", 0},
    {"one two@x", 3, ACT_LINE_KILL, "one", 3},
    {"one two@x", 3, ACT_LINE_KILL_ALL, "", 0},
    {"one two@x", 3, ACT_LINE_DELETE, "onetwo@x", 3},
    {"one two@x", 9, ACT_LINE_DELETE, "one two@x", 9},
    {"one two@x", 9, ACT_LINE_WORD_LEFT, "one two@x", 8},
    {"one two@x", 0, ACT_LINE_WORD_RIGHT, "one two@x", 3},
    {"one two@x", 0, ACT_LINE_LEFT, "one two@x", 0},
    {"one two@x", 9, ACT_LINE_RIGHT, "one two@x", 9},
    {"", 0, ACT_LINE_BACKSPACE, "", 0},
    {"x", 1, ACT_OPEN, "x", 1}, /* no act of a line */
};

static void test_lineedit_acts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct lineedit line = {0};
        lineedit_set(&line, span_of(edits[i].text));
        line.at = edits[i].at;
        bool changed = lineedit_act(&line, edits[i].act);
        assert_string_equal(TEXT(line), edits[i].left);
        assert_int_equal(line.at, edits[i].then);
        assert_int_equal(changed, strcmp(edits[i].text, edits[i].left) != 0);
        lineedit_free(&line);
    }
}

static void test_lineedit_paste(void **state)
{
    struct lineedit line = {0};

    (void)state;
    assert_true(lineedit_paste(&line, SPAN(" a\x1b[31m\tb\nc\x07 \n")));
    assert_string_equal(TEXT(line), "a[31m b c");
    line.max = 10;
    assert_false(lineedit_paste(&line, SPAN("too long for it")));
    assert_string_equal(TEXT(line), "a[31m b c");
    lineedit_free(&line);
}

/* Whatever is done to a line of any width, the cursor is to be seen and the text is valid. */
static void test_lineedit_view(void **state)
{
    static const char *const texts[] = {"", "short", "a rather long line that does not fit",
                                        "日本語のとても長い行", "e\xcc\x81" "x\xcc\x81y\xcc\x81" "xyz"};
    static const enum act acts[] = {ACT_LINE_LEFT, ACT_LINE_RIGHT,     ACT_LINE_HOME,
                                    ACT_LINE_END,  ACT_LINE_BACKSPACE, ACT_LINE_WORD_LEFT,
                                    ACT_LINE_DELETE};
    unsigned random = 1;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t width = 1; width < 30; width++) {
            struct lineedit line = {0};
            lineedit_set(&line, span_of(texts[i]));
            for (int step = 0; step < 60; step++) {
                struct span shown;
                size_t cursor;
                lineedit_view(&line, width, &shown, &cursor);
                assert_true(cursor < width || width < 3);
                assert_true(utf8_width(shown) <= width);
                assert_true(utf8_valid(lineedit_text(&line)));
                random = random * 1103515245 + 12345;
                lineedit_act(&line, acts[(random >> 16) % (sizeof acts / sizeof *acts)]);
                if ((random >> 20) % 5 == 0)
                    lineedit_type(&line, 0x8a9e);
            }
            lineedit_free(&line);
        }
    }
}

static void test_keys_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *row = &key_rows[i];
        /* no key twice in a place */
        for (size_t j = 0; j < i; j++)
            assert_false(key_rows[j].place == row->place && key_rows[j].key == row->key);
        /* a place that takes typing leaves the letters to the line */
        if (keys_typing(row->place) || row->place == PLACE_LINE)
            assert_true(row->key < ' ' || row->key >= 127);
        if (row->hint)
            assert_non_null(row->word);
        if (!row->help) /* another key for one above */
            assert_true(i > 0 && key_rows[i - 1].place == row->place);
        assert_int_equal(keys_find(row->place, row->key), row->act);
        /* XON/XOFF and Ctrl-Z belong to the terminal */
        assert_true(row->key != K_CTRL('s') && row->key != K_CTRL('q') && row->key != K_CTRL('z'));
    }
}

static void test_keys_find(void **state)
{
    (void)state;
    assert_int_equal(keys_find(PLACE_LIST, '\n'), ACT_OPEN);
    assert_int_equal(keys_find(PLACE_LIST, 'j'), ACT_DOWN);
    assert_int_equal(keys_find(PLACE_SEARCH, 'j'), ACT_NONE);
    assert_int_equal(keys_find(PLACE_SEARCH, '?'), ACT_NONE);
    assert_int_equal(keys_find(PLACE_FORM, K_LEFT), ACT_LINE_LEFT);
    assert_int_equal(keys_find(PLACE_FORM, K_CTRL('l')), ACT_REDRAW);
    assert_int_equal(keys_find(PLACE_ASK, 'q'), ACT_NONE);
    assert_int_equal(keys_find(PLACE_ASK, K_ESC), ACT_CLOSE);
}

static void test_keys_hints(void **state)
{
    (void)state;
    for (int place = 1; place < PLACE_COUNT; place++) {
        for (size_t width = 10; width < 160; width += 7) {
            struct str hints = {0};
            keys_hints((enum place)place, width, &hints);
            assert_true(utf8_width(span_of_str(&hints)) <= width);
            if (place != PLACE_ASK) /* the way to the help page is always there */
                assert_true(span_ends(span_of_str(&hints), SPAN("help")));
            str_free(&hints);
        }
        struct str help = {0};
        keys_help((enum place)place, &help);
        assert_true(help.n > 0);
        str_free(&help);
    }
}

static void test_layout(void **state)
{
    (void)state;
    assert_true(layout_of(15, 60, true).too_small);
    assert_true(layout_of(16, 59, true).too_small);
    for (int rows = LAYOUT_LEAST_ROWS; rows <= 100; rows++) {
        for (int columns = LAYOUT_LEAST_COLUMNS; columns <= 300; columns++) {
            struct layout l = layout_of(rows, columns, true);
            int widths[COLUMN_COUNT], sum = -1;
            assert_false(l.too_small);
            assert_true(l.list.rows >= 5);
            /* everything has a row of its own, in order */
            assert_true(l.head < l.views && l.views < l.titles && l.titles + 1 == l.list.y);
            assert_int_equal(l.list.y + l.list.rows, l.position);
            assert_true(l.position < l.query && l.query < l.scans.y);
            assert_int_equal(l.scans.y + l.scans.rows, l.hints);
            assert_int_equal(l.hints, rows - 1);
            assert_int_equal(l.list.x + l.list.columns, columns);
            layout_columns(l.list.columns - 1, widths);
            for (int i = 0; i < COLUMN_COUNT; i++)
                sum += widths[i] ? widths[i] + 1 : 0;
            assert_true(sum <= l.list.columns - 1);
            assert_true(widths[COLUMN_ADDRESS] >= 24);
            assert_true(widths[COLUMN_STATE] && widths[COLUMN_REASON]);
        }
    }
}

static void test_selection(void **state)
{
    struct selection selection = {0};

    (void)state;
    assert_null(selection_ids(&selection));
    selection_put(&selection, 70000, true);
    selection_put(&selection, 3, true);
    selection_put(&selection, 3, true);
    selection_put(&selection, 64, true);
    selection_put(&selection, 64, false);
    selection_put(&selection, 9, false);
    assert_int_equal(selection.n, 2);
    uint32_t *ids = selection_ids(&selection);
    assert_int_equal(ids[0], 3);
    assert_int_equal(ids[1], 70000);
    free(ids);
    assert_false(selection_has(&selection, 4000000000u));
    selection_clear(&selection);
    assert_int_equal(selection.n, 0);
    assert_false(selection_has(&selection, 3));
    selection_free(&selection);
}

/* The hits of chosen.c: 1 to `fake_n`. */
static size_t fake_n;
static bool fake_complete;

size_t hits_count(const struct hits *hits)
{
    (void)hits;
    return fake_n;
}

uint32_t hits_at(const struct hits *hits, size_t i)
{
    (void)hits;
    return (uint32_t)i + 1;
}

bool hits_complete(const struct hits *hits)
{
    (void)hits;
    return fake_complete;
}

/* Selecting and counting many, in pieces; other hits in between. */
static void test_chosen(void **state)
{
    struct chosen chosen = {0};
    struct selection selection = {0};
    struct hits hits = {.swaps = 1};
    size_t n = 0, pieces = 1;
    bool changed = false;

    (void)state;
    fake_n = 1000000;
    fake_complete = false;
    chosen_all(&chosen, &selection);
    assert_true(chosen_put(&chosen, &hits, &selection, &changed));
    assert_int_equal(selection.n, 0); /* until they are all there */
    fake_complete = true;
    assert_true(chosen_put(&chosen, &hits, &selection, &changed));
    assert_in_range(selection.n, 1, fake_n - 1);
    fake_n = 900000;
    hits.swaps++;
    while (chosen_put(&chosen, &hits, &selection, &changed))
        pieces++;
    assert_true(changed);
    assert_false(chosen.all);
    assert_int_equal(pieces, 4);
    assert_int_equal(selection.n, 900000);
    assert_true(chosen_known(&chosen, &hits, &selection, &n));
    assert_int_equal(n, 900000);
    selection_put(&selection, 7, false);
    assert_false(chosen_known(&chosen, &hits, &selection, &n));
    while (chosen_count(&chosen, &hits, &selection))
        ;
    assert_true(chosen_known(&chosen, &hits, &selection, &n));
    assert_int_equal(n, 899999);
    fake_n = 10; /* of few at once */
    hits.swaps++;
    assert_true(chosen_known(&chosen, &hits, &selection, &n));
    assert_int_equal(n, 9);
    selection_put(&selection, 7, true);
    chosen_all(&chosen, &selection);
    assert_false(chosen_put(&chosen, &hits, &selection, &changed));
    assert_false(changed); /* all were selected already */
    selection_free(&selection);
}

/* Much under way: nothing more, until the terminal says that it came, or for too long says nothing. */
static void test_pace(void **state)
{
    struct pace pace = {0};

    (void)state;
    assert_true(pace_sent(&pace, 2500, 0)); /* the first is asked of any terminal, and not waited for */
    assert_false(pace_waits(&pace, 10));
    assert_false(pace_sent(&pace, 2500, 20));
    assert_false(pace_waits(&pace, 30));
    pace_answered(&pace, 1000);
    assert_true(pace.answers);
    assert_true(pace_sent(&pace, 2500, 1010));
    assert_true(pace_waits(&pace, 1020));
    pace_answered(&pace, 2000);
    assert_false(pace_waits(&pace, 2000));
    assert_false(pace_sent(&pace, 100, 2010)); /* small ones are not worth a question each */
    assert_false(pace_sent(&pace, 100, 2020));
    assert_true(pace_sent(&pace, 100, 2030));
    assert_false(pace_waits(&pace, 2040));
    assert_true(pace_sent(&pace, 1300, 2050));
    assert_true(pace_waits(&pace, 2060));
    pace_answered(&pace, 2070); /* of the first 300 */
    assert_false(pace_waits(&pace, 2080));
    assert_int_equal(pace_due(&pace, 2080), 2050 + 2000 - 2080);
    assert_true(pace_sent(&pace, 1000, 2090));
    assert_true(pace_waits(&pace, 3000));
    assert_false(pace_waits(&pace, 9000)); /* lost */
    assert_int_equal(pace_due(&pace, 9000), 0);
    pace_answered(&pace, 9001); /* and late */
    assert_true(pace_sent(&pace, 2000, 9010));
    assert_true(pace_waits(&pace, 9020));
    assert_false(pace_waits(&pace, 19000));
    assert_false(pace_sent(&pace, 9000, 19010)); /* never again */
}

/* A slow line is one that takes its time more than once. */
static void test_pace_slow(void **state)
{
    struct pace pace = {0};
    int64_t now = 0;

    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(pace_slow(&pace), i > 2);
        pace_sent(&pace, 700, now);
        pace_answered(&pace, now += 900);
    }
    pace_sent(&pace, 700, now);
    assert_false(pace_quick(&pace));
    pace_answered(&pace, now + 30);
    assert_false(pace_slow(&pace));
    assert_true(pace_quick(&pace));
}

/* Relative luminance (WCAG 2) of one of xterm's colours. */
static double luminance(int color)
{
    static const unsigned char ansi[8][3] = {{0, 0, 0},   {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
                                             {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229}};
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    static const int cube[] = {0, 95, 135, 175, 215, 255}, sixes[] = {36, 6, 1};
    double sum = 0;

    assert_true(color < 8 || (color >= 16 && color < 232));
    for (int i = 0; i < 3; i++) {
        double part = (color < 8 ? ansi[color][i] : cube[(color - 16) / sixes[i] % 6]) / 255.0;
        sum += weights[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* The lesser of a colour's contrasts with black and with white. */
static double contrast(int color)
{
    double light = luminance(color), black = (light + 0.05) / 0.05, white = 1.05 / (light + 0.05);

    return black < white ? black : white;
}

/* Every colour can be read on a dark ground and on a light one. */
static void test_palette(void **state)
{
    (void)state;
    for (size_t i = 0; i < palette_row_count; i++) {
        assert_true(contrast(palette_rows[i].of_256) >= 3.9);
        if (palette_rows[i].of_8 < 0)
            continue;
        assert_true(contrast(palette_rows[i].of_8) >= 3.5);
        assert_false(palette_rows[i].bold); /* there bold is another colour, and a brighter one */
    }
}

static void test_words(void **state)
{
    struct str out = {0};
    size_t n;

    (void)state;
    words_number(1234567, &out);
    str_add_char(&out, ' ');
    words_number(0, &out);
    assert_string_equal(str_text(&out), "1,234,567 0");
    str_clear(&out);
    words_quote(SPAN("it's"), &out);
    str_add_char(&out, ' ');
    words_quote(SPAN("a@b.pl"), &out);
    str_add_char(&out, ' ');
    words_quote(SPAN(""), &out);
    char **words = words_split(span_of_str(&out), &n); /* and back again */
    assert_int_equal(n, 3);
    assert_string_equal(words[0], "it's");
    assert_string_equal(words[1], "a@b.pl");
    assert_string_equal(words[2], "");
    assert_null(words[3]);
    words_free(words);
    words = words_split(SPAN("  list  \"tag:a b\" x\\ y 'c\"d' "), &n);
    assert_int_equal(n, 4);
    assert_string_equal(words[1], "tag:a b");
    assert_string_equal(words[2], "x y");
    assert_string_equal(words[3], "c\"d");
    words_free(words);
    assert_null(words_split(SPAN("list 'open"), &n));
    str_clear(&out);
    words_command(SPAN("zwrotka --store '/a b' mark --config=/x invalid 'tag:a b'"), &out);
    assert_string_equal(str_text(&out), "mark invalid 'tag:a b'");
    words = words_split(SPAN(""), &n);
    assert_int_equal(n, 0);
    words_free(words);
    str_free(&out);
}

static void wording_is_what_others_say_too(void **state)
{
    static const struct {
        const char *said, *wording;
    } rows[] = {
        {"550 5.1.1 <jan@wp.example>: Recipient address rejected: User unknown in virtual mailbox table",
         "Recipient address rejected: User unknown in virtual mailbox table"},
        {"550 5.1.1 no such user here", "no such user here"},
        {"", ""},
        {"550 5.1.1", ""},
        {"smtp; 550 a", "smtp"},
        {"mailbox (jan) is closed.", "mailbox (jan) is closed"},
        {"550 x<y@z>", ""},
    };
    struct str out = {0};

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        str_clear(&out);
        wording_of(span_of(rows[i].said), &out);
        assert_string_equal(str_text(&out), rows[i].wording);
    }
    str_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wording_is_what_others_say_too),
        cmocka_unit_test(test_lineedit_types), cmocka_unit_test(test_lineedit_marks),
        cmocka_unit_test(test_lineedit_acts),  cmocka_unit_test(test_lineedit_paste),
        cmocka_unit_test(test_lineedit_view),  cmocka_unit_test(test_keys_table),
        cmocka_unit_test(test_keys_find),      cmocka_unit_test(test_keys_hints),
        cmocka_unit_test(test_layout),         cmocka_unit_test(test_selection),
        cmocka_unit_test(test_words),          cmocka_unit_test(test_chosen),
        cmocka_unit_test(test_pace),           cmocka_unit_test(test_pace_slow),
        cmocka_unit_test(test_palette),
    };

    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
