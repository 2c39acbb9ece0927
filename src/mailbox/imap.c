/* SPDX-License-Identifier: MIT
 *
 * An IMAP folder as a source. Ids are UIDVALIDITY "." UID. A line that drops is taken up again as
 * long as each new one brings at least a message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/imapfetch.h"
#include "mailbox/imapidle.h"
#include "mailbox/imapmark.h"
#include "mailbox/imapsession.h"
#include "mailbox/kind.h"

#define WINDOW 20000u /* UIDs asked for at a time, so that an answer has a bound */
#define IDS_AT_ONCE 8192u
#define EXISTS_MAX 50000000u
#define HARD_MAX 3u /* messages over which the server may hang up, in one scan */

struct imap {
    struct mailbox base;
    struct mailbox_url url;
    struct imapsession *session; /* NULL after a failure */
    struct imapfetch fetch;
    uint32_t validity;
    uint32_t *uids; /* those to read, ascending */
    size_t n, capacity, at;
    size_t batch; /* the end of the messages asked for */
    bool listed, again; /* again: only what came since the last listing */
    uint32_t last;      /* the highest UID listed, or told of before */
    bool progress; /* a message came over this connection */
    unsigned hard; /* messages over which the server hung up */
    size_t alone;  /* up to here it is one by one: a batch was refused */
    char id[32];
    struct str name;
};

static void drop(struct imap *imap, bool politely)
{
    imapsession_close(imap->session, politely && !imap->fetch.running);
    imap->session = NULL;
    imap->fetch.running = false;
}

static void imap_close(struct mailbox *mailbox)
{
    struct imap *imap = (struct imap *)mailbox;
    drop(imap, true);
    imapfetch_free(&imap->fetch);
    mailbox_url_free(&imap->url);
    free(imap->uids);
    str_free(&imap->name);
    str_free(&mailbox->place);
    str_free(&mailbox->mark);
    free(imap);
}

/* Connects, logs in, opens the folder; the same folder as before, if there was a before. */
static enum result connect_folder(void *arg, struct error *error)
{
    struct imap *imap = arg;
    const struct mailbox_source *source = imap->base.source;
    enum result result = imapsession_open(source, &imap->url, &imap->session, error);
    if (result)
        return result;
    result = imapsession_select(imap->session, source->after == AFTER_KEEP, error);
    if (!result && imap->session->exists > EXISTS_MAX)
        result = link_blame(imap->session->link,
                            _("the server claims more messages than there can be"), error);
    if (!result && imap->validity && imap->session->validity != imap->validity)
        result = error_set(error, RESULT_BUSY,
                           _("%s: the folder was made anew in the middle (its UIDVALIDITY "
                             "changed); scan again"),
                           link_name(imap->session->link));
    if (result) {
        drop(imap, false);
        return result;
    }
    imap->validity = imap->session->validity;
    imap->fetch.session = imap->session;
    imap->progress = false;
    return RESULT_OK;
}

static void name_place(struct imap *imap)
{
    bool usual = imap->url.port == 993 || imap->url.port == 143; /* the same mail by either */
    str_addf(&imap->base.place, "imap:%s@%s", imap->url.user, imap->url.host);
    if (!usual)
        str_addf(&imap->base.place, ":%u", imap->url.port);
    const char *path = *imap->url.path ? imap->url.path : "INBOX";
    bool inbox = strcasecmp(path, "INBOX") == 0; /* RFC 3501 5.1: in any case */
    str_addf(&imap->base.place, "/%s", inbox ? "INBOX" : path);
}

static void note_mark(struct imap *imap)
{
    str_clear(&imap->base.mark);
    str_addf(&imap->base.mark, "%u.%u", imap->validity, imap->session->next);
}

static enum result imap_open(const struct mailbox_source *source, struct mailbox **out,
                             struct error *error)
{
    struct mailbox_url url;
    enum result result = mailbox_url_parse(source->url, &url, error);
    if (result)
        return result;
    struct imap *imap = alloc_zero(1, sizeof *imap);
    imap->base = (struct mailbox){.ops = &kind_imap, .source = source};
    imap->url = url;
    if (!*url.user)
        result = error_set(error, RESULT_USAGE, _("%s names no user; write %s://USER@%s/FOLDER"),
                           source->url, url.scheme, url.host);
    if (!result)
        result = connect_folder(imap, error);
    if (result) {
        imap_close(&imap->base);
        return result;
    }
    name_place(imap);
    imap->base.total = imap->session->exists;
    note_mark(imap);
    *out = &imap->base;
    return RESULT_OK;
}

