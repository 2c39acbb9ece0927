/* SPDX-License-Identifier: MIT
 *
 * The text of a configuration changed in place: comments, order and everything else stay. Private to
 * src/config. Pure.
 */
#ifndef CONFIG_INIFILE_H
#define CONFIG_INIFILE_H

#include "base/str.h"

/* Gives `key` in [section] this value: in its own line where it has one (a comment behind it stays,
 * lines that continued it go), else as the section's last; a section that is not there is put at the
 * end. Without a value (.at NULL) the key is taken out. A value over VALUE_ROOM bytes is spread over
 * lines at its commas. */
void inifile_set(struct str *text, struct span section, struct span key, struct span value);

#endif
