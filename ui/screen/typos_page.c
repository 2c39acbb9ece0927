/* SPDX-License-Identifier: MIT
 *
 * The domains are copied out at once, and looked at in pieces.
 */
#include "screen/typos_page.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "action/suggest.h"
#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "contact/typo.h"
#include "screen/bulk.h"
#include "screen/list.h"
#include "screen/words.h"
#include "store/counts.h"

enum { DOMAINS_MOST = 1 << 20, SUM_ROWS = 4096, PIECE_MS = 4 };

struct typo {
    struct span domain; /* in `bytes` */
    char *meant;        /* A-label */
    uint64_t n;
};

struct typos {
    struct page page;
    struct count_row *domains;
    size_t n, at;
    struct suggest_own own;
    struct str bytes;
    struct typo *found;
    size_t found_n, found_room;
    size_t cursor, top;
    struct counts_sum *sum; /* the domains being read */
    bool stale;
};

static void forget(struct typos *typos)
{
    for (size_t i = 0; i < typos->found_n; i++)
        free(typos->found[i].meant);
    typos->found_n = typos->n = typos->at = 0;
    free(typos->domains);
    typos->domains = NULL;
    str_clear(&typos->bytes);
    suggest_own_free(&typos->own);
}

/* A piece of reading the domains; true when they are read. */
static bool load(struct typos *typos, struct txn *txn)
{
    if (typos->stale && !typos->sum)
        typos->sum = counts_sum_new(COUNT_DOMAIN, (1u << STATE_COUNT) - 1);
    typos->stale = false;
    if (!counts_sum_run(typos->sum, txn, SUM_ROWS))
        return false;
    forget(typos);
    typos->domains = alloc_zero(DOMAINS_MOST, sizeof *typos->domains);
    typos->n = counts_sum_top(typos->sum, typos->domains, DOMAINS_MOST, &typos->bytes);
    counts_sum_free(typos->sum);
    typos->sum = NULL;
    return true;
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool typos_work(struct page *page, struct session *session)
{
    struct typos *typos = (struct typos *)page;
    bool reading = typos->stale || typos->sum;
    struct txn *txn = reading || typos->at < typos->n ? session_read(session) : NULL;

    if (!txn)
        return false;
    if (reading && !load(typos, txn)) {
        txn_end(txn);
        return true;
    }
    struct str meant = {0};
    long long until = now_ms() + PIECE_MS;
    do {
        if (typos->at == typos->n)
            break;
        const struct count_row *row = &typos->domains[typos->at++];
        if (!suggest_domain(txn, row->name, &typos->own, &meant))
            continue;
        ALLOC_GROW(typos->found, typos->found_n, typos->found_room);
        typos->found[typos->found_n++] = (struct typo){row->name, span_copy(span_of_str(&meant)), row->n};
        session->stale = true;
    } while (now_ms() < until);
    str_free(&meant);
    txn_end(txn);
    if (typos->cursor >= typos->found_n)
        typos->cursor = typos->found_n ? typos->found_n - 1 : 0;
    session->dirty |= typos->at == typos->n;
    return typos->at < typos->n;
}

static enum place typos_place(const struct page *page)
{
    (void)page;
    return PLACE_TYPOS;
}

static void draw_typo(const struct typo *typo, int y, int width, enum style style)
{
    struct str text = {0};

    draw_blank(y, 0, width, style);
    words_number(typo->n, &text);
    draw_right(y, 1, 8, style, span_of_str(&text));
    str_clear(&text);
    address_domain_unicode(typo->domain, &text);
    int used = draw_text(y, 11, width / 2 - 12, style, span_of_str(&text));
    used += draw_words(y, 11 + used, 24, style, _("  looks like  "));
    str_clear(&text);
    address_domain_unicode(span_of(typo->meant), &text);
    draw_text(y, 11 + used, width - 12 - used, style, span_of_str(&text));
    str_free(&text);
}

static void typos_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct typos *typos = (struct typos *)page;
    int columns = draw_columns(), rows = draw_rows() - 5;
    struct str text = {0};
    uint64_t contacts = 0;

    (void)session;
    for (size_t i = 0; i < typos->found_n; i++)
        contacts += typos->found[i].n;
    words_number(contacts, &text);
    draw_blank(0, 0, columns, STYLE_BAR);
    int used = draw_format(
        0, 1, columns - 2, STYLE_BAR,
        ngettext("Mistyped domains: %s contact", "Mistyped domains: %s contacts", contacts),
        str_text(&text));
    if (typos->stale || typos->sum || typos->at < typos->n)
        draw_words(0, used + 3, columns - used - 4, STYLE_BAR, _("looking…"));
    str_free(&text);
    *y = 2;
    *x = 0;
    if (!typos->found_n && !typos->stale && !typos->sum && typos->at == typos->n)
        draw_words(2, 1, columns - 2, STYLE_NORMAL, _("No domain looks mistyped."));
    if (typos->cursor < typos->top)
        typos->top = typos->cursor;
    if (typos->cursor >= typos->top + (size_t)rows)
        typos->top = typos->cursor - (size_t)rows + 1;
    for (int i = 0; i < rows && typos->top + (size_t)i < typos->found_n; i++) {
        size_t at = typos->top + (size_t)i;
        draw_typo(&typos->found[at], 2 + i, columns,
                  at == typos->cursor ? STYLE_CURSOR : STYLE_NORMAL);
        if (at == typos->cursor)
            *y = 2 + i;
    }
}

