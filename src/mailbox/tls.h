/* SPDX-License-Identifier: MIT
 *
 * TLS by GnuTLS, 1.2 at least. The server's certificate must be signed by an authority of the
 * system or of source->ca_file, be for the host's name, and not expired; or, where source->pin is
 * set, be exactly the pinned one, which then is all it needs.
 */
#ifndef MAILBOX_TLS_H
#define MAILBOX_TLS_H

#include <gnutls/gnutls.h>

#include "mailbox/mailbox.h"

struct tls;

/* A session over a connected, non-blocking socket; the caller drives gnutls_handshake on
 * tls_session(). CONFIG for a ca_file or pin that cannot be used. */
enum result tls_new(const struct mailbox_source *source, const char *host, int fd, struct tls **out,
                    struct error *error);
gnutls_session_t tls_session(struct tls *tls);
void tls_free(struct tls *tls); /* NULL is fine; sends nothing */

/* Why the handshake failed with `code`, as a sentence: untrusted, expired, for another host,
 * another than the pinned, or no TLS at all. Always UNREACHABLE. */
enum result tls_explain(struct tls *tls, int code, struct error *error);

#endif
