/* SPDX-License-Identifier: MIT
 *
 * A SOURCE of the command line or an account, made ready for a scan: what becomes of its mail, and
 * the password.
 */
#ifndef COMMAND_SOURCE_H
#define COMMAND_SOURCE_H

#include "config/config.h"
#include "mailbox/mailbox.h"

struct source_open {
    struct mailbox_source source;
    const char *name; /* the account's, else as it was named */
    bool observe;
    int64_t poll; /* seconds */
    char *url, *password, *move_to; /* owned */
    const struct config_account *account_; /* that has its password */
    struct mailbox_renewal renewal;
};

/* `text` is an account's name or a SOURCE; `after` overrides the account's, NULL for none. A URL
 * borrows its password from the account with the same user and host, else asks on a terminal, else
 * CONFIG. source_close in any case; do not copy it. */
enum result source_open(const struct config *config, const char *text, const char *after,
                        struct source_open *out, struct error *error);
void source_close(struct source_open *source); /* wipes the password */

/* Puts the source's name before the sentence, unless that names it. */
void source_name(const char *text, struct error *error);
/* A better sentence for MISSING, where a bare word may have been meant as an account: which one it
 * resembles. */
enum result source_unknown(const struct config *config, const char *text, enum result result,
                           struct error *error);
/* CONFIG: no account is set up and no SOURCE is named. */
enum result source_none(const struct config *config, struct error *error);

#endif
