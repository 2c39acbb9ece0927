/* SPDX-License-Identifier: MIT
 *
 * Runs while the program is built: the automata of the built-in rules (data/rules.tsv), of the
 * notices' sentences (bounce/marks.c) and of words (bounce/hints.c, sense.c) as C tables, so that none has to be made at each start. To
 * standard output.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "bounce/hints.h"
#include "bounce/marks.h"
#include "bounce/phrases.h"
#include "bounce/phrases_table.h"
#include "bounce/rules.h"
#include "bounce/sense.h"

/* What those who have the texts ask for, where nothing is looked for. */
const struct phrases hints_phrases = {0}, marks_phrases = {0}, sense_phrases = {0};

static void put_numbers(const char *type, const char *what, const char *name,
                        const unsigned char *bytes, size_t n)
{
    printf("static const %s %s_%s[] = {", type, what, name);
    for (size_t i = 0; i < n; i++)
        printf("%s%d,", i % 20 ? "" : "\n", bytes[i]);
    printf("0};\n");
}

static void put_words(const uint32_t *words, size_t n)
{
    printf("    {");
    for (size_t i = 0; i < n; i++)
        printf("%s%u,", i % 12 ? "" : "\n", words[i]);
    printf("},\n");
}

static void put_tables(const struct phrases *p, const char *what)
{
    printf("static const struct phrase_state %s_states[] = {", what);
    for (size_t i = 0; i <= p->n_states; i++)
        printf("%s{%u,%u},", i % 8 ? "" : "\n", p->states[i].edge, p->states[i].output);
    printf("};\nstatic const struct phrase_edge %s_edges[] = {", what);
    for (size_t i = 0; i < p->n_edges; i++)
        printf("%s{%u,%u,%u},", i % 6 ? "" : "\n", p->edges[i].target, p->edges[i].label,
               p->edges[i].length);
    printf("};\nstatic const struct phrase_output %s_outputs[] = {", what);
    for (size_t i = 0; i < p->n_outputs; i++)
        printf("%s{%u,%u,%d,%d},", i % 6 ? "" : "\n", p->outputs[i].phrase, p->outputs[i].index,
               p->outputs[i].last, p->outputs[i].more);
    printf("};\n");
    put_numbers("unsigned char", what, "bytes", p->bytes, p->n_edges);
    put_numbers("char", what, "labels", (const unsigned char *)p->labels, p->n_labels);
}

static void put(const char *const *texts, size_t n, const char *what)
{
    struct phrases *p = phrases_new(texts, n);
    put_tables(p, what);
    printf("const struct phrases %s_phrases = {\n    ", what);
    printf("%s_states, %s_edges, %s_bytes, %s_labels, %s_outputs,\n", what, what, what, what, what);
    printf("    %u, %u, %u, %u,\n", p->n_states, p->n_edges, p->n_labels, p->n_outputs);
    put_words(p->first, 256);
    put_words(p->eights, PHRASE_EIGHTS / 32);
    put_words(p->fours, PHRASE_FOURS / 32);
    put_words(p->twos, PHRASE_TWOS / 32);
    printf("};\n");
    phrases_free(p);
}

static void put_rows(const char *(*text)(size_t), const char *what)
{
    size_t n = 0;
    while (text(n))
        n++;
    const char **texts = alloc_zero(n, sizeof *texts);
    for (size_t i = 0; i < n; i++)
        texts[i] = text(i);
    put(texts, n, what);
    free(texts);
}

static const char *rules_text(size_t i)
{
    return i < rules_builtin_n ? rules_builtin[i].wording : NULL;
}

int main(void)
{
    printf("/* made by data/phrases_make.c */\n#include \"bounce/hints.h\"\n"
           "#include \"bounce/marks.h\"\n"
           "#include \"bounce/phrases_table.h\"\n#include \"bounce/rules.h\"\n"
           "#include \"bounce/sense.h\"\n\n");
    put_rows(rules_text, "rules");
    put_rows(hints_text, "hints");
    put_rows(marks_text, "marks");
    put_rows(sense_text, "sense");
    return ferror(stdout) || fflush(stdout) != 0;
}
