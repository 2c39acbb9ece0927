/* SPDX-License-Identifier: MIT */
#include "action/suggest.h"

#include "contact/typo.h"
#include "store/counts.h"

enum { ENOUGH = 10, OWN_MAX = 200 };

bool suggest_takes_mail(struct txn *txn, struct span domain)
{
    uint64_t active = counts_get(txn, COUNT_DOMAIN, STATE_ACTIVE, domain);
    return active >= ENOUGH && active > 2 * counts_get(txn, COUNT_DOMAIN, STATE_INVALID, domain);
}

static bool takes_mail(void *arg, struct span domain)
{
    return suggest_takes_mail(arg, domain);
}

/* Among the store's own large domains. */
static void suggest_own(struct txn *txn, struct span domain, struct str *out)
{
    struct count_row rows[OWN_MAX];
    struct str names = {0};
    struct typo_nearest nearest = {.domain = domain};
    if (suggest_takes_mail(txn, domain))
        return;
    size_t n = counts_top(txn, COUNT_DOMAIN, 1u << STATE_ACTIVE, rows, OWN_MAX, &names);
    for (size_t i = 0; i < n && rows[i].n >= ENOUGH; i++)
        typo_consider(&nearest, rows[i].name);
    str_add(out, nearest.found);
    str_free(&names);
}

bool suggest_domain(struct txn *txn, struct span domain, struct str *out)
{
    str_clear(out);
    if (domain.n == 0 || typo_is_provider(domain))
        return false;
    str_add(out, typo_suggest(domain, txn ? takes_mail : NULL, txn));
    if (out->n == 0 && txn)
        suggest_own(txn, domain, out);
    return out->n > 0;
}
