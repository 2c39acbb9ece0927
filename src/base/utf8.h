/* SPDX-License-Identifier: MIT
 *
 * UTF-8 (RFC 3629), display width and folding for search.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pattern.h" /* searching, for those who came here for it */
#include "base/str.h"

/* Reads one code point at s.at; *length is 1 and the result U+FFFD for a byte that is not UTF-8
 * (overlong forms, surrogates and what lies over U+10FFFF included). s.n must not be 0. */
uint32_t utf8_read(struct span s, size_t *length);
size_t utf8_write(uint32_t code, char out[4]); /* bytes written */
bool utf8_valid(struct span s);
bool utf8_ascii(struct span s);

/* Adds s to out with every byte that is not UTF-8 replaced by U+FFFD. */
void utf8_repair(struct span s, struct str *out);

/* Adds s to out harmless for a terminal, whatever it holds: C0 and C1 controls, DEL, and bidirectional
 * controls become visible (^[, ^M, <U+202E>), what is not UTF-8 becomes U+FFFD. Never adds a newline. */
void utf8_visible(struct span s, struct str *out);

/* What beyond ASCII a terminal or an eye would take for something else, and utf8_visible shows: C1 and
 * bidirectional controls, line separators, zero-width signs, tags. */
bool utf8_is_harmful(uint32_t code);

/* Columns on a terminal: 0 for combining marks, 2 for wide characters, after utf8_visible. */
size_t utf8_width(struct span s);
/* Bytes of the longest prefix of at most `columns` columns that does not cut a character from its
 * combining marks; *used gets its columns (may be NULL). */
size_t utf8_fit(struct span s, size_t columns, size_t *used);

/* NFC, by libunistring; bytes that are not UTF-8 are repaired first. Adds to out. */
void utf8_nfc(struct span s, struct str *out);
/* Lower case, by libunistring (locale-independent). Adds to out. */
void utf8_lower(struct span s, struct str *out);

/* The folded key of one code point: lower case, accents stripped ('Ł' gives "l", 'ß' "ss", 'æ' "ae").
 * Writes at most 4 code points to out, returns how many: none for a combining mark, one for most. */
size_t utf8_fold_plain(uint32_t code, uint32_t out[4]);
/* Case folded (lower case, 'ς' as 'σ'), accents kept. */
uint32_t utf8_fold_case(uint32_t code);
/* Adds the folded key of all of s to out: what pattern_literal() looks for. */
void utf8_fold(struct span s, struct str *out);
/* The same for what is of ASCII and the letters of Latin, Greek and Cyrillic, to where there is room for s.n
 * bytes: it never takes more. Returns the end, NULL for anything else; `to` holds rubbish then. */
char *utf8_fold_quick(struct span s, char *to);
/* Does it sit on the character before it (canonical combining class not 0)? */
bool utf8_is_mark(uint32_t code);
/* No marks and no Jamo in it, so NFC would change nothing that matters to a search. */
bool utf8_is_composed(struct span s);

#endif
