/* SPDX-License-Identifier: MIT */
#include "send/verp.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>

#include "action/action.h"
#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/keys.h"

enum { DAY = 86400, KEY_DAYS = 90, STEPS_MAX = 64, ENTRIES_MAX = 5000 };

struct verp {
    struct keys keys;
    bool any;
    struct span local, domain; /* of `address` */
    char *address;
    gnutls_hmac_hd_t hmac[2]; /* by the new key and the old one */
};

/* ---- keys */

static void start(struct verp *verp)
{
    const unsigned char *keys[] = {verp->keys.now, verp->keys.old};
    for (int i = 0; i < 2 && verp->any; i++)
        if (gnutls_hmac_init(&verp->hmac[i], GNUTLS_MAC_SHA256, keys[i], KEYS_BYTES) != 0)
            abort(); /* without SHA-256 no scan runs either */
}

static bool keys_are_due(const struct keys *keys, int64_t now)
{
    return keys->made + (int64_t)KEY_DAYS * DAY < now;
}

static enum result renew(struct verp *verp, struct store *store, bool rotate, int64_t now,
                         struct error *error)
{
    struct txn *txn;
    struct keys *keys = &verp->keys;
    enum result result = store_write(store, actor_login(), "verp", &txn, error);
    if (result)
        return result;
    verp->any = keys_get(txn, keys);
    if (verp->any && !rotate && !keys_are_due(keys, now)) {
        txn_end(txn); /* another was faster */
        return RESULT_OK;
    }
    if (verp->any) {
        memcpy(keys->old, keys->now, sizeof keys->old);
        keys->old_until = now + (int64_t)VERP_DAYS * DAY;
    }
    keys->made = now;
    if (gnutls_rnd(GNUTLS_RND_KEY, keys->now, sizeof keys->now) != 0) {
        txn_end(txn);
        return error_set(error, RESULT_IO, _("there are no random numbers to make a key of"));
    }
    keys_put(txn, keys);
    verp->any = true;
    return txn_commit(txn, error);
}

static enum result take_address(struct verp *verp, const char *address, struct error *error)
{
    struct span whole = span_of(address);
    ptrdiff_t at = span_find_last(whole, '@');
    if (at <= 0)
        return error_set(error, RESULT_CONFIG,
                         _("no return path is configured; [verp] address = b@mail.example.com"));
    if (at + 1 + TOKEN_CHARS > VERP_LOCAL_MAX)
        return error_set(error, RESULT_CONFIG,
                         _("[verp] address = %s: more than %d characters before the @ make return "
                           "paths too long"),
                         address, VERP_LOCAL_MAX - TOKEN_CHARS - 1);
    verp->address = alloc_text(address);
    verp->local = span_cut(span_of(verp->address), 0, (size_t)at);
    verp->domain = span_cut(span_of(verp->address), (size_t)at, whole.n);
    return RESULT_OK;
}

enum result verp_open(struct store *store, const char *address, bool rotate, int64_t now,
                      struct verp **out, struct error *error)
{
    struct txn *txn;
    struct verp *verp = alloc_zero(1, sizeof *verp);
    enum result result = take_address(verp, address, error);
    if (result == RESULT_OK)
        result = store_read(store, &txn, error);
    if (result == RESULT_OK) {
        verp->any = keys_get(txn, &verp->keys);
        txn_end(txn);
        if (rotate || !verp->any || keys_are_due(&verp->keys, now))
            result = renew(verp, store, rotate, now, error);
    }
    if (result) {
        verp_free(verp);
        return result;
    }
    start(verp);
    *out = verp;
    return RESULT_OK;
}

struct verp *verp_reader(struct txn *txn)
{
    struct verp *verp = alloc_zero(1, sizeof *verp);
    verp->any = keys_get(txn, &verp->keys);
    start(verp);
    return verp;
}

void verp_free(struct verp *verp)
{
    if (!verp)
        return;
    for (int i = 0; i < 2; i++)
        if (verp->hmac[i])
            gnutls_hmac_deinit(verp->hmac[i], NULL);
    gnutls_memset(&verp->keys, 0, sizeof verp->keys);
    free(verp->address);
    free(verp);
}

/* ---- tokens */

static void mac(gnutls_hmac_hd_t hmac, const struct token *token, struct span folded,
                unsigned char out[TOKEN_MAC_BYTES])
{
    unsigned char whole[32];
    unsigned char head[] = {
        'v',
        '1',
        (unsigned char)(token->day >> 8),
        (unsigned char)token->day,
        (unsigned char)(token->id >> 24),
        (unsigned char)(token->id >> 16),
        (unsigned char)(token->id >> 8),
        (unsigned char)token->id,
    };
    gnutls_hmac(hmac, head, sizeof head);
    gnutls_hmac(hmac, folded.at, folded.n);
    gnutls_hmac_output(hmac, whole); /* and is ready for the next */
    memcpy(out, whole, TOKEN_MAC_BYTES);
}

void verp_sign(struct verp *verp, struct txn *txn, struct span folded, int64_t now, struct str *out)
{
    char text[TOKEN_CHARS + 1];
    struct token token = {.day = (uint16_t)(now / DAY)};
    uint32_t id;
    if (contacts_at(txn, folded, &id, 1))
        token.id = id;
    mac(verp->hmac[0], &token, folded, token.mac);
    token_write(&token, text);
    str_add(out, verp->local);
    str_add_char(out, '+');
    str_add_text(out, text);
    str_add(out, verp->domain);
}

bool verp_valid(struct verp *verp, const struct token *token, struct span folded, int64_t time)
{
    int64_t day = (int64_t)token->day * DAY;
    if (!verp->any || time < day || time > day + (int64_t)(VERP_DAYS + 1) * DAY)
        return false;
    for (int i = 0; i < 2; i++) {
        unsigned char right[TOKEN_MAC_BYTES];
        if (i == 1 && time > verp->keys.old_until)
            return false;
        mac(verp->hmac[i], token, folded, right);
        if (gnutls_memcmp(right, token->mac, TOKEN_MAC_BYTES) == 0)
            return true;
    }
    return false;
}

/* The addresses that the contact had before one of its corrections. */
static bool in_step(struct verp *verp, struct txn *txn, const struct token *token, uint32_t step,
                    int64_t time, struct str *out)
{
    struct entries_walk walk = {0};
    bool found = false;
    for (int i = 0; i < ENTRIES_MAX && !found && entries_next(txn, step, &walk); i++) {
        const struct entry *entry = &walk.entry;
        if (entry->kind != ENTRY_CONTACT || entry->id != token->id || entry->absent)
            continue;
        address_key(entry->before.address, out);
        found = verp_valid(verp, token, span_of_str(out), time);
    }
    entries_walk_end(&walk);
    return found;
}

bool verp_contact(struct verp *verp, struct txn *txn, const struct token *token, int64_t time,
                  struct str *out)
{
    struct contact contact = {0};
    uint32_t steps[STEPS_MAX];
    bool found = false;
    str_clear(out);
    if (!verp->any || !token->id)
        return false;
    if (contacts_get(txn, token->id, &contact)) {
        str_add(out, contact.folded);
        found = verp_valid(verp, token, span_of_str(out), time);
    }
    contact_free(&contact);
    size_t n = found ? 0 : entries_of_contact(txn, token->id, steps, STEPS_MAX);
    while (n > 0 && !found)
        found = in_step(verp, txn, token, steps[--n], time, out);
    return found;
}
