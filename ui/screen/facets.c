/* SPDX-License-Identifier: MIT */
#include "screen/facets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "contact/address.h"
#include "query/query.h"
#include "screen/words.h"

enum { SUM_ROWS = 4096 };

static const struct {
    const char *key, *title;
    enum count_kind kind;
} facet_rows[] = {
    [FACET_STATE] = {"state", N_("State"), COUNT_STATE},
    [FACET_REASON] = {"reason", N_("Reason"), COUNT_REASON},
    [FACET_DOMAIN] = {"domain", N_("Domain"), COUNT_DOMAIN},
    [FACET_TAG] = {"tag", N_("Tag"), COUNT_TAG},
    [FACET_BOUNCED] = {"bounced", N_("Bounced"), 0},
};

static void forget_rows(struct facets *facets)
{
    for (size_t i = 0; i < facets->n; i++) {
        free(facets->rows[i].value);
        free(facets->rows[i].label);
    }
    facets->n = 0;
}

void facets_free(struct facets *facets)
{
    forget_rows(facets);
    free(facets->rows);
    for (int i = 0; i < FACET_COUNTED; i++)
        tally_free(&facets->tallies[i]);
    for (int i = 0; i < FACET_COUNTED; i++) {
        counts_sum_free(facets->tops[i].sum);
        str_free(&facets->tops[i].bytes);
    }
    str_free(&facets->text);
    *facets = (struct facets){0};
}

/* Takes one term off the front: up to a blank outside quotes. */
static bool next_term(struct span *rest, struct span *term)
{
    bool quoted = false;
    size_t from = 0;

    while (from < rest->n && rest->at[from] == ' ')
        from++;
    if (from == rest->n)
        return false;
    size_t to = from;
    for (; to < rest->n && (quoted || rest->at[to] != ' '); to++)
        if (rest->at[to] == '"')
            quoted = !quoted;
    *term = span_cut(*rest, from, to);
    *rest = span_cut(*rest, to, rest->n);
    return true;
}

static bool is_of_key(struct span term, struct span key)
{
    return term.n > key.n && span_starts_nocase(term, key) && term.at[key.n] == ':';
}

void facets_without(struct span text, struct span key, struct str *out)
{
    struct span rest = text, term;

    while (next_term(&rest, &term)) {
        if (is_of_key(term, key))
            continue;
        if (out->n)
            str_add_char(out, ' ');
        str_add(out, term);
    }
}

static struct facet_row *add_row(struct facets *facets, enum facet facet)
{
    ALLOC_GROW(facets->rows, facets->n, facets->room);
    struct facet_row *row = &facets->rows[facets->n++];
    *row = (struct facet_row){.facet = facet};
    return row;
}

static bool has_row(const struct facets *facets, enum facet facet, struct span value)
{
    for (size_t i = 0; i < facets->n; i++)
        if (facets->rows[i].facet == facet && facets->rows[i].value &&
            span_equal_nocase(span_of(facets->rows[i].value), value))
            return true;
    return false;
}

static char *label_of(enum facet facet, struct span value)
{
    enum state state;
    enum reason reason;

    if (facet == FACET_STATE && state_from_name(value, &state))
        return alloc_text(state_words(state));
    if (facet == FACET_REASON && reason_from_name(value, &reason))
        return alloc_text(reason_words(reason));
    return span_copy(value);
}

static void add_value(struct facets *facets, enum facet facet, struct span name, uint64_t n,
                      bool exact)
{
    struct str value = {0};

    if (facet == FACET_DOMAIN)
        address_domain_unicode(name, &value);
    else
        str_add(&value, name);
    struct span text = span_of_str(&value);
    if (!has_row(facets, facet, text)) {
        struct facet_row *row = add_row(facets, facet);
        struct span key = span_of(facet_rows[facet].key), query = span_of_str(&facets->text);
        row->ticked = query_has(query, key, text) || query_has(query, key, name);
        row->value = span_copy(text);
        row->label = label_of(facet, text);
        row->n = n;
        row->exact = exact;
    }
    str_free(&value);
}

