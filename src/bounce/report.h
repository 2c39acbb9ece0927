/* SPDX-License-Identifier: MIT
 *
 * Delivery status notifications: RFC 3464, RFC 6533 and RFC 5337, and what servers make of them.
 */
#ifndef BOUNCE_REPORT_H
#define BOUNCE_REPORT_H

#include "bounce/work.h"

/* Reads the groups of a message/delivery-status part, or of a text that has such fields in it, and
 * adds a finding for each recipient. Groups need not be parted by blank lines, nor fields be in
 * order; lines that are no field continue the one before. `open`:
 * the text may be cut short at its end, and so the last group. Returns how many groups named somebody. */
size_t report_read(struct work *work, struct span text, bool open, const char *reader);

/* Does this text hold report fields ("Final-Recipient:" at the beginning of a line)? */
bool report_within(struct span text);

#endif
