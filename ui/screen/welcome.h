/* SPDX-License-Identifier: MIT
 *
 * The first page, while there is no contact and no account: two things to do, each leading through.
 */
#ifndef SCREEN_WELCOME_H
#define SCREEN_WELCOME_H

#include "screen/session.h"

/* Is there neither contact nor account? */
bool welcome_is_due(struct session *session);
void welcome_open(struct session *session);

#endif
