/* SPDX-License-Identifier: MIT
 *
 * UTF-8 (RFC 3629), display width and folding for search.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Columns on a terminal: 0 for combining marks, 2 for wide characters, after utf8_visible. */
size_t utf8_width(struct span s);
/* Bytes of the longest prefix of at most `columns` columns that does not cut a character from its
 * combining marks; *used gets its columns (may be NULL). */
size_t utf8_fit(struct span s, size_t columns, size_t *used);

/* NFC, by libunistring; bytes that are not UTF-8 are repaired first. Adds to out. */
void utf8_nfc(struct span s, struct str *out);
/* Lower case, by libunistring (locale-independent). Adds to out. */
void utf8_lower(struct span s, struct str *out);

/* Searching. A pattern finds its letters in any case; a plain letter also finds its accented forms,
 * an accented one only itself; `*` spans any characters. */
struct pattern;
struct pattern *pattern_new(struct span text); /* the caller frees */
void pattern_free(struct pattern *pattern);
/* Does it occur anywhere in s? Pure, no allocation for ASCII patterns over ASCII text. */
bool pattern_in(const struct pattern *pattern, struct span s);

/* The folded key of one code point: lower case, accents stripped ('Ł' gives "l", 'ß' "ss", 'æ' "ae").
 * Writes at most 4 code points to out, returns how many. */
size_t utf8_fold_plain(uint32_t code, uint32_t out[4]);
/* Lower case of one code point, accents kept. */
uint32_t utf8_fold_case(uint32_t code);

#endif
