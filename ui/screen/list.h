/* SPDX-License-Identifier: MIT
 *
 * The list of contacts: the bottom page, with the filter panel, the search line and the scans.
 */
#ifndef SCREEN_LIST_H
#define SCREEN_LIST_H

#include "screen/chosen.h"
#include "screen/facets.h"
#include "screen/hits.h"
#include "screen/lineedit.h"
#include "screen/session.h"

enum list_focus { FOCUS_ROWS, FOCUS_FACETS, FOCUS_SEARCH };

/* A number somebody wants to see and no table keeps: counted by a search of its own. */
struct counter {
    struct hits hits;
    uint64_t n;
    bool known;
};

struct list {
    struct page page;
    struct hits hits;
    struct facets facets;
    struct lineedit query;
    char *query_before;      /* for Ctrl-G in the search line */
    enum list_focus focus;
    size_t cursor, top;      /* among the hits */
    uint32_t id;             /* of the contact under the cursor, 0 for none */
    uint64_t swaps;          /* hits.swaps as seen */
    enum search_order order;
    bool descending;
    uint32_t range_from;     /* V was pressed on this contact */
    bool panel_hidden;       /* F */
    bool facets_due;         /* the panel is to be asked again */
    struct chosen chosen;    /* of the hits */
    struct counter recent;   /* view 3 */
    struct counter without;  /* "without `tag:vip` 31 would" */
    struct str without_text;
};

struct list *list_new(struct session *session);
struct page *list_page(struct list *list);

/* The contact `by` rows from `id` in the list, 0 for none. */
uint32_t list_neighbour(const struct list *list, uint32_t id, int by);
void list_go(struct list *list, uint32_t id); /* the cursor to that contact, if it is there */
void list_ask(struct session *session, struct list *list, struct span query); /* another query */
/* Are the `n` selected ones just those that the list shows? */
bool list_is_selected(struct list *list, const struct selection *selection, size_t n);
/* The contact's address, or its whole row, to the terminal's clipboard. */
void list_copy(struct session *session, uint32_t id, bool whole);
/* The store is there now. */
void list_again(struct session *session, struct list *list);

/* Between list.c, list_draw.c and list_keys.c. */
struct span list_query(const struct list *list);
void list_rerun(struct list *list); /* the query line was changed */
/* Keys typed ahead of the search mean what it is about to show: a moment's wait for that. */
void list_settle(struct list *list, struct session *session);
/* Selects all that match, or nobody if all are selected; of many, list_work() does the rest. */
void list_select_all(struct list *list, struct session *session);
/* All the rest now: a key typed ahead means it. */
void list_select_rest(struct list *list, struct session *session);
void list_draw(struct page *page, struct session *session, int *y, int *x);
bool list_act(struct page *page, struct session *session, enum act act, key_code key);

/* How the screen is shared out now. */
struct layout list_layout(const struct list *list);

/* Views on digits. */
enum view { VIEW_ALL, VIEW_INVALID, VIEW_NEW, VIEW_REVIEW, VIEW_SUSPECT, VIEW_CORRECTED, VIEW_COUNT };

struct list_view {
    const char *title, *shorter; /* N_() */
    const char *query;           /* NULL: the review page */
};
extern const struct list_view list_views[VIEW_COUNT];

#endif
