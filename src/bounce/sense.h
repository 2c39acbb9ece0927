/* SPDX-License-Identifier: MIT
 *
 * What a server's words mean where no wording of data/rules.tsv is met: somebody whom one writes
 * to, and a word near by that he is gone, his mailbox shut, or his domain unknown, and no word that
 * hints at the sender, the message, a quota, a policy or a passing trouble.
 */
#ifndef BOUNCE_SENSE_H
#define BOUNCE_SENSE_H

#include "base/str.h"
#include "bounce/phrases.h"
#include "mail/reason.h"

#define SENSE_MAX 400 /* who says more explains, apologises, and means too many things */

/* Of folded words (fold.h): userunknown, hostunknown, hasmoved, suspend, or none. *met is the piece
 * that says so. */
enum reason sense_find(struct span folded, struct span *met);

/* The text of each row, NULL behind the last; and their automaton, which data/phrases_make.c makes
 * of them. */
const char *sense_text(size_t i);
extern const struct phrases sense_phrases;

#endif
