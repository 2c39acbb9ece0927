/* SPDX-License-Identifier: MIT */
#include "bounce/rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bounce/fold.h"
#include "bounce/phrases.h"

#define HITS_MAX 160
#define RULE_LENGTH_MAX 400

struct bounce_rules {
    struct rule *rules;
    size_t n, capacity;
    struct phrases *phrases;
};

static struct phrases *automaton(const struct rule *rules, size_t n)
{
    const char **texts = alloc_zero(n, sizeof *texts);
    for (size_t i = 0; i < n; i++)
        texts[i] = rules[i].wording;
    struct phrases *phrases = phrases_new(texts, n);
    free(texts);
    return phrases;
}

/* What outweighs what: 3 excuses the address, 2 condemns it, 1 is weak. */
static int weight(const struct rule *rule)
{
    if (rule->reason == REASON_suppressed)
        return 4;
    if (rule->weak)
        return 1;
    return reason_verdict(rule->reason, false) == VERDICT_HARD ? 2 : 3;
}

static bool within(const struct phrase_hit *inner, const struct phrase_hit *outer)
{
    return inner->from >= outer->from && inner->to <= outer->to &&
           outer->to - outer->from > inner->to - inner->from;
}

/* A wording with a gap may hold what excuses the address in the gap. Only what resolvers say has such
 * words of its own: "Name service error for name=…: Host not found". */
static bool covers(const struct phrase_hit *outer, enum reason reason, enum reason inner)
{
    if (!outer->gap || reason_verdict(reason, false) != VERDICT_HARD)
        return true;
    return reason == REASON_hostunknown && (inner == REASON_networkerror || inner == REASON_expired ||
                                            inner == REASON_systemerror);
}

/* "mx.sender.example", "archivo-hist.example": no word, but a host's name. Those of block lists say as
 * much as words. */
static bool in_name(const struct rule *rule, struct span folded, const struct phrase_hit *hit)
{
    if (rule->reason == REASON_blocked || rule->reason == REASON_badreputation ||
        rule->reason == REASON_spamdetected || rule->reason == REASON_authfailure ||
        memchr(folded.at + hit->from, ' ', hit->to - hit->from) || strchr(rule->wording, '.'))
        return false;
    size_t at = hit->to;
    while (at < folded.n && (isalnum((unsigned char)folded.at[at]) || folded.at[at] == '-'))
        at++;
    return at + 1 < folded.n && folded.at[at] == '.' && isalpha((unsigned char)folded.at[at + 1]);
}

struct choice {
    const struct rule *rule;
    uint32_t length;
    struct span met;
};

static void choose(const struct bounce_rules *set, struct span folded, struct choice *choice)
{
    struct phrase_hit hits[HITS_MAX];
    size_t n = phrases_find(set->phrases, folded, hits, HITS_MAX);
    for (size_t i = 0; i < n; i++) {
        bool covered = in_name(&set->rules[hits[i].phrase], folded, &hits[i]);
        for (size_t k = 0; k < n && !covered; k++)
            covered = within(&hits[i], &hits[k]) &&
                      covers(&hits[k], set->rules[hits[k].phrase].reason,
                             set->rules[hits[i].phrase].reason);
        if (covered)
            continue;
        const struct rule *rule = &set->rules[hits[i].phrase];
        uint32_t length = hits[i].to - hits[i].from;
        int order = choice->rule ? weight(rule) - weight(choice->rule) : 1;
        if (order > 0 || (order == 0 && length > choice->length))
            *choice = (struct choice){rule, length, span_cut(folded, hits[i].from, hits[i].to)};
    }
}

static const struct rule *best(const struct bounce_rules *set, struct span folded,
                               struct span *met)
{
    static _Thread_local char bytes[RULES_TEXT_MAX];
    struct choice choice = {0};
    folded = span_cut(folded, 0, RULES_TEXT_MAX);
    choose(set, folded, &choice);
    /* what only comes together once the address between is gone */
    if (!choice.rule || weight(choice.rule) < 2) {
        struct span bare = {bytes, fold_bare(folded, bytes)};
        if (bare.n != folded.n)
            choose(set, bare, &choice);
    }
    *met = choice.met;
    return choice.rule;
}

const struct rule *rules_match(const struct bounce_rules *user, struct span folded,
                               struct span *met)
{
    const struct bounce_rules builtin = {(struct rule *)rules_builtin, rules_builtin_n, 0,
                                         (struct phrases *)&rules_phrases};
    const struct rule *rule = user ? best(user, folded, met) : NULL;
    return rule ? rule : best(&builtin, folded, met);
}

enum reason rules_status(unsigned subject, unsigned detail)
{
    for (size_t i = 0; i < status_table_n; i++)
        if (status_table[i].subject == subject && status_table[i].detail == detail)
            return status_table[i].reason;
    if (subject == 7 && detail > 600 && detail < 700)
        return REASON_blocked;
    return REASON_none;
}

/* ---- a user's own */

static enum result read_line(struct bounce_rules *rules, char *line, const char *path, size_t number,
                             struct error *error)
{
    struct span s = span_trim(span_of(line));
    if (!s.n || s.at[0] == '#')
        return RESULT_OK;
    struct span rest = s, name, wording;
    if (!span_next(&rest, '\t', &name) || !span_next(&rest, '\t', &wording) ||
        !span_trim(wording).n)
        return error_set(error, RESULT_DATA, _("%s:%zu: a rule is REASON, a tab, and the wording"),
                         path, number);
    name = span_trim(name);
    wording = span_trim(wording);
    struct rule rule = {0};
    if (span_ends(name, SPAN("?"))) {
        rule.weak = true;
        name.n--;
    }
    if (!reason_from_name(name, &rule.reason))
        return error_set(error, RESULT_DATA, _("%s:%zu: there is no reason \"%.*s\""), path, number,
                         SPAN_ARGS(name));
    if (wording.n > RULE_LENGTH_MAX || !utf8_valid(wording))
        return error_set(error, RESULT_DATA,
                         _("%s:%zu: the wording is too long, or not in UTF-8"), path, number);
    rule.wording = span_copy(wording);
    ALLOC_GROW(rules->rules, rules->n, rules->capacity);
    rules->rules[rules->n++] = rule;
    return RESULT_OK;
}

enum result bounce_rules_load(const char *path, struct bounce_rules **out, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_system(error, path);
    struct bounce_rules *rules = alloc_zero(1, sizeof *rules);
    enum result result = RESULT_OK;
    char *line = NULL;
    size_t room = 0, number = 0;
    while (result == RESULT_OK && getline(&line, &room, file) >= 0)
        result = read_line(rules, line, path, ++number, error);
    if (result == RESULT_OK && ferror(file))
        result = error_system(error, path);
    free(line);
    fclose(file);
    if (result != RESULT_OK) {
        bounce_rules_free(rules);
        return result;
    }
    rules->phrases = automaton(rules->rules, rules->n);
    *out = rules;
    return RESULT_OK;
}

void bounce_rules_free(struct bounce_rules *rules)
{
    if (!rules)
        return;
    for (size_t i = 0; i < rules->n; i++)
        free((char *)rules->rules[i].wording);
    free(rules->rules);
    phrases_free(rules->phrases);
    free(rules);
}
