/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   unpublished  folded address → nothing
 */
#include "store/unpublished.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "store/table.h"

void unpublished_note(struct txn *txn, struct span folded, const struct standing *old,
                      const struct standing *new)
{
    bool same =
        old->state == new->state && (old->since == new->since || new->state == STATE_ACTIVE);
    if (same || !unpublished_settings(txn))
        return;
    struct key key = key_of_text(folded);
    table_put(txn, TABLE_unpublished, key_span(&key), SPAN_NONE);
}

uint64_t unpublished_count(struct txn *txn)
{
    return table_rows(txn, TABLE_unpublished);
}

bool unpublished_take(struct txn *txn, struct str *folded)
{
    struct cursor *cursor = cursor_open(txn, TABLE_unpublished);
    struct span key, value;
    str_clear(folded);
    bool found = cursor_seek(cursor, SPAN_NONE, &key, &value);
    if (found)
        str_add(folded, key);
    cursor_close(cursor);
    return found && table_remove(txn, TABLE_unpublished, span_of_str(folded));
}

void unpublished_clear(struct txn *txn)
{
    struct str folded = {0};
    while (unpublished_take(txn, &folded))
        ;
    str_free(&folded);
}

void unpublished_all(struct txn *txn)
{
    txn_set_slot(txn, SLOT_UNPUBLISHED, NULL, NULL, NULL); /* all of meta may be another store's by now */
    if (unpublished_settings(txn))
        unpublished_set_settings(txn, 1);
}

/* Looked up for each of a million marks. */
uint64_t unpublished_settings(struct txn *txn)
{
    uint64_t *settings = txn_slot(txn, SLOT_UNPUBLISHED);
    if (!settings) {
        settings = alloc(sizeof *settings);
        *settings = meta_get(txn, "published");
        txn_set_slot(txn, SLOT_UNPUBLISHED, settings, free, NULL);
    }
    return *settings;
}

void unpublished_set_settings(struct txn *txn, uint64_t settings)
{
    meta_put(txn, "published", settings);
    txn_set_slot(txn, SLOT_UNPUBLISHED, NULL, NULL, NULL);
}
