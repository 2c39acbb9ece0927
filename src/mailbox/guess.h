/* SPDX-License-Identifier: MIT
 *
 * Which server an address's mailbox is at: from data/servers.tsv, else imap.DOMAIN. Pure.
 */
#ifndef MAILBOX_GUESS_H
#define MAILBOX_GUESS_H

#include <stdbool.h>

#include "base/str.h"

/* What opens the mailbox: its own password, one made for a program in the provider's settings, or
 * OAuth 2 alone. */
enum guess_key { GUESS_PASSWORD, GUESS_APP, GUESS_TOKEN };

struct guess {
    bool known;         /* the provider stands in the table; else it is a try */
    char *host, *user;
    enum guess_key key; /* PASSWORD where it is not known */
};

/* False for what is no local@domain. guess_free if true. */
bool guess_server(struct span address, struct guess *out);
void guess_free(struct guess *guess);

#endif
