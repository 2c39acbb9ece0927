/* SPDX-License-Identifier: MIT
 *
 * What stands in the suppression map, an access(5) table of Postfix: the keys of an address, and
 * what a sender is told. Pure.
 */
#ifndef SEND_ACCESS_H
#define SEND_ACCESS_H

#include "contact/state.h"

enum { ACCESS_KEYS = 2, ACCESS_KEY_MAX = 510 }; /* LMDB takes 511 bytes, a NUL is one of them */

/* The keys under which Postfix may ask for a folded address: its local part without quotes, its
 * domain as A-label and, if that differs, as U-label. Each is cleared first. Returns how many: none
 * for what is no address (a key without an @ would refuse a whole domain) or is too long. */
size_t access_keys(struct span folded, struct str keys[ACCESS_KEYS]);
/* The folded address that a key stands for; false if it is none of ours. */
bool access_address(struct span key, struct str *folded);
/* "550 5.7.1 zwrotka: suppressed since 2026-11-21", in UTC, always in English: bounces of it are
 * known as our own side's by these words. Cleared first. */
void access_value(const struct standing *standing, struct str *value);

#endif
