/* SPDX-License-Identifier: MIT
 *
 * What a server said → reason and verdict (verdicts.md). Words over numbers; the server's own reply
 * over the report's status; where it is not clear, soft.
 */
#ifndef BOUNCE_JUDGE_H
#define BOUNCE_JUDGE_H

#include "bounce/work.h"

/* Fills reason, verdict, status, reply, diagnostic and rule of *out from the finding. */
void judge(struct work *work, const struct finding *finding, struct bounce_recipient *out);

#endif
