/* SPDX-License-Identifier: MIT
 *
 * What a message is known by, however it came: SHA-256 over it without its trace headers.
 */
#ifndef SCAN_DIGEST_H
#define SCAN_DIGEST_H

#include "base/str.h"
#include "store/evidence.h"

/* SHA-256 over a text of ours. */
void digest_of_text(struct span text, unsigned char digest[DIGEST_BYTES]);
void digest_of(struct span message, unsigned char digest[DIGEST_BYTES]);

#endif