static int by_number(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    return (one > two) - (one < two);
}

/* From the end to the beginning: when somebody expunges in between, messages move down, so that
 * some are listed twice and none is left out. */
static enum result list_all(struct imap *imap, struct error *error)
{
    enum result result = RESULT_OK;
    const struct mailbox_source *source = imap->base.source;
    /* What comes while we watch is new, whatever its date. */
    int64_t since = imap->again && source->since_for_good ? 0 : source->since;
    imapsession_forget_news(imap->session);
    if (imap->again)
        return imapsession_list(imap->session, true, imap->last + 1, 0, since, &imap->uids,
                                &imap->n, &imap->capacity, error);
    for (uint32_t to = imap->session->exists; !result && to; to = to > WINDOW ? to - WINDOW : 0) {
        uint32_t from = to > WINDOW ? to - WINDOW + 1 : 1;
        result = imapsession_list(imap->session, false, from, to, since, &imap->uids, &imap->n,
                                  &imap->capacity, error);
    }
    return result;
}

/* What came while we watched: UIDNEXT is not told anew, but UIDs grow. */
static void count_gone(struct imap *imap, uint32_t before)
{
    uint32_t here = 0;
    for (size_t i = 0; i < imap->n; i++)
        here += i == 0 || imap->uids[i] != imap->uids[i - 1];
    const struct mailbox_source *source = imap->base.source;
    if (imap->last > before && (!source->since || source->since_for_good))
        imap->base.lost += imap->last - before - here;
    if (imap->session->next <= imap->last)
        imap->session->next = imap->last + 1;
    note_mark(imap);
}

/* UIDs are given one after the other, so between what the last scan saw coming and what is coming
 * now, those that are not listed came and went. */
static enum result count_lost(struct imap *imap, struct error *error)
{
    unsigned validity, next;
    const struct mailbox_source *source = imap->base.source;
    if (!source->gap_from || (source->since && !source->since_for_good) ||
        sscanf(source->gap_from, "%u.%u", &validity, &next) != 2 || validity != imap->validity ||
        imap->session->next <= next)
        return RESULT_OK;
    uint32_t *uids = NULL;
    size_t n = 0, capacity = 0;
    enum result result = RESULT_OK;
    if (source->since) /* what was listed are not all */
        result = imapsession_list(imap->session, true, next, 0, 0, &uids, &n, &capacity, error);
    uint64_t here = 0;
    for (size_t i = 0; i < (source->since ? n : imap->n); i++) {
        uint32_t uid = source->since ? uids[i] : imap->uids[i];
        here += uid >= next && uid < imap->session->next;
    }
    free(uids);
    uint64_t given = imap->session->next - next;
    if (result == RESULT_OK)
        imap->base.lost += given > here ? given - here : 0;
    return result;
}

static void make_id(struct imap *imap, uint32_t uid)
{
    snprintf(imap->id, sizeof imap->id, "%u.%u", imap->validity, uid);
}

/* In order, and without the last message that "41:*" names even if there is none from 41 on. */
static void sort_out(struct imap *imap)
{
    size_t old = 0;
    if (imap->n)
        qsort(imap->uids, imap->n, sizeof *imap->uids, by_number);
    while (imap->again && old < imap->n && imap->uids[old] <= imap->last)
        old++;
    if (old)
        memmove(imap->uids, imap->uids + old, (imap->n -= old) * sizeof *imap->uids);
    if (imap->n && imap->uids[imap->n - 1] > imap->last)
        imap->last = imap->uids[imap->n - 1];
    if (!imap->again && imap->session->next && imap->session->next - 1 > imap->last)
        imap->last = imap->session->next - 1;
}

/* Of uids[from] and so many behind it those that are not known go to uids[to]. */
static size_t leave_out_known(struct imap *imap, size_t from, size_t some, size_t to,
                              mailbox_known known, void *arg)
{
    char(*text)[sizeof imap->id] = alloc_zero(some, sizeof *text);
    const char **ids = alloc_zero(some, sizeof *ids);
    bool *yes = alloc_zero(some, sizeof *yes);
    size_t kept = 0;
    for (size_t i = 0; i < some; i++) {
        make_id(imap, imap->uids[from + i]);
        ids[i] = memcpy(text[i], imap->id, sizeof imap->id);
    }
    kind_known(known, arg, ids, some, yes);
    for (size_t i = 0; i < some; i++)
        if (!yes[i])
            imap->uids[to + kept++] = imap->uids[from + i];
    free(text);
    free(ids);
    free(yes);
    return kept;
}

