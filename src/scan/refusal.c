/* SPDX-License-Identifier: MIT */
#include "scan/refusal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "contact/address.h"

enum { TEXT_MAX = 90, WORD_MAX = 100 };

/* ---- what it says */

/* The next run of what names, addresses and numbers are made of. */
static bool next_word(struct span *rest, struct span *word)
{
    size_t i = 0, end;
    while (i < rest->n && !isalnum((unsigned char)rest->at[i]))
        i++;
    for (end = i; end < rest->n && (isalnum((unsigned char)rest->at[end]) ||
                                    (rest->at[end] && strchr(".-_:@", rest->at[end])));)
        end++;
    *word = span_cut(*rest, i, end);
    *rest = span_cut(*rest, end, rest->n);
    while (word->n && strchr(".-:", word->at[word->n - 1]))
        word->n--;
    return word->n > 0;
}

static bool is_ip(struct span word)
{
    char text[64], binary[16];
    if (word.n >= sizeof text)
        return false;
    memcpy(text, word.at, word.n);
    text[word.n] = '\0';
    return inet_pton(AF_INET, text, binary) == 1 ||
           (span_find(word, SPAN("::")) >= 0 && inet_pton(AF_INET6, text, binary) == 1);
}

static bool is_host(struct span word)
{
    ptrdiff_t dot = span_find_last(word, '.');
    if (dot <= 0 || word.n > WORD_MAX || span_find_char(word, '@') >= 0)
        return false;
    for (size_t i = (size_t)dot + 1; i < word.n; i++)
        if (!isalpha((unsigned char)word.at[i]))
            return false;
    return word.n - (size_t)dot > 2;
}

/* Words that stand before the name of a block list. */
static bool points_at_list(struct span word)
{
    static const char *const words[] = {"using",     "list",      "listed", "by",
                                        "blocklist", "blacklist", "rbl",    "dnsbl",
                                        "https:",    "http:",     "https",  "http"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal_nocase(word, span_of(words[i])))
            return true;
    return false;
}

static bool within(struct span host, struct span domain)
{
    return domain.n && span_ends(host, domain);
}

/* Numbers of a message, addresses and names that are other in each do not tell wordings apart. */
static void add_plain(struct span text, struct str *out)
{
    struct span rest = span_trim(text);
    size_t before = out->n;
    while (rest.n && out->n - before < TEXT_MAX) {
        ptrdiff_t blank = span_find_char(rest, ' ');
        struct span word = span_cut(rest, 0, blank < 0 ? rest.n : (size_t)blank);
        rest = span_cut(rest, word.n + 1, rest.n);
        size_t digits = 0;
        for (size_t i = 0; i < word.n; i++)
            digits += isdigit((unsigned char)word.at[i]) != 0;
        bool own = digits > 5 || span_find_char(word, '@') >= 0 || word.n > 40;
        if (out->n > before)
            str_add_char(out, ' ');
        str_add(out, own ? SPAN("…") : word);
    }
}

void refusal_wording(struct span diagnostic, struct span server, struct span domain,
                     struct str *out)
{
    struct span rest = diagnostic, word, ip = SPAN(""), list = SPAN("");
    bool pointed = false;
    while (next_word(&rest, &word)) {
        if (!ip.n && is_ip(word))
            ip = word;
        else if (!list.n && pointed && is_host(word) && !within(word, domain) &&
                 !span_equal_nocase(word, server))
            list = word;
        pointed = points_at_list(word);
    }
    str_add(out, ip);
    str_add_char(out, '\t');
    str_add_lower(out, list);
    str_add_char(out, '\t');
    if (!ip.n && !list.n)
        add_plain(diagnostic, out);
}

