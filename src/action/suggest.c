/* SPDX-License-Identifier: MIT */
#include "action/suggest.h"

#include "contact/typo.h"

enum { ENOUGH = 10 };

bool suggest_takes_mail(struct txn *txn, struct span domain)
{
    uint64_t active = counts_get(txn, COUNT_DOMAIN, STATE_ACTIVE, domain);
    return active >= ENOUGH && active > 2 * counts_get(txn, COUNT_DOMAIN, STATE_INVALID, domain);
}

static bool takes_mail(void *arg, struct span domain)
{
    return suggest_takes_mail(arg, domain);
}

void suggest_own_free(struct suggest_own *own)
{
    str_free(&own->names);
    own->n = 0;
    own->read = false;
}

/* Among the store's own large domains. */
static void suggest_nearest(struct txn *txn, struct span domain, struct suggest_own *own,
                            struct str *out)
{
    struct typo_nearest nearest = {.domain = domain};

    if (suggest_takes_mail(txn, domain))
        return;
    if (!own->read)
        own->n = counts_top(txn, COUNT_DOMAIN, 1u << STATE_ACTIVE, own->rows,
                            sizeof own->rows / sizeof *own->rows, &own->names);
    own->read = true;
    for (size_t i = 0; i < own->n && own->rows[i].n >= ENOUGH; i++)
        typo_consider(&nearest, own->rows[i].name);
    str_add(out, nearest.found);
}

bool suggest_domain(struct txn *txn, struct span domain, struct suggest_own *own, struct str *out)
{
    str_clear(out);
    if (domain.n == 0 || typo_is_provider(domain))
        return false;
    str_add(out, typo_suggest(domain, txn ? takes_mail : NULL, txn));
    if (out->n == 0 && txn)
        suggest_nearest(txn, domain, own, out);
    return out->n > 0;
}
