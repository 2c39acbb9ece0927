/* SPDX-License-Identifier: MIT */
#include "mailbox/sasl.h"

#include <string.h>

#include "base/text.h"
#include "mailbox/kind.h"

enum result sasl_check(const struct mailbox_source *source, const struct mailbox_url *url,
                       const char *server, struct error *error)
{
    const char *password = kind_password(source);
    if (!password)
        return error_set(error, RESULT_CONFIG,
                         _("%s: no password for %s; set password_command in the configuration"),
                         server, url->user);
    if (strpbrk(password, "\r\n"))
        return error_set(error, RESULT_CONFIG, _("%s: the password for %s has more than one line"),
                         server, url->user);
    return RESULT_OK;
}

void sasl_base64(struct span s, struct str *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t three = 0;
        for (size_t j = 0; j < 3; j++)
            three = three << 8 | (i + j < s.n ? (unsigned char)s.at[i + j] : 0);
        for (size_t j = 0; j < 4; j++)
            str_add_char(out, i + j > s.n ? '=' : digits[three >> (18 - 6 * j) & 63]);
    }
}

void sasl_plain(const char *user, const char *password, struct str *out)
{
    str_reserve(out, strlen(user) + strlen(password) + 8); /* or growing leaves copies behind */
    str_add_char(out, '\0');
    str_add_text(out, user);
    str_add_char(out, '\0');
    str_add_text(out, password);
}

void sasl_token(bool bearer, const struct mailbox_url *url, const char *token, struct str *out)
{
    str_reserve(out, strlen(url->user) + strlen(url->host) + strlen(token) + 80);
    if (bearer)
        str_addf(out, "n,a=%s,\001host=%s\001port=%u\001auth=Bearer %s\001\001", url->user,
                 url->host, url->port, token);
    else
        str_addf(out, "user=%s\001auth=Bearer %s\001\001", url->user, token);
}

void sasl_forget(struct str *secret)
{
    if (secret->at)
        explicit_bzero(secret->at, secret->capacity);
    str_free(secret);
}

enum result sasl_refused(const struct mailbox_source *source, const struct mailbox_url *url,
                         const char *server, struct span said, struct error *error)
{
    static const char *const later[] = {
        "[UNAVAILABLE]", "[LIMIT]",    "[INUSE]",       "[SERVERBUG]", "[CONTACTADMIN]",
        "[IN-USE]",      "[SYS/TEMP]", "[LOGIN-DELAY]", "too many",    "maximum number"};
    struct str words = {0};
    kind_words(source, said, &words);
    enum result result = RESULT_DENIED;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (span_find_nocase(said, span_of(later[i])) >= 0)
            result = RESULT_BUSY;
    if (result == RESULT_BUSY)
        error_set(error, result,
                  _("%s: the server does not let %s in at the moment (%s); the next scan tries "
                    "again"),
                  server, url->user, str_text(&words));
    else
        error_set(error, result,
                  _("%s: log-in as %s refused (%s); check the user name and the password"),
                  server, url->user, str_text(&words));
    str_free(&words);
    return result;
}