/* Kept counts answer where the rest of the query is about states alone. */
static bool states_alone(struct span base, int64_t now, unsigned *states)
{
    struct query *query;
    bool alone = false;

    *states = (1u << STATE_COUNT) - 1;
    if (query_parse(base, now, &query, NULL) != RESULT_OK)
        return false;
    if (query_is_empty(query) || query_only_states(query)) {
        *states = query_states(query);
        alone = true;
    }
    query_free(query);
    return alone;
}

static uint64_t sum_of(struct txn *txn, enum count_kind kind, unsigned states, struct span name)
{
    uint64_t n = 0;

    for (int state = 0; state < STATE_COUNT; state++)
        if (states >> state & 1)
            n += counts_get(txn, kind, (enum state)state, name);
    return n;
}

/* Values that the query holds are shown whatever their number. */
static void add_ticked(struct facets *facets, enum facet facet, struct txn *txn, unsigned states,
                       bool kept)
{
    struct span rest = span_of_str(&facets->text), term, value;
    struct span key = span_of(facet_rows[facet].key);
    const struct tally *tally = &facets->tallies[facet];

    while (next_term(&rest, &term)) {
        if (!is_of_key(term, key))
            continue;
        struct span values = span_cut(term, key.n + 1, term.n);
        while (values.n && span_next(&values, ',', &value)) {
            if (value.n > 1 && value.at[0] == '"')
                value = span_cut(value, 1, value.n - (value.at[value.n - 1] == '"'));
            if (value.n)
                add_value(facets, facet, value,
                          kept ? sum_of(txn, facet_rows[facet].kind, states, value)
                               : tally_get(tally, value),
                          kept || tally_known(tally));
        }
    }
}

static void add_states(struct facets *facets, struct txn *txn, unsigned states, bool kept)
{
    static const enum state order[] = {STATE_INVALID, STATE_SUSPECT, STATE_COMPLAINED,
                                       STATE_BLOCKED, STATE_ACTIVE};
    const struct tally *tally = &facets->tallies[FACET_STATE];

    for (unsigned i = 0; i < sizeof order / sizeof *order; i++) {
        struct span name = span_of(state_name(order[i]));
        uint64_t all = counts_get(txn, COUNT_STATE, order[i], SPAN(""));
        uint64_t n = kept ? (states >> order[i] & 1 ? all : 0) : tally_get(tally, name);
        bool always = order[i] == STATE_INVALID || order[i] == STATE_ACTIVE;
        if (all || always)
            add_value(facets, FACET_STATE, name, n, kept || tally_known(tally));
    }
}

void facets_changed(struct facets *facets)
{
    for (int i = 0; i < FACET_COUNTED; i++)
        facets->tops[i].known = false;
}

/* What is known of the largest, be it of before; asks for it if it is not of now. */
static const struct facet_top *top_of(struct facets *facets, enum facet facet, unsigned states)
{
    struct facet_top *top = &facets->tops[facet];

    if ((!top->known || top->states != states) && !(top->sum && top->asked == states)) {
        counts_sum_free(top->sum);
        top->sum = counts_sum_new(facet_rows[facet].kind, states);
        top->asked = states;
    }
    return top;
}

static void add_top(struct facets *facets, enum facet facet, unsigned states, bool kept,
                    size_t most)
{
    struct tally_name names[FACET_VALUES_MOST];

    if (most > FACET_VALUES_MOST)
        most = FACET_VALUES_MOST;
    if (kept || !tally_known(&facets->tallies[facet])) {
        const struct facet_top *top = top_of(facets, facet, states);
        bool exact = kept && top->states == states;
        for (size_t i = 0; i < top->n && i < most; i++)
            if (top->rows[i].n)
                add_value(facets, facet, top->rows[i].name, top->rows[i].n, exact);
    } else {
        size_t n = tally_top(&facets->tallies[facet], names, most);
        for (size_t i = 0; i < n; i++)
            add_value(facets, facet, span_of(names[i].name), names[i].n, true);
    }
}

static void build(struct facets *facets, struct txn *txn, int64_t now);

