/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "base/utf8.h"
#include "screen/text_page.h"

/* What a query may hold; the whole of it stands in zwrotka-query(7). */
static const struct {
    const char *term, *meaning;
} query_rows[] = {
    {"kowal", N_("the word anywhere in address, name, company, fields; lodz finds Łódź")},
    {"state:invalid", N_("active, suspect, invalid, complained, blocked; a,b means or")},
    {"reason:userunknown", N_("why it bounced")},
    {"domain:wp.pl", N_("exactly this domain; .wp.pl with those below it")},
    {"tag:vip  name:anna", N_("a tag, a name; field.city:Wrocław any field")},
    {"since:7d", N_("in its state since then; before:2026-11-01")},
    {"bounced:3d", N_("a bounce since then; bounced:no never one")},
    {"corrected:yes", N_("addresses that were mended")},
    {"scan:12  mta:mx.wp.pl", N_("by which scan, from which server")},
    {"-tag:vip", N_("a minus before it: not")},
};

void help_open(struct session *session, enum place place)
{
    struct str rows = {0}, title = {0};
    struct span rest, line;

    str_addf(&title, _("Keys: %s"), keys_place(place));
    struct textview *view = text_page_open(session, str_text(&title));
    keys_help(place, &rows);
    rest = span_of_str(&rows);
    while (span_line(&rest, &line)) {
        ptrdiff_t tab = span_find_char(line, '\t');
        if (tab < 0) {
            textview_add(view, STYLE_BOLD, 0, line);
            continue;
        }
        struct str keys = {0};
        str_add(&keys, span_cut(line, 0, (size_t)tab));
        textview_pair(view, 1, 18, str_text(&keys), span_cut(line, (size_t)tab + 1, line.n));
        str_free(&keys);
    }
    if (place == PLACE_LIST || place == PLACE_SEARCH || place == PLACE_FACETS) {
        textview_words(view, STYLE_NORMAL, 0, "");
        textview_words(view, STYLE_BOLD, 0, _("Queries"));
        for (unsigned i = 0; i < sizeof query_rows / sizeof *query_rows; i++)
            textview_pair(view, 1, 24, query_rows[i].term, span_of(_(query_rows[i].meaning)));
    }
    str_free(&rows);
    str_free(&title);
}
