/* SPDX-License-Identifier: MIT
 *
 * After a rule was taught: do earlier bounces have its wording? Looks in the background and offers to
 * apply the rule to them, after a preview.
 */
#ifndef SCREEN_RELEARN_H
#define SCREEN_RELEARN_H

#include "screen/session.h"

/* Goes away by itself, with a word, where nobody would change. Copies the wording. */
void relearn_open(struct session *session, const char *wording);

#endif
