/* SPDX-License-Identifier: MIT
 *
 * One contact as a row of the list.
 */
#ifndef SCREEN_ROWS_H
#define SCREEN_ROWS_H

#include "contact/contact.h"
#include "contact/state.h"
#include "screen/draw.h"
#include "store/store.h"

/* What a row is made of; good until the transaction ends. Start with a zeroed one, reuse it. */
struct row {
    struct contact contact;
    struct standing standing;
};
/* False: there is no such contact (any more). */
bool row_load(struct row *row, struct txn *txn, uint32_t id, int64_t now);
void row_free(struct row *row);

void row_draw(const struct row *row, int y, int x, const int widths[COLUMN_COUNT], int columns,
              enum style style, bool selected, int64_t now);
/* "address TAB name TAB state TAB since TAB reason", for copying, harmless. Adds to out. */
void row_text(const struct row *row, int64_t now, struct str *out);

#endif
