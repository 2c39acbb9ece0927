/* SPDX-License-Identifier: MIT */
#include "send/publish.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "send/access.h"
#include "send/map.h"
#include "store/judgements.h"
#include "store/unpublished.h"

#define SHRINK_PERCENT 5

/* One address after the other, with the buffers that it takes. */
struct publish {
    struct txn *txn;
    struct map *map;
    const struct config *config;
    int64_t now;
    bool write;
    struct str own; /* folded own domains, "\n" round each */
    struct str keys[ACCESS_KEYS], value, folded;
    struct publish_sums sums;
};

/* ---- who has to be in it */

static void load_own(const char *domains, struct str *own)
{
    struct span rest = span_of(domains), item;
    struct str folded = {0};
    str_add_char(own, '\n');
    while (rest.n && span_next(&rest, ',', &item))
        if (address_fold_domain(span_trim(item), true, &folded, NULL) == RESULT_OK) {
            str_add(own, span_of_str(&folded));
            str_add_char(own, '\n');
        }
    str_free(&folded);
}

static bool is_own(struct publish *publish, struct span folded)
{
    struct str line = {0};
    if (publish->own.n <= 1)
        return false;
    str_add_char(&line, '\n');
    str_add(&line, address_domain(folded));
    str_add_char(&line, '\n');
    bool found = span_find(span_of_str(&publish->own), span_of_str(&line)) >= 0;
    str_free(&line);
    return found;
}

static bool belongs(struct publish *publish, struct span folded, const struct standing *standing)
{
    return !state_sendable(standing->state, publish->config->skip_suspects) &&
           !is_own(publish, folded);
}

/* What decides what is in the map; 0 and 1 have a meaning of their own. */
static uint64_t settings_of(const struct config *config)
{
    uint64_t hash = hash_bytes(config->map, strlen(config->map), config->skip_suspects);
    const char *own = config->own_domains ? config->own_domains : "";
    hash = hash_bytes(own, strlen(own), hash);
    return hash > 1 ? hash : 2;
}

/* ---- one address, one key */

static enum result room(struct publish *publish, struct error *error)
{
    return map_is_full(publish->map) ? map_flush(publish->map, error) : RESULT_OK;
}

/* Brings the keys of an address to what its standing asks for. */
static void bring(struct publish *publish, struct span folded, const struct standing *standing)
{
    size_t n = access_keys(folded, publish->keys);
    bool wanted = n && belongs(publish, folded, standing);
    if (wanted)
        access_value(standing, &publish->value);
    for (size_t i = 0; i < n; i++) {
        struct span key = span_of_str(&publish->keys[i]), there;
        bool found = map_get(publish->map, key, &there);
        bool same = wanted ? found && span_equal(there, span_of_str(&publish->value)) : !found;
        publish->sums.added += wanted && !found;
        publish->sums.changed += wanted && found && !same;
        publish->sums.removed += !wanted && found;
        publish->sums.unchanged += wanted && same;
        if (!same && publish->write && wanted)
            map_put(publish->map, key, span_of_str(&publish->value));
        else if (!same && publish->write)
            map_drop(publish->map, key);
    }
}

static bool key_stays(struct publish *publish, struct span key)
{
    if (!access_address(key, &publish->folded))
        return false;
    struct span folded = span_of_str(&publish->folded);
    struct standing standing = judgements_standing(publish->txn, folded, publish->now);
    size_t n = access_keys(folded, publish->keys);
    for (size_t i = 0; i < n; i++)
        if (span_equal(span_of_str(&publish->keys[i]), key))
            return belongs(publish, folded, &standing);
    return false;
}

/* ---- all of them */

/* Counts the keys that have to go and, unless they are too many, queues them. */
static enum result remove_strays(struct publish *publish, bool shrink, struct error *error)
{
    struct span key = SPAN_NONE;
    uint64_t rows = map_rows(publish->map), most = shrink ? rows : rows * SHRINK_PERCENT / 100;
    while (map_next(publish->map, &key)) {
        if (key_stays(publish, key))
            continue;
        if (publish->write && publish->sums.removed < most)
            map_drop(publish->map, key);
        publish->sums.removed++;
    }
    if (publish->write && publish->sums.removed > most)
        return error_set(error, RESULT_BUSY,
                         _("%s would lose %llu of its %llu addresses, more than %d %%; `zwrotka "
                           "publish --yes` does it all the same"),
                         publish->config->map, (unsigned long long)publish->sums.removed,
                         (unsigned long long)rows, SHRINK_PERCENT);
    return RESULT_OK;
}

static enum result compare(struct publish *publish, bool shrink, struct error *error)
{
    struct judgements_walk walk = {0};
    enum result result = remove_strays(publish, shrink, error);
    bool more = result == RESULT_OK;
    while (more && result == RESULT_OK && judgements_next(publish->txn, &walk)) {
        if (state_sendable(walk.standing.state, publish->config->skip_suspects))
            continue;
        struct standing standing =
            walk.standing.state == STATE_SUSPECT
                ? judgements_standing(publish->txn, walk.folded, publish->now)
                : walk.standing;
        if (belongs(publish, walk.folded, &standing))
            bring(publish, walk.folded, &standing);
        result = room(publish, error);
    }
    judgements_walk_end(&walk);
    if (result == RESULT_OK && publish->write)
        result = map_flush(publish->map, error);
    return result ? result : txn_result(publish->txn, error);
}

