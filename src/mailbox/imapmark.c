/* SPDX-License-Identifier: MIT */
#include "mailbox/imapmark.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/imaputf7.h"
#include "mailbox/kind.h"

#define BATCH 500
#define ANSWER ((size_t)2 << 20)

static struct mailimap_set *make_set(const uint32_t *uids, size_t n)
{
    struct mailimap_set *set = mailimap_set_new_empty();
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && uids[end] == uids[end - 1] + 1; end++)
            continue;
        if (mailimap_set_add_interval(set, uids[i], uids[end - 1]) != MAILIMAP_NO_ERROR)
            abort(); /* out of memory */
    }
    return set;
}

static enum result store(struct imapsession *session, struct mailimap_set *set,
                         struct mailimap_flag *flag, const char *what, struct error *error)
{
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, flag);
    struct mailimap_store_att_flags *change = mailimap_store_att_flags_new_add_flags_silent(flags);
    imapsession_expect(session, ANSWER);
    int code = mailimap_uid_store(session->imap, set, change);
    mailimap_store_att_flags_free(change);
    return imapsession_check(session, code, RESULT_DENIED, what, error);
}

static int by_number(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    return (one > two) - (one < two);
}

/* Sets left[i] for every UID of the batch that the search finds, and *others if it finds more. */
static enum result search(struct imapsession *session, struct mailimap_search_key *key,
                          const uint32_t *uids, size_t n, bool *left, bool *others,
                          struct error *error)
{
    clist *found = NULL;
    enum result result = imapsession_search(session, key, ANSWER, &found, error);
    if (result)
        return result;
    for (clistiter *at = clist_begin(found); at; at = clist_next(at)) {
        uint32_t uid = *(uint32_t *)clist_content(at);
        const uint32_t *hit = bsearch(&uid, uids, n, sizeof uid, by_number);
        if (hit)
            left[hit - uids] = true;
        else
            *others = true;
    }
    mailimap_search_result_free(found);
    return RESULT_OK;
}

/* EXPUNGE takes everything that is flagged \Deleted, by whomever. */
static enum result others_deleted(struct imapsession *session, const uint32_t *uids, size_t n,
                                  struct error *error)
{
    bool others = false;
    bool *left = alloc_zero(n, sizeof *left);
    struct mailimap_search_key *key = mailimap_search_key_new(
        MAILIMAP_SEARCH_KEY_DELETED, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL);
    enum result result = search(session, key, uids, n, left, &others, error);
    free(left);
    if (!result && others)
        result = error_set(error, RESULT_BUSY,
                           _("%s: the server cannot delete single messages (no UIDPLUS), and "
                             "somebody else's are flagged as deleted too; nothing was deleted. "
                             "Expunge the folder by hand, then scan again"),
                           link_name(session->link));
    return result;
}

static enum result delete_batch(struct imapsession *session, const uint32_t *uids, size_t n,
                                struct mailimap_set *set, struct error *error)
{
    bool uidplus = mailimap_has_uidplus(session->imap);
    enum result result = uidplus ? RESULT_OK : others_deleted(session, uids, n, error);
    if (!result)
        result = store(session, set, mailimap_flag_new_deleted(),
                       _("the server does not let us delete messages"), error);
    if (result)
        return result;
    imapsession_expect(session, ANSWER);
    int code = uidplus ? mailimap_uid_expunge(session->imap, set) : mailimap_expunge(session->imap);
    return imapsession_check(session, code, RESULT_DENIED,
                             _("the server does not expunge deleted messages"), error);
}

static int copy(struct imapsession *session, struct mailimap_set *set, const char *folder)
{
    imapsession_expect(session, ANSWER);
    return mailimap_has_extension(session->imap, "MOVE")
               ? mailimap_uid_move(session->imap, set, folder)
               : mailimap_uid_copy(session->imap, set, folder);
}

