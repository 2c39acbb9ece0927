/* SPDX-License-Identifier: MIT
 *
 * What an erasure leaves in the file, and what a restore brings back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "store/backup.h"
#include "store/contacts.h"
#include "store/erased.h"
#include "store/erasing.h"
#include "store/judgements.h"
#include "store/table.h"

/* ---- the file */

static void pending_file(const struct store *store, struct str *path)
{
    str_addf(path, "%s/erasing", store_path(store));
}

bool erasing_pending(const struct store *store)
{
    struct str path = {0};
    pending_file(store, &path);
    bool there = access(str_text(&path), F_OK) == 0;
    str_free(&path);
    return there;
}

/* Said by a file beside the store: a commit that says it would write pages anew with what lies about in
 * this process's memory. */
static enum result say_pending(const struct store *store, bool pending, struct error *error)
{
    struct str path = {0};
    enum result result = RESULT_OK;
    pending_file(store, &path);
    int fd = pending ? open(str_text(&path), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660) : -1;
    if (pending ? fd < 0 : unlink(str_text(&path)) != 0 && errno != ENOENT)
        result = error_system(error, str_text(&path));
    if (fd >= 0)
        close(fd);
    str_free(&path);
    return result;
}

/* Tables in whose upper pages a key of an erased person goes on. */
struct stale {
    const struct erasing *who;
    const struct erasures *erasures;
    char *tables[TABLE_COUNT];
    size_t n;
};

/* An address is a key by itself, or stands in one: in evidence before 13 bytes, in touched between 1 and 5,
 * in expiry behind 8. So what an erase left that was killed is known by its hash. */
static bool is_erased(const struct erasures *erasures, struct span key)
{
    return erasures_have(erasures, key) || (key.n > 13 && erasures_have(erasures, span_cut(key, 0, key.n - 13))) ||
           (key.n > 6 && erasures_have(erasures, span_cut(key, 1, key.n - 5))) ||
           (key.n > 8 && erasures_have(erasures, span_cut(key, 8, key.n)));
}

static void on_key(void *arg, struct span table, struct span key)
{
    struct stale *stale = arg;
    bool theirs = erasing_may_name(stale->who, key) || is_erased(stale->erasures, key);
    for (size_t i = 0; i < stale->n; i++)
        if (span_equal(span_of(stale->tables[i]), table))
            return;
    if (theirs && stale->n < TABLE_COUNT)
        stale->tables[stale->n++] = span_copy(table);
}

/* A commit that changes next to nothing: those before it are out of reach then. */
static enum result turn_over(struct store *store, const struct stale *stale, struct error *error)
{
    struct txn *txn, *from = NULL;
    enum result result = store_write(store, "zwrotka", "erase", &txn, error);
    if (result)
        return result;
    if (stale)
        result = store_read(store, &from, error);
    for (size_t i = 0; stale && result == RESULT_OK && i < stale->n; i++)
        backup_rewrite(txn, from, stale->tables[i]);
    txn_end(from);
    if (result) {
        txn_end(txn);
        return result;
    }
    meta_put(txn, "turned", meta_get(txn, "turned") + 1);
    return txn_commit(txn, error);
}

enum { TRIES = 100 };

static struct erasures *load(struct store *store)
{
    struct txn *txn;
    if (store_read(store, &txn, NULL) != RESULT_OK)
        return NULL;
    struct erasures *erasures = erasures_load(txn);
    txn_end(txn);
    return erasures;
}

/* At most two rounds: what is copied upon itself is in order. */
static enum result wipe(struct store *store, const struct erasing *who, struct pages_scrub *scrub,
                        struct error *error)
{
    struct erasures *erasures = load(store);
    enum result result = RESULT_OK;
    bool again = true;
    for (int round = 0; again && result == RESULT_OK && round < 3; round++) {
        struct stale stale = {.who = who, .erasures = erasures};
        scrub->key = on_key;
        scrub->arg = &stale;
        result = turn_over(store, NULL, error);
        if (result == RESULT_OK)
            result = store_scrub(store, scrub, error);
        again = stale.n > 0;
        if (result == RESULT_OK && again)
            result = turn_over(store, &stale, error);
        for (size_t i = 0; i < stale.n; i++)
            free(stale.tables[i]);
    }
    erasures_free(erasures);
    for (int tries = 0; result == RESULT_OK && scrub->left > 0 && tries < TRIES; tries++) {
        usleep(100 * 1000); /* somebody still reads what was before */
        scrub->key = NULL;
        result = store_scrub(store, scrub, error);
    }
    return result;
}

enum result erasing_scrub(struct store *store, const struct erasing *who, struct error *error)
{
    struct pages_scrub scrub = {.left = 0};
    enum result result = say_pending(store, true, error);
    if (result == RESULT_OK)
        result = wipe(store, who, &scrub, error);
    if (result == RESULT_OK && scrub.left > 0)
        return error_set(error, RESULT_BUSY,
                         _("%s: old copies are still read by another program; `zwrotka erase` once more "
                           "overwrites them"),
                         store_path(store));
    return result == RESULT_OK ? say_pending(store, false, error) : result;
}

/* ---- after restore */

static void add_if_erased(struct txn *txn, const struct erasures *erasures, struct span folded,
                          struct erasing *who)
{
    if (erasures_have(erasures, folded) && !erased_has(txn, folded))
        erasing_add_name(who, folded);
}

uint64_t erasing_replay(struct txn *txn, struct txn *from, int64_t now, struct erasing *who)
{
    struct erasures *erasures = erasures_load(from);
    struct contacts_walk contacts = {0};
    struct judgements_walk judgements = {0};
    struct erasing_sums sums = {0};
    while (erasures && contacts_next(txn, &contacts))
        add_if_erased(txn, erasures, contacts.folded, who);
    contacts_walk_end(&contacts);
    while (erasures && judgements_next(txn, &judgements))
        add_if_erased(txn, erasures, judgements.folded, who);
    judgements_walk_end(&judgements);
    erasures_free(erasures);
    size_t n = who->names_n;
    for (size_t i = 0; i < n; i++)
        erasing_find(txn, span_of(who->names[i]), who);
    if (n)
        erasing_carry_out(txn, who, now, &sums);
    erased_join(txn, from);
    return n;
}