static void finish(struct publish *publish)
{
    map_close(publish->map);
    str_free(&publish->own);
    for (int i = 0; i < ACCESS_KEYS; i++)
        str_free(&publish->keys[i]);
    str_free(&publish->value);
    str_free(&publish->folded);
}

static enum result no_map(const struct config *config, struct error *error)
{
    if (config->map)
        return RESULT_OK;
    return error_set(error, RESULT_CONFIG,
                     _("no map is configured; [postfix] map = /var/lib/zwrotka/suppressed names "
                       "one"));
}

static enum result begin(struct publish *publish, struct store *store, const struct config *config,
                         bool write, struct error *error)
{
    *publish = (struct publish){.config = config, .now = date_now(), .write = write};
    load_own(config->own_domains, &publish->own);
    enum result result = map_open(config->map, write, &publish->map, error);
    if (result == RESULT_OK)
        result = write ? store_write(store, actor_login(), "publish", &publish->txn, error)
                       : store_read(store, &publish->txn, error);
    if (result == RESULT_OK && write && config->skip_suspects)
        expiry_sweep(publish->txn, publish->now);
    return result;
}

/* The map is written: so the store may say. A crash in between only repeats what was done. */
static enum result settle(struct publish *publish, enum result result, struct error *error)
{
    if (result == RESULT_OK) {
        uint64_t settings = settings_of(publish->config);
        if (unpublished_settings(publish->txn) != settings)
            unpublished_set_settings(publish->txn, settings);
        result = txn_commit_lazily(publish->txn, error);
        publish->txn = NULL;
    }
    txn_end(publish->txn);
    finish(publish);
    return result;
}

enum result publish_all(struct store *store, const struct config *config, bool shrink,
                        struct publish_sums *sums, struct error *error)
{
    struct publish publish;
    enum result result = no_map(config, error);
    if (result)
        return result;
    result = begin(&publish, store, config, true, error);
    if (result == RESULT_OK)
        result = compare(&publish, shrink, error);
    if (result == RESULT_OK)
        unpublished_clear(publish.txn);
    *sums = publish.sums;
    return settle(&publish, result, error);
}

enum result publish_check(struct store *store, const struct config *config,
                          struct publish_sums *sums, struct error *error)
{
    struct publish publish;
    enum result result = no_map(config, error);
    if (result)
        return result;
    result = begin(&publish, store, config, false, error);
    if (result == RESULT_OK)
        result = compare(&publish, true, error);
    txn_end(publish.txn);
    *sums = publish.sums;
    finish(&publish);
    if (result == RESULT_OK && sums->added + sums->removed + sums->changed)
        return RESULT_NO;
    return result;
}

/* ---- those that changed */

enum due { DUE_NOTHING, DUE_SOME, DUE_ALL, DUE_PERSON };

static enum due due_of(struct txn *txn, const struct config *config)
{
    struct str file = {0};
    uint64_t made = unpublished_settings(txn);
    str_addf(&file, "%s.lmdb", config->map);
    bool there = access(str_text(&file), F_OK) == 0;
    str_free(&file);
    if (!there)
        return DUE_ALL;
    if (!made)
        return DUE_PERSON;
    if (made != settings_of(config))
        return DUE_ALL;
    bool some = unpublished_count(txn) || (config->skip_suspects && expiry_due(txn, date_now()));
    return some ? DUE_SOME : DUE_NOTHING;
}

static enum result catch_up_some(struct store *store, const struct config *config,
                                 struct error *error)
{
    struct publish publish;
    struct str name = {0};
    enum result result = begin(&publish, store, config, true, error);
    while (result == RESULT_OK && unpublished_take(publish.txn, &name)) {
        struct standing standing =
            judgements_standing(publish.txn, span_of_str(&name), publish.now);
        bring(&publish, span_of_str(&name), &standing);
        result = room(&publish, error);
    }
    if (result == RESULT_OK)
        result = map_flush(publish.map, error);
    str_free(&name);
    return settle(&publish, result, error);
}

enum result send_catch_up(struct store *store, const struct config *config, struct error *error)
{
    struct txn *txn;
    struct publish_sums sums;
    if (!config->map)
        return RESULT_OK;
    enum result result = store_read(store, &txn, error);
    if (result)
        return result;
    enum due due = due_of(txn, config);
    txn_end(txn);
    if (due == DUE_SOME)
        return catch_up_some(store, config, error);
    return due == DUE_ALL ? publish_all(store, config, false, &sums, error) : RESULT_OK;
}

static struct {
    struct store *store;
    const struct config *config;
    struct error trouble;
} following;

static void follow(void *arg)
{
    (void)arg;
    following.trouble.text[0] = '\0';
    send_catch_up(following.store, following.config, &following.trouble);
}

void send_follow(struct store *store, const struct config *config)
{
    following.store = store;
    following.config = config;
    store_after_commit(store, follow, NULL);
}

const char *send_trouble(void)
{
    return following.trouble.text;
}

void send_pending(struct txn *txn, const struct config *config, struct str *out)
{
    enum due due = config->map ? due_of(txn, config) : DUE_NOTHING;
    uint64_t n = unpublished_count(txn);
    if (due == DUE_NOTHING)
        return;
    str_add_text(out, _("publish pending"));
    if (due == DUE_SOME && n)
        str_addf(out, ngettext(": %llu address", ": %llu addresses", n), (unsigned long long)n);
}
