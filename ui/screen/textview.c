/* SPDX-License-Identifier: MIT */
#include "screen/textview.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"

void textview_clear(struct textview *view)
{
    str_clear(&view->bytes);
    view->n = view->row_n = 0;
    view->width = 0;
    view->full = false;
}

void textview_free(struct textview *view)
{
    str_free(&view->bytes);
    free(view->lines);
    free(view->rows);
    *view = (struct textview){0};
}

static void add_line(struct textview *view, enum style style, int indent, int hanging,
                     struct span text)
{
    if (view->full)
        return;
    if (view->bytes.n + text.n > TEXTVIEW_BYTES) {
        view->full = true;
        text = span_of(_("… the rest is left out"));
    }
    ALLOC_GROW(view->lines, view->n, view->room);
    struct textview_line *line = &view->lines[view->n++];
    *line = (struct textview_line){style, indent, hanging, view->bytes.n, 0};
    /* Made visible here, so that wrapping and cutting count what is shown. */
    for (size_t from = 0;;) {
        ptrdiff_t tab = span_find_char(span_cut(text, from, text.n), '\t');
        size_t to = tab < 0 ? text.n : from + (size_t)tab;
        utf8_visible(span_cut(text, from, to), &view->bytes);
        if (tab < 0)
            break;
        str_add_text(&view->bytes, "    ");
        from = to + 1;
    }
    line->n = view->bytes.n - line->at;
    view->width = 0;
}

void textview_add(struct textview *view, enum style style, int indent, struct span text)
{
    struct span rest = text, line;

    if (!text.n) {
        add_line(view, style, indent, 0, SPAN(""));
        return;
    }
    while (span_line(&rest, &line))
        add_line(view, style, indent, 0, line);
}

void textview_words(struct textview *view, enum style style, int indent, const char *text)
{
    textview_add(view, style, indent, span_of(text));
}

void textview_format(struct textview *view, enum style style, int indent, const char *format, ...)
{
    char text[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    textview_words(view, style, indent, text);
}

void textview_pair(struct textview *view, int indent, int column, const char *label,
                   struct span text)
{
    struct str line = {0};

    str_add_text(&line, label);
    for (size_t used = utf8_width(span_of_str(&line)); (int)used < column; used++)
        str_add_char(&line, ' ');
    str_add(&line, text);
    add_line(view, STYLE_NORMAL, indent, column, span_of_str(&line));
    str_free(&line);
}

/* How many bytes of `text` make the next row of `width` columns: up to a blank where there is one. */
static size_t wrap_at(struct span text, int width)
{
    size_t fits = utf8_fit(text, (size_t)width, NULL);

    if (fits >= text.n)
        return text.n;
    if (fits == 0)
        return text.n; /* nothing fits: give up on it, it is cut by drawing */
    for (size_t at = fits; at > fits / 3; at--)
        if (text.at[at] == ' ')
            return at;
    return fits;
}

static void wrap(struct textview *view, int width)
{
    if (view->width == width)
        return;
    view->width = width;
    view->row_n = 0;
    for (size_t i = 0; i < view->n; i++) {
        struct textview_line *line = &view->lines[i];
        size_t at = 0;
        bool first = true;
        do {
            struct span rest = {str_text(&view->bytes) + line->at + at, line->n - at};
            int room = width - line->indent - (first ? 0 : line->hanging);
            size_t n = wrap_at(rest, room > 8 ? room : 8);
            ALLOC_GROW(view->rows, view->row_n, view->row_room);
            view->rows[view->row_n++] = (struct textview_row){i, line->at + at, n, first};
            at += n;
            while (at < line->n && view->bytes.at[line->at + at] == ' ')
                at++;
            first = false;
        } while (at < line->n);
    }
}

size_t textview_height(struct textview *view, int width)
{
    wrap(view, width);
    return view->row_n;
}

static void clamp(struct textview *view, int rows)
{
    size_t last = view->row_n > (size_t)rows ? view->row_n - (size_t)rows : 0;

    if (view->top > last)
        view->top = last;
}

void textview_draw(struct textview *view, struct area area)
{
    wrap(view, area.columns);
    clamp(view, area.rows);
    for (int y = 0; y < area.rows && view->top + (size_t)y < view->row_n; y++) {
        struct textview_row *row = &view->rows[view->top + (size_t)y];
        struct textview_line *line = &view->lines[row->line];
        int indent = line->indent + (row->first ? 0 : line->hanging);
        draw_text(area.y + y, area.x + indent, area.columns - indent, line->style,
                  (struct span){str_text(&view->bytes) + row->at, row->n});
    }
    /* On the row below, which callers leave free. */
    if (view->top + (size_t)area.rows < view->row_n) {
        size_t more = view->row_n - view->top - (size_t)area.rows;
        draw_format(area.y + area.rows, area.x, area.columns, STYLE_DIM,
                    ngettext("… %zu more row", "… %zu more rows", more), more);
    }
}

bool textview_act(struct textview *view, enum act act, int rows)
{
    size_t page = rows > 2 ? (size_t)rows - 1 : 1;

    switch (act) {
    case ACT_UP:
        view->top -= view->top > 0;
        break;
    case ACT_DOWN:
        view->top++;
        break;
    case ACT_PAGE_UP:
        view->top -= view->top > page ? page : view->top;
        break;
    case ACT_PAGE_DOWN:
        view->top += page;
        break;
    case ACT_TOP:
        view->top = 0;
        break;
    case ACT_BOTTOM:
        view->top = view->row_n;
        break;
    default:
        return false;
    }
    clamp(view, rows);
    return true;
}

int textview_paragraph(struct area area, enum style style, const char *text)
{
    struct textview view = {0};

    textview_words(&view, style, 0, text);
    int rows = (int)textview_height(&view, area.columns);
    if (rows > area.rows)
        rows = area.rows;
    area.rows = rows;
    textview_draw(&view, area);
    textview_free(&view);
    return rows;
}
