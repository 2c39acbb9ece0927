/* SPDX-License-Identifier: MIT
 *
 * Header fields (RFC 5322 2.2) over raw bytes with LF line endings (mail_lines() makes them so).
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "mail/arena.h"

#define HEADER_FIELDS_MAX 512 /* more are passed over */

struct field {
    struct span name;
    struct span value; /* as it stands, line breaks and all, trimmed */
};

struct header {
    struct field *fields;
    size_t n;
};

/* The text with LF as its only line ending (CRLF, CR, CR CR LF become LF) and without NUL bytes;
 * `text` itself where nothing is to be done. A UTF-16 message comes out as ASCII where it is. */
struct span mail_lines(struct arena *arena, struct span text);

/* Reads fields up to the blank line and returns the offset of the body behind it. Lines that are no
 * field are taken for an unfolded continuation if a field follows, else the header ends before them;
 * so it does before a line that begins with "--". */
size_t header_read(struct arena *arena, struct span text, struct header *out);

/* The value of the first field of that name, unfolded; at NULL if there is none. */
struct span header_get(struct arena *arena, const struct header *header, const char *name);
bool header_has(const struct header *header, const char *name);

/* On one line: each line break with the blanks behind it becomes one blank. */
struct span header_unfold(struct arena *arena, struct span value);

/* Unfolded, encoded words (RFC 2047) decoded, valid UTF-8. Works for comments and phrases as well:
 * broken encodings, words cut in the middle of a character, and words within quotes are decoded. */
struct span header_text(struct arena *arena, struct span value);

#endif
