/* SPDX-License-Identifier: MIT */
#include "query/query.h"

#include "contact/address.h"
#include "query/lex.h"

static bool same_value(struct span key, struct span a, struct span b)
{
    if (span_equal_nocase(a, b))
        return true;
    if (!span_equal_nocase(key, SPAN("domain")))
        return false;
    struct str left = {0}, right = {0};
    bool same = address_fold_domain(a, true, &left, NULL) == RESULT_OK &&
                address_fold_domain(b, true, &right, NULL) == RESULT_OK &&
                span_equal(span_of_str(&left), span_of_str(&right));
    str_free(&left);
    str_free(&right);
    return same;
}

static bool is_of_key(const struct lex_term *term, struct span key, bool negated)
{
    return term->has_key && term->negated == negated &&
           span_equal_nocase(span_of_str(&term->key), key);
}

static bool holds(const struct lex_term *term, struct span key, struct span value, bool negated)
{
    if (!is_of_key(term, key, negated))
        return false;
    for (size_t i = 0; i < term->n; i++)
        if (same_value(key, span_of_str(&term->values[i].text), value))
            return true;
    return false;
}

bool query_has(struct span text, struct span key, struct span value)
{
    struct lex_term term = {0};
    size_t at = 0;
    bool has = false;
    while (!has && lex_next(text, &at, &term))
        has = holds(&term, key, value, false);
    lex_free(&term);
    return has;
}

static void close_quote(const struct lex_term *term, struct str *out)
{
    if (term->open && term->backslash)
        str_add_char(out, '\\');
    if (term->open)
        str_add_char(out, '"');
}

/* Adds the term without `value`; false if nothing of it was left to add. */
static bool add_without(struct span text, const struct lex_term *term, struct span key,
                        struct span value, struct str *out)
{
    bool any = false;
    for (size_t i = 0; i < term->n; i++) {
        const struct lex_value *one = &term->values[i];
        if (same_value(key, span_of_str(&one->text), value))
            continue;
        if (any)
            str_add_char(out, ',');
        else
            str_add(out, span_cut(text, term->from, term->values[0].from));
        str_add(out, span_cut(text, one->from, one->to));
        any = true;
    }
    if (any && out->n && !same_value(key, span_of_str(&term->values[term->n - 1].text), value))
        close_quote(term, out);
    return any;
}

/* The text without key:value in its negated or its plain terms. */
static void without(struct span text, struct span key, struct span value, bool negated,
                    struct str *out)
{
    struct lex_term term = {0};
    size_t at = 0, copied = 0;
    bool removed = false;
    while (lex_next(text, &at, &term)) {
        size_t before = out->n;
        if (before || !removed)
            str_add(out, span_cut(text, copied, term.from));
        copied = term.to;
        if (!holds(&term, key, value, negated)) {
            str_add(out, span_cut(text, term.from, term.to));
        } else if (!add_without(text, &term, key, value, out)) {
            removed = true;
            out->n = before;
        }
    }
    str_add(out, out->n || !removed ? span_cut(text, copied, text.n) : SPAN(""));
    lex_free(&term);
}

/* The text with key:value, in the first term of that key or at the end. */
static void with(struct span text, struct span key, struct span value, struct str *out)
{
    struct lex_term term = {0};
    size_t at = 0;
    bool added = false;
    while (!added && lex_next(text, &at, &term)) {
        if (!is_of_key(&term, key, false))
            continue;
        str_add(out, span_cut(text, 0, term.to));
        close_quote(&term, out);
        str_add_char(out, ',');
        lex_quote(value, out);
        str_add(out, span_cut(text, term.to, text.n));
        added = true;
    }
    if (!added) {
        str_add(out, term.open ? text : span_cut(text, 0, term.to));
        close_quote(&term, out);
        if (out->n)
            str_add_char(out, ' ');
        lex_quote(key, out);
        str_add_char(out, ':');
        lex_quote(value, out);
    }
    lex_free(&term);
}

void query_toggle(struct span text, struct span key, struct span value, struct str *out)
{
    struct str rest = {0};
    str_clear(out);
    if (query_has(text, key, value)) {
        without(text, key, value, false, out);
    } else {
        without(text, key, value, true, &rest);
        with(span_of_str(&rest), key, value, out);
    }
    str_free(&rest);
}

void query_drop_last(struct span text, struct str *out)
{
    struct lex_term term = {0};
    size_t at = 0;
    str_clear(out);
    while (lex_next(text, &at, &term))
        ;
    size_t end = term.from;
    while (end > 0 && span_trim(span_cut(text, end - 1, end)).n == 0)
        end--;
    str_add(out, span_cut(text, 0, end));
    lex_free(&term);
}
