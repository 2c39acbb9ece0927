/* SPDX-License-Identifier: MIT */
#include "screen/history_page.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/text_page.h"
#include "screen/words.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/entries.h"
#include "store/steps.h"

enum { ENTRIES_MOST = 2000 };

/* Steps are numbered from 1 without gaps, so the row of a step is a matter of arithmetic. */
struct history {
    struct page page;
    uint32_t cursor; /* rows from the newest */
    uint32_t top;
    uint32_t last;   /* the newest step as drawn */
};

static enum place history_place(const struct page *page)
{
    (void)page;
    return PLACE_HISTORY;
}

/* Columns: where they begin, on wide and on narrow screens. */
struct columns {
    int step, when, who, contacts, what; /* contacts 0: not shown */
};

static struct columns columns_of(int width)
{
    return width >= 80 ? (struct columns){1, 8, 25, 36, 47} : (struct columns){1, 7, 18, 0, 26};
}

static void draw_step(const struct step *step, int y, int width, enum style style, int64_t now)
{
    struct columns at = columns_of(width);
    struct str text = {0};
    char date[24];

    if (at.contacts)
        date_long(step->time, now, date);
    else
        date_short(step->time, now, date);
    draw_blank(y, 0, width, style);
    draw_format(y, at.step, at.when - at.step - 1, style, "%u", step->number);
    draw_words(y, at.when, at.who - at.when - 1, style, date);
    draw_text(y, at.who, (at.contacts ? at.contacts : at.what) - at.who - 1, style, step->who);
    words_number(step->contacts, &text);
    if (at.contacts)
        draw_right(y, at.contacts, at.what - at.contacts - 2, style, span_of_str(&text));
    str_clear(&text);
    if (step->undone_by)
        str_addf(&text, _("(taken back by %u)  "), step->undone_by);
    if (step->command.n)
        words_command(step->command, &text);
    else
        str_add_text(&text, step_kind_name(step->kind));
    draw_text(y, at.what, width - at.what - 1, style, span_of_str(&text));
    str_free(&text);
}

static void draw_titles(int y, int width)
{
    struct columns at = columns_of(width);

    draw_words(y, at.step, 6, STYLE_BOLD, _("Step"));
    draw_words(y, at.when, 10, STYLE_BOLD, _("When"));
    draw_words(y, at.who, 10, STYLE_BOLD, _("Who"));
    if (at.contacts)
        draw_right(y, at.contacts, at.what - at.contacts - 2, STYLE_BOLD, span_of(_("Contacts")));
    draw_words(y, at.what, width - at.what - 1, STYLE_BOLD, _("What"));
}

static void history_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct history *history = (struct history *)page;
    int columns = draw_columns(), rows = draw_rows() - 5;
    int64_t now = date_now();
    struct step step;
    struct txn *txn = session_read(session);

    draw_blank(0, 0, columns, STYLE_BAR);
    draw_words(0, 1, columns - 2, STYLE_BAR, _("History: who changed what, newest first"));
    *y = 3;
    *x = 0;
    if (!txn)
        return;
    uint32_t last = steps_last(txn);
    if (last > history->last && history->last && history->cursor)
        history->cursor += last - history->last; /* stay on the step */
    history->last = last;
    if (history->cursor >= last)
        history->cursor = last ? last - 1 : 0;
    if (history->cursor < history->top)
        history->top = history->cursor;
    if (history->cursor >= history->top + (uint32_t)rows)
        history->top = history->cursor - (uint32_t)rows + 1;
    draw_titles(2, columns);
    if (!last)
        draw_words(4, 1, columns - 2, STYLE_NORMAL, _("Nothing was changed yet."));
    for (int i = 0; i < rows && history->top + (uint32_t)i < last; i++) {
        uint32_t at = history->top + (uint32_t)i;
        bool cursor = at == history->cursor;
        if (steps_get(txn, last - at, &step))
            draw_step(&step, 3 + i, columns, cursor ? STYLE_CURSOR : STYLE_NORMAL, now);
        if (cursor)
            *y = 3 + i;
    }
    txn_end(txn);
}

static const char *decided_words(enum event_kind kind)
{
    static const struct {
        enum event_kind kind;
        enum state state;
    } marks[] = {{EVENT_ACTIVE, STATE_ACTIVE},
                 {EVENT_INVALID, STATE_INVALID},
                 {EVENT_BLOCKED, STATE_BLOCKED},
                 {EVENT_SUSPECT, STATE_SUSPECT},
                 {EVENT_COMPLAINED, STATE_COMPLAINED}};
    size_t i = 0;

    while (i + 1 < sizeof marks / sizeof *marks && marks[i].kind != kind)
        i++;
    return state_words(marks[i].state);
}

static const struct decision *decision_of(const struct judgement *judgement, uint32_t step)
{
    for (size_t i = judgement->n; i > 0; i--)
        if (judgement->decisions[i - 1].step == step)
            return &judgement->decisions[i - 1];
    return NULL;
}

/* What the step decided of an address, or took back; where later steps hide it, that there was something. */
static void describe_decision(struct txn *txn, const struct entry *entry, uint32_t step,
                              struct str *out)
{
    struct judgement now = {0};

