/* SPDX-License-Identifier: MIT */
#include "bounce/marks.h"

#define B MARK_BOUNCE
#define TO MARK_TO
#define ALL (MARK_TO | MARK_ALL)
#define WHY MARK_REASON
#define DELAY MARK_DELAY
#define BACK MARK_RETURNED
#define STOP MARK_STOP
#define BEFORE MARK_BEFORE
#define IS MARK_IS

static const struct mark_row rows[] = {
#include "bounce/marks_rows.h"
};

#define ROWS (sizeof rows / sizeof *rows)

const char *marks_text(size_t i)
{
    return i < ROWS ? rows[i].text : NULL;
}

size_t marks_find(struct span folded, struct mark_hit *hits, size_t max)
{
    struct phrase_hit found[16];
    size_t n = phrases_find(&marks_phrases, folded, found, 16), kept = 0;
    for (size_t i = 0; i < n && kept < max; i++)
        hits[kept++] = (struct mark_hit){&rows[found[i].phrase], found[i].from, found[i].to};
    return kept;
}
