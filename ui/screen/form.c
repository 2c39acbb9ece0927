/* SPDX-License-Identifier: MIT */
#include "screen/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "base/utf8.h"
#include "screen/ask.h"
#include "screen/draft.h"
#include "screen/form_save.h"
#include "screen/textview.h"
#include "screen/why.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/judgements.h"


bool form_load(struct form *form, struct session *session)
{
    struct contact contact = {0};
    struct evidence evidence;
    struct str bytes = {0};
    int64_t now = date_now();
    struct txn *txn = session_store(session) ? session_read(session) : NULL;

    if (session_store(session) && !txn)
        return false;
    bool found = !form->id || contacts_get(txn, form->id, &contact);
    if (found) {
        form_fields_free(&form->fields);
        form_fields_load(&form->fields, txn, &contact);
        form->expected = form->id ? entries_last_of_contact(txn, &contact) : 0;
        str_clear(&form->why);
        if (form->id) {
            struct standing standing = judgements_standing(txn, contact.folded, now);
            form->state = standing.state;
            why_standing(&standing, now, &form->why);
            if (standing.state != STATE_ACTIVE &&
                why_deciding(txn, contact.folded, &standing, &evidence, &bytes)) {
                str_add_text(&form->why, ". ");
                why_evidence(&evidence, &form->why);
            }
        }
        form->note_stale = true;
    }
    contact_free(&contact);
    str_free(&bytes);
    txn_end(txn);
    return found;
}

static enum place form_place(const struct page *page)
{
    (void)page;
    return PLACE_FORM;
}

void form_note_refresh(struct form *form, struct session *session)
{
    if (!form->note_stale)
        return;
    form->note_stale = false;
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    form_note_make(&form->note, txn, form_field_of(&form->fields, FIELD_ADDRESS), form->id,
                   date_now());
    txn_end(txn);
}

/* Is there something to say about the address that goes before its suggestion? */
static bool has_note(const struct form *form)
{
    const struct form_note *note = &form->note;

    return note->text.n && !(form->id && !note->wrong && !note->other && !note->dead);
}

/* What the suggestion takes of the address's row; 0: it stands in the row below, where it fits. */
static int beside(const struct form *form, int width)
{
    int wanted = (int)utf8_width(span_of_str(&form->note.suggestion)) + 4;
    int typed = (int)utf8_width(form_field_text(&form->fields.fields[0])) + 2;

    if (!form->note.suggestion.n || (wanted + typed > width && !has_note(form)))
        return 0;
    return wanted < width / 2 ? wanted : width / 2;
}

static void draw_note(const struct form *form, int y, int x, int width)
{
    const struct form_note *note = &form->note;

    if (has_note(form))
        draw_format(y, x, width, note->wrong || note->dead ? STYLE_BAD : STYLE_WARN, "%s",
                    str_text(&note->text));
    else if (note->suggestion.n && !beside(form, draw_columns() - 18))
        draw_format(y, x, width, STYLE_GOOD, "→ %s", str_text(&note->suggestion));
    else if (note->suggestion.n)
        draw_words(y, x, width, STYLE_DIM, _("→ at the end of the line takes it"));
}

/* One field; says where the cursor is if it has the focus. */
static void draw_field(struct form *form, size_t i, int y, int *cursor_y, int *cursor_x)
{
    struct form_field *field = &form->fields.fields[i];
    int label = 14, width = draw_columns() - label - 4; /* as in draw_note */
    struct span shown;
    size_t cursor;
    bool focus = i == form->at, address = field->kind == FIELD_ADDRESS;

    draw_words(y, 1, label, focus ? STYLE_BOLD : STYLE_NORMAL, form_field_label(field));
    draw_words(y, label + 1, 1, STYLE_BOLD, form_field_changed(field) ? "*" : "");
    int room = width - (address ? beside(form, width) : 0);
    lineedit_view(&field->line, (size_t)room, &shown, &cursor);
    if (focus) {
        draw_cell(y, label + 3, room, STYLE_INPUT, shown);
        *cursor_y = y;
        *cursor_x = label + 3 + (int)cursor;
    } else {
        draw_text(y, label + 3, room, STYLE_NORMAL, shown);
    }
    if (room < width)
        draw_format(y, label + 3 + room + 1, width - room - 1, STYLE_GOOD, "→ %s",
                    str_text(&form->note.suggestion));
}

static int draw_top(struct form *form)
{
    int columns = draw_columns();
    struct textview why = {0};

    draw_blank(0, 0, columns, STYLE_BAR);
    if (form->id)
        draw_format(0, 1, columns - 2, STYLE_BAR, _("Edit %s"), form->fields.fields[0].before);
    else
        draw_words(0, 1, columns - 2, STYLE_BAR, _("New contact"));
    if (!form->why.n)
        return 2;
    textview_add(&why, draw_state_style(form->state), 0, span_of_str(&form->why));
    int rows = (int)textview_height(&why, columns - 2);
    if (rows > 4)
        rows = 4;
    textview_draw(&why, (struct area){1, 1, rows, columns - 2});
    textview_free(&why);
    return rows + 2;
}

