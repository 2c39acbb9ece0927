/* SPDX-License-Identifier: MIT
 *
 * Two contacts that are the same person become one.
 */
#ifndef SCREEN_MERGE_H
#define SCREEN_MERGE_H

#include "screen/session.h"

/* Shows both side by side, and asks which address stays. */
void merge_open(struct session *session, uint32_t a, uint32_t b);

#endif
