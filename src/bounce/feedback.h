/* SPDX-License-Identifier: MIT
 *
 * Abuse reports: RFC 5965, and the older forms without a machine-readable part.
 */
#ifndef BOUNCE_FEEDBACK_H
#define BOUNCE_FEEDBACK_H

#include "bounce/work.h"

/* Adds a finding for each recipient that the report is about. COMPLAINT if people complain or opt
 * out; BOUNCE (soft) for a failed authentication (RFC 6591), which nobody complains of; OTHER if it
 * is no feedback. */
enum bounce_kind feedback_read(struct work *work);

#endif
