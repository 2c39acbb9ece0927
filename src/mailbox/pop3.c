/* SPDX-License-Identifier: MIT
 *
 * A POP3 maildrop as a source. Ids are UIDLs (RFC 1939 7). DELE takes effect at QUIT alone, so a
 * session that breaks deletes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/pop3session.h"

#define ANSWER POP3SESSION_ANSWER
#define LIST_ANSWER ((size_t)128 << 20)
#define MESSAGES_MAX 2000000u
#define ID_MAX 70u       /* RFC 1939 allows a UIDL 70 characters */
#define TOP_LINES 20000u /* asked for of a large message */
#define ALL_LINES 1000000000u

struct item {
    char *id;
    unsigned number; /* in this session; 0 once it is not listed any more */
    uint64_t size;
    bool handed;
};

struct pop3 {
    struct mailbox base;
    struct mailbox_url url;
    struct pop3session *session; /* NULL after a failure, and after QUIT */
    struct item *items;          /* sorted by id */
    size_t n, capacity, at;
    bool progress; /* a message came over this connection */
    bool sifted;   /* those that are known are handed */
    struct str bytes, name;
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->id, ((const struct item *)b)->id);
}

static struct item *find(const struct pop3 *pop3, const char *id)
{
    struct item key = {.id = (char *)id};
    return pop3->n ? bsearch(&key, pop3->items, pop3->n, sizeof key, by_id) : NULL;
}

static void drop(struct pop3 *pop3)
{
    pop3session_close(pop3->session, false);
    pop3->session = NULL;
}

static void forget(struct item *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(items[i].id);
    free(items);
}

static enum result bad_list(struct pop3 *pop3, struct error *error)
{
    return link_blame(pop3->session->link, _("the server's list of messages makes no sense"),
                      error);
}

/* "12 id" into the number and the rest. */
static bool split(struct span line, uint64_t *number, struct span *rest)
{
    struct span first;
    *rest = line;
    return span_next(rest, ' ', &first) && rest->at && span_number(first, number) && *number &&
           *number <= MESSAGES_MAX;
}

static enum result read_ids(struct pop3 *pop3, struct item **items, size_t *n, struct error *error)
{
    size_t capacity = 0;
    struct span line, id;
    bool more;
    enum result result = pop3session_ask(pop3->session, LIST_ANSWER, SPAN("UIDL"), error);
    if (result == RESULT_NO)
        return pop3session_refused(
            pop3->session, RESULT_UNREACHABLE,
            _("the server gives its messages no lasting names (UIDL), so none could be "
              "known again; use IMAP"),
            error);
    while (!result &&
           (result = pop3session_next_line(pop3->session, &line, &more, error)) == RESULT_OK &&
           more) {
        uint64_t number;
        if (!split(line, &number, &id) || !id.n || id.n > ID_MAX || *n >= MESSAGES_MAX)
            return bad_list(pop3, error);
        ALLOC_GROW(*items, *n, capacity);
        (*items)[(*n)++] = (struct item){.id = span_copy(id), .number = (unsigned)number};
    }
    return result;
}

static enum result read_sizes(struct pop3 *pop3, struct item *items, size_t n, struct error *error)
{
    struct span line, rest;
    bool more;
    enum result result = pop3session_ask(pop3->session, LIST_ANSWER, SPAN("LIST"), error);
    if (result == RESULT_NO)
        return RESULT_OK; /* large ones are recognised while they come */
    size_t at = 0;        /* both lists go by number, as a rule */
    while (!result &&
           (result = pop3session_next_line(pop3->session, &line, &more, error)) == RESULT_OK &&
           more) {
        uint64_t number, size;
        if (!split(line, &number, &rest) || !span_number(span_trim(rest), &size))
            return bad_list(pop3, error);
        if (at < n && items[at].number == number)
            items[at++].size = size;
    }
    return result;
}

