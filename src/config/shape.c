/* SPDX-License-Identifier: MIT */
#include "config/shape.h"

#include <string.h>

#include "base/text.h"

static const char *const schemes[] = {"imaps", "imap", "pop3s", "pop3"};

static bool known_scheme(struct span scheme)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (span_equal_nocase(scheme, span_of(schemes[i])))
            return true;
    return false;
}

/* host, host:port, [v6], [v6]:port */
static bool host_holds(struct span host)
{
    uint64_t port = 1;
    ptrdiff_t bracket = span_find_last(host, ']'), colon = span_find_last(host, ':');
    if (colon > bracket) {
        if (!span_number(span_cut(host, (size_t)colon + 1, host.n), &port))
            return false;
        host.n = (size_t)colon;
    }
    return host.n && port > 0 && port <= 65535;
}

enum result shape_source(struct span value, struct error *error)
{
    ptrdiff_t end = span_find(value, SPAN("://"));
    if (end < 0)
        return RESULT_OK;
    if (!known_scheme(span_cut(value, 0, (size_t)end)))
        return error_set(error, RESULT_DATA,
                         _("%.*s:// is none of imaps://, imap://, pop3s:// and pop3://"), (int)end,
                         value.at);
    struct span server = span_cut(value, (size_t)end + 3, value.n);
    ptrdiff_t slash = span_find_char(server, '/');
    if (slash >= 0)
        server.n = (size_t)slash;
    ptrdiff_t at = span_find_last(server, '@');
    struct span user = span_cut(server, 0, at > 0 ? (size_t)at : 0);
    if (user.n == 0)
        return error_set(error, RESULT_DATA, _("no user is named; write %.*s://USER@HOST/FOLDER"),
                         (int)end, value.at);
    if (span_find_char(user, ':') >= 0)
        return error_set(error, RESULT_DATA,
                         _("a password has no place here; password_command or password_file say "
                           "it"));
    if (!host_holds(span_cut(server, (size_t)at + 1, server.n)))
        return error_set(error, RESULT_DATA,
                         _("no server, or no port between 1 and 65535, behind the @"));
    return RESULT_OK;
}

static bool has_blank(struct span value)
{
    return span_find_char(value, ' ') >= 0 || span_find_char(value, '\t') >= 0;
}

enum result shape_address(struct span value, bool wild, struct error *error)
{
    ptrdiff_t at = span_find_last(value, '@');
    if (at <= 0 || (size_t)at + 1 == value.n || has_blank(value) ||
        (!wild && span_find_char(value, '*') >= 0))
        return error_set(error, RESULT_DATA,
                         wild ? _("\"%.*s\" is no address such as newsletter@example.com or "
                                  "*@example.com")
                              : _("\"%.*s\" is no address such as b@example.com"),
                         SPAN_ARGS(value));
    return RESULT_OK;
}

enum result shape_domain(struct span value, struct error *error)
{
    if (value.n == 0 || has_blank(value) || span_find_char(value, '@') >= 0 ||
        span_find_char(value, '/') >= 0)
        return error_set(error, RESULT_DATA, _("\"%.*s\" is no domain such as example.com"),
                         SPAN_ARGS(value));
    return RESULT_OK;
}

enum result shape_pin(struct span value, struct error *error)
{
    size_t digits = 0, i = span_starts(value, SPAN("sha256:")) ? 7 : value.n;
    for (; i < value.n && digits <= 64; i++) {
        char c = value.at[i];
        if (c != '\0' && strchr("0123456789abcdefABCDEF", c))
            digits++;
        else if (c != ':' || digits % 2)
            break;
    }
    if (i == value.n && digits == 64)
        return RESULT_OK;
    return error_set(error, RESULT_DATA,
                     _("a pin is sha256: and 64 hexadecimal digits, as `openssl x509 -noout "
                       "-fingerprint -sha256` prints them"));
}
