/* SPDX-License-Identifier: MIT
 *
 * Who is erased: contacts, addresses, and what else names them in a text.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/erasing.h"

/* ---- who */

bool erasing_has_id(const struct erasing *who, uint32_t id)
{
    for (size_t i = 0; i < who->ids_n; i++)
        if (who->ids[i] == id)
            return true;
    return false;
}

bool erasing_has_name(const struct erasing *who, struct span folded)
{
    for (size_t i = 0; i < who->names_n; i++)
        if (span_equal(span_of(who->names[i]), folded))
            return true;
    return false;
}

static bool add_id(struct erasing *who, uint32_t id)
{
    if (erasing_has_id(who, id))
        return false;
    ALLOC_GROW(who->ids, who->ids_n, who->ids_room);
    who->ids[who->ids_n++] = id;
    return true;
}

static void add_text(struct erasing *who, struct span text)
{
    enum { LEAST = 3 };
    for (size_t i = 0; i < who->texts_n; i++)
        if (span_equal(span_of(who->texts[i]), text))
            return;
    if (text.n < LEAST)
        return;
    ALLOC_GROW(who->texts, who->texts_n, who->texts_room);
    who->texts[who->texts_n++] = span_copy(text);
}

bool erasing_add_name(struct erasing *who, struct span folded)
{
    if (!folded.n || erasing_has_name(who, folded))
        return false;
    ALLOC_GROW(who->names, who->names_n, who->names_room);
    who->names[who->names_n++] = span_copy(folded);
    add_text(who, folded);
    return true;
}

/* Is nobody else at that address? */
static bool is_theirs(struct txn *txn, const struct erasing *who, struct span folded)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(txn, folded, ids, CONTACTS_SHARE_MAX);
    for (size_t i = 0; i < n; i++)
        if (!erasing_has_id(who, ids[i]))
            return false;
    return true;
}

static bool add_contacts(struct txn *txn, struct erasing *who, struct span folded)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(txn, folded, ids, CONTACTS_SHARE_MAX);
    struct contact contact = {0};
    for (size_t i = 0; i < n; i++) {
        add_id(who, ids[i]);
        if (contacts_get(txn, ids[i], &contact)) {
            add_text(who, contact.address);
            add_text(who, contact.name);
        }
    }
    contact_free(&contact);
    return n > 0;
}

/* Addresses from which corrections lead to theirs; true if there were any new ones. */
static bool add_corrected(struct txn *txn, struct erasing *who)
{
    struct judgements_walk walk = {0};
    struct erasing found = {0};
    bool more = false;
    while (judgements_next(txn, &walk))
        if (walk.corrected_to.n && erasing_has_name(who, walk.corrected_to))
            erasing_add_name(&found, walk.folded);
    judgements_walk_end(&walk);
    for (size_t i = 0; i < found.names_n; i++)
        if (is_theirs(txn, who, span_of(found.names[i])))
            more = erasing_add_name(who, span_of(found.names[i])) || more;
    erasing_free(&found);
    return more;
}

/* What history knows of them: addresses that they had, contacts that were joined into theirs. */
static bool add_from_history(struct txn *txn, struct erasing *who)
{
    struct entries_all all = {0};
    struct erasing found = {0};
    bool more = false;
    while (entries_all_next(txn, &all)) {
        const struct contact *before = &all.entry.before;
        if (all.entry.kind != ENTRY_CONTACT || all.entry.absent)
            continue;
        bool own = erasing_has_id(who, all.entry.id);
        if (!own && !erasing_has_name(who, before->folded))
            continue;
        if (own)
            erasing_add_name(&found, before->folded);
        else
            add_id(&found, all.entry.id);
        add_text(who, before->address);
        add_text(who, before->name);
    }
    entries_all_end(&all);
    struct contact contact = {0};
    for (size_t i = 0; i < found.names_n; i++)
        if (is_theirs(txn, who, span_of(found.names[i])))
            more = erasing_add_name(who, span_of(found.names[i])) || more;
    for (size_t i = 0; i < found.ids_n; i++)
        if (!contacts_get(txn, found.ids[i], &contact))
            more = add_id(who, found.ids[i]) || more;
    contact_free(&contact);
    erasing_free(&found);
    return more;
}

static bool any_evidence(struct txn *txn, struct span folded)
{
    struct evidence_walk walk = {0};
    bool any = evidence_next(txn, folded, &walk);
    evidence_walk_end(&walk);
    return any;
}

bool erasing_find(struct txn *txn, struct span folded, struct erasing *who)
{
    struct str target = {0};
    struct judgement judgement = {0};
    bool known = judgements_get(txn, folded, &judgement) || any_evidence(txn, folded);
    judgement_free(&judgement);
    erasing_add_name(who, folded);
    if (!add_contacts(txn, who, folded) && judgements_corrected_to(txn, folded, &target)) {
        erasing_add_name(who, span_of_str(&target));
        add_contacts(txn, who, span_of_str(&target));
    }
    str_free(&target);
    bool more = true;
    while (more) {
        more = add_from_history(txn, who);
        more = add_corrected(txn, who) || more;
    }
    return known || who->ids_n > 0;
}

void erasing_free(struct erasing *who)
{
    for (size_t i = 0; i < who->names_n; i++)
        free(who->names[i]);
    for (size_t i = 0; i < who->texts_n; i++)
        free(who->texts[i]);
    free(who->names);
    free(who->texts);
    free(who->ids);
    *who = (struct erasing){0};
}

/* ---- texts that name them */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("._+-@", c)) || (unsigned char)c >= 0x80;
}

/* Where the first of their texts stands as a word of its own; -1: nowhere. */
static ptrdiff_t find_text(const struct erasing *who, struct span text, size_t from, size_t *n)
{
    ptrdiff_t first = -1;
    for (size_t i = 0; i < who->texts_n; i++) {
        struct span own = span_of(who->texts[i]);
        for (size_t at = from; at < text.n;) {
            ptrdiff_t found = span_find_nocase(span_cut(text, at, text.n), own);
            if (found < 0)
                break;
            size_t begin = at + (size_t)found, end = begin + own.n;
            bool whole = (begin == 0 || !is_word(text.at[begin - 1])) &&
                         (end >= text.n || !is_word(text.at[end]) || text.at[end] == '.');
            if (whole && (first < 0 || begin < (size_t)first)) {
                first = (ptrdiff_t)begin;
                *n = own.n;
            }
            if (whole)
                break;
            at = begin + 1;
        }
    }
    return first;
}

bool erasing_named(const struct erasing *who, struct span text)
{
    size_t n;
    return find_text(who, text, 0, &n) >= 0;
}

void erasing_blot(const struct erasing *who, struct span text, struct str *out)
{
    size_t at = 0, n = 0;
    ptrdiff_t found;
    while ((found = find_text(who, text, at, &n)) >= 0) {
        str_add(out, span_cut(text, at, (size_t)found));
        str_add_text(out, "(erased)");
        at = (size_t)found + n;
    }
    str_add(out, span_cut(text, at, text.n));
}

bool erasing_may_name(const struct erasing *who, struct span bytes)
{
    for (size_t i = 0; i < who->texts_n; i++)
        if (span_find_nocase(bytes, span_of(who->texts[i])) >= 0)
            return true;
    return false;
}
