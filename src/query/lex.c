/* SPDX-License-Identifier: MIT */
#include "query/lex.h"

#include <stdlib.h>

#include "base/alloc.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct lex_value *begin_value(struct lex_term *term, size_t from)
{
    if (term->n >= term->capacity) {
        size_t old = term->capacity;
        ALLOC_GROW(term->values, term->n, term->capacity);
        for (size_t i = old; i < term->capacity; i++)
            term->values[i] = (struct lex_value){0};
    }
    struct lex_value *value = &term->values[term->n++];
    str_clear(&value->text);
    value->from = value->to = from;
    return value;
}

/* One byte within quotes; false if it closed them. */
static bool quoted_byte(struct span text, size_t *at, struct str *out, struct lex_term *term)
{
    char c = text.at[*at];
    bool last = *at + 1 == text.n;
    if (c == '"')
        return false;
    if (c == '\\' && !last && (text.at[*at + 1] == '"' || text.at[*at + 1] == '\\'))
        c = text.at[++*at];
    else if (c == '\\' && last)
        term->backslash = true;
    str_add_char(out, c);
    return true;
}

bool lex_next(struct span text, size_t *at, struct lex_term *term)
{
    size_t i = *at;
    while (i < text.n && is_blank(text.at[i]))
        i++;
    *at = i;
    if (i >= text.n)
        return false;
    term->from = i;
    term->negated = text.at[i] == '-';
    term->has_key = term->open = term->backslash = false;
    term->n = 0;
    str_clear(&term->key);
    i += term->negated;
    struct lex_value *value = begin_value(term, i);
    for (; i < text.n && (term->open || !is_blank(text.at[i])); i++) {
        char c = text.at[i];
        if (term->open) {
            term->open = quoted_byte(text, &i, &value->text, term);
        } else if (c == '"') {
            term->open = true;
            term->quote = i;
        } else if (c == ':' && !term->has_key) {
            struct str key = term->key;
            term->has_key = true;
            term->key = value->text;
            value->text = key;
            term->n = 0;
            value = begin_value(term, i + 1);
        } else if (c == ',' && term->has_key) {
            value->to = i;
            value = begin_value(term, i + 1);
        } else {
            str_add_char(&value->text, c);
        }
    }
    value->to = term->to = *at = i;
    return true;
}

void lex_free(struct lex_term *term)
{
    for (size_t i = 0; i < term->capacity; i++)
        str_free(&term->values[i].text);
    free(term->values);
    str_free(&term->key);
    *term = (struct lex_term){0};
}

void lex_quote(struct span value, struct str *out)
{
    bool needs = value.n == 0;
    for (size_t i = 0; i < value.n; i++)
        needs = needs || is_blank(value.at[i]) || value.at[i] == ':' || value.at[i] == ',' ||
                value.at[i] == '"';
    if (!needs) {
        str_add(out, value);
        return;
    }
    str_add_char(out, '"');
    for (size_t i = 0; i < value.n; i++) {
        if (value.at[i] == '"' || value.at[i] == '\\')
            str_add_char(out, '\\');
        str_add_char(out, value.at[i]);
    }
    str_add_char(out, '"');
}
