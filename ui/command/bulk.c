/* SPDX-License-Identifier: MIT */
#include "command/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "command/options.h"
#include "command/pick.h"
#include "command/say.h"

static enum result from_stdin(struct bulk *bulk, struct error *error)
{
    size_t room = 0;
    enum result result = file_open("-", &bulk->text, error);
    struct span rest = bulk->text.bytes, line;
    while (result == RESULT_OK && span_line(&rest, &line)) {
        line = span_trim(line);
        if (line.n == 0)
            continue;
        ALLOC_GROW(bulk->addresses, bulk->n, room);
        bulk->addresses[bulk->n++] = line;
    }
    bulk->target.addresses = bulk->addresses;
    bulk->target.n = bulk->n;
    return result;
}

static enum result from_query(const struct command_line *line, const char *query,
                              struct context *context, struct bulk *bulk, struct error *error)
{
    struct txn *txn;
    uint32_t *ids = NULL;
    bool all = command_switch(line, "all");
    if (!*query && !all)
        return error_set(error, RESULT_USAGE,
                         _("%s whom? A query says; --all means everybody"), line->command->name);
    if (*query && all)
        return error_set(error, RESULT_USAGE, _("--all and a query contradict each other"));
    enum result result = store_read(context->store, &txn, error);
    if (result != RESULT_OK)
        return result;
    result = pick_hits(context, txn, query, &ids, &bulk->n, error);
    txn_end(txn);
    free(ids);
    if (result == RESULT_OK)
        result = query_parse(span_of(query), context->actor.now, &bulk->target.query, error);
    return result;
}

enum result bulk_open(const struct command_line *line, size_t first, struct context *context,
                      struct bulk *bulk, struct error *error)
{
    char *query = options_query(line, first);
    enum result result;
    *bulk = (struct bulk){0};
    bool dash = strcmp(query, "-") == 0;
    if (!command_switch(line, "stdin") && !dash)
        result = from_query(line, query, context, bulk, error);
    else if ((*query && !dash) || command_switch(line, "all"))
        result = error_set(error, RESULT_USAGE, _("--stdin and a query contradict each other"));
    else
        result = from_stdin(bulk, error);
    if (result == RESULT_OK && bulk->n == 0)
        result = *query && strcmp(query, "-") != 0
                     ? say_nobody(query, error)
                     : error_set(error, RESULT_NO, _("there is nobody to change"));
    free(query);
    return result;
}

void bulk_free(struct bulk *bulk)
{
    query_free(bulk->target.query);
    free(bulk->addresses);
    file_close(&bulk->text);
}
