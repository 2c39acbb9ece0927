/* SPDX-License-Identifier: MIT
 *
 * Inside the store: texts of a kind lie together, so that a search leaves out what cannot have its
 * literal: a name is not looked for among telephone numbers. Pure; texts and literals are folded.
 */
#ifndef STORE_TEXTCLASS_H
#define STORE_TEXTCLASS_H

#include "store/table.h"

/* Stored. Any byte beyond ASCII counts as a letter. */
enum text_class {
    TEXT_LETTERS, /* no digit: names, cities, most addresses */
    TEXT_MIXED,   /* digits, and more letters than a code has */
    TEXT_CODES,   /* digits, and one to three letters: K-4711 */
    TEXT_NUMBERS, /* no letter */
    TEXT_CLASSES
};

enum text_class text_class_of(struct span text);
/* The same for a text behind which TEXT_PADDING bytes may be read, whatever they are. */
enum { TEXT_PADDING = 15 };
enum text_class text_class_padded(const char *at, size_t n);
/* Which classes may hold a text that has the literal in it: a bit each, 1 << TEXT_x. */
unsigned text_class_having(struct span literal);
enum table text_class_table(enum text_class class);

#endif
