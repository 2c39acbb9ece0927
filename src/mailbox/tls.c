/* SPDX-License-Identifier: MIT */
#include "mailbox/tls.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

struct tls {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    char *host;
    bool pinned;
    unsigned char pin[32], seen[32];
    bool wrong_pin;
};

static int nibble(char c)
{
    const char *digits = "0123456789abcdef",
               *at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return c && at ? (int)(at - digits) : -1;
}

/* "sha256:HEX", colons between the pairs allowed, as openssl prints them. */
static bool read_pin(const char *text, unsigned char pin[32])
{
    if (strncmp(text, "sha256:", 7) != 0)
        return false;
    text += 7;
    for (size_t i = 0; i < 32; i++) {
        if (i && *text == ':')
            text++;
        int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);
        if (low < 0)
            return false;
        pin[i] = (unsigned char)(high * 16 + low);
        text += 2;
    }
    return *text == '\0';
}

/* The server's certificate's own, into tls->seen. */
static bool take_fingerprint(struct tls *tls, gnutls_session_t session)
{
    unsigned n = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
    return chain && n &&
           gnutls_hash_fast(GNUTLS_DIG_SHA256, chain->data, chain->size, tls->seen) == 0;
}

static void write_fingerprint(const struct tls *tls, char hex[65])
{
    for (size_t i = 0; i < sizeof tls->seen; i++)
        sprintf(hex + 2 * i, "%02x", tls->seen[i]);
}

static int check_pin(gnutls_session_t session)
{
    struct tls *tls = gnutls_session_get_ptr(session);
    if (!take_fingerprint(tls, session))
        return GNUTLS_E_CERTIFICATE_ERROR;
    tls->wrong_pin = memcmp(tls->seen, tls->pin, sizeof tls->pin) != 0;
    return tls->wrong_pin ? GNUTLS_E_CERTIFICATE_ERROR : 0;
}

static bool is_address(const char *host)
{
    unsigned char waste[16];
    return inet_pton(AF_INET, host, waste) == 1 || inet_pton(AF_INET6, host, waste) == 1;
}

static enum result load_trust(struct tls *tls, const struct mailbox_source *source,
                              struct error *error)
{
    gnutls_certificate_set_x509_system_trust(tls->credentials);
    if (!source->ca_file)
        return RESULT_OK;
    int n = gnutls_certificate_set_x509_trust_file(tls->credentials, source->ca_file,
                                                   GNUTLS_X509_FMT_PEM);
    if (n <= 0)
        return error_set(error, RESULT_CONFIG,
                         _("ca_file %s holds no certificate that can be read (%s); it must be PEM"),
                         source->ca_file, n ? gnutls_strerror(n) : _("it is empty"));
    return RESULT_OK;
}

enum result tls_new(const struct mailbox_source *source, const char *host, int fd, struct tls **out,
                    struct error *error)
{
    struct tls *tls = alloc_zero(1, sizeof *tls);
    tls->host = alloc_text(host);
    size_t n = strlen(tls->host);
    if (n > 1 && tls->host[n - 1] == '.') /* a rooted name; certificates have none */
        tls->host[n - 1] = '\0';
    enum result result = RESULT_OK;
    tls->pinned = source->pin != NULL;
    if (tls->pinned && !read_pin(source->pin, tls->pin))
        result = error_set(error, RESULT_CONFIG,
                           _("pin must be sha256: and the 64 hexadecimal digits of the server "
                             "certificate's fingerprint"));
    if (result)
        goto failed;
    int code = gnutls_certificate_allocate_credentials(&tls->credentials);
    if (!code)
        code = gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (!code)
        code = gnutls_priority_set_direct(tls->session,
                                          "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL);
    if (!code)
        code = gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
    if (!code && !is_address(tls->host))
        code = gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, tls->host, strlen(tls->host));
    if (code) {
        result = error_set(error, RESULT_UNREACHABLE, _("TLS cannot be set up: %s"),
                           gnutls_strerror(code));
        goto failed;
    }
    gnutls_session_set_ptr(tls->session, tls);
    gnutls_transport_set_int(tls->session, fd);
    gnutls_handshake_set_timeout(tls->session, GNUTLS_INDEFINITE_TIMEOUT); /* link.c's deadline */
    if (tls->pinned)
        gnutls_session_set_verify_function(tls->session, check_pin);
    else if ((result = load_trust(tls, source, error)) == RESULT_OK)
        gnutls_session_set_verify_cert(tls->session, tls->host, 0);
    if (result)
        goto failed;
    *out = tls;
    return RESULT_OK;
failed:
    tls_free(tls);
    return result;
}