static enum result move_batch(struct imapsession *session, const uint32_t *uids, size_t n,
                              struct mailimap_set *set, struct error *error)
{
    bool moves = mailimap_has_extension(session->imap, "MOVE");
    /* Where the copies could not be deleted afterwards, do not begin. */
    if (!moves && !mailimap_has_uidplus(session->imap)) {
        enum result result = others_deleted(session, uids, n, error);
        if (result)
            return result;
    }
    struct str folder = {0}, what = {0};
    imaputf7_encode(span_of(session->source->move_to), &folder);
    int code = copy(session, set, str_text(&folder));
    if (code == MAILIMAP_ERROR_UID_COPY || code == MAILIMAP_ERROR_UID_MOVE ||
        code == MAILIMAP_ERROR_MOVE || code == MAILIMAP_ERROR_COPY) {
        /* Most likely the folder is not there; if it is, making it fails, and copying tells why. */
        imapsession_expect(session, ANSWER);
        if (mailimap_create(session->imap, str_text(&folder)) == MAILIMAP_NO_ERROR)
            code = copy(session, set, str_text(&folder));
    }
    str_addf(&what, _("messages cannot be moved to %s"), session->source->move_to);
    enum result result = imapsession_check(session, code, RESULT_DENIED, str_text(&what), error);
    str_free(&folder);
    str_free(&what);
    return result || moves ? result : delete_batch(session, uids, n, set, error);
}

/* Some servers say OK and do nothing: what is still there is not done. */
static enum result verify_gone(struct imapsession *session, const uint32_t *uids, size_t n,
                               bool *done, struct error *error)
{
    bool others = false, *left = alloc_zero(n, sizeof *left);
    struct mailimap_search_key *key = mailimap_search_key_new_uid(make_set(uids, n));
    enum result result = search(session, key, uids, n, left, &others, error);
    size_t stayed = 0;
    for (size_t i = 0; !result && i < n; i++) {
        done[i] = !left[i];
        stayed += left[i];
    }
    free(left);
    if (!result && stayed)
        result = error_set(error, RESULT_DENIED,
                           _("%s: %zu messages are still there although the server said they were "
                             "removed; may this account delete in this folder?"),
                           link_name(session->link), stayed);
    return result;
}

static enum result apply_batch(struct imapsession *session, const uint32_t *uids, size_t n,
                               bool *done, struct error *error)
{
    struct mailimap_set *set = make_set(uids, n);
    enum mailbox_after after = session->source->after;
    enum result result;
    if (after == AFTER_SEEN)
        result = store(session, set, mailimap_flag_new_seen(),
                       _("the server does not let us mark messages as read"), error);
    else if (after == AFTER_DELETE)
        result = delete_batch(session, uids, n, set, error);
    else
        result = move_batch(session, uids, n, set, error);
    mailimap_set_free(set);
    if (!result && after != AFTER_SEEN)
        return verify_gone(session, uids, n, done, error);
    for (size_t i = 0; !result && i < n; i++)
        done[i] = true;
    return result;
}

enum result imapmark_apply(struct imapsession *session, const uint32_t *uids, size_t n, bool *done,
                           struct error *error)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; !result && i < n; i += BATCH) {
        size_t some = n - i < BATCH ? n - i : BATCH;
        result = kind_cancelled(session->source, error);
        if (!result)
            result = apply_batch(session, uids + i, some, done + i, error);
    }
    return result;
}

enum result imapmark_put(struct imapsession *session, struct span bytes, struct error *error)
{
    const char *path = *session->url->path ? session->url->path : "INBOX";
    struct str folder = {0}, text = {0}, what = {0};
    struct span line;
    imaputf7_encode(span_of(path), &folder);
    while (span_line(&bytes, &line)) {
        str_add(&text, line);
        str_add_text(&text, "\r\n");
    }
    imapsession_expect(session, ANSWER);
    int code = mailimap_append(session->imap, str_text(&folder), NULL, NULL, text.at, text.n);
    str_addf(&what, _("no message can be put into %s"), path);
    enum result result = imapsession_check(session, code, RESULT_DENIED, str_text(&what), error);
    str_free(&folder);
    str_free(&text);
    str_free(&what);
    return result;
}
