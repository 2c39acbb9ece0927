/* SPDX-License-Identifier: MIT
 *
 * Character sets of files: into UTF-8 by iconv.
 */
#ifndef EXCHANGE_CHARSET_H
#define EXCHANGE_CHARSET_H

#include "base/result.h"
#include "base/str.h"

/* What the bytes are written in: `given` if not NULL, else "UTF-8" (also after its byte order mark,
 * which *mark counts), "UTF-16LE" or "UTF-16BE" after theirs, "UTF-8" for valid UTF-8, else
 * "WINDOWS-1250". */
const char *charset_guess(struct span bytes, const char *given, size_t *mark);

/* Adds the bytes to out as UTF-8. DATA for an unknown charset, or for bytes that are none of it,
 * naming the line. */
enum result charset_convert(struct span bytes, const char *charset, struct str *out,
                            struct error *error);

#endif
