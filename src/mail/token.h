/* SPDX-License-Identifier: MIT
 *
 * The form of our signed return paths, b+TOKEN@domain. What is in a token and what it proves is
 * src/send/verp.h's; here is how it is written: letters and digits of base32 (RFC 4648 6), either
 * case, the last two a check that tells it from anybody's plus-tag.
 */
#ifndef MAIL_TOKEN_H
#define MAIL_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { TOKEN_CHARS = 28, TOKEN_MAC_BYTES = 10 };

struct token {
    uint16_t day; /* since 1970 */
    uint32_t id;  /* of the contact, 0 where it was none */
    unsigned char mac[TOKEN_MAC_BYTES];
};

void token_write(const struct token *token, char out[TOKEN_CHARS + 1]);
/* The token at the end of a local part "b+TOKEN"; false if there is none. *base (may be NULL) is what
 * stands before the plus. */
bool token_read(struct span local, struct span *base, struct token *token);

#endif