static void form_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct form *form = (struct form *)page;

    form_note_refresh(form, session);
    int row = draw_top(form), last = draw_rows() - 3;
    /* The first field has its note below it, so it takes two rows. */
    int room = last - row;
    if (form->at < form->top)
        form->top = form->at;
    while (form->at - form->top + 1 + (form->top == 0) > (size_t)room)
        form->top++;
    for (size_t i = form->top; i < form->fields.n && row <= last; i++) {
        draw_field(form, i, row++, y, x);
        if (i == 0)
            draw_note(form, row++, 17, draw_columns() - 18);
    }
    if (form_fields_changed(&form->fields))
        draw_words(draw_rows() - 2, 1, draw_columns() - 2, STYLE_DIM, _("* not saved yet"));
}

/* ---- leaving */

static void left(struct session *session, void *arg, int value)
{
    struct form *form = arg;

    if (value == 1) {
        form->then_next = false;
        form_save(form, session);
    } else if (value == 2) {
        draft_drop(session->store_path);
        session_pop(session);
    }
}

static void leave(struct form *form, struct session *session)
{
    static const struct ask_answer answers[] = {{'s', N_("save"), 1}, {'d', N_("drop it"), 2}};

    if (!form_fields_changed(&form->fields)) {
        session_pop(session);
        return;
    }
    ask_open(session, _("Something was typed"), span_of(_("It is not saved yet.")), answers, 2,
             left, form, NULL);
}

static void take(struct form *form, struct session *session)
{
    struct form_field *field = &form->fields.fields[form->at];

    form_note_refresh(form, session); /* keys may be typed ahead of what is drawn */
    if (field->kind == FIELD_ADDRESS && form->note.suggestion.n && lineedit_at_end(&field->line)) {
        lineedit_set(&field->line, span_of_str(&form->note.suggestion));
        form->note_stale = true;
    } else {
        lineedit_act(&field->line, ACT_LINE_RIGHT);
    }
}

static void ask_dns(struct form *form, struct session *session)
{
    struct str meant = {0}, unused = {0};

    form_note_refresh(form, session);
    if (form->note.wrong) {
        session_say(session, "%s", str_text(&form->note.text));
        return;
    }
    struct span suggestion = span_of_str(&form->note.suggestion);
    if (suggestion.n && address_fold(suggestion, &unused, &meant, NULL) != RESULT_OK)
        str_clear(&meant);
    dns_ask(session, address_domain(span_of_str(&form->note.folded)),
            meant.n ? address_domain(span_of_str(&meant)) : SPAN_NONE);
    str_free(&meant);
    str_free(&unused);
}

static bool form_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct form *form = (struct form *)page;

    (void)key;
    switch (act) {
    case ACT_SAVE:
    case ACT_SAVE_NEXT:
        form->then_next = act == ACT_SAVE_NEXT;
        form_save(form, session);
        return true;
    case ACT_DOWN:
        form->at = (form->at + 1) % form->fields.n;
        return true;
    case ACT_UP:
        form->at = (form->at + form->fields.n - 1) % form->fields.n;
        return true;
    case ACT_TAKE:
        take(form, session);
        return true;
    case ACT_CLOSE:
        leave(form, session);
        return true;
    case ACT_CANCEL:
        if (form_fields_changed(&form->fields))
            session_say(session, "%s", _("dropped what was typed"));
        draft_drop(session->store_path);
        session_pop(session);
        return true;
    case ACT_DNS:
        ask_dns(form, session);
        return true;
    case ACT_HELP:
    case ACT_REDRAW:
        return false;
    default:
        if (lineedit_act(&form->fields.fields[form->at].line, act))
            form->note_stale |= form->at == 0;
        return true;
    }
}

static void form_type(struct page *page, struct session *session, key_code code,
                      struct span pasted)
{
    struct form *form = (struct form *)page;
    struct lineedit *line = &form->fields.fields[form->at].line;

    (void)session;
    if (code == K_PASTE ? lineedit_paste(line, pasted) : lineedit_type(line, code))
        form->note_stale |= form->at == 0;
}

static void form_changed(struct page *page, struct session *session)
{
    ((struct form *)page)->note_stale = true;
    session->dirty = true;
}

static void form_rescue(struct page *page, struct session *session)
{
    struct form *form = (struct form *)page;

    if (form_fields_changed(&form->fields))
        draft_save(session->store_path, form->id, &form->fields);
}

static void form_free(struct page *page)
{
    struct form *form = (struct form *)page;

    form_fields_free(&form->fields);
    form_note_free(&form->note);
    str_free(&form->why);
    free(form);
}

static const struct page_ops form_ops = {
    .place = form_place,
    .draw = form_draw,
    .act = form_act,
    .type = form_type,
    .changed = form_changed,
    .rescue = form_rescue,
    .free = form_free,
};

static struct form *open_form(struct session *session, uint32_t id)
{
    struct form *form = alloc_zero(1, sizeof *form);

    form->page.ops = &form_ops;
    form->id = id;
    if (!form_load(form, session)) {
        session_complain(session, "%s", _("this contact is not there any more"));
        form_free(&form->page);
        return NULL;
    }
    session_push(session, &form->page);
    return form;
}

void form_open(struct session *session, uint32_t id)
{
    open_form(session, id);
}

bool form_restore(struct session *session)
{
    uint32_t id;

    if (!draft_find(session->store_path, &id))
        return false;
    struct form *form = open_form(session, id);
    if (!form) /* the contact is gone, what was typed is not */
        form = open_form(session, 0);
    if (!form)
        return false;
    draft_load(&form->fields);
    form->note_stale = true;
    session_say(session, "%s", _("The line was lost: here is what was typed. Enter saves it, Ctrl-G "
                                 "drops it."));
    return true;
}
