/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "query/query.h"

static const struct contact contact = {
    .id = 7,
    .address = SPAN("Anna.Nowak@Łódź.pl"),
    .folded = SPAN("anna.nowak@xn--d-uga0v4h.pl"),
    .name = SPAN("Anna Müller-Strauß"),
    .tags = SPAN("VIP;nowość"),
};

static bool parses(struct span text)
{
    struct query *query;
    struct error error = {""};
    const struct query_row row = {.contact = &contact};
    if (query_parse(text, 1795000000, &query, &error) != RESULT_OK)
        return false;
    query_matches(query, &row);
    for (size_t i = 0; query_literal(query, i).n; i++)
        ;
    query_free(query);
    return true;
}

/* What the filter panel makes of a query that parses has to parse, too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = fuzz_span(data, size);
    struct str once = {0};
    bool good = parses(text);
    query_toggle(text, SPAN("state"), SPAN("invalid"), &once);
    if (good)
        PROMISE(parses(span_of_str(&once)));
    query_drop_last(text, &once);
    if (good)
        PROMISE(parses(span_of_str(&once)));
    str_free(&once);
    return 0;
}
