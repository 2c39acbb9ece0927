/* SPDX-License-Identifier: MIT
 *
 * Why an address is in its state, in plain words.
 */
#ifndef SCREEN_WHY_H
#define SCREEN_WHY_H

#include "contact/state.h"
#include "store/evidence.h"

/* "mx.wp.pl said: 550 5.1.1 no such user; hard, by rule "no such user"". Adds to out. */
void why_evidence(const struct evidence *evidence, struct str *out);
/* "invalid since 21 Nov 12:04: user unknown". */
void why_standing(const struct standing *standing, int64_t now, struct str *out);
/* The evidence that decides the standing: the one whose reason and time it has. Copies it: texts
 * point into *bytes. False: none (a decision by hand). */
bool why_deciding(struct txn *txn, struct span folded, const struct standing *standing,
                  struct evidence *out, struct str *bytes);

#endif
