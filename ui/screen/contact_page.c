/* SPDX-License-Identifier: MIT */
#include "screen/contact_page.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "screen/bulk.h"
#include "screen/form.h"
#include "screen/list.h"
#include "screen/rows.h"
#include "screen/textview.h"
#include "screen/why.h"
#include "screen/words.h"
#include "store/contacts.h"
#include "store/judgements.h"
#include "store/entries.h"
#include "store/steps.h"

enum { STEPS_MOST = 64, BOUNCES_MOST = 200 };

struct contact_page {
    struct page page;
    uint32_t id;
    struct textview view;
    struct str address, folded, name;
    enum state state;
    bool gone;
    bool stale; /* to be built anew */
};

static enum place contact_place(const struct page *page)
{
    (void)page;
    return PLACE_CONTACT;
}

static void heading(struct textview *view, const char *text)
{
    textview_words(view, STYLE_NORMAL, 0, "");
    textview_words(view, STYLE_BOLD, 0, text);
}

/* Returns the number of the bounce that decided, 0 for none. */
static uint32_t add_why(struct textview *view, struct txn *txn, struct span folded,
                        const struct standing *standing, int64_t now)
{
    struct str text = {0}, bytes = {0};
    struct evidence evidence = {0};
    char date[24];

    heading(view, _("Why"));
    why_standing(standing, now, &text);
    textview_add(view, draw_state_style(standing->state), 1, span_of_str(&text));
    bool decided = why_deciding(txn, folded, standing, &evidence, &bytes);
    if (decided && standing->state == STATE_ACTIVE && evidence.time <= standing->since) {
        evidence.number = 0; /* it is told below, with the others */
        textview_words(view, STYLE_NORMAL, 1, _("What bounced before that counts no more."));
    } else if (decided) {
        str_clear(&text);
        why_evidence(&evidence, &text);
        date_long(evidence.time, now, date);
        textview_pair(view, 1, 14, date, span_of_str(&text));
    } else if (standing->reason == REASON_manual) {
        textview_words(view, STYLE_NORMAL, 1, _("Somebody said so; the history below names who."));
    } else if (standing->state == STATE_ACTIVE) {
        textview_words(view, STYLE_NORMAL, 1, _("No bounce is known of this address."));
    }
    textview_words(view, STYLE_DIM, 1,
                   state_sendable(standing->state, false) ? _("May be mailed.")
                                                          : _("Is not mailed."));
    str_free(&text);
    str_free(&bytes);
    return evidence.number;
}

static void add_bounces(struct textview *view, struct txn *txn, struct span folded, uint32_t said,
                        const char *title, int64_t now)
{
    struct evidence_walk walk = {0};
    struct str text = {0};
    size_t n = 0;
    char date[24];

    while (n < BOUNCES_MOST && evidence_next(txn, folded, &walk)) {
        if (walk.evidence.number == said)
            continue; /* above, under "Why" */
        if (n++ == 0)
            heading(view, title);
        str_clear(&text);
        why_evidence(&walk.evidence, &text);
        date_long(walk.evidence.time, now, date);
        textview_pair(view, 1, 14, date, span_of_str(&text));
    }
    evidence_walk_end(&walk);
    str_free(&text);
}

/* What it was corrected from, and what came back from there. */
static void add_before(struct textview *view, struct txn *txn, const struct contact *contact,
                       int64_t now)
{
    uint32_t steps[STEPS_MOST];
    size_t n = entries_of_contact(txn, contact->id, steps, STEPS_MOST);
    struct str folded = {0}, title = {0}, last = {0};

    for (size_t i = n; i > 0 && contact->corrected; i--) {
        if (!entries_address_before(txn, steps[i - 1], contact->id, &folded) ||
            span_equal(span_of_str(&folded), contact->folded) ||
            span_equal(span_of_str(&folded), span_of_str(&last)))
            continue;
        str_clear(&title);
        str_addf(&title, _("Corrected from %s, which bounced"), str_text(&folded));
        add_bounces(view, txn, span_of_str(&folded), 0, str_text(&title), now);
        str_clear(&last);
        str_add(&last, span_of_str(&folded));
    }
    str_free(&folded);
    str_free(&title);
    str_free(&last);
}

static void add_field(struct textview *view, const char *label, struct span value)
{
    if (value.n)
        textview_pair(view, 1, 14, label, value);
}

