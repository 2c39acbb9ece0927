/* SPDX-License-Identifier: MIT */
#include "contact/domain.h"

#include <idn2.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "contact/address.h"

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

enum result domain_refuse(struct error *error, const char *format, struct span text)
{
    if (!error)
        return RESULT_DATA;
    struct str shown = {0};
    size_t fits = utf8_fit(text, 80, NULL);
    utf8_visible(span_cut(text, 0, fits), &shown);
    if (fits < text.n)
        str_add_text(&shown, "...");
    error_set(error, RESULT_DATA, format, str_text(&shown));
    str_free(&shown);
    return RESULT_DATA;
}

bool domain_has_hidden(struct span s)
{
    size_t length;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7F)
            return true;
    if (utf8_ascii(s))
        return false;
    for (; s.n; s = span_cut(s, length, s.n)) {
        uint32_t code = utf8_read(s, &length);
        if (code >= 0x80 && utf8_is_harmful(code))
            return true;
        if (code == 0xA0 || code == 0x3000 || (code >= 0x2000 && code <= 0x200F))
            return true;
    }
    return false;
}

/* The letters, digits and hyphens of RFC 5321's Domain, ASCII by now. */
static enum result check_labels(struct span domain, bool single, struct span whole,
                                struct error *error)
{
    size_t start = 0;
    bool dot = false, digits = true;
    if (domain.n == 0)
        return domain_refuse(error, _("\"%s\" has no domain behind the @"), whole);
    if (domain.n > DOMAIN_MAX)
        return domain_refuse(error, _("\"%s\" has too long a domain"), whole);
    for (size_t i = 0; i <= domain.n; i++) {
        unsigned char c = i < domain.n ? (unsigned char)domain.at[i] : '.';
        if (c != '.') {
            if (!is_alnum(c) && c != '-')
                return domain_refuse(
                    error, _("\"%s\" has a sign in its domain that may not stand there"), whole);
            digits = digits && c >= '0' && c <= '9';
            continue;
        }
        if (i == start)
            return domain_refuse(error, _("\"%s\" has two dots, or a dot too many, in its domain"),
                                 whole);
        if (i - start > DOMAIN_LABEL_MAX)
            return domain_refuse(error, _("\"%s\" has a part over 63 bytes in its domain"), whole);
        if (domain.at[start] == '-' || domain.at[i - 1] == '-')
            return domain_refuse(
                error, _("\"%s\" has a hyphen at the edge of a part of its domain"), whole);
        if (i == domain.n)
            break;
        dot = true;
        digits = true;
        start = i + 1;
    }
    if (!dot && !single)
        return domain_refuse(error, _("\"%s\" has no dot in its domain"), whole);
    if (digits)
        return domain_refuse(error, _("\"%s\" has a number where its domain should end"), whole);
    return RESULT_OK;
}

/* Does an ASCII domain hold A-labels? */
static bool has_alabel(struct span domain)
{
    return span_starts_nocase(domain, SPAN("xn--")) || span_find_nocase(domain, SPAN(".xn--")) >= 0;
}

/* Adds the A-label of a domain with letters beyond ASCII, or with A-labels, which must be sound.
 * What IDNA2008 disallows but the net has (emoji) passes as an A-label only. */
static enum result fold_idn(struct span domain, struct str *out, struct span whole,
                            struct error *error)
{
    char name[DOMAIN_GIVEN_MAX + 1];
    uint8_t *ascii = NULL;
    if (domain.n > DOMAIN_GIVEN_MAX || memchr(domain.at, '\0', domain.n))
        return domain_refuse(error, _("\"%s\" has too long a domain"), whole);
    memcpy(name, domain.at, domain.n);
    name[domain.n] = '\0';
    int flags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT;
    int failed = idn2_lookup_u8((const uint8_t *)name, &ascii, flags);
    if (failed == IDN2_OK) {
        for (const char *c = (const char *)ascii; *c; c++)
            str_add_char(out, lower(*c));
        idn2_free(ascii);
        return RESULT_OK;
    }
    if (!utf8_ascii(domain) || failed == IDN2_PUNYCODE_BAD_INPUT ||
        failed == IDN2_PUNYCODE_OVERFLOW || failed == IDN2_ENCODING_ERROR)
        return domain_refuse(error, _("\"%s\" has a domain that international names do not allow"),
                             whole);
    utf8_lower(domain, out);
    return RESULT_OK;
}

enum result domain_fold(struct span domain, bool single, struct str *out, struct span whole,
                        struct error *error)
{
    size_t start = out->n;
    enum result result = RESULT_OK;
    if (domain.n && domain.at[domain.n - 1] == '.')
        domain.n--;
    if (domain.n > 1 && domain.at[0] == '[')
        return domain_refuse(error, _("\"%s\" has a number of a host instead of a domain"), whole);
    if (domain.n && (!utf8_ascii(domain) || has_alabel(domain))) {
        result = fold_idn(domain, out, whole, error);
        /* Other alphabets have dots of their own. */
        if (!result && out->n > start && out->at[out->n - 1] == '.')
            out->at[--out->n] = '\0';
    } else {
        str_reserve(out, domain.n);
        for (size_t i = 0; i < domain.n; i++)
            out->at[out->n++] = lower(domain.at[i]);
        out->at[out->n] = '\0';
    }
    if (!result)
        result = check_labels(span_cut(span_of_str(out), start, out->n), single, whole, error);
    return result;
}

enum result address_fold_domain(struct span text, bool single, struct str *out, struct error *error)
{
    struct str normal = {0};
    struct span s = span_trim(text);
    str_clear(out);
    if (s.n > DOMAIN_GIVEN_MAX || !utf8_valid(s) || domain_has_hidden(s))
        return domain_refuse(error, _("\"%s\" is no domain"), s);
    if (!utf8_ascii(s)) {
        utf8_nfc(s, &normal);
        s = span_of_str(&normal);
    }
    enum result result = domain_fold(s, single, out, s, error);
    if (result)
        str_clear(out);
    str_free(&normal);
    return result;
}

void address_domain_unicode(struct span domain, struct str *out)
{
    char name[DOMAIN_MAX + 1], *shown = NULL;
    if (domain.n <= DOMAIN_MAX && domain.n && has_alabel(domain) &&
        !memchr(domain.at, '\0', domain.n)) {
        memcpy(name, domain.at, domain.n);
        name[domain.n] = '\0';
        if (idn2_to_unicode_8z8z(name, &shown, 0) == IDN2_OK) {
            str_add_text(out, shown);
            idn2_free(shown);
            return;
        }
    }
    str_add(out, domain);
}
