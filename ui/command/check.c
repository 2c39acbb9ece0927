/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/radix.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"
#include "command/say.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/judgements.h"

enum { BATCH = 1 << 20 }; /* addresses from standard input at a time */

struct check {
    const struct command_line *line;
    struct context *context;
    struct txn *txn;
    struct str folded, why, corrected;
    enum result worst;
};

/* What the store says of an address. */
struct found {
    struct standing standing;
    bool known;     /* a contact, or judged, */
    bool judged;    /* so it has a standing, */
    bool corrected; /* and judgements_corrected_to knows to what */
};

static void print(const struct check *check, struct span address, bool sendable)
{
    output_cell(sendable ? SPAN("yes") : SPAN("no"), false);
    output_cell(address, false);
    output_cell(span_of_str(&check->why), true);
}

static void print_json(struct span address, bool sendable, const struct standing *standing,
                       bool known, struct span corrected)
{
    struct json json = json_open(output_buffer());
    bool reason = standing->reason != REASON_none;
    json_text(&json, "address", address);
    json_truth(&json, "sendable", sendable);
    json_text(&json, "state", span_of(state_name(standing->state)));
    json_or_null(&json, "reason", span_of(reason ? reason_name(standing->reason) : ""));
    json_truth(&json, "known", known);
    json_some(&json, "corrected_to", corrected);
    json_close(&json);
    outputf("\n");
}

static void check_malformed(struct check *check, struct span address, const struct error *error)
{
    check->worst = result_worse(check->worst, RESULT_DATA);
    if (check->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "address", address);
        json_truth(&json, "sendable", false);
        json_text(&json, "error", span_of(error->text));
        json_close(&json);
        outputf("\n");
    } else {
        str_clear(&check->why);
        str_add_text(&check->why, error->text);
        print(check, address, false);
    }
}

static struct found look_up(struct check *check, struct span folded)
{
    struct found found = {.known = false};
    struct judgement judgement = {0};
    uint32_t id;
    if (judgements_get(check->txn, folded, &judgement)) {
        found.known = found.judged = true;
        found.standing = judgements_standing(check->txn, folded, check->context->actor.now);
        found.corrected = judgement.corrected_to.n > 0;
    }
    judgement_free(&judgement);
    found.known = found.known || contacts_at(check->txn, folded, &id, 1) > 0;
    return found;
}

static void tell(struct check *check, struct span address, struct span folded, const struct found *found)
{
    bool sendable = state_sendable(found->standing.state, check->context->config->skip_suspects);
    str_clear(&check->why);
    str_clear(&check->corrected);
    if (found->corrected)
        judgements_corrected_to(check->txn, folded, &check->corrected);
    if (!sendable)
        check->worst = result_worse(check->worst, RESULT_NO);
    if (check->line->json) {
        print_json(address, sendable, &found->standing, found->known, span_of_str(&check->corrected));
        return;
    }
    if (!found->known)
        str_add_text(&check->why, _("not in the store"));
    else
        say_standing(&found->standing, &check->why);
    if (check->corrected.n)
        str_addf(&check->why, _("; corrected to %s"), str_text(&check->corrected));
    print(check, address, sendable);
}

static void check_one(struct check *check, struct span address)
{
    struct error error = {""};
    if (address_fold(address, NULL, &check->folded, &error) != RESULT_OK) {
        check_malformed(check, address, &error);
        return;
    }
    struct found found = look_up(check, span_of_str(&check->folded));
    tell(check, address, span_of_str(&check->folded), &found);
}

/* ---- many: looked up in the order of the store, where neighbours lie together, and told as they came */

struct batch {
    struct str folded; /* one after the other */
    struct line {
        struct span address;
        size_t at, n;    /* in `folded`; n 0: malformed */
        uint32_t judged; /* number in `standings`, from 1 on, 0: not judged */
        bool known, corrected;
    } *lines;
    size_t n, room;
    struct radix_item *items;
    size_t items_n, items_room;
    struct standing *standings;
    size_t standings_n, standings_room;
};

static struct span folded_of(const struct batch *batch, size_t i)
{
    return (struct span){batch->folded.at + batch->lines[i].at, batch->lines[i].n};
}