/* Keeps only what the scan does not know. */
static enum result choose(struct imap *imap, mailbox_known known, void *arg, struct error *error)
{
    enum result result = list_all(imap, error);
    if (result)
        return result;
    uint32_t before = imap->last;
    sort_out(imap);
    if (imap->again)
        count_gone(imap, before);
    else
        result = count_lost(imap, error);
    if (result)
        return result;
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < imap->n; i++)
        if (!n || imap->uids[n - 1] != imap->uids[i])
            imap->uids[n++] = imap->uids[i];
    for (size_t from = 0; from < n; from += IDS_AT_ONCE) {
        size_t some = n - from < IDS_AT_ONCE ? n - from : IDS_AT_ONCE;
        kept += leave_out_known(imap, from, some, kept, known, arg);
    }
    imap->base.skipped += n - kept;
    imap->n = kept;
    imap->listed = true;
    return RESULT_OK;
}

static void hand_out(struct imap *imap, struct mailbox_message *message)
{
    const char *path = *imap->url.path ? imap->url.path : "INBOX";
    struct span bytes = span_of_str(&imap->fetch.body);
    bool whole = bytes.n <= KIND_WHOLE_MAX;
    make_id(imap, imap->fetch.uid);
    str_clear(&imap->name);
    str_addf(&imap->name, _("%s, message %u"), path, imap->fetch.uid);
    *message = (struct mailbox_message){.id = imap->id,
                                        .bytes = whole ? bytes : span_cut(bytes, 0, KIND_PART),
                                        .name = str_text(&imap->name),
                                        .whole = whole};
}

/* Handed out are uids[..at]; a server may answer in any order, so the one that came is put there.
 */
static bool take_uid(struct imap *imap, uint32_t uid)
{
    for (size_t i = imap->at; i < imap->batch; i++) {
        if (imap->uids[i] != uid)
            continue;
        memmove(&imap->uids[imap->at + 1], &imap->uids[imap->at],
                (i - imap->at) * sizeof *imap->uids);
        imap->uids[imap->at++] = uid;
        return true;
    }
    return false;
}

/* The command is answered. What it lacked was deleted meanwhile, if the server said OK; after a NO
 * the rest is asked for one by one, to find the one that it cannot give. */
static bool settle_batch(struct imap *imap)
{
    size_t missing = imap->batch - imap->at;
    if (!missing)
        return true;
    if (!imap->fetch.refused) {
        imap->base.lost += missing;
        imap->at = imap->batch;
        return true;
    }
    bool again = imap->alone < imap->batch;
    imap->alone = imap->batch;
    return again;
}

static enum result refuse_one(struct imap *imap, struct mailbox_message *message,
                              struct error *error)
{
    imap->fetch.uid = imap->uids[imap->at++];
    str_clear(&imap->fetch.body);
    hand_out(imap, message);
    message->whole = false;
    struct str words = {0};
    kind_words(imap->base.source, span_of_str(&imap->fetch.line), &words);
    error_set(error, RESULT_DATA, _("%s: the server does not give this message (%s)"),
              str_text(&imap->name), str_text(&words));
    str_free(&words);
    return RESULT_DATA;
}

/* After a failure: connects once more, and goes on behind what was handed out. Where a server hangs
 * up again over the very next message, that is asked for alone, and if it hangs up over that too,
 * the message is given up (DATA) and the others go on. */
static enum result take_up(struct imap *imap, enum result result, struct mailbox_message *message,
                           struct error *error)
{
    bool hung_up = link_was_dropped(imap->session->link);
    bool alone = imap->at < imap->alone;
    drop(imap, false);
    if (result != RESULT_UNREACHABLE || (!imap->progress && !hung_up))
        return result;
    if (imap->progress || !alone) {
        if (!imap->progress)
            imap->alone = imap->at + 1;
        return kind_connect_again(imap->base.source, connect_folder, imap, error);
    }
    if (imap->at == imap->n || imap->hard++ >= HARD_MAX)
        return result;
    str_clear(&imap->fetch.line);
    str_add_text(&imap->fetch.line, _("it hangs up over it"));
    return refuse_one(imap, message, error);
}

static enum result ask(struct imap *imap, struct error *error)
{
    size_t some = imap->n - imap->at;
    size_t most = imap->at < imap->alone ? 1 : IMAPFETCH_BATCH;
    if (some > most)
        some = most;
    imap->batch = imap->at + some;
    return imapfetch_start(&imap->fetch, imap->uids + imap->at, some, error);
}