    judgements_get(txn, entry->folded, &now);
    const struct decision *made = decision_of(&now, step);
    const struct decision *last = entry->was.n ? &entry->was.decisions[entry->was.n - 1] : NULL;
    str_addf(out, "%.*s: ", SPAN_ARGS(entry->folded));
    if (made)
        str_addf(out, _("marked %s"), decided_words(made->kind));
    else if (last && !decision_of(&now, last->step))
        str_addf(out, _("no more marked %s"), decided_words(last->kind));
    else if (now.corrected_to.n && !entry->was.corrected_to.n)
        str_addf(out, _("corrected to %.*s"), SPAN_ARGS(now.corrected_to));
    else if (entry->was.corrected_to.n && !now.corrected_to.n)
        str_addf(out, _("no more corrected to %.*s"), SPAN_ARGS(entry->was.corrected_to));
    else
        str_add_text(out, _("decided, and taken back since"));
    judgement_free(&now);
}

static void describe(struct txn *txn, const struct entry *entry, uint32_t step, struct str *out)
{
    struct contact contact = {0};

    switch (entry->kind) {
    case ENTRY_CONTACT:
        if (contacts_get(txn, entry->id, &contact))
            str_addf(out, "%.*s", SPAN_ARGS(contact.address));
        else
            str_addf(out, _("contact %u (gone)"), entry->id);
        if (entry->absent)
            str_add_text(out, _(": added"));
        else if (!span_equal(contact.address, entry->before.address))
            str_addf(out, _(": was %.*s"), SPAN_ARGS(entry->before.address));
        else
            str_add_text(out, _(": changed"));
        break;
    case ENTRY_TAGS:
        if (contacts_get(txn, entry->id, &contact))
            str_addf(out, _("%.*s: tags were \"%.*s\", became \"%.*s\""), SPAN_ARGS(contact.address),
                     SPAN_ARGS(entry->tags_before), SPAN_ARGS(entry->tags_after));
        else
            str_addf(out, _("contact %u (gone)"), entry->id);
        break;
    case ENTRY_ADDED:
        str_addf(out, ngettext("%u contact added, id %u", "%u contacts added, from id %u on", entry->count),
                 entry->count, entry->id);
        break;
    case ENTRY_ADDRESS:
        describe_decision(txn, entry, step, out);
        break;
    case ENTRY_EVIDENCE:
        str_addf(out, entry->absent ? _("%.*s: a bounce") : _("%.*s: a bounce, judged anew"),
                 SPAN_ARGS(entry->folded));
        break;
    case ENTRY_REVIEW:
        str_addf(out, _("%.*s: an item of review"), SPAN_ARGS(entry->folded));
        break;
    }
    contact_free(&contact);
}

static void show(struct history *history, struct session *session)
{
    struct entries_walk walk = {0};
    struct str text = {0}, title = {0};
    uint32_t number = history->last - history->cursor;
    size_t n = 0;

    str_addf(&title, _("What step %u changed"), number);
    struct textview *view = text_page_open(session, str_text(&title));
    struct txn *txn = session_read(session);
    while (txn && n < ENTRIES_MOST && entries_next(txn, number, &walk)) {
        str_clear(&text);
        describe(txn, &walk.entry, number, &text);
        textview_add(view, STYLE_NORMAL, 0, span_of_str(&text));
        n++;
    }
    entries_walk_end(&walk);
    txn_end(txn);
    if (!n)
        textview_words(view, STYLE_DIM, 0, _("Nothing that is kept."));
    if (n == ENTRIES_MOST)
        textview_words(view, STYLE_DIM, 0, _("… and more"));
    str_free(&text);
    str_free(&title);
}

static bool history_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct history *history = (struct history *)page;
    uint32_t rows = draw_rows() > 7 ? (uint32_t)draw_rows() - 6 : 1;
    uint32_t last = history->last ? history->last - 1 : 0;

    (void)key;
    switch (act) {
    case ACT_UP:
        history->cursor -= history->cursor > 0;
        return true;
    case ACT_DOWN:
        history->cursor += history->cursor < last;
        return true;
    case ACT_PAGE_UP:
        history->cursor -= history->cursor > rows ? rows : history->cursor;
        return true;
    case ACT_PAGE_DOWN:
        history->cursor = history->cursor + rows < last ? history->cursor + rows : last;
        return true;
    case ACT_TOP:
        history->cursor = 0;
        return true;
    case ACT_BOTTOM:
        history->cursor = last;
        return true;
    case ACT_UNDO:
        if (history->last)
            session_undo(session, history->last - history->cursor);
        return true;
    case ACT_OPEN:
        if (history->last)
            show(history, session);
        return true;
    case ACT_HISTORY:
        return true; /* we are there */
    default:
        return false;
    }
}

static void history_changed(struct page *page, struct session *session)
{
    (void)page;
    session->dirty = true;
}

static void history_free(struct page *page)
{
    free(page);
}

static const struct page_ops history_ops = {
    .place = history_place,
    .draw = history_draw,
    .act = history_act,
    .changed = history_changed,
    .free = history_free,
};

void history_open(struct session *session)
{
    struct history *history = alloc_zero(1, sizeof *history);
    struct txn *txn = session_read(session);

    history->last = txn ? steps_last(txn) : 0; /* keys may be typed ahead of what is drawn */
    txn_end(txn);
    history->page.ops = &history_ops;
    session_push(session, &history->page);
}
