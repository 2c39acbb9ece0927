/* SPDX-License-Identifier: MIT */
#include "screen/bulk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/suggest.h"
#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "contact/typo.h"
#include "screen/ask.h"
#include "screen/list.h"
#include "screen/prompt.h"
#include "screen/text_page.h"
#include "screen/words.h"
#include "store/contacts.h"
#include "store/judgements.h"

enum { PREVIEW_ROWS = 8 };

struct bulk {
    uint32_t *ids;
    size_t n;
    enum state state;
    char *text; /* tag change, or the new domain */
    char *from; /* the old domain */
};

static void bulk_free(void *arg)
{
    struct bulk *bulk = arg;

    free(bulk->ids);
    free(bulk->text);
    free(bulk->from);
    free(bulk);
}

static struct bulk *bulk_new(const uint32_t *ids, size_t n)
{
    struct bulk *bulk = alloc_zero(1, sizeof *bulk);

    bulk->ids = alloc((n ? n : 1) * sizeof *ids);
    if (n)
        memcpy(bulk->ids, ids, n * sizeof *ids);
    bulk->n = n;
    return bulk;
}

bool bulk_said(struct session *session, enum result result, const struct outcome *outcome,
               const struct error *error, const char *command, const char *done)
{
    struct str number = {0};

    session->dirty = true;
    if (result != RESULT_OK && !outcome->changed) {
        session_complain(session, "%s",
                         result == RESULT_NO ? _("nothing to change") : error->text);
        return false;
    }
    session_remember(session, command);
    words_number(outcome->changed, &number);
    if (outcome->refused)
        session_complain(session,
                         ngettext("%s %s, %" PRIu64 " left as it was. u takes it back.",
                                  "%s %s, %" PRIu64 " left as they were. u takes it back.",
                                  outcome->refused),
                         str_text(&number), done, outcome->refused);
    else if (outcome->changed)
        session_say(session, _("%s %s. u takes it back.   (%s)"), str_text(&number), done, command);
    else
        session_say(session, "%s", _("nothing changed: it was so already"));
    if (outcome->refused && outcome->notes.n) {
        struct textview *view = text_page_open(session, _("Left as they were"));
        textview_add(view, STYLE_NORMAL, 0, span_of_str(&outcome->notes));
    }
    str_free(&number);
    return outcome->changed > 0;
}

/* The query that a command line would have: the list's own if all that it shows are meant, else
 * "id:5,7,9", cut where it is long. */
static void ids_query(struct session *session, const struct bulk *bulk, struct str *out)
{
    if (bulk->n > 1 && list_is_selected(session->list, &session->selection, bulk->n)) {
        struct span query = list_query(session->list);
        if (query.n)
            words_quote(query, out);
        else
            str_add_text(out, "--all");
        return;
    }
    str_add_text(out, "id:");
    for (size_t i = 0; i < bulk->n && i < 20; i++)
        str_addf(out, i ? ",%" PRIu32 : "%" PRIu32, bulk->ids[i]);
    if (bulk->n > 20)
        str_add_text(out, ",…");
}

/* The first few of them, a line each. */
static void preview(struct session *session, const struct bulk *bulk, struct str *out)
{
    struct txn *txn = session_read(session);
    struct contact contact = {0};

    for (size_t i = 0; txn && i < bulk->n && i < PREVIEW_ROWS; i++) {
        contact_clear(&contact);
        if (contacts_get(txn, bulk->ids[i], &contact))
            str_addf(out, "  %.*s  %s\n", SPAN_ARGS(contact.address),
                     state_words(contacts_state(txn, bulk->ids[i])));
    }
    if (bulk->n > PREVIEW_ROWS) {
        words_more(bulk->n - PREVIEW_ROWS, out);
        str_add_char(out, '\n');
    }
    contact_free(&contact);
    txn_end(txn);
}

static void mark_now(struct session *session, void *arg, int value)
{
    struct bulk *bulk = arg;
    struct str command = {0}, done = {0};
    struct outcome outcome = {0};
    struct error error = {0};

    if (!value)
        return;
    str_addf(&command, "zwrotka mark %s ", state_name(bulk->state));
    ids_query(session, bulk, &command);
    struct actor actor = session_actor(session, str_text(&command));
    struct target target = {.ids = bulk->ids, .n = bulk->n};
    session_busy(session, _("marking…"));
    enum result result =
        action_mark(session_store(session), &actor, bulk->state, &target, &outcome, &error);
    str_addf(&done, _("marked %s"), state_words(bulk->state));
    bulk_said(session, result, &outcome, &error, str_text(&command), str_text(&done));
    outcome_free(&outcome);
    str_free(&command);
    str_free(&done);
}

static const struct ask_answer go_ahead[] = {{'y', N_("do it"), 1}};

