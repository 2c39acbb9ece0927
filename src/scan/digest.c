/* SPDX-License-Identifier: MIT */
#include "scan/digest.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "bounce/bounce.h"

static void feed(void *hash, struct span piece)
{
    gnutls_hash(*(gnutls_hash_hd_t *)hash, piece.at, piece.n);
}

void digest_of_text(struct span text, unsigned char digest[DIGEST_BYTES])
{
    gnutls_hash_fast(GNUTLS_DIG_SHA256, text.at, text.n, digest);
}

void digest_of(struct span message, unsigned char digest[DIGEST_BYTES])
{
    gnutls_hash_hd_t hash;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0) {
        fprintf(stderr, "zwrotka: %s\n", _("GnuTLS has no SHA-256"));
        abort(); /* without it nothing can be known again */
    }
    bounce_digest_feed(message, feed, &hash);
    gnutls_hash_deinit(hash, digest);
}
