/* SPDX-License-Identifier: MIT
 *
 * A decoded message as bytes, between a process that decodes and one that trusts it with nothing.
 */
#ifndef BOUNCE_WIRE_H
#define BOUNCE_WIRE_H

#include "bounce/bounce.h"

/* Adds it to out. */
void wire_write(const struct bounce *bounce, struct str *out);

/* Reads one; false for anything that bounce_decode could not have given: lengths that do not fit,
 * values out of range, texts that are not valid UTF-8 or hold controls (explain may hold line
 * feeds). `bytes` are copied before they are looked at, so another process may hold them, too. The
 * caller frees *out with bounce_free. */
bool wire_read(struct span bytes, struct bounce **out);

#endif
