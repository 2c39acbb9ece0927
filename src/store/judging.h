/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a judgement as bytes, for the table and for history.
 */
#ifndef STORE_JUDGING_H
#define STORE_JUDGING_H

#include "store/judgements.h"

/* Decisions and correction, without the standing. */
void judgement_write(const struct judgement *judgement, struct str *out);
bool judgement_read(struct span in, struct judgement *judgement);

#endif