gnutls_session_t tls_session(struct tls *tls)
{
    return tls->session;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    if (tls->session)
        gnutls_deinit(tls->session);
    if (tls->credentials)
        gnutls_certificate_free_credentials(tls->credentials);
    free(tls->host);
    free(tls);
}

/* The first that fits; the order is from what is wrong for sure to what may follow from it. */
static const struct trouble {
    unsigned status;
    const char *text;
} troubles[] = {
    {GNUTLS_CERT_REVOKED, N_("the server's certificate for %s was revoked; do not trust this "
                             "server before its administrator has explained it")},
    {GNUTLS_CERT_EXPIRED, N_("the server's certificate for %s has expired; its administrator must "
                             "renew it (or this machine's clock is wrong)")},
    {GNUTLS_CERT_NOT_ACTIVATED, N_("the server's certificate for %s is not valid yet; check this "
                                   "machine's clock")},
    {GNUTLS_CERT_UNEXPECTED_OWNER, N_("the server's certificate is for another name than %s; use "
                                      "the name that stands in the certificate")},
    {GNUTLS_CERT_INSECURE_ALGORITHM,
     N_("the server's certificate for %s is signed by a method that "
        "is no longer safe; its administrator must replace it")},
    {GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA,
     N_("the server's certificate for %s is not trusted: no authority known here has signed it; "
        "name its authority with ca_file, or the certificate itself with pin, which is sha256:%s "
        "if its administrator says so, too")},
    {~0u, N_("the server's certificate for %s is not trusted")},
};

static enum result explain_status(struct tls *tls, unsigned status, struct error *error)
{
    char hex[65] = "";
    size_t i = 0;
    while (!(troubles[i].status & status))
        i++;
    if (take_fingerprint(tls, tls->session))
        write_fingerprint(tls, hex);
    return error_set(error, RESULT_UNREACHABLE, _(troubles[i].text), tls->host, hex);
}

enum result tls_explain(struct tls *tls, int code, struct error *error)
{
    if (tls->wrong_pin) {
        char hex[65];
        write_fingerprint(tls, hex);
        return error_set(error, RESULT_UNREACHABLE,
                         _("the server's certificate for %s is not the pinned one; it is "
                           "sha256:%s. If the server got a new certificate, ask its administrator "
                           "for the fingerprint and change pin"),
                         tls->host, hex);
    }
    unsigned status = tls->pinned ? 0 : gnutls_session_get_verify_cert_status(tls->session);
    if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR && status)
        return explain_status(tls, status, error);
    if (code == GNUTLS_E_UNEXPECTED_PACKET || code == GNUTLS_E_UNEXPECTED_PACKET_LENGTH ||
        code == GNUTLS_E_UNSUPPORTED_VERSION_PACKET || code == GNUTLS_E_RECORD_OVERFLOW)
        return error_set(error, RESULT_UNREACHABLE,
                         _("%s does not speak TLS on this port (%s); check scheme and port: imaps "
                           "is 993, pop3s 995"),
                         tls->host, gnutls_strerror(code));
    if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        return error_set(
            error, RESULT_UNREACHABLE,
            _("%s refused the encryption (%s); it may know only versions of TLS before "
              "1.2, which are not safe"),
            tls->host, gnutls_alert_get_name(gnutls_alert_get(tls->session)));
    return error_set(error, RESULT_UNREACHABLE, _("no encrypted connection to %s: %s"), tls->host,
                     gnutls_strerror(code));
}
