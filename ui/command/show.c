/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "command/evidence.h"
#include "command/json.h"
#include "command/output.h"
#include "command/pick.h"
#include "command/say.h"
#include "contact/address.h"
#include "exchange/writer.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/steps.h"

#define STEPS_MAX 4096

/* A contact and all that hangs on it. */
struct view {
    struct txn *txn;
    struct writer_row row;
    struct contact contact;
    struct chain chain;
    struct judgement judgement;
    uint32_t *steps;
    size_t n;
};

/* Bounces of addresses that were corrected are the contact's, too. */
static void load_old(struct view *view)
{
    struct str seen = {0}, folded = {0};
    str_addf(&seen, "\n%.*s\n", SPAN_ARGS(view->contact.folded));
    for (size_t i = 0; i < view->n; i++) {
        struct str line = {0};
        entries_address_before(view->txn, view->steps[i], view->contact.id, &folded);
        str_addf(&line, "\n%s\n", str_text(&folded));
        if (folded.n && span_find(span_of_str(&seen), span_of_str(&line)) < 0) {
            chain_load(view->txn, span_of_str(&folded), &view->chain);
            str_add(&seen, span_cut(span_of_str(&line), 1, line.n));
        }
        str_free(&line);
    }
    str_free(&seen);
    str_free(&folded);
}

static void load_view(struct view *view)
{
    struct span folded = view->contact.folded;
    uint32_t *of_address = alloc(STEPS_MAX * sizeof *of_address);
    view->row.contact = &view->contact;
    view->steps = alloc(2 * STEPS_MAX * sizeof *view->steps);
    view->n = entries_of_contact(view->txn, view->contact.id, view->steps, STEPS_MAX);
    size_t more = entries_of_address(view->txn, folded, of_address, STEPS_MAX), known = view->n;
    /* Both lists ascend: merge what only the address has. */
    for (size_t i = 0; i < more; i++) {
        bool there = false;
        for (size_t k = 0; k < known && !there; k++)
            there = view->steps[k] == of_address[i];
        if (there)
            continue;
        size_t at = view->n++;
        for (; at > 0 && view->steps[at - 1] > of_address[i]; at--)
            view->steps[at] = view->steps[at - 1];
        view->steps[at] = of_address[i];
    }
    free(of_address);
    chain_load(view->txn, folded, &view->chain);
    load_old(view);
    judgements_get(view->txn, folded, &view->judgement);
}

static void free_view(struct view *view)
{
    chain_free(&view->chain);
    judgement_free(&view->judgement);
    contact_free(&view->contact);
    free(view->steps);
}

static void put_changes(const struct view *view, struct json *json)
{
    bool more = false;
    json_name(json, SPAN("changes"));
    str_add_char(json->out, '[');
    for (size_t i = 0; i < view->n; i++) {
        struct step step;
        if (!steps_get(view->txn, view->steps[i], &step))
            continue;
        if (more)
            str_add_char(json->out, ',');
        more = true;
        struct json inner = json_open(json->out);
        json_number(&inner, "step", step.number);
        json_time(&inner, "time", step.time);
        json_text(&inner, "who", step.who);
        json_text(&inner, "kind", span_of(step_kind_name(step.kind)));
        json_text(&inner, "command", step.command);
        if (step.undone_by)
            json_number(&inner, "undone_by", step.undone_by);
        json_close(&inner);
    }
    str_add_char(json->out, ']');
}

static void print_json(const struct view *view)
{
    struct str *out = output_buffer();
    bool more = false;
    writer_contact_json(&view->row, out);
    out->at[--out->n] = '\0'; /* the object goes on */
    struct json json = {out, true};
    json_name(&json, SPAN("bounces"));
    str_add_char(out, '[');
    for (size_t i = 0; i < view->chain.n; i++) {
        if (view->chain.links[i].decided)
            continue;
        if (more)
            str_add_char(out, ',');
        more = true;
        chain_json(view->txn, &view->chain.links[i], out);
    }
    str_add_char(out, ']');
    put_changes(view, &json);
    json_close(&json);
    outputf("\n");
}

/* "name        Jan", nothing for an empty value. */
static void print_field(struct span name, struct span value)
{
    if (value.n == 0)
        return;
    output_data(name);
    size_t width = utf8_width(name);
    outputf("%*s", width < 14 ? (int)(14 - width) : 1, "");
    output_cell(value, true);
}

static void print_words(const struct view *view)
{
    const struct contact *contact = &view->contact;
    struct str text = {0};
    char when[24];
    str_addf(&text, "%u", contact->id);
    print_field(span_of(_("address")), contact->address);
    print_field(span_of(_("id")), span_of_str(&text));
    str_clear(&text);
    say_standing(&view->row.standing, &text);
    print_field(span_of(_("state")), span_of_str(&text));
    print_field(span_of(_("name")), contact->name);
    print_field(span_of(_("external_id")), contact->external_id);
    print_field(span_of(_("tags")), contact->tags);
    for (size_t i = 0; i < contact->n; i++)
        print_field(contact->fields[i].name, contact->fields[i].value);
    if (contact->corrected) {
        date_long(contact->corrected, date_now(), when);
        print_field(span_of(_("corrected")), span_of(when));
    }
    str_clear(&text);
    for (size_t i = 0; i < view->chain.n; i++)
        chain_words(view->txn, &view->chain.links[i], "  ", &text);
    if (text.n)
        outputf(_("\nBounces and decisions\n%s"), text.at);
    outputf("%s", _("\nHistory\n"));
    for (size_t i = 0; i < view->n; i++) {
        struct step step;
        if (!steps_get(view->txn, view->steps[i], &step))
            continue;
        date_long(step.time, date_now(), when);
        outputf(_("  %s  step %u, %s by "), when, step.number, step_kind_name(step.kind));
        output_data(step.who);
        if (step.undone_by)
            outputf(_(", undone by %u"), step.undone_by);
        outputf("\n    ");
        output_cell(step.command, true);
    }
    str_free(&text);
}

static void show_one(const struct command_line *line, struct context *context, struct txn *txn, uint32_t id)
{
    struct view view = {.txn = txn};
    if (pick_load(context, txn, id, &view.contact, &view.row.standing)) {
        load_view(&view);
        if (line->json)
            print_json(&view);
        else
            print_words(&view);
    }
    free_view(&view);
}

static enum result show_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct str folded = {0};
    struct txn *txn;
    uint32_t *ids, id;
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    ids = alloc(CONTACTS_SHARE_MAX * sizeof *ids);
    size_t n = 0;
    if (address_fold(span_of(line->words[0]), NULL, &folded, NULL) == RESULT_OK)
        n = contacts_at(txn, span_of_str(&folded), ids, CONTACTS_SHARE_MAX);
    if (n == 0) {
        result = pick_find(txn, line->words[0], &id, error);
        ids[n++] = id;
    }
    for (size_t i = 0; result == RESULT_OK && i < n; i++) {
        if (i && !line->json)
            outputf("\n");
        show_one(line, context, txn, ids[i]);
    }
    if (result == RESULT_OK)
        result = txn_result(txn, error);
    free(ids);
    str_free(&folded);
    txn_end(txn);
    return result;
}

const struct command command_show = {
    .name = "show",
    .arguments = "ADDRESS|ID",
    .summary = N_("a contact with its bounces and history"),
    .help = N_("The old address of a corrected contact finds it, too. Of an address that several "
               "share, all are shown."),
    .least = 1,
    .most = 1,
    .need = STORE_OPEN,
    .run = show_run,
};