void refusal_note(struct txn *txn, const struct bounce_recipient *recipient,
                  const char *reporting_mta, struct span folded, int64_t time)
{
    static const enum reason reasons[] = {REASON_blocked, REASON_badreputation, REASON_spamdetected,
                                          REASON_authfailure};
    bool ours = false;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        ours = ours || recipient->reason == reasons[i];
    if (!ours || recipient->verdict != VERDICT_SOFT)
        return;
    struct str wording = {0}, server = {0};
    struct span domain = address_domain(folded), mta = span_of(recipient->mta);
    if (!mta.n || span_equal_nocase(mta, span_of(reporting_mta)))
        mta = domain;
    str_add_lower(&server, mta);
    refusal_wording(span_of(recipient->diagnostic), mta, domain, &wording);
    bursts_add_refusal(txn, time, span_of_str(&server), span_of_str(&wording));
    str_free(&wording);
    str_free(&server);
}

/* ---- all of them */

static char *next_part(struct span *rest)
{
    struct span part = SPAN("");
    if (rest->n)
        span_next(rest, '\t', &part);
    return span_copy(part);
}

static void add(struct refusals *out, const struct bursts_refusal *found)
{
    struct span rest = found->wording;
    struct refusal row = {.server = span_copy(found->server),
                          .ip = next_part(&rest),
                          .list = next_part(&rest),
                          .text = next_part(&rest),
                          .since = found->since,
                          .last = found->last,
                          .n = found->n};
    ALLOC_GROW(out->rows, out->n, out->room);
    out->rows[out->n++] = row;
}

static int by_what(const void *left, const void *right)
{
    const struct refusal *a = left, *b = right;
    int order = strcmp(a->server, b->server);
    if (!order)
        order = strcmp(a->ip, b->ip);
    if (!order)
        order = strcmp(a->list, b->list);
    if (!order)
        order = strcmp(a->text, b->text);
    return order ? order : (a->since > b->since) - (a->since < b->since);
}

static int by_number(const void *left, const void *right)
{
    const struct refusal *a = left, *b = right;
    return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : strcmp(a->server, b->server);
}

static void free_row(struct refusal *row)
{
    free(row->server);
    free(row->ip);
    free(row->list);
    free(row->text);
}

static bool same(const struct refusal *a, const struct refusal *b)
{
    return strcmp(a->server, b->server) == 0 && strcmp(a->ip, b->ip) == 0 &&
           strcmp(a->list, b->list) == 0 && strcmp(a->text, b->text) == 0;
}

void refusals_load(struct txn *txn, int64_t from, struct refusals *out)
{
    struct bursts_refusals walk = {.from = from};
    size_t kept = 0;
    *out = (struct refusals){0};
    while (bursts_next_refusal(txn, &walk))
        if (walk.found.last >= from)
            add(out, &walk.found);
    bursts_refusals_end(&walk);
    if (out->n)
        qsort(out->rows, out->n, sizeof *out->rows, by_what);
    for (size_t i = 0; i < out->n; i++) {
        struct refusal *row = &out->rows[i], *before = kept ? &out->rows[kept - 1] : NULL;
        if (before && same(before, row)) {
            before->n += row->n;
            before->last = row->last > before->last ? row->last : before->last;
            free_row(row);
        } else {
            out->rows[kept++] = *row;
        }
    }
    out->n = kept;
    if (kept)
        qsort(out->rows, kept, sizeof *out->rows, by_number);
}

void refusals_free(struct refusals *refusals)
{
    for (size_t i = 0; i < refusals->n; i++)
        free_row(&refusals->rows[i]);
    free(refusals->rows);
    *refusals = (struct refusals){0};
}

void refusal_words(const struct refusal *refusal, struct str *out)
{
    char since[24];
    struct str server = {0};
    date_since(refusal->since, date_now(), since);
    address_domain_unicode(span_of(refusal->server), &server);
    str_addf(out, _("since %s %s refuses %s"), since, str_text(&server),
             refusal->ip[0] ? refusal->ip : _("our mail"));
    if (refusal->list[0])
        str_addf(out, _(", list %s"), refusal->list);
    if (refusal->text[0]) {
        str_add_text(out, " (");
        utf8_visible(span_of(refusal->text), out);
        str_add_char(out, ')');
    }
    str_addf(out,
             ngettext(": %llu mail, nobody is dead", ": %llu mails, nobody is dead", refusal->n),
             (unsigned long long)refusal->n);
    str_free(&server);
}