/* A piece of going through the kept counts; true if there is more. */
static bool sum_piece(struct facets *facets, struct txn *txn, int64_t now)
{
    for (int i = 0; i < FACET_COUNTED; i++) {
        struct facet_top *top = &facets->tops[i];
        if (!top->sum)
            continue;
        if (counts_sum_run(top->sum, txn, SUM_ROWS)) {
            top->n = counts_sum_top(top->sum, top->rows, FACET_VALUES_MOST, &top->bytes);
            top->states = top->asked;
            top->known = true;
            counts_sum_free(top->sum);
            top->sum = NULL;
            build(facets, txn, now);
        }
        return true;
    }
    return false;
}

static void add_facet(struct facets *facets, enum facet facet, struct txn *txn, int64_t now,
                      size_t most)
{
    struct str base = {0};
    unsigned states;
    size_t before = facets->n;

    facets_without(span_of_str(&facets->text), span_of(facet_rows[facet].key), &base);
    bool kept = states_alone(span_of_str(&base), now, &states);
    struct facet_row *title = add_row(facets, facet);
    title->title = true;
    title->label = alloc_text(_(facet_rows[facet].title));
    if (facet == FACET_STATE)
        add_states(facets, txn, states, kept);
    add_ticked(facets, facet, txn, states, kept);
    if (facet != FACET_STATE)
        add_top(facets, facet, states, kept, most);
    if (facets->n == before + 1) { /* a title with nothing under it */
        free(facets->rows[before].label);
        facets->n = before;
    }
    str_free(&base);
}

/* When the newest bounce came: the same few values, whoever is shown. */
static void add_bounced(struct facets *facets)
{
    static const struct {
        const char *value, *label; /* N_() */
    } times[] = {{"1d", N_("within a day")},
                 {"7d", N_("within a week")},
                 {"30d", N_("within a month")},
                 {"no", N_("never")}};
    struct span query = span_of_str(&facets->text), key = span_of(facet_rows[FACET_BOUNCED].key);
    struct facet_row *title = add_row(facets, FACET_BOUNCED);

    title->title = true;
    title->label = alloc_text(_(facet_rows[FACET_BOUNCED].title));
    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
        struct facet_row *row = add_row(facets, FACET_BOUNCED);
        row->ticked = query_has(query, key, span_of(times[i].value));
        row->value = alloc_text(times[i].value);
        row->label = alloc_text(_(times[i].label));
        row->uncounted = true;
    }
}

static void build(struct facets *facets, struct txn *txn, int64_t now)
{
    struct str under = {0};

    if (facets->cursor < facets->n && facets->rows[facets->cursor].value)
        str_addf(&under, "%d%s", facets->rows[facets->cursor].facet,
                 facets->rows[facets->cursor].value);
    forget_rows(facets);
    /* What the states leave of the height is shared by the others; more can be scrolled to. */
    add_facet(facets, FACET_STATE, txn, now, STATE_COUNT);
    int rest = facets->height - (int)facets->n - 3;
    if (rest > 18)
        rest -= 5; /* the times then have their place, too */
    size_t share = rest / 3 > 2 ? (size_t)rest / 3 : 2;
    add_facet(facets, FACET_REASON, txn, now, share + 1);
    add_facet(facets, FACET_DOMAIN, txn, now, share + 1);
    add_facet(facets, FACET_TAG, txn, now, share + 1);
    add_bounced(facets);
    if (facets->cursor >= facets->n)
        facets->cursor = facets->n ? facets->n - 1 : 0;
    for (size_t i = 0; i < facets->n; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", facets->rows[i].facet);
        if (under.n && facets->rows[i].value && name[0] == under.at[0] &&
            strcmp(under.at + 1, facets->rows[i].value) == 0)
            facets->cursor = i;
    }
    if (facets->cursor == 0 && facets->n > 1)
        facets->cursor = 1;
    str_free(&under);
}

void facets_ask(struct facets *facets, struct span text, struct txn *txn, int64_t now, int height)
{
    struct str base = {0};
    unsigned states;

    facets->height = height;
    if (!span_equal(text, span_of_str(&facets->text))) {
        str_clear(&facets->text);
        str_add(&facets->text, text);
    }
    for (int i = 0; i < FACET_COUNTED; i++) {
        str_clear(&base);
        facets_without(text, span_of(facet_rows[i].key), &base);
        struct tally *tally = &facets->tallies[i];
        if (states_alone(span_of_str(&base), now, &states))
            tally->wanted = false;
        else if (tally->wanted && !tally_complete(tally) &&
                 span_equal(span_of_str(&tally->text), span_of_str(&base)))
            tally->again = true; /* still at it: a store that keeps changing must not stop it */
        else
            tally_ask(tally, span_of_str(&base), now);
    }
    build(facets, txn, now);
    str_free(&base);
}

