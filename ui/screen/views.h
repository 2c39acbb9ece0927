/* SPDX-License-Identifier: MIT
 *
 * The operator's own views on the digits after the built-in ones: a file `views` beside the user's
 * configuration, a line "NAME TAB QUERY" each.
 */
#ifndef SCREEN_VIEWS_H
#define SCREEN_VIEWS_H

#include "base/result.h"
#include "base/str.h"

enum { VIEWS_OWN_MAX = 4 };

struct views {
    struct {
        char *name, *query;
    } rows[VIEWS_OWN_MAX];
    size_t n;
};

void views_load(struct views *views); /* none if there is no such file, or it cannot be read */
void views_free(struct views *views);
/* The view with that very query, or -1. */
int views_find(const struct views *views, struct span query);
/* Names the query, anew if it has a name; an empty name takes the view away. Written at once. NO when
 * all places are taken; else what the file says. */
enum result views_put(struct views *views, struct span name, struct span query, struct error *error);

#endif
