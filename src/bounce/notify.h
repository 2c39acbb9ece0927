/* SPDX-License-Identifier: MIT
 *
 * Notifications in JSON: Amazon SES over SNS by mail ("notificationType":"Bounce", "eventType": …).
 */
#ifndef BOUNCE_NOTIFY_H
#define BOUNCE_NOTIFY_H

#include "bounce/work.h"

/* Reads such a notification and adds its recipients. *kind gets BOUNCE, COMPLAINT or RECEIPT; false
 * if the text is none. */
bool notify_read(struct work *work, struct span text, enum bounce_kind *kind);

#endif