bool facets_run(struct facets *facets, struct txn *txn, int64_t now)
{
    if (sum_piece(facets, txn, now))
        return true;
    for (int i = 0; i < FACET_COUNTED; i++) {
        struct tally *tally = &facets->tallies[i];
        if (!tally->wanted || tally_complete(tally))
            continue;
        bool more = tally_run(tally, (enum tally_kind)i, txn, now);
        bool complete = tally_complete(tally);
        if (complete)
            build(facets, txn, now);
        if (complete && tally->again)
            tally_ask(tally, span_of_str(&tally->text), now);
        if (more || complete)
            return true;
    }
    return false;
}

static void draw_row(const struct facet_row *row, int y, int x, int width, bool cursor)
{
    struct str number = {0};
    enum style style = cursor ? STYLE_CURSOR : STYLE_NORMAL;

    draw_blank(y, x, width, style);
    if (row->title) {
        draw_words(y, x, width, STYLE_BOLD, row->label);
        return;
    }
    if (row->uncounted)
        str_clear(&number);
    else if (row->exact)
        words_number(row->n, &number);
    else
        str_add_text(&number, "…");
    int digits = (int)utf8_width(span_of_str(&number));
    draw_words(y, x, 3, style, row->ticked ? "[x]" : "[ ]");
    draw_words(y, x + 4, width - 5 - digits, style, row->label);
    draw_text(y, x + width - digits, digits, style, span_of_str(&number));
    str_free(&number);
}

void facets_draw(struct facets *facets, struct area area, bool focus, int *y, int *x)
{
    int height = area.rows - 2;

    draw_area(area);
    draw_frame(area, focus ? STYLE_BOLD : STYLE_NORMAL, _("Filter"));
    if (facets->cursor < facets->top)
        facets->top = facets->cursor;
    if (facets->cursor >= facets->top + (size_t)height)
        facets->top = facets->cursor - (size_t)height + 1;
    if (!focus || facets->cursor <= 1)
        facets->top = focus ? facets->top : 0;
    if (facets->cursor == 1)
        facets->top = 0;
    for (int i = 0; i < height && facets->top + (size_t)i < facets->n; i++) {
        size_t at = facets->top + (size_t)i;
        bool cursor = focus && at == facets->cursor;
        draw_row(&facets->rows[at], area.y + 1 + i, area.x + 1, area.columns - 2, cursor);
        if (cursor) {
            *y = area.y + 1 + i;
            *x = area.x + 2;
        }
    }
}

static void step(struct facets *facets, int by)
{
    size_t at = facets->cursor;

    do {
        if ((by < 0 && at == 0) || (by > 0 && at + 1 >= facets->n))
            return;
        at += (size_t)by;
    } while (facets->rows[at].title);
    facets->cursor = at;
}

bool facets_act(struct facets *facets, enum act act)
{
    switch (act) {
    case ACT_UP:
        step(facets, -1);
        return true;
    case ACT_DOWN:
        step(facets, 1);
        return true;
    case ACT_PAGE_UP:
    case ACT_PAGE_DOWN:
        for (int i = 0; i < 8; i++)
            step(facets, act == ACT_PAGE_UP ? -1 : 1);
        return true;
    case ACT_TOP:
        facets->cursor = facets->n > 1;
        return true;
    case ACT_BOTTOM:
        facets->cursor = facets->n ? facets->n - 1 : 0;
        return true;
    default:
        return false;
    }
}

bool facets_switch(const struct facets *facets, struct span text, struct str *out)
{
    if (facets->cursor >= facets->n || !facets->rows[facets->cursor].value)
        return false;
    const struct facet_row *row = &facets->rows[facets->cursor];
    query_toggle(text, span_of(facet_rows[row->facet].key), span_of(row->value), out);
    return true;
}
