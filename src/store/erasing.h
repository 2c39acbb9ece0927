/* SPDX-License-Identifier: MIT
 *
 * Inside the store: what the parts of an erasure have in common.
 */
#ifndef STORE_ERASING_H
#define STORE_ERASING_H

#include "store/erase.h"

bool erasing_has_id(const struct erasing *who, uint32_t id);
bool erasing_has_name(const struct erasing *who, struct span folded);
bool erasing_add_name(struct erasing *who, struct span folded); /* false: it was there */

/* Does a text name them, as a word of its own? */
bool erasing_named(const struct erasing *who, struct span text);
/* Adds the text without them. */
void erasing_blot(const struct erasing *who, struct span text, struct str *out);
/* Might any of the bytes be about them? Cheap, and never wrongly no. */
bool erasing_may_name(const struct erasing *who, struct span bytes);

#endif