static void move_to(struct typos *typos, enum act act)
{
    size_t last = typos->found_n ? typos->found_n - 1 : 0;
    size_t page = draw_rows() > 7 ? (size_t)draw_rows() - 6 : 1, at = typos->cursor;

    switch (act) {
    case ACT_UP:
        at -= at > 0;
        break;
    case ACT_DOWN:
        at++;
        break;
    case ACT_PAGE_UP:
        at -= at > page ? page : at;
        break;
    case ACT_PAGE_DOWN:
        at += page;
        break;
    case ACT_TOP:
        at = 0;
        break;
    default:
        at = last;
    }
    typos->cursor = at < last ? at : last;
}

static void show_them(struct session *session, const struct typo *typo)
{
    struct str query = {0}, domain = {0};

    address_domain_unicode(typo->domain, &domain);
    str_addf(&query, "domain:%s", str_text(&domain));
    session_home(session, NULL); /* frees typo */
    list_ask(session, session->list, span_of_str(&query));
    str_free(&query);
    str_free(&domain);
}

/* "gmial.com,wp.lp" */
static void correct_all(const struct typos *typos, struct session *session)
{
    struct str domains = {0};

    for (size_t i = 0; i < typos->found_n; i++) {
        if (i)
            str_add_char(&domains, ',');
        address_domain_unicode(typos->found[i].domain, &domains);
    }
    if (domains.n)
        bulk_domains_suggested(session, span_of_str(&domains));
    str_free(&domains);
}

static bool typos_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct typos *typos = (struct typos *)page;
    struct typo *typo = typos->cursor < typos->found_n ? &typos->found[typos->cursor] : NULL;

    (void)key;
    switch (act) {
    case ACT_UP:
    case ACT_DOWN:
    case ACT_PAGE_UP:
    case ACT_PAGE_DOWN:
    case ACT_TOP:
    case ACT_BOTTOM:
        move_to(typos, act);
        return true;
    case ACT_YES:
        if (typo)
            bulk_domain_to(session, typo->domain, span_of(typo->meant));
        return true;
    case ACT_DOMAIN:
        if (typo)
            bulk_domain_ask(session, typo->domain, span_of(typo->meant));
        return true;
    case ACT_ALL:
        correct_all(typos, session);
        return true;
    case ACT_DNS:
        if (typo)
            dns_ask(session, typo->domain, span_of(typo->meant));
        return true;
    case ACT_OPEN:
        if (typo)
            show_them(session, typo);
        return true;
    case ACT_TYPOS:
        return true; /* we are there */
    default:
        return false;
    }
}

static void typos_changed(struct page *page, struct session *session)
{
    ((struct typos *)page)->stale = true;
    session->dirty = true;
}

static void typos_free(struct page *page)
{
    struct typos *typos = (struct typos *)page;

    forget(typos);
    counts_sum_free(typos->sum);
    free(typos->found);
    str_free(&typos->bytes);
    free(typos);
}

static const struct page_ops typos_ops = {
    .place = typos_place,
    .draw = typos_draw,
    .act = typos_act,
    .work = typos_work,
    .changed = typos_changed,
    .free = typos_free,
};

void typos_open(struct session *session)
{
    struct typos *typos = alloc_zero(1, sizeof *typos);

    typos->page.ops = &typos_ops;
    typos->stale = true;
    session_push(session, &typos->page);
}
