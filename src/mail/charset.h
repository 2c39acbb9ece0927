/* SPDX-License-Identifier: MIT
 *
 * Character sets of mail → UTF-8, by iconv, from a fixed list whose converters are opened ahead: in
 * the cage glibc could not load them (and some, as ISO-2022-CN-EXT, are not to be trusted).
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include "base/str.h"
#include "mail/arena.h"

/* Opens every converter of iconv's that is needed, for this thread. Without it each is opened when
 * first needed. */
void charset_open(void);

/* The text in valid UTF-8. An unknown or wrong name is answered by a guess: UTF-8 if it is valid,
 * ISO-2022-JP if its escapes are there, EUC-JP or Shift_JIS where Japanese was announced, else
 * Windows-1252. Texts over 256 KB are repaired only. */
struct span charset_utf8(struct arena *arena, struct span text, struct span name);

/* Valid UTF-8, every other byte replaced by U+FFFD; the text itself if it is valid. */
struct span charset_repair(struct arena *arena, struct span text);

#endif
