/* SPDX-License-Identifier: MIT
 *
 * Keys from the terminal. A slow line may tear an arrow key apart: what follows a lone Esc and looks
 * like its rest is put together again, or swallowed, and never typed. Pasted text comes as one
 * K_PASTE, so that it never runs as keys.
 */
#ifndef SCREEN_INPUT_H
#define SCREEN_INPUT_H

#include "screen/keys.h"

void input_start(void); /* after draw_start() */
/* The next key, K_NONE if there is none now. Waits behind a lone Esc alone: ESCDELAY, and longer where
 * it would end what is being typed, or while the terminal has an answer to give (draw_unanswered). */
key_code input_key(bool typing);
/* Were more keys typed ahead? */
bool input_more(void);
/* The text of the last K_PASTE; good until the next call of input_key. */
struct span input_pasted(void);
void input_end(void);

#endif
