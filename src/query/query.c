/* SPDX-License-Identifier: MIT */
#include "query/query.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "contact/typo.h"
#include "query/key.h"
#include "query/lex.h"

#define TEXT_MAX 65536 /* bytes: no person's query, and no program's, is longer */
#define ALL_STATES ((1u << STATE_COUNT) - 1)

struct query {
    struct term *terms;
    size_t n;
    size_t capacity;
    unsigned needs;
    unsigned states;
};

static void term_free(struct term *term)
{
    for (size_t i = 0; i < term->n; i++) {
        pattern_free(term->values[i].pattern);
        str_free(&term->values[i].text);
    }
    free(term->values);
    str_free(&term->field);
}

void query_free(struct query *query)
{
    if (!query)
        return;
    for (size_t i = 0; i < query->n; i++)
        term_free(&query->terms[i]);
    free(query->terms);
    free(query);
}

/* What an error shows of a text: harmless, and not too much of it. */
static char *shown(struct span text)
{
    struct str out = {0};
    size_t fits = utf8_fit(text, 120, NULL);
    utf8_visible(span_cut(text, 0, fits), &out);
    if (fits < text.n)
        str_add_text(&out, "...");
    return str_take(&out);
}

/* Characters before a byte, and one: what a person counts. */
static unsigned column(struct span text, size_t at)
{
    unsigned count = 1;
    size_t length;
    for (size_t i = 0; i < at; i += length, count++)
        utf8_read(span_cut(text, i, text.n), &length);
    return count;
}

static enum result wrong(struct error *error, struct span text, size_t at, const char *what,
                         struct span value, const char *advice)
{
    if (!error)
        return RESULT_USAGE;
    char *query = shown(text), *part = shown(value);
    struct error sentence;
    error_set(&sentence, RESULT_USAGE, what, part, column(text, at));
    error_set(error, RESULT_USAGE, "\"%s\": %s; %s", query, sentence.text, advice);
    free(query);
    free(part);
    return RESULT_USAGE;
}

static enum result unknown_key(struct error *error, struct span text, size_t at, struct span name)
{
    struct str near = {0}, advice = {0};
    unsigned closest = 3;
    const struct key *key;
    utf8_lower(name, &near);
    for (size_t i = 0; (key = key_at(i)); i++) {
        unsigned distance = typo_distance(span_of_str(&near), span_of(key->name), 2);
        if (distance < closest && distance < name.n) {
            closest = distance;
            str_clear(&advice);
            str_addf(&advice, _("did you mean %s:?"), key->name[0] == 'f' ? "field.X" : key->name);
        }
    }
    if (advice.n == 0)
        str_add_text(&advice, _("quotes round it make a word of it"));
    enum result result =
        wrong(error, text, at, _("unknown key \"%s\" at column %u"), name, str_text(&advice));
    str_free(&near);
    str_free(&advice);
    return result;
}

static enum result read_values(struct span text, int64_t now, const struct lex_term *lex,
                               struct term *term, struct error *error)
{
    term->values = alloc_zero(lex->n, sizeof *term->values);
    for (size_t i = 0; i < lex->n; i++) {
        const struct lex_value *from = &lex->values[i];
        struct span value = span_of_str(&from->text);
        term->n = i + 1;
        if (value.n && term->key->read(value, now, &term->values[i]))
            continue;
        struct str advice = {0};
        str_addf(&advice, _("it takes %s"), _(term->key->expects));
        enum result result =
            value.n
                ? wrong(error, text, from->from, _("\"%s\" at column %u is no value of that key"),
                        value, str_text(&advice))
                : wrong(error, text, from->from, _("%snothing at column %u, where a value must be"),
                        value, str_text(&advice));
        str_free(&advice);
        return result;
    }
    return RESULT_OK;
}

static enum result read_term(struct span text, int64_t now, const struct lex_term *lex,
                             struct term *term, struct error *error)
{
    struct span name = span_of_str(&lex->key);
    if (lex->open)
        return wrong(error, text, lex->quote, _("%sthe quote at column %u is not closed"),
                     SPAN_NONE, _("it needs another one"));
    term->negated = lex->negated;
    term->key = lex->has_key ? key_find(name) : &key_word;
    if (!term->key)
        return unknown_key(error, text, lex->from + lex->negated, name);
    size_t fixed = span_of(term->key->name).n;
    if (name.n > fixed)
        str_add(&term->field, span_cut(name, fixed, name.n));
    return read_values(text, now, lex, term, error);
}

static unsigned states_of(const struct term *term)
{
    unsigned states = 0;
    for (size_t i = 0; i < term->n; i++)
        states |= 1u << term->values[i].number;
    return term->negated ? ALL_STATES & ~states : states;
}

/* What is cheap to look at goes first. */
static int by_needs(const void *a, const void *b)
{
    unsigned left = ((const struct term *)a)->key->needs;
    unsigned right = ((const struct term *)b)->key->needs;
    return (left > right) - (left < right);
}

static void plan(struct query *query)
{
    query->states = ALL_STATES;
    for (size_t i = 0; i < query->n; i++) {
        query->needs |= query->terms[i].key->needs;
        if (query->terms[i].key->needs == QUERY_STATE)
            query->states &= states_of(&query->terms[i]);
    }
    if (query->n > 1)
        qsort(query->terms, query->n, sizeof *query->terms, by_needs);
}