/* Lists anew; what was handed out stays so. */
static enum result list(struct pop3 *pop3, struct error *error)
{
    struct item *items = NULL;
    size_t n = 0, kept = 0;
    enum result result = read_ids(pop3, &items, &n, error);
    if (!result)
        result = read_sizes(pop3, items, n, error);
    if (result) {
        forget(items, n);
        return result;
    }
    if (n)
        qsort(items, n, sizeof *items, by_id);
    for (size_t i = 0; i < n; i++) {
        const struct item *old = find(pop3, items[i].id);
        items[i].handed = old && old->handed;
        if (kept && strcmp(items[kept - 1].id, items[i].id) == 0)
            free(items[i].id); /* the same message twice; RFC 1939 allows it */
        else
            items[kept++] = items[i];
    }
    forget(pop3->items, pop3->n);
    pop3->items = items;
    pop3->n = kept;
    pop3->at = 0;
    return RESULT_OK;
}

static enum result connect_drop(void *arg, struct error *error)
{
    struct pop3 *pop3 = arg;
    enum result result = pop3session_open(pop3->base.source, &pop3->url, &pop3->session, error);
    if (!result)
        result = list(pop3, error);
    pop3->progress = false;
    if (result)
        drop(pop3);
    return result;
}

static void pop3_close(struct mailbox *mailbox)
{
    struct pop3 *pop3 = (struct pop3 *)mailbox;
    pop3session_close(pop3->session, true); /* nothing is marked for deletion here */
    forget(pop3->items, pop3->n);
    mailbox_url_free(&pop3->url);
    str_free(&pop3->bytes);
    str_free(&pop3->name);
    str_free(&mailbox->place);
    free(pop3);
}

static enum result pop3_open(const struct mailbox_source *source, struct mailbox **out,
                             struct error *error)
{
    struct mailbox_url url;
    enum result result = mailbox_url_parse(source->url, &url, error);
    if (result)
        return result;
    struct pop3 *pop3 = alloc_zero(1, sizeof *pop3);
    pop3->base = (struct mailbox){.ops = &kind_pop3, .source = source};
    pop3->url = url;
    bool usual = url.port == 995 || url.port == 110;
    str_addf(&pop3->base.place, "pop3:%s@%s", url.user, url.host);
    if (!usual)
        str_addf(&pop3->base.place, ":%u", url.port);
    if (!*url.user)
        result = error_set(error, RESULT_USAGE, _("%s names no user; write %s://USER@%s"),
                           source->url, url.scheme, url.host);
    else if (source->after == AFTER_SEEN || source->after == AFTER_MOVE)
        result = error_set(error, RESULT_USAGE,
                           _("%s: POP3 knows no flags and no folders; after can be keep or delete"),
                           source->url);
    else
        result = connect_drop(pop3, error);
    if (result) {
        pop3_close(&pop3->base);
        return result;
    }
    pop3->base.total = pop3->n;
    *out = &pop3->base;
    return RESULT_OK;
}

/* Adds a piece of a message, its leading dot undone; what is over the limit is passed over. */
static void keep(struct pop3 *pop3, struct span piece, bool begins)
{
    if (begins && piece.n && piece.at[0] == '.')
        piece = span_cut(piece, 1, piece.n);
    if (pop3->bytes.n <= KIND_WHOLE_MAX)
        str_add(&pop3->bytes, piece);
}

static enum result retrieve(struct pop3 *pop3, const struct item *item, bool *whole,
                            struct error *error)
{
    bool part = item->size > KIND_WHOLE_MAX;
    struct str command = {0};
    /* TOP with all lines, for RETR marks the message as read at servers that know such a thing. */
    if (part || pop3->session->can_top)
        str_addf(&command, "TOP %u %u", item->number, part ? TOP_LINES : ALL_LINES);
    else
        str_addf(&command, "RETR %u", item->number);
    if (pop3->bytes.capacity > 2 * KIND_PART)
        str_free(&pop3->bytes);
    str_clear(&pop3->bytes);
    enum result result =
        pop3session_ask(pop3->session, 8 * KIND_WHOLE_MAX, span_of_str(&command), error);
    str_free(&command);
    if (result == RESULT_NO)
        return pop3session_refused(pop3->session, RESULT_DATA,
                                   _("the server does not give this message"), error);
    bool begins = true, ends;
    struct span piece;
    while (!result &&
           (result = link_piece(pop3->session->link, &piece, &ends, error)) == RESULT_OK) {
        if (begins && ends && (span_equal(piece, SPAN(".\r\n")) || span_equal(piece, SPAN(".\n"))))
            break;
        keep(pop3, piece, begins);
        begins = ends;
    }
    *whole = !part && pop3->bytes.n <= KIND_WHOLE_MAX;
    if (!*whole && pop3->bytes.n > KIND_PART)
        pop3->bytes.n = KIND_PART;
    return result;
}

