/* SPDX-License-Identifier: MIT
 *
 * Abuse reports: RFC 5965, and the older forms without a machine-readable part.
 */
#ifndef BOUNCE_FEEDBACK_H
#define BOUNCE_FEEDBACK_H

#include "bounce/work.h"

/* Adds a finding for each complaining recipient; false if it is no complaint. */
bool feedback_read(struct work *work);

#endif
