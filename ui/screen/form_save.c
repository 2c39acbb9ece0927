/* SPDX-License-Identifier: MIT */
#include "screen/form_save.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/ask.h"
#include "screen/bulk.h"
#include "screen/draft.h"
#include "screen/form.h"
#include "screen/list.h"
#include "screen/words.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/steps.h"

static void command_of(const struct form *form, struct str *out)
{
    static const char *const options[] = {[FIELD_ADDRESS] = "address",
                                          [FIELD_NAME] = "name",
                                          [FIELD_TAGS] = "tag",
                                          [FIELD_EXTERNAL] = "external-id"};
    str_add_text(out, form->id ? "zwrotka edit " : "zwrotka add");
    if (form->id)
        words_quote(span_of(form->fields.fields[0].before), out);
    for (size_t i = 0; i < form->fields.n; i++) {
        const struct form_field *field = &form->fields.fields[i];
        if (!form_field_changed(field))
            continue;
        struct str value = {0};
        if (field->kind == FIELD_OTHER)
            str_addf(&value, "%s=", field->name);
        str_add(&value, form_field_text(field));
        str_addf(out, " --%s ", field->kind == FIELD_OTHER ? "field" : options[field->kind]);
        words_quote(span_of_str(&value), out);
        str_free(&value);
    }
}

static enum result save_edit(struct form *form, struct session *session, const struct actor *actor,
                             struct outcome *outcome, struct error *error)
{
    struct contact_field *others = alloc_zero(form->fields.n, sizeof *others);
    struct contact_edit edit = {.fields = others};

    for (size_t i = 0; i < form->fields.n; i++) {
        const struct form_field *field = &form->fields.fields[i];
        struct span text = form_field_text(field);
        if (!form_field_changed(field))
            continue;
        if (!text.at)
            text = SPAN("");
        if (field->kind == FIELD_ADDRESS)
            edit.address = text;
        else if (field->kind == FIELD_NAME)
            edit.name = text;
        else if (field->kind == FIELD_TAGS)
            edit.tags = text;
        else if (field->kind == FIELD_EXTERNAL)
            edit.external_id = text;
        else
            others[edit.n++] = (struct contact_field){span_of(field->name), text};
    }
    enum result result = action_edit(session_store(session), actor, form->id, &edit,
                                     form->overwrite ? 0 : form->expected, form->force, outcome,
                                     error);
    free(others);
    return result;
}

static enum result save_new(struct form *form, struct session *session, const struct actor *actor,
                            struct outcome *outcome, struct error *error)
{
    struct contact contact = {0};
    struct str tags = {0};

    if (!session_store(session)) {
        struct store *store;
        enum result result = store_open(session->store_path, true, &store, error);
        if (result != RESULT_OK)
            return result;
        session_take_store(session, store);
    }
    for (size_t i = 0; i < form->fields.n; i++) {
        const struct form_field *field = &form->fields.fields[i];
        struct span text = form_field_text(field);
        if (field->kind == FIELD_ADDRESS)
            contact.address = text;
        else if (field->kind == FIELD_NAME)
            contact.name = text;
        else if (field->kind == FIELD_EXTERNAL)
            contact.external_id = text;
        else if (field->kind == FIELD_TAGS)
            contact_tags_typed(text, &tags);
        else if (text.n)
            contact_set_field(&contact, span_of(field->name), text);
    }
    contact.tags = span_of_str(&tags);
    enum result result =
        action_add(session_store(session), actor, &contact, form->force, outcome, error);
    contact_free(&contact);
    str_free(&tags);
    return result;
}

/* The question is answered by the form below it: it is still there, for nothing else closes it. */
static void forced(struct session *session, void *arg, int value)
{
    struct form *form = arg;

    if (!value)
        return;
    form->force = true;
    form_save(form, session);
}

static void merged(struct session *session, void *arg, int value)
{
    struct form *form = arg;
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};
    uint32_t into = form->note.other, from = form->id;

    if (!value)
        return;
    str_addf(&command, "zwrotka merge %u %u", into, from);
    struct actor actor = session_actor(session, str_text(&command));
    enum result result =
        action_merge(session_store(session), &actor, into, from, &outcome, &error);
    if (result == RESULT_OK)
        session_pop(session); /* frees form */
    bulk_said(session, result, &outcome, &error, str_text(&command), _("merged"));
    outcome_free(&outcome);
    str_free(&command);
}

static void refused(struct form *form, struct session *session, const struct error *error)
{
    static const struct ask_answer force[] = {{'y', N_("save all the same"), 1}};
    static const struct ask_answer merge[] = {{'m', N_("merge this contact into the other"), 1}};
    struct str text = {0};

    form->note_stale = true;
    form_note_refresh(form, session);
    str_addf(&text, "%s\n", error->text);
    if (form->note.other && form->id) {
        str_add_text(&text, _("\nMerging keeps the other one; what it lacks comes from this one. u "
                              "takes it back."));
        ask_open(session, _("Another contact has this address"), span_of_str(&text), merge, 1,
                 merged, form, NULL);
    } else if (form->note.dead && !form->note.other) {
        ask_open(session, _("This address is known to be dead"), span_of_str(&text), force, 1,
                 forced, form, NULL);
    } else {
        session_complain(session, "%s", error->text);
    }
    str_free(&text);
}