static void mark_chosen(struct session *session, void *arg, int value)
{
    static const enum state states[] = {0, STATE_INVALID, STATE_ACTIVE, STATE_BLOCKED};
    struct bulk *bulk = arg;
    struct str text = {0}, title = {0}, number = {0};

    if (!value)
        return;
    bulk->state = states[value];
    if (bulk->n == 1) {
        mark_now(session, bulk, 1);
        return;
    }
    struct bulk *copy = bulk_new(bulk->ids, bulk->n); /* arg goes when we return */
    copy->state = bulk->state;
    words_number(bulk->n, &number);
    str_addf(&title, ngettext("Mark %s contact %s?", "Mark %s contacts %s?", bulk->n),
             str_text(&number), state_words(bulk->state));
    preview(session, bulk, &text);
    str_add_text(&text, _("\nOne step: u takes it back."));
    ask_open(session, str_text(&title), span_of_str(&text), go_ahead, 1, mark_now, copy, bulk_free);
    str_free(&text);
    str_free(&title);
    str_free(&number);
}

void bulk_mark(struct session *session, const uint32_t *ids, size_t n)
{
    static const struct ask_answer answers[] = {
        {'i', N_("invalid"), 1}, {'a', N_("active"), 2}, {'b', N_("blocked"), 3}};
    struct bulk *bulk = bulk_new(ids, n);
    struct str text = {0};

    preview(session, bulk, &text);
    str_add_text(&text, _("\ninvalid: the address is dead.  active: it may be mailed again, what "
                          "came before is cleared.  blocked: do not mail, whatever comes."));
    ask_open(session, _("Mark by hand"), span_of_str(&text), answers, 3, mark_chosen, bulk,
             bulk_free);
    str_free(&text);
}

static void tag_now(struct session *session, void *arg, int value)
{
    struct bulk *bulk = arg;
    struct str command = {0};
    struct outcome outcome = {0};
    struct error error = {0};

    if (!value)
        return;
    str_add_text(&command, "zwrotka tag ");
    ids_query(session, bulk, &command);
    str_add_text(&command, " --tag ");
    words_quote(span_of(bulk->text), &command);
    struct actor actor = session_actor(session, str_text(&command));
    struct target target = {.ids = bulk->ids, .n = bulk->n};
    session_busy(session, _("tagging…"));
    enum result result = action_tag(session_store(session), &actor, span_of(bulk->text), &target,
                                    &outcome, &error);
    bulk_said(session, result, &outcome, &error, str_text(&command), _("tagged"));
    outcome_free(&outcome);
    str_free(&command);
}

static void tag_typed(struct session *session, void *arg, struct span typed)
{
    struct bulk *bulk = arg;
    struct str text = {0}, title = {0}, number = {0};

    if (!typed.n)
        return;
    free(bulk->text);
    bulk->text = span_copy(typed);
    if (bulk->n == 1) {
        tag_now(session, bulk, 1);
        return;
    }
    struct bulk *copy = bulk_new(bulk->ids, bulk->n);
    copy->text = alloc_text(bulk->text);
    words_number(bulk->n, &number);
    str_addf(&title, ngettext("Tags %.*s for %s contact?", "Tags %.*s for %s contacts?", bulk->n),
             SPAN_ARGS(typed), str_text(&number));
    preview(session, bulk, &text);
    str_add_text(&text, _("\nOne step: u takes it back."));
    ask_open(session, str_text(&title), span_of_str(&text), go_ahead, 1, tag_now, copy, bulk_free);
    str_free(&text);
    str_free(&title);
    str_free(&number);
}

void bulk_tag(struct session *session, const uint32_t *ids, size_t n)
{
    struct str label = {0};

    words_counted(ngettext(" Tags for %s contact (+a,-b): ", " Tags for %s contacts (+a,-b): ", n), n,
                  &label);
    prompt_open(session, str_text(&label), SPAN("+"), false, tag_typed, bulk_new(ids, n), bulk_free);
    str_free(&label);
}

static struct suggest_own own; /* of the store as it is shown */

void bulk_forget(void)
{
    suggest_own_free(&own);
}

bool bulk_suggest(struct txn *txn, struct span folded, struct str *out)
{
    struct str meant = {0};
    bool found = false;

    if (txn)
        found = suggest_domain(txn, address_domain(folded), &own, &meant);
    else /* no store yet: the providers alone */
        str_add(&meant, typo_suggest(address_domain(folded), NULL, NULL));
    found |= meant.n > 0;

    if (found)
        address_domain_unicode(span_of_str(&meant), out);
    str_free(&meant);
    return found;
}

/* Instead of a domain: each its own. */
static const char suggested[] = "suggested";

static enum result domain_run(struct session *session, const struct bulk *bulk, bool only_preview,
                              struct str *command, struct outcome *outcome, struct error *error)
{
    struct str text = {0};
    struct query *query;

