/* SPDX-License-Identifier: MIT */
#include "send/access.h"

#include "base/date.h"
#include "contact/address.h"

#define REFUSAL "550 5.7.1 zwrotka: suppressed"

/* Off with the quotes and backslashes of a folded local part: Postfix asks without them. */
static void add_unquoted(struct span local, struct str *key)
{
    bool quoted = local.n >= 2 && local.at[0] == '"';
    size_t from = quoted ? 1 : 0, to = local.n - from;
    for (size_t i = from; i < to; i++) {
        if (quoted && local.at[i] == '\\' && i + 1 < to)
            i++;
        str_add_char(key, local.at[i]);
    }
}

size_t access_keys(struct span folded, struct str keys[ACCESS_KEYS])
{
    ptrdiff_t at = span_find_last(folded, '@');
    if (at <= 0 || folded.n > ADDRESS_MAX)
        return 0;
    struct span domain = span_cut(folded, (size_t)at + 1, folded.n);
    for (int i = 0; i < ACCESS_KEYS; i++) {
        str_clear(&keys[i]);
        add_unquoted(span_cut(folded, 0, (size_t)at), &keys[i]);
        str_add_char(&keys[i], '@');
    }
    str_add(&keys[0], domain);
    if (keys[0].at[0] == '@' || domain.n == 0 || span_find_char(span_of_str(&keys[0]), '\0') >= 0)
        return 0;
    if (span_find(domain, SPAN("xn--")) < 0)
        return 1;
    address_domain_unicode(domain, &keys[1]);
    bool two =
        keys[1].n <= ACCESS_KEY_MAX && !span_equal(span_of_str(&keys[0]), span_of_str(&keys[1]));
    return two ? 2 : 1;
}

bool access_address(struct span key, struct str *folded)
{
    if (address_fold(key, NULL, folded, NULL) == RESULT_OK)
        return true;
    ptrdiff_t at = span_find_last(key, '@');
    struct str quoted = {0};
    if (at <= 0)
        return false;
    str_add_char(&quoted, '"');
    for (ptrdiff_t i = 0; i < at; i++) {
        if (key.at[i] == '"' || key.at[i] == '\\')
            str_add_char(&quoted, '\\');
        str_add_char(&quoted, key.at[i]);
    }
    str_add_char(&quoted, '"');
    str_add(&quoted, span_cut(key, (size_t)at, key.n));
    bool fine = address_fold(span_of_str(&quoted), NULL, folded, NULL) == RESULT_OK;
    str_free(&quoted);
    return fine;
}

void access_value(const struct standing *standing, struct str *value)
{
    char since[21];
    str_clear(value);
    str_add(value, SPAN(REFUSAL));
    if (standing->since > 0) {
        date_to_iso(standing->since, since);
        str_add(value, SPAN(" since "));
        str_add(value, (struct span){since, sizeof "2026-11-21" - 1});
    }
}
