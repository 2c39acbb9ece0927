/* SPDX-License-Identifier: MIT
 *
 * Translation. User texts stand in English in the source and go through gettext; N_() marks a text
 * in a table that is translated where it is shown; NN_() a singular and a plural for ngettext.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text
#define NN_(one, many) one, many

#endif