static void describe(struct pop3 *pop3, const struct item *item, bool whole,
                     struct mailbox_message *message)
{
    str_clear(&pop3->name);
    str_addf(&pop3->name, _("message %u (%s)"), item->number, item->id);
    *message = (struct mailbox_message){.id = item->id,
                                        .bytes = span_of_str(&pop3->bytes),
                                        .name = str_text(&pop3->name),
                                        .whole = whole};
}

static void pass_over_known(struct pop3 *pop3, mailbox_known known, void *arg)
{
    const char **ids = alloc_zero(pop3->n + 1, sizeof *ids);
    bool *yes = alloc_zero(pop3->n + 1, sizeof *yes);
    for (size_t i = 0; i < pop3->n; i++)
        ids[i] = pop3->items[i].id;
    kind_known(known, arg, ids, pop3->n, yes);
    for (size_t i = 0; i < pop3->n; i++) {
        pop3->base.skipped += yes[i];
        pop3->items[i].handed |= yes[i];
    }
    pop3->sifted = true;
    free(ids);
    free(yes);
}

static enum result pop3_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                             struct mailbox_message *message, struct error *error)
{
    struct pop3 *pop3 = (struct pop3 *)mailbox;
    enum result result = pop3->session ? RESULT_OK : connect_drop(pop3, error);
    if (!result && !pop3->sifted)
        pass_over_known(pop3, known, arg);
    while (!result) {
        if (pop3->at == pop3->n)
            return RESULT_NO;
        struct item *item = &pop3->items[pop3->at];
        bool whole = false;
        if (item->handed) {
            pop3->at++;
            continue;
        }
        result = retrieve(pop3, item, &whole, error);
        if (result == RESULT_UNREACHABLE && pop3->progress) {
            drop(pop3);
            result = kind_connect_again(mailbox->source, connect_drop, pop3, error);
            continue;
        }
        if (result && result != RESULT_DATA)
            break;
        item->handed = pop3->progress = true;
        if (!result && kind_too_old(mailbox->source, span_of_str(&pop3->bytes)))
            continue;
        describe(pop3, item, whole && !result, message);
        return result;
    }
    drop(pop3);
    return result;
}

/* Deletes in this session and ends it, for only that makes it true. */
static enum result delete_and_quit(struct pop3 *pop3, const char *const *ids, size_t n,
                                   struct error *error)
{
    struct str command = {0};
    enum result result = RESULT_OK;
    for (size_t i = 0; !result && i < n; i++) {
        struct item *item = find(pop3, ids[i]);
        if (!item || !item->number)
            continue; /* gone, or named twice */
        str_clear(&command);
        str_addf(&command, "DELE %u", item->number);
        item->number = 0;
        result = pop3session_ask(pop3->session, ANSWER, span_of_str(&command), error);
    }
    str_free(&command);
    if (result) {
        if (result == RESULT_NO) {
            result = pop3session_refused(pop3->session, RESULT_DENIED,
                                         _("the server does not let us delete"), error);
            pop3session_ask(pop3->session, ANSWER, SPAN("RSET"), NULL);
        }
        return result;
    }
    result = pop3session_ask(pop3->session, ANSWER, SPAN("QUIT"), error);
    return result == RESULT_NO
               ? pop3session_refused(pop3->session, RESULT_IO,
                                     _("the server did not delete all that it should"), error)
               : result;
}

static enum result pop3_apply(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                              struct error *error)
{
    struct pop3 *pop3 = (struct pop3 *)mailbox;
    enum result result = RESULT_OK;
    if (pop3->session && pop3session_ask(pop3->session, ANSWER, SPAN("NOOP"), NULL) != RESULT_OK)
        drop(pop3); /* closed while the scan was busy; nothing was lost by that */
    if (!pop3->session)
        result = connect_drop(pop3, error);
    if (!result) {
        result = delete_and_quit(pop3, ids, n, error);
        drop(pop3);
    }
    for (size_t i = 0; i < n; i++)
        done[i] = !result;
    return result;
}

const struct mailbox_ops kind_pop3 = {"pop3",       pop3_open,  pop3_next,
                                      pop3_apply, pop3_close, NULL, NULL};
