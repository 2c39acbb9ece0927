/* SPDX-License-Identifier: MIT
 *
 * What servers said, seen as a wording, and rules that an operator teaches from it: lines of the
 * user's own rules, beside the configuration (config_rules).
 */
#ifndef SCREEN_WORDING_H
#define SCREEN_WORDING_H

#include "config/config.h"
#include "mail/reason.h"

/* The part of a diagnostic that others will have, too: its longest run of words without codes,
 * addresses and numbers. Adds to out; nothing where there is none of three letters. */
void wording_of(struct span diagnostic, struct str *out);

/* Appends a rule. DATA for a wording that no line can hold, else what the file says. *path is where it
 * went; the caller frees. */
enum result wording_teach(const struct config *config, enum reason reason, struct span wording,
                          char **path, struct error *error);

#endif
