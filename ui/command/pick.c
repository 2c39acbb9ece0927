/* SPDX-License-Identifier: MIT */
#include "command/pick.h"

#include <string.h>

#include "base/text.h"
#include "store/contacts.h"
#include "store/judgements.h"
#include "store/search.h"

enum result pick_hits(struct context *context, struct txn *txn, const char *query, uint32_t **ids,
                      size_t *n, struct error *error)
{
    struct query *parsed;
    enum result result = query_parse(span_of(query), context->actor.now, &parsed, error);
    if (result != RESULT_OK)
        return result;
    return search_all(txn, parsed, context->actor.now, ids, n, error);
}

bool pick_load(struct context *context, struct txn *txn, uint32_t id, struct contact *contact,
               struct standing *standing)
{
    if (!contacts_get(txn, id, contact))
        return false;
    *standing = judgements_standing(txn, contact->folded, context->actor.now);
    return true;
}

/* An address that several share says none of them: what is meant for one must not hit another. */
static enum result pick_alone(struct txn *txn, const char *text, uint32_t id, struct error *error)
{
    enum { NAMED = 10 };
    struct contact contact = {0};
    struct str numbers = {0};
    uint32_t ids[NAMED];
    uint64_t number;
    size_t n = 0;
    if (!span_number(span_of(text), &number) && contacts_get(txn, id, &contact))
        n = contacts_at(txn, contact.folded, ids, NAMED);
    for (size_t i = 0; i < n && i < NAMED; i++)
        str_addf(&numbers, "%s%u", i ? ", " : "", ids[i]);
    enum result result = RESULT_OK;
    if (n > 1)
        result = error_set(error, RESULT_DATA,
                           _("%s is the address of %zu contacts; say which by its number: %s%s"), text, n,
                           str_text(&numbers), n > NAMED ? ", …" : "");
    contact_free(&contact);
    str_free(&numbers);
    return result;
}

enum result pick_find(struct txn *txn, const char *text, uint32_t *id, struct error *error)
{
    uint64_t number;
    *id = action_find(txn, span_of(text));
    if (*id == 0)
        return error_set(error, RESULT_MISSING,
                         strchr(text, '@') || span_number(span_of(text), &number)
                             ? _("%s: there is no such contact")
                             : _("%s: there is no such contact; an address or a number says whom, "
                                 "`zwrotka list` finds both"),
                         text);
    return pick_alone(txn, text, *id, error);
}