static uint64_t eight_bytes(const void *arg, uint64_t data, size_t at)
{
    struct span folded = folded_of(arg, data);
    uint64_t head = 0;
    for (size_t i = at; i < at + 8; i++)
        head = head << 8 | (i < folded.n ? (unsigned char)folded.at[i] : 0);
    return head;
}

static void take_line(struct check *check, struct batch *batch, struct span address)
{
    struct line line = {.address = address, .at = batch->folded.n};
    if (address_fold(address, NULL, &check->folded, NULL) == RESULT_OK) {
        line.n = check->folded.n;
        str_add(&batch->folded, span_of_str(&check->folded));
    }
    ALLOC_GROW(batch->lines, batch->n, batch->room);
    batch->lines[batch->n] = line;
    if (line.n) {
        ALLOC_GROW(batch->items, batch->items_n, batch->items_room);
        batch->items[batch->items_n++] = (struct radix_item){eight_bytes(batch, batch->n, 0), batch->n};
    }
    batch->n++;
}

static void look_all_up(struct check *check, struct batch *batch)
{
    radix_sort(batch->items, batch->items_n, eight_bytes, batch);
    for (size_t i = 0; i < batch->items_n; i++) {
        struct line *line = &batch->lines[batch->items[i].data];
        struct found found = look_up(check, folded_of(batch, batch->items[i].data));
        line->known = found.known;
        line->corrected = found.corrected;
        if (!found.judged)
            continue;
        ALLOC_GROW(batch->standings, batch->standings_n, batch->standings_room);
        batch->standings[batch->standings_n++] = found.standing;
        line->judged = (uint32_t)batch->standings_n;
    }
}

static void tell_all(struct check *check, struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        const struct line *line = &batch->lines[i];
        struct found found = {.known = line->known, .corrected = line->corrected};
        if (line->judged)
            found.standing = batch->standings[line->judged - 1];
        if (line->n)
            tell(check, line->address, folded_of(batch, i), &found);
        else
            check_one(check, line->address);
    }
    str_clear(&batch->folded);
    batch->n = batch->items_n = batch->standings_n = 0;
}

static enum result check_stdin(struct check *check, struct error *error)
{
    struct file file;
    struct batch batch = {.n = 0};
    enum result result = file_open("-", &file, error);
    if (result != RESULT_OK)
        return result;
    struct span rest = file.bytes, line;
    bool more = true;
    do {
        while (batch.n < BATCH && (more = span_line(&rest, &line)))
            if (span_trim(line).n)
                take_line(check, &batch, span_trim(line));
        look_all_up(check, &batch);
        tell_all(check, &batch);
    } while (more);
    str_free(&batch.folded);
    free(batch.lines);
    free(batch.items);
    free(batch.standings);
    file_close(&file);
    return RESULT_OK;
}

static enum result check_run(const struct command_line *line, struct context *context,
                             struct error *error)
{
    struct check check = {.line = line, .context = context};
    bool from_stdin = command_switch(line, "stdin");
    if (!from_stdin && line->n == 0)
        return error_set(error, RESULT_USAGE, _("check which address? name it, or say --stdin"));
    enum result result = store_read(context->store, &check.txn, error);
    if (result != RESULT_OK)
        return result;
    for (size_t i = 0; i < line->n; i++)
        if (strcmp(line->words[i], "-") == 0)
            from_stdin = true;
        else
            check_one(&check, span_of(line->words[i]));
    if (from_stdin)
        result = check_stdin(&check, error);
    if (result == RESULT_OK)
        result = txn_result(check.txn, error);
    txn_end(check.txn);
    str_free(&check.folded);
    str_free(&check.why);
    str_free(&check.corrected);
    return result_worse(result, check.worst);
}

static const struct option check_options[] = {
    {"stdin", NULL, N_("addresses from standard input, one a line"), false},
    {0},
};

const struct command command_check = {
    .name = "check",
    .arguments = "ADDRESS…",
    .summary = N_("may it be mailed?"),
    .help =
        N_("A line each: yes or no, the address, why, with tabs between. An address that is not "
           "in the store may be mailed. Exit 1 if any may not, 65 if any is malformed."),
    .options = check_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = check_run,
};