enum result query_parse(struct span text, int64_t now, struct query **out, struct error *error)
{
    struct query *query = alloc_zero(1, sizeof *query);
    struct lex_term lex = {0};
    enum result result = RESULT_OK;
    size_t at = 0;
    if (text.n > TEXT_MAX)
        result = error_set(error, RESULT_USAGE, _("the query is longer than %d bytes"), TEXT_MAX);
    while (!result && lex_next(text, &at, &lex)) {
        ALLOC_GROW(query->terms, query->n, query->capacity);
        query->terms[query->n] = (struct term){0};
        result = read_term(text, now, &lex, &query->terms[query->n++], error);
    }
    lex_free(&lex);
    if (result) {
        query_free(query);
        return result;
    }
    plan(query);
    *out = query;
    return RESULT_OK;
}

unsigned query_needs(const struct query *query)
{
    return query->needs;
}

bool query_is_empty(const struct query *query)
{
    return query->n == 0;
}

unsigned query_states(const struct query *query)
{
    return query->states;
}

bool query_only_states(const struct query *query)
{
    for (size_t i = 0; i < query->n; i++)
        if (query->terms[i].key->needs != QUERY_STATE)
            return false;
    return true;
}

uint32_t query_id(const struct query *query)
{
    const struct key *id = key_find(SPAN("id"));
    for (size_t i = 0; i < query->n; i++) {
        const struct term *term = &query->terms[i];
        if (term->key == id && term->n == 1 && !term->negated)
            return (uint32_t)term->values[0].number;
    }
    return 0;
}

static bool is_of(const struct term *term, const char *name)
{
    return term->key == key_find(span_of(name));
}

/* The one domain a term names, save one with all below it. */
static struct span domain_of(const struct term *term)
{
    if (!is_of(term, "domain") || term->negated || term->n != 1 || str_text(&term->values[0].text)[0] == '.')
        return SPAN_NONE;
    return span_of_str(&term->values[0].text);
}

struct span query_domain(const struct query *query)
{
    struct span domain = SPAN_NONE;
    for (size_t i = 0; i < query->n && !domain.n; i++)
        domain = domain_of(&query->terms[i]);
    return domain;
}

/* The literal that a text of every hit has; empty for other terms. */
static struct span literal_of(const struct term *term)
{
    bool looks_in = term->key == &key_word || is_of(term, "name") || is_of(term, "field.x");
    return looks_in && !term->negated && term->n == 1 ? pattern_literal(term->values[0].pattern) : SPAN_NONE;
}

struct span query_literal(const struct query *query, size_t i)
{
    for (size_t t = 0; t < query->n; t++) {
        struct span literal = literal_of(&query->terms[t]);
        if (literal.n && i-- == 0)
            return literal;
    }
    return SPAN_NONE;
}

static bool same_term(const struct term *a, const struct term *b)
{
    bool same = a->key == b->key && a->negated == b->negated && a->n == b->n &&
                span_equal_nocase(span_of_str(&a->field), span_of_str(&b->field));
    for (size_t i = 0; same && i < a->n; i++)
        same = a->values[i].number == b->values[i].number && a->values[i].kind == b->values[i].kind &&
               span_equal(span_of_str(&a->values[i].text), span_of_str(&b->values[i].text));
    return same;
}

/* Does whatever the term matches match the wider one? */
static bool term_narrows(const struct term *term, const struct term *wider)
{
    bool word = wider->key == &key_word && literal_of(wider).n && pattern_is_literal(wider->values[0].pattern);
    return same_term(term, wider) || (word && span_find(literal_of(term), literal_of(wider)) >= 0);
}

bool query_narrows(const struct query *query, const struct query *wider)
{
    bool becomes_active = wider->states >> STATE_ACTIVE & 1 && !(wider->states >> STATE_SUSPECT & 1);
    if (wider->needs & QUERY_STANDING || becomes_active) /* a suspect does so without a change in the store */
        return false;
    for (size_t i = 0; i < wider->n; i++) {
        bool kept = false;
        for (size_t k = 0; k < query->n && !kept; k++)
            kept = term_narrows(&query->terms[k], &wider->terms[i]);
        if (!kept)
            return false;
    }
    return true;
}

static enum query_kind kind_of(const struct query *query, const struct term *term)
{
    if (term->key->needs == QUERY_STATE)
        return QUERY_OF_STATES;
    if (term->key->needs == QUERY_TAGS)
        return QUERY_OF_TAGS;
    if (term->key == &key_word && literal_of(term).n && pattern_is_literal(term->values[0].pattern))
        return QUERY_OF_LITERALS;
    if (domain_of(term).n && span_equal(domain_of(term), query_domain(query)))
        return QUERY_OF_DOMAIN;
    return QUERY_OF_OTHERS;
}

unsigned query_kinds(const struct query *query)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < query->n; i++)
        kinds |= kind_of(query, &query->terms[i]);
    return kinds;
}

static bool term_matches(const struct term *term, const struct query_row *row)
{
    for (size_t i = 0; i < term->n; i++)
        if (term->key->match(term, &term->values[i], row))
            return !term->negated;
    return term->negated;
}

bool query_tags(const struct query *query, struct span tags)
{
    const struct contact contact = {.tags = tags.at ? tags : SPAN("")};
    const struct query_row row = {.contact = &contact};
    for (size_t i = 0; i < query->n; i++)
        if (query->terms[i].key->needs == QUERY_TAGS && !term_matches(&query->terms[i], &row))
            return false;
    return true;
}

bool query_matches(const struct query *query, const struct query_row *row)
{
    for (size_t i = 0; i < query->n; i++)
        if (!term_matches(&query->terms[i], row))
            return false;
    return true;
}
