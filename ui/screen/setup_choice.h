/* SPDX-License-Identifier: MIT
 *
 * What to do with the mail of a mailbox that works: which bounces to use, whether they are deleted
 * from the server, which folder. Saves it, and begins with a dry run.
 */
#ifndef SCREEN_SETUP_CHOICE_H
#define SCREEN_SETUP_CHOICE_H

#include "screen/setup_page.h"

/* Over the form, which it borrows. Takes what was found from *try. */
void setup_choice_open(struct session *session, struct setup_page *form, struct setup_try *try,
                       const char *folder);

#endif