    str_addf(&text, "domain:%s", bulk->from);
    enum result result = query_parse(span_of_str(&text), date_now(), &query, error);
    str_addf(command, "zwrotka edit --query ");
    words_quote(span_of_str(&text), command);
    str_addf(command, " --domain ");
    words_quote(span_of(bulk->text), command);
    struct actor actor = session_actor(session, str_text(command));
    if (result == RESULT_OK) /* takes the query */
        result = action_edit_domain(
            session_store(session), &actor, query,
            strcmp(bulk->text, suggested) == 0 ? SPAN_NONE : span_of(bulk->text), only_preview,
            outcome, error);
    str_free(&text);
    return result;
}

static void domain_now(struct session *session, void *arg, int value)
{
    struct bulk *bulk = arg;
    struct str command = {0};
    struct outcome outcome = {0};
    struct error error = {0};

    if (!value)
        return;
    session_busy(session, _("correcting…"));
    enum result result = domain_run(session, bulk, false, &command, &outcome, &error);
    bulk_said(session, result, &outcome, &error, str_text(&command), _("corrected"));
    outcome_free(&outcome);
    str_free(&command);
}

static void domain_typed(struct session *session, void *arg, struct span typed)
{
    struct bulk *bulk = arg;
    struct str command = {0}, title = {0}, text = {0}, number = {0};
    struct outcome outcome = {0};
    struct error error = {0};

    if (!typed.n)
        return;
    free(bulk->text);
    bulk->text = span_copy(typed);
    enum result result = domain_run(session, bulk, true, &command, &outcome, &error);
    if (result != RESULT_OK && !outcome.changed) {
        session_complain(session, "%s", result == RESULT_NO ? _("nobody has it") : error.text);
    } else {
        struct bulk *copy = bulk_new(NULL, 0);
        copy->text = alloc_text(bulk->text);
        copy->from = alloc_text(bulk->from);
        words_number(outcome.changed, &number);
        if (strcmp(bulk->text, suggested) == 0)
            str_addf(&title,
                     ngettext("Correct the domain of %s contact?", "Correct the domains of %s contacts?",
                              outcome.changed),
                     str_text(&number));
        else
            str_addf(&title,
                     ngettext("Correct %s to %s for %s contact?",
                              "Correct %s to %s for %s contacts?", outcome.changed),
                     bulk->from, bulk->text, str_text(&number));
        /* "old TAB new" a line */
        for (size_t i = 0; i < outcome.notes.n; i++) {
            if (outcome.notes.at[i] == '\t')
                str_add_text(&text, " → ");
            else
                str_add_char(&text, outcome.notes.at[i]);
        }
        str_add_text(&text, _("\n\nOne step: u takes it back."));
        ask_open(session, str_text(&title), span_of_str(&text), go_ahead, 1, domain_now, copy,
                 bulk_free);
    }
    outcome_free(&outcome);
    str_free(&command);
    str_free(&title);
    str_free(&text);
    str_free(&number);
}

void bulk_domain_ask(struct session *session, struct span from, struct span meant)
{
    struct bulk *bulk = bulk_new(NULL, 0);
    struct str shown = {0}, label = {0}, proposed = {0};

    address_domain_unicode(from, &shown);
    address_domain_unicode(meant, &proposed);
    bulk->from = str_take(&shown);
    str_addf(&label, _(" %s is really: "), bulk->from);
    prompt_open(session, str_text(&label), span_of_str(&proposed), false, domain_typed, bulk,
                bulk_free);
    str_free(&label);
    str_free(&proposed);
}

void bulk_domain_to(struct session *session, struct span from, struct span to)
{
    struct bulk *bulk = bulk_new(NULL, 0);
    struct str shown = {0};

    address_domain_unicode(from, &shown);
    bulk->from = str_take(&shown);
    address_domain_unicode(to, &shown);
    domain_typed(session, bulk, span_of_str(&shown));
    str_free(&shown);
    bulk_free(bulk);
}

void bulk_domains_suggested(struct session *session, struct span domains)
{
    struct bulk *bulk = bulk_new(NULL, 0);

    bulk->from = span_copy(domains);
    domain_typed(session, bulk, span_of(suggested));
    bulk_free(bulk);
}

/* The folded domain of a contact, and the one that looks meant, "" for none. */
static bool domains_of(struct session *session, uint32_t id, struct str *from, struct str *meant)
{
    struct txn *txn = session_read(session);
    struct contact contact = {0};

    bool found = txn && contacts_get(txn, id, &contact);
    if (found) {
        str_add(from, address_domain(contact.folded));
        suggest_domain(txn, span_of_str(from), &own, meant);
    }
    contact_free(&contact);
    txn_end(txn);
    return found;
}

void bulk_domain(struct session *session, uint32_t id)
{
    struct str from = {0}, meant = {0};

    if (domains_of(session, id, &from, &meant))
        bulk_domain_ask(session, span_of_str(&from), span_of_str(&meant));
    str_free(&from);
    str_free(&meant);
}

void bulk_dns(struct session *session, uint32_t id)
{
    struct str from = {0}, meant = {0};

    if (domains_of(session, id, &from, &meant))
        dns_ask(session, span_of_str(&from), span_of_str(&meant));
    str_free(&from);
    str_free(&meant);
}