static void conflict_answered(struct session *session, void *arg, int value)
{
    struct form *form = arg;

    if (value == 1) {
        if (form_load(form, session))
            session_say(session, "%s", _("as your colleague left it"));
        else
            session_complain(session, "%s", _("the contact is gone"));
    } else if (value == 2) {
        form->overwrite = true;
        form_save(form, session);
    }
}

/* Theirs beside ours, field by field; of what we did not touch, theirs stays in any case. */
static void both(const struct form_fields *mine, const struct form_fields *theirs, struct str *out)
{
    for (size_t i = 0; i < theirs->n; i++) {
        const struct form_field *other = &theirs->fields[i];
        const struct form_field *own = form_field_same(mine, other);
        struct span text = form_field_text(other), was = own ? span_of(own->before) : SPAN("");
        if (own && form_field_changed(own) && !span_equal(form_field_text(own), text))
            str_addf(out, _("%s\n    theirs: %.*s\n    yours:  %.*s\n"), form_field_label(own),
                     SPAN_ARGS(text), SPAN_ARGS(form_field_text(own)));
        else if (!span_equal(span_trim(was), text))
            str_addf(out, _("%s\n    theirs: %.*s\n    yours:  not touched; theirs stays\n"),
                     form_field_label(other), SPAN_ARGS(text));
    }
}

static bool conflict(struct form *form, struct session *session)
{
    static const struct ask_answer answers[] = {{'r', N_("reload theirs, drop mine"), 1},
                                                {'o', N_("overwrite with mine"), 2}};
    struct txn *txn = session_read(session);
    struct contact contact = {0};
    struct form_fields theirs = {0};
    struct str text = {0};
    struct step step;
    uint32_t last = 0;

    bool other = txn && contacts_get(txn, form->id, &contact) &&
                 (last = entries_last_of_contact(txn, &contact)) != form->expected;
    if (other) {
        if (steps_get(txn, last, &step))
            str_addf(&text, _("%.*s changed it meanwhile.\n\n"), SPAN_ARGS(step.who));
        form_fields_load(&theirs, txn, &contact);
        both(&form->fields, &theirs, &text);
    }
    form_fields_free(&theirs);
    contact_free(&contact);
    txn_end(txn);
    if (other)
        ask_open(session, _("A colleague was faster"), span_of_str(&text), answers, 2,
                 conflict_answered, form, NULL);
    str_free(&text);
    return other;
}

static void saved(struct form *form, struct session *session, uint32_t id, const char *command)
{
    struct str address = {0};
    uint32_t next = form->then_next ? form->next : 0;
    bool new = !form->id;

    str_add(&address, form_field_text(&form->fields.fields[0]));
    session_remember(session, command);
    draft_drop(session->store_path);
    bool more = form->then_next;
    session_pop(session); /* frees form */
    list_go(session->list, id);
    if (new)
        list_again(session, session->list);
    session_say(session, new ? _("Added %s. u takes it back.   (%s)")
                             : _("Saved %s. u takes it back.   (%s)"),
                str_text(&address), command);
    if (more && (next || new))
        form_open(session, next); /* after a new one another new one */
    else if (more)
        session_say(session, _("Saved %s. That was the last one."), str_text(&address));
    str_free(&address);
}

void form_save(struct form *form, struct session *session)
{
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};

    form->note_stale = true;
    form_note_refresh(form, session);
    if (form->note.wrong) {
        form->at = 0;
        session_complain(session, "%s", str_text(&form->note.text));
        return;
    }
    form->next = form->id ? list_neighbour(session->list, form->id, 1) : 0;
    if (!form_fields_changed(&form->fields)) {
        uint32_t next = form->then_next ? form->next : 0;
        session_pop(session);
        if (next) {
            list_go(session->list, next);
            form_open(session, next);
        } else {
            session_say(session, "%s", _("nothing was changed"));
        }
        return;
    }
    command_of(form, &command);
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("saving…"));
    enum result result = form->id ? save_edit(form, session, &actor, &outcome, &error)
                                  : save_new(form, session, &actor, &outcome, &error);
    form->force = form->overwrite = false;
    if (result == RESULT_OK)
        saved(form, session, form->id ? form->id : outcome.id, str_text(&command));
    else if (result == RESULT_DATA)
        refused(form, session, &error);
    else if (result != RESULT_BUSY || !form->id || !conflict(form, session))
        session_complain(session, "%s", error.text);
    outcome_free(&outcome);
    str_free(&command);
}
