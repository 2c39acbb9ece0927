/* SPDX-License-Identifier: MIT */
#include "mailbox/guess.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct known {
    const char *domain, *host;
    bool local; /* the user is the local part alone */
    enum guess_key key;
};

#include "mailbox/guess_data.h" /* made of data/servers.tsv, sorted */

static int by_domain(const void *key, const void *row)
{
    return strcmp(key, ((const struct known *)row)->domain);
}

bool guess_server(struct span address, struct guess *out)
{
    ptrdiff_t at = span_find_last(address, '@');
    if (at <= 0 || (size_t)at + 1 == address.n)
        return false;
    char *domain = span_copy(span_cut(address, (size_t)at + 1, address.n));
    for (char *c = domain; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    const struct known *row =
        bsearch(domain, known, sizeof known / sizeof *known, sizeof *known, by_domain);
    struct str host = {0};
    if (!row)
        str_add_text(&host, "imap.");
    str_add_text(&host, row ? row->host : domain);
    *out = (struct guess){
        .known = row != NULL,
        .host = str_take(&host),
        .user = span_copy(row && row->local ? span_cut(address, 0, (size_t)at) : address),
        .key = row ? row->key : GUESS_PASSWORD,
    };
    free(domain);
    return true;
}

void guess_free(struct guess *guess)
{
    free(guess->host);
    free(guess->user);
    guess->host = guess->user = NULL;
}
