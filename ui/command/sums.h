/* SPDX-License-Identifier: MIT
 *
 * The sums of scans, in words and as the members of `scan --json`'s end.
 */
#ifndef COMMAND_SUMS_H
#define COMMAND_SUMS_H

#include "command/json.h"
#include "store/seen.h"

void sums_json(struct json *json, const struct scan_sums *sums);
/* "read 1,204: 1,190 bounces, 9 autoreplies, 5 other; 31 newly invalid, 8 soft" */
void sums_words(const struct scan_sums *sums, struct str *out);

#endif
