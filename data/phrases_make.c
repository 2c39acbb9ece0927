/* SPDX-License-Identifier: MIT
 *
 * Runs while the program is built: the automaton of the built-in rules (data/rules.tsv) as C tables,
 * so that none has to be made at each start. To standard output.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "bounce/phrases.h"
#include "bounce/phrases_table.h"
#include "bounce/rules.h"

static void put_numbers(const char *type, const char *name, const unsigned char *bytes, size_t n)
{
    printf("static const %s %s[] = {", type, name);
    for (size_t i = 0; i < n; i++)
        printf("%s%d,", i % 20 ? "" : "\n", bytes[i]);
    printf("0};\n");
}

static void put_tables(const struct phrases *p)
{
    printf("static const struct phrase_state states[] = {");
    for (size_t i = 0; i <= p->n_states; i++)
        printf("%s{%u,%u},", i % 8 ? "" : "\n", p->states[i].edge, p->states[i].output);
    printf("};\nstatic const struct phrase_edge edges[] = {");
    for (size_t i = 0; i < p->n_edges; i++)
        printf("%s{%u,%u,%u},", i % 6 ? "" : "\n", p->edges[i].target, p->edges[i].label,
               p->edges[i].length);
    printf("};\nstatic const struct phrase_output outputs[] = {");
    for (size_t i = 0; i < p->n_outputs; i++)
        printf("%s{%u,%u,%d,%d},", i % 6 ? "" : "\n", p->outputs[i].phrase, p->outputs[i].index,
               p->outputs[i].last, p->outputs[i].more);
    printf("};\n");
    put_numbers("unsigned char", "bytes", p->bytes, p->n_edges);
    put_numbers("char", "labels", (const unsigned char *)p->labels, p->n_labels);
}

static void put_words(const uint32_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s%u,", i % 12 ? "" : "\n", words[i]);
}

int main(void)
{
    const char **texts = alloc_zero(rules_builtin_n, sizeof *texts);
    for (size_t i = 0; i < rules_builtin_n; i++)
        texts[i] = rules_builtin[i].wording;
    struct phrases *p = phrases_new(texts, rules_builtin_n);
    printf("/* made from data/rules.tsv by data/phrases_make.c */\n#include \"bounce/phrases_table.h\"\n"
           "#include \"bounce/rules.h\"\n\n");
    put_tables(p);
    printf("const struct phrases rules_phrases = {\n    states, edges, bytes, labels, outputs, %u, %u, "
           "%u, %u,\n    {", p->n_states, p->n_edges, p->n_labels, p->n_outputs);
    put_words(p->first, 256);
    printf("},\n    {");
    put_words(p->eights, PHRASE_EIGHTS / 32);
    printf("},\n    {");
    put_words(p->fours, PHRASE_FOURS / 32);
    printf("},\n    {");
    put_words(p->twos, PHRASE_TWOS / 32);
    printf("}};\n");
    phrases_free(p);
    free(texts);
    return ferror(stdout) || fflush(stdout) != 0;
}
