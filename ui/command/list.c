/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/text.h"
#include "command/json.h"
#include "command/options.h"
#include "command/output.h"
#include "command/pick.h"
#include "command/say.h"
#include "exchange/writer.h"

static void print_row(const struct command_line *line, const struct writer_row *row)
{
    if (line->json) {
        writer_contact_json(row, output_buffer());
        outputf("\n");
        return;
    }
    bool reason = row->standing.reason != REASON_none;
    output_cell(row->contact->address, false);
    output_cell(row->contact->name, false);
    output_cell(span_of(state_name(row->standing.state)), false);
    output_time(row->standing.since, false);
    output_cell(span_of(reason ? reason_name(row->standing.reason) : ""), true);
}

static void print_count(const struct command_line *line, size_t n)
{
    if (!line->json) {
        outputf("%zu\n", n);
        return;
    }
    struct json json = json_open(output_buffer());
    json_number(&json, "count", n);
    json_close(&json);
    outputf("\n");
}

static enum result list_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct txn *txn;
    uint32_t *ids = NULL;
    size_t n = 0;
    char *query = options_query(line, 0);
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        goto free_query;
    result = pick_hits(context, txn, query, &ids, &n, error);
    if (result != RESULT_OK)
        goto end_txn;
    struct contact contact = {0};
    struct writer_row row = {.contact = &contact};
    if (command_switch(line, "count"))
        print_count(line, n);
    else
        for (size_t i = 0; i < n; i++)
            if (pick_load(context, txn, ids[i], &contact, &row.standing))
                print_row(line, &row);
    contact_free(&contact);
    result = txn_result(txn, error);
    if (result == RESULT_OK && n == 0)
        result = line->quiet ? RESULT_NO : say_nobody(query, error);
    free(ids);
end_txn:
    txn_end(txn);
free_query:
    free(query);
    return result;
}

static const struct option list_options[] = {
    {"count", NULL, N_("only how many"), false},
    {0},
};

const struct command command_list = {
    .name = "list",
    .arguments = "[QUERY]",
    .summary = N_("the contacts that match"),
    .help =
        N_("A line each: address, name, state, since (UTC), reason, with tabs between.\n"
           "A query is words, found anywhere, and key:value terms; all must hold, - before one "
           "negates it, a comma in a value means or. Keys: state reason domain tag name field.X "
           "since before bounced corrected scan mta soft id. Exit 1 if nobody matches."),
    .options = list_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = list_run,
};