static void add_fields(struct textview *view, const struct contact *contact)
{
    struct str label = {0};

    heading(view, _("Contact"));
    add_field(view, _("address"), contact->address);
    add_field(view, _("name"), contact->name);
    add_field(view, _("tags"), contact->tags);
    add_field(view, _("external id"), contact->external_id);
    for (size_t i = 0; i < contact->n; i++) {
        str_clear(&label);
        utf8_visible(contact->fields[i].name, &label);
        add_field(view, str_text(&label), contact->fields[i].value);
    }
    str_free(&label);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* The steps that touched the contact or its address. */
static void add_history(struct textview *view, struct txn *txn, uint32_t id, struct span folded,
                        int64_t now)
{
    uint32_t steps[2 * STEPS_MOST];
    struct step step;
    struct str text = {0};
    char date[24];

    size_t n = entries_of_contact(txn, id, steps, STEPS_MOST);
    n += entries_of_address(txn, folded, steps + n, STEPS_MOST);
    if (!n)
        return;
    qsort(steps, n, sizeof *steps, by_number);
    heading(view, _("History"));
    for (size_t i = 0; i < n; i++) {
        if ((i && steps[i] == steps[i - 1]) || !steps_get(txn, steps[i], &step))
            continue;
        str_clear(&text);
        str_addf(&text, _("%.*s, step %u: "), SPAN_ARGS(step.who), step.number);
        if (step.command.n)
            words_command(step.command, &text);
        else
            str_add_text(&text, step_kind_name(step.kind));
        if (step.undone_by)
            str_addf(&text, _("  (taken back by step %u)"), step.undone_by);
        date_long(step.time, now, date);
        textview_pair(view, 1, 14, date, span_of_str(&text));
    }
    str_free(&text);
}

static void build(struct contact_page *contact, struct session *session)
{
    struct row row = {0};
    int64_t now = date_now();
    struct txn *txn = session_read(session);

    contact->stale = false;
    if (!txn)
        return;
    textview_clear(&contact->view);
    contact->gone = !row_load(&row, txn, contact->id, now);
    if (!contact->gone) {
        str_clear(&contact->address);
        str_add(&contact->address, row.contact.address);
        str_clear(&contact->folded);
        str_add(&contact->folded, row.contact.folded);
        struct span folded = span_of_str(&contact->folded);
        str_clear(&contact->name);
        str_add(&contact->name, row.contact.name);
        contact->state = row.standing.state;
        uint32_t said = add_why(&contact->view, txn, folded, &row.standing, now);
        add_fields(&contact->view, &row.contact);
        add_bounces(&contact->view, txn, folded, said,
                    said ? _("Other bounces, oldest first") : _("Bounces, oldest first"), now);
        add_before(&contact->view, txn, &row.contact, now);
        add_history(&contact->view, txn, contact->id, folded, now);
    } else {
        textview_words(&contact->view, STYLE_BAD, 0, _("This contact is not there any more."));
    }
    row_free(&row);
    txn_end(txn);
}

static void contact_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct contact_page *contact = (struct contact_page *)page;
    int columns = draw_columns();

    if (contact->stale)
        build(contact, session);
    draw_blank(0, 0, columns, STYLE_BAR);
    int used = draw_text(0, 1, columns - 14, STYLE_BAR, span_of_str(&contact->address)) + 3;
    draw_text(0, used, columns - 13 - used, STYLE_BAR, span_of_str(&contact->name));
    draw_right(0, columns - 12, 11, STYLE_BAR, span_of(state_words(contact->state)));
    textview_draw(&contact->view, (struct area){1, 1, draw_rows() - 3, columns - 2});
    *y = 0;
    *x = 1;
}

static void go(struct contact_page *contact, struct session *session, int by)
{
    uint32_t id = list_neighbour(session->list, contact->id, by);

    if (!id) {
        session_say(session, "%s", by > 0 ? _("that was the last one") : _("that is the first"));
        return;
    }
    contact->id = id;
    contact->view.top = 0;
    contact->stale = true;
    list_go(session->list, id);
}

static bool contact_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct contact_page *contact = (struct contact_page *)page;

    (void)key;
    if (contact->stale) /* keys may be typed ahead of what is drawn */
        build(contact, session);
    if (textview_act(&contact->view, act, draw_rows() - 3))
        return true;
    switch (act) {
    case ACT_EDIT:
        form_open(session, contact->id);
        return true;
    case ACT_MARK:
        bulk_mark(session, &contact->id, 1);
        return true;
    case ACT_TAG:
        bulk_tag(session, &contact->id, 1);
        return true;
    case ACT_DOMAIN:
        bulk_domain(session, contact->id);
        return true;
    case ACT_ORIGINAL:
        original_open(session, span_of_str(&contact->folded));
        return true;
    case ACT_DNS:
        bulk_dns(session, contact->id);
        return true;
    case ACT_NEXT:
    case ACT_PREVIOUS:
        go(contact, session, act == ACT_NEXT ? 1 : -1);
        return true;
    case ACT_COPY:
    case ACT_COPY_ROW:
        list_copy(session, contact->id, act == ACT_COPY_ROW);
        return true;
    default:
        return false;
    }
}

static void contact_changed(struct page *page, struct session *session)
{
    ((struct contact_page *)page)->stale = true;
    session->dirty = true;
}

static void contact_page_free(struct page *page)
{
    struct contact_page *contact = (struct contact_page *)page;

    textview_free(&contact->view);
    str_free(&contact->address);
    str_free(&contact->folded);
    str_free(&contact->name);
    free(contact);
}

static const struct page_ops contact_ops = {
    .place = contact_place,
    .draw = contact_draw,
    .act = contact_act,
    .changed = contact_changed,
    .free = contact_page_free,
};

void contact_open(struct session *session, uint32_t id)
{
    struct contact_page *contact = alloc_zero(1, sizeof *contact);

    contact->page.ops = &contact_ops;
    contact->id = id;
    contact->stale = true;
    session_push(session, &contact->page);
}
