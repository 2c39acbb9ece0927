/* SPDX-License-Identifier: MIT
 *
 * The part of a message that is written for people, as one UTF-8 text.
 */
#ifndef BOUNCE_NOTICE_H
#define BOUNCE_NOTICE_H

#include "bounce/work.h"

#define NOTICE_MAX (8u * 1024 * 1024)

/* Fills work->notice: the plain texts before the report and the returned message, else the HTML
 * without its tags. Done once; later calls return at once. */
void notice_read(struct work *work);

/* HTML as text: tags, scripts and comments dropped, blocks become lines, entities characters. */
struct span notice_html(struct arena *arena, struct span html);

#endif
