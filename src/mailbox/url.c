/* SPDX-License-Identifier: MIT */
#include "mailbox/mailbox.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static const struct scheme {
    const char *name;
    unsigned port; /* 0: what follows the colon is a path */
} schemes[] = {
    {"imaps", 993}, {"imap", 143}, {"pop3s", 995}, {"pop3", 110}, {"maildir", 0}, {"mbox", 0},
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes (RFC 3986 2.1). NULL for a broken escape or a control character, which has no
 * business in a name and would end a command line of the protocols. */
static char *decode(struct span s)
{
    struct str out = {0};
    for (size_t i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex_digit(s.at[i + 1]) : -1;
            int low = i + 2 < s.n ? hex_digit(s.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                goto broken;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)c < ' ' || c == 127)
            goto broken;
        str_add_char(&out, c);
    }
    return str_take(&out);
broken:
    str_free(&out);
    return NULL;
}

static bool parse_port(struct span digits, unsigned *port)
{
    uint64_t number;
    if (!span_number(digits, &number) || number == 0 || number > 65535)
        return false;
    *port = (unsigned)number;
    return true;
}

/* host, host:port, [v6], [v6]:port */
static bool parse_host(struct span s, struct span *host, unsigned *port)
{
    if (s.n && s.at[0] == '[') {
        ptrdiff_t end = span_find_char(s, ']');
        if (end < 0)
            return false;
        *host = span_cut(s, 1, (size_t)end);
        s = span_cut(s, (size_t)end + 1, s.n);
        return s.n == 0 || (s.at[0] == ':' && parse_port(span_cut(s, 1, s.n), port));
    }
    ptrdiff_t colon = span_find_last(s, ':');
    *host = colon < 0 ? s : span_cut(s, 0, (size_t)colon);
    return colon < 0 || parse_port(span_cut(s, (size_t)colon + 1, s.n), port);
}

static enum result parse_server(struct span rest, const char *url, struct mailbox_url *out,
                                struct error *error)
{
    ptrdiff_t slash = span_find_char(rest, '/');
    struct span server = slash < 0 ? rest : span_cut(rest, 0, (size_t)slash);
    struct span folder = slash < 0 ? SPAN("") : span_cut(rest, (size_t)slash + 1, rest.n);
    /* The last @: people write user@example.com@mail.example.com. */
    ptrdiff_t at = span_find_last(server, '@');
    struct span user = at < 0 ? SPAN("") : span_cut(server, 0, (size_t)at);
    struct span host;
    if (span_find_char(user, ':') >= 0)
        return error_set(error, RESULT_USAGE,
                         _("a password has no place in a source's address, where others can see "
                           "it; write %s://USER@HOST/FOLDER and password_command in the "
                           "configuration"),
                         out->scheme);
    if (!parse_host(span_cut(server, (size_t)(at + 1), server.n), &host, &out->port))
        return error_set(error, RESULT_USAGE, _("%s: no port between 1 and 65535 after the colon"),
                         url);
    if (host.n == 0)
        return error_set(error, RESULT_USAGE,
                         _("%s: no server is named; write %s://USER@HOST/FOLDER"), url,
                         out->scheme);
    out->user = decode(user);
    out->host = decode(host);
    out->path = decode(folder);
    if (!out->user || !out->host || !out->path) {
        mailbox_url_free(out);
        return error_set(error, RESULT_USAGE,
                         _("%s: after %% come two hexadecimal digits, and none that stand for a "
                           "control character (%%25 stands for %% itself)"),
                         url);
    }
    for (char *c = out->host; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return RESULT_OK;
}

static void plain_path(struct mailbox_url *out, const char *path)
{
    out->user = alloc_text("");
    out->host = alloc_text("");
    out->path = alloc_text(path);
}

enum result mailbox_url_parse(const char *url, struct mailbox_url *out, struct error *error)
{
    struct mailbox_url made = {0};
    struct span all = span_of(url);
    if (all.n == 0)
        return error_set(error, RESULT_USAGE, _("the source is empty; name a path or imaps://…"));
    if (strcmp(url, "-") == 0) {
        strcpy(made.scheme, "-");
        plain_path(&made, "");
        *out = made;
        return RESULT_OK;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct span name = span_of(schemes[i].name);
        if (!span_starts_nocase(all, name) || all.n == name.n || url[name.n] != ':')
            continue;
        strcpy(made.scheme, schemes[i].name);
        made.port = schemes[i].port;
        const char *rest = url + name.n + 1;
        if (!made.port && !*rest)
            return error_set(error, RESULT_USAGE, _("%s: no path after the colon"), url);
        if (!made.port) {
            plain_path(&made, rest);
        } else {
            if (strncmp(rest, "//", 2) != 0)
                return error_set(error, RESULT_USAGE, _("%s: write %s://USER@HOST/FOLDER"), url,
                                 made.scheme);
            enum result result = parse_server(span_of(rest + 2), url, &made, error);
            if (result)
                return result;
        }
        *out = made;
        return RESULT_OK;
    }
    ptrdiff_t mark = span_find(all, SPAN("://"));
    if (mark > 0 && span_find_char(span_cut(all, 0, (size_t)mark), '/') < 0)
        return error_set(error, RESULT_USAGE,
                         _("%s: sources are imaps://, imap://, pop3s://, pop3://, maildir:, mbox:, "
                           "a path, or -"),
                         url);
    plain_path(&made, url);
    *out = made;
    return RESULT_OK;
}

/* Whatever could end the part, or an unwary reader's idea of it, is encoded. */
static void encode(const char *part, const char *plain, struct str *out)
{
    for (; *part; part++) {
        unsigned char c = (unsigned char)*part;
        if (isalnum(c) || c >= 128 || strchr(plain, c))
            str_add_char(out, (char)c);
        else
            str_addf(out, "%%%02X", c);
    }
}

void mailbox_url_write(const struct mailbox_url *url, struct str *out)
{
    const struct scheme *scheme = schemes;
    const struct scheme *end = schemes + sizeof schemes / sizeof *schemes;
    while (scheme < end && strcmp(scheme->name, url->scheme) != 0)
        scheme++;
    if (scheme == end || !scheme->port) {
        str_addf(out, "%s%s%s", url->scheme, *url->scheme ? ":" : "", url->path);
        return;
    }
    bool v6 = strchr(url->host, ':') != NULL;
    str_addf(out, "%s://", url->scheme);
    encode(url->user, "-._~+@", out);
    str_addf(out, v6 ? "@[%s]" : "@%s", url->host);
    if (url->port && url->port != scheme->port)
        str_addf(out, ":%u", url->port);
    str_add_char(out, '/');
    encode(url->path, "-._~+@/ ", out);
}

void mailbox_url_free(struct mailbox_url *url)
{
    free(url->user);
    free(url->host);
    free(url->path);
    url->user = url->host = url->path = NULL;
}