static enum result imap_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                             struct mailbox_message *message, struct error *error)
{
    struct imap *imap = (struct imap *)mailbox;
    enum result result = RESULT_OK;
    if (!imap->session)
        result = connect_folder(imap, error);
    while (!result && !imap->listed)
        result = choose(imap, known, arg, error);
    while (!result) {
        if (!imap->fetch.running) {
            if (imap->at == imap->n)
                return RESULT_NO;
            result = ask(imap, error);
        }
        if (!result)
            result = imapfetch_next(&imap->fetch, error);
        if (!result && take_uid(imap, imap->fetch.uid)) {
            imap->progress = true;
            hand_out(imap, message);
            if (kind_too_old(mailbox->source, message->bytes)) /* the server goes by days */
                continue;
            return RESULT_OK;
        }
        if (result == RESULT_NO) {
            if (!settle_batch(imap))
                return refuse_one(imap, message, error);
            result = RESULT_OK;
        } else if (result) {
            result = take_up(imap, result, message, error);
            if (result == RESULT_DATA)
                return result;
        }
    }
    drop(imap, false);
    return result;
}

struct mark {
    uint32_t uid;
    size_t index;
};

static int by_uid(const void *a, const void *b)
{
    return by_number(&((const struct mark *)a)->uid, &((const struct mark *)b)->uid);
}

/* Sorts out what belongs to this folder as it is now; the rest names messages that are no more. */
static size_t collect(const struct imap *imap, const char *const *ids, size_t n, bool *done,
                      struct mark *marks)
{
    size_t some = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned validity, uid;
        done[i] = sscanf(ids[i], "%u.%u", &validity, &uid) != 2 || validity != imap->validity;
        if (!done[i])
            marks[some++] = (struct mark){.uid = uid, .index = i};
    }
    if (some)
        qsort(marks, some, sizeof *marks, by_uid);
    return some;
}

/* A connection that has no answer on its way and that the server has not closed while the scan was
 * busy: a command that changes something should not be the one to find out. */
static enum result ready_to_mark(struct imap *imap, struct error *error)
{
    if (imap->fetch.running)
        drop(imap, false);
    if (imap->session) {
        imapsession_expect(imap->session, (size_t)2 << 20);
        if (mailimap_noop(imap->session->imap) == MAILIMAP_NO_ERROR)
            return RESULT_OK;
        drop(imap, false);
    }
    return connect_folder(imap, error);
}

static enum result imap_apply(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                              struct error *error)
{
    struct imap *imap = (struct imap *)mailbox;
    enum result result = ready_to_mark(imap, error);
    if (result)
        return result;
    struct mark *marks = alloc_zero(n, sizeof *marks);
    uint32_t *uids = alloc_zero(n, sizeof *uids);
    bool *gone = alloc_zero(n, sizeof *gone);
    size_t some = collect(imap, ids, n, done, marks), m = 0;
    for (size_t i = 0; i < some; i++)
        if (!m || uids[m - 1] != marks[i].uid)
            uids[m++] = marks[i].uid;
    result = imapmark_apply(imap->session, uids, m, gone, error);
    for (size_t i = 0, at = 0; i < some; i++) {
        while (uids[at] != marks[i].uid)
            at++;
        done[marks[i].index] = gone[at];
    }
    free(marks);
    free(uids);
    free(gone);
    if (result)
        drop(imap, false);
    return result;
}

static enum result imap_wait(struct mailbox *mailbox, unsigned ms, unsigned poll_ms,
                             struct error *error)
{
    struct imap *imap = (struct imap *)mailbox;
    enum result result = RESULT_OK;
    imap->n = imap->at = imap->batch = imap->alone = 0;
    imap->hard = 0;
    imap->listed = false;
    imap->again = true;
    if (!imap->session) /* gone after the last message; next connects again */
        return RESULT_OK;
    if (!imapsession_has_news(imap->session))
        result = imapidle(imap->session, ms, poll_ms, error);
    if (result && result != RESULT_NO)
        drop(imap, false);
    return result;
}

static enum result imap_put(struct mailbox *mailbox, struct span bytes, struct error *error)
{
    struct imap *imap = (struct imap *)mailbox;
    enum result result = ready_to_mark(imap, error);
    if (!result)
        result = imapmark_put(imap->session, bytes, error);
    if (result)
        drop(imap, false);
    return result;
}

const struct mailbox_ops kind_imap = {"imap",     imap_open,  imap_next,
                                      imap_apply, imap_close, imap_wait,
                                      imap_put};
