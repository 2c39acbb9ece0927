/* SPDX-License-Identifier: MIT
 *
 * Signed return paths: b+TOKEN@domain, a path of its own for each recipient and day. A token is the
 * day, the contact's id, and 80 bits of HMAC-SHA-256 over both and the folded address, so that
 * nobody can make one for another address, and a bounce that comes to it is about that address
 * whatever it says. The key is in the store; a new one takes over after 90 days or by hand, the old
 * one stays good for 30.
 *
 * A token is found again for a contact by its id, for its old addresses by its history, and for any
 * other address if the bounce names that.
 */
#ifndef SEND_VERP_H
#define SEND_VERP_H

#include "base/result.h"
#include "mail/token.h"
#include "store/store.h"

enum { VERP_LOCAL_MAX = 39, VERP_DAYS = 30 /* that a token is good for */ };

struct verp;

/* Ready to sign: makes a key in the store where there is none, where it is old, or if `rotate`.
 * `address` is what return paths are made of; CONFIG if that is missing, or too long for paths under
 * 40 characters. */
enum result verp_open(struct store *store, const char *address, bool rotate, int64_t now,
                      struct verp **out, struct error *error);
/* Ready to verify only; with no key in the store nothing is valid. */
struct verp *verp_reader(struct txn *txn);
void verp_free(struct verp *verp); /* NULL is fine */

/* Adds the return path for `folded` to out. */
void verp_sign(struct verp *verp, struct txn *txn, struct span folded, int64_t now,
               struct str *out);
/* Was it signed for that address, by a key that is good at `time`, and no longer than VERP_DAYS
 * before? */
bool verp_valid(struct verp *verp, const struct token *token, struct span folded, int64_t time);
/* The address a token was signed for, if its contact can tell: now or in its history. Clears out. */
bool verp_contact(struct verp *verp, struct txn *txn, const struct token *token, int64_t time,
                  struct str *out);

#endif
