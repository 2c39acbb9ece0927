/* SPDX-License-Identifier: MIT
 *
 * A page: what has the screen, or lies over the page below it. Pages form a stack; the topmost gets
 * the keys. Each kind is a file of its own that ends in a const struct page_ops.
 */
#ifndef SCREEN_PAGE_H
#define SCREEN_PAGE_H

#include <stdbool.h>

#include "screen/draw.h"
#include "screen/keys.h"

struct session;
struct page;

struct page_ops {
    bool overlay; /* the page below is drawn first */
    /* Where the focus is: which rows of the key table hold. */
    enum place (*place)(const struct page *page);
    /* Draws all of it within the rows above the hints, and says where the cursor is (row -1 for
     * nowhere). Opens and ends its own read transaction. */
    void (*draw)(struct page *page, struct session *session, int *y, int *x);
    /* Does what a key means. False: not mine, the session's common acts may. */
    bool (*act)(struct page *page, struct session *session, enum act act, key_code key);
    /* A character typed, or text pasted (code K_PASTE), in a place that takes typing. May be NULL. */
    void (*type)(struct page *page, struct session *session, key_code code, struct span pasted);
    /* A piece of work of about 3 ms while no key comes; true if there is more. May be NULL. */
    bool (*work)(struct page *page, struct session *session);
    /* The store was changed by somebody. May be NULL. */
    void (*changed)(struct page *page, struct session *session);
    /* The line is lost: keep what was typed. May be NULL. */
    void (*rescue)(struct page *page, struct session *session);
    void (*free)(struct page *page);
};

struct page {
    const struct page_ops *ops;
    struct page *below;
};

#endif
