/* SPDX-License-Identifier: MIT
 *
 * A POP3 maildrop as a source (RFC 1939, 2449, 2595), over the link without libetpan, whose RETR
 * has no bound. Ids are UIDLs. DELE takes effect at QUIT alone, so a session that breaks deletes
 * nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/link.h"
#include "mailbox/sasl.h"

#define ANSWER ((size_t)4 << 10)
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
    struct link *link; /* NULL between sessions */
    bool can_stls, can_plain, can_xoauth2, can_top;
    struct item *items; /* sorted by id */
    size_t n, capacity, at;
    bool progress; /* a message came over this connection */
    struct str line, bytes, name;
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
    link_close(pop3->link);
    pop3->link = NULL;
}

static void forget(struct item *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(items[i].id);
    free(items);
}

/* Sends a command and reads the first line of its answer. RESULT_NO for -ERR, with its words in
 * pop3->line; a command of "" only reads. */
static enum result ask(struct pop3 *pop3, size_t budget, struct span command, struct error *error)
{
    struct span line;
    link_expect(pop3->link, budget);
    enum result result = command.n ? link_send(pop3->link, command, error) : RESULT_OK;
    if (!result && command.n)
        result = link_send(pop3->link, SPAN("\r\n"), error);
    if (!result)
        result = link_line(pop3->link, &line, error);
    if (result)
        return result;
    str_clear(&pop3->line);
    str_add(&pop3->line, line);
    if (span_starts_nocase(line, SPAN("+OK")) || span_equal(line, SPAN("+")) ||
        span_starts(line, SPAN("+ ")))
        return RESULT_OK;
    if (span_starts_nocase(line, SPAN("-ERR")))
        return RESULT_NO;
    return link_blame(pop3->link, _("the server's answer is not POP3"), error);
}

/* A -ERR as a failure, with the server's words. */
static enum result refused(struct pop3 *pop3, enum result result, const char *what,
                           struct error *error)
{
    struct str words = {0};
    kind_words(pop3->base.source, span_of_str(&pop3->line), &words);
    error_set(error, result, "%s: %s (%s)", link_name(pop3->link), what, str_text(&words));
    str_free(&words);
    return result;
}

/* A line of an answer of many; false in *more at its end, the single dot. */
static enum result next_line(struct pop3 *pop3, struct span *line, bool *more, struct error *error)
{
    enum result result = link_line(pop3->link, line, error);
    *more = !result && !span_equal(*line, SPAN("."));
    return result;
}

static enum result read_capabilities(struct pop3 *pop3, struct error *error)
{
    pop3->can_stls = pop3->can_plain = pop3->can_xoauth2 = pop3->can_top = false;
    enum result result = ask(pop3, 16 * ANSWER, SPAN("CAPA"), error);
    if (result)
        return result == RESULT_NO ? RESULT_OK : result; /* RFC 2449 is not for everybody */
    struct span line;
    bool more;
    while ((result = next_line(pop3, &line, &more, error)) == RESULT_OK && more) {
        if (span_equal_nocase(line, SPAN("STLS")))
            pop3->can_stls = true;
        if (span_equal_nocase(line, SPAN("TOP")))
            pop3->can_top = true;
        if (!span_starts_nocase(line, SPAN("SASL ")))
            continue;
        struct span rest = span_cut(line, 5, line.n), word;
        while (span_next(&rest, ' ', &word)) {
            pop3->can_plain |= span_equal_nocase(word, SPAN("PLAIN"));
            pop3->can_xoauth2 |= span_equal_nocase(word, SPAN("XOAUTH2"));
        }
    }
    return result;
}

static enum result upgrade(struct pop3 *pop3, struct error *error)
{
    enum result result = read_capabilities(pop3, error);
    if (!result && !pop3->can_stls)
        return link_blame(pop3->link,
                          _("the server offers no encryption (STLS), and without it no password is "
                            "sent; use pop3s:// if it listens on port 995"),
                          error);
    if (!result)
        result = ask(pop3, ANSWER, SPAN("STLS"), error);
    if (result == RESULT_NO)
        return refused(pop3, RESULT_UNREACHABLE, _("the server refuses to encrypt"), error);
    return result ? result : link_start_tls(pop3->link, true, error);
}

/* AUTH with the secret as the answer to the server's "+". */
static enum result authenticate(struct pop3 *pop3, const char *mechanism, struct str *secret,
                                struct error *error)
{
    struct str command = {0}, encoded = {0};
    str_reserve(&encoded, secret->n * 4 / 3 + 8);
    sasl_base64(span_of_str(secret), &encoded);
    str_addf(&command, "AUTH %s", mechanism);
    enum result result = ask(pop3, ANSWER, span_of_str(&command), error);
    if (!result)
        result = ask(pop3, ANSWER, span_of_str(&encoded), error);
    if (!result &&
        pop3->line.at[1] != 'O') /* "+ …": an OAuth error report, ended by an empty line */
        result = ask(pop3, ANSWER, SPAN("\r\n"), error);
    str_free(&command);
    sasl_forget(&encoded);
    return result;
}

static enum result user_pass(struct pop3 *pop3, struct error *error)
{
    struct str command = {0};
    str_addf(&command, "USER %s", pop3->url.user);
    enum result result = ask(pop3, ANSWER, span_of_str(&command), error);
    str_clear(&command);
    str_reserve(&command, strlen(pop3->base.source->password) + 8);
    str_addf(&command, "PASS %s", pop3->base.source->password);
    if (!result)
        result = ask(pop3, ANSWER, span_of_str(&command), error);
    sasl_forget(&command);
    return result;
}

static enum result log_in(struct pop3 *pop3, struct error *error)
{
    const struct mailbox_source *source = pop3->base.source;
    enum result result = sasl_check(source, &pop3->url, link_name(pop3->link), error);
    if (!result)
        result = read_capabilities(pop3, error);
    if (result)
        return result;
    struct str secret = {0};
    if (source->token && !pop3->can_xoauth2)
        return error_set(
            error, RESULT_DENIED,
            _("%s: the server takes no OAuth 2 tokens; use password_command instead of "
              "token_command"),
            link_name(pop3->link));
    if (source->token) {
        sasl_token(false, &pop3->url, source->password, &secret);
        result = authenticate(pop3, "XOAUTH2", &secret, error);
    } else if (pop3->can_plain) {
        sasl_plain(pop3->url.user, source->password, &secret);
        result = authenticate(pop3, "PLAIN", &secret, error);
    } else {
        result = user_pass(pop3, error);
    }
    sasl_forget(&secret);
    if (result != RESULT_NO)
        return result;
    return sasl_refused(source, &pop3->url, link_name(pop3->link), span_of_str(&pop3->line), error);
}

static enum result bad_list(struct pop3 *pop3, struct error *error)
{
    return link_blame(pop3->link, _("the server's list of messages makes no sense"), error);
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
    enum result result = ask(pop3, LIST_ANSWER, SPAN("UIDL"), error);
    if (result == RESULT_NO)
        return refused(pop3, RESULT_UNREACHABLE,
                       _("the server gives its messages no lasting names (UIDL), so none could be "
                         "known again; use IMAP"),
                       error);
    while (!result && (result = next_line(pop3, &line, &more, error)) == RESULT_OK && more) {
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
    enum result result = ask(pop3, LIST_ANSWER, SPAN("LIST"), error);
    if (result == RESULT_NO)
        return RESULT_OK; /* large ones are recognised while they come */
    size_t at = 0;        /* both lists go by number, as a rule */
    while (!result && (result = next_line(pop3, &line, &more, error)) == RESULT_OK && more) {
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

static enum result connect_drop(struct pop3 *pop3, struct error *error)
{
    bool implicit = strcmp(pop3->url.scheme, "pop3s") == 0;
    enum result result = link_open(pop3->base.source, &pop3->url, &pop3->link, error);
    if (!result && implicit)
        result = link_start_tls(pop3->link, false, error);
    if (!result)
        result = ask(pop3, ANSWER, SPAN(""), error);
    if (result == RESULT_NO)
        result = refused(pop3, RESULT_UNREACHABLE, _("the server does not serve us"), error);
    if (!result && !implicit)
        result = upgrade(pop3, error);
    if (!result)
        result = log_in(pop3, error);
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
    if (pop3->link && !link_failure(pop3->link, NULL)) {
        link_hurry(pop3->link);
        ask(pop3, ANSWER, SPAN("QUIT"), NULL); /* nothing is marked for deletion here */
    }
    drop(pop3);
    forget(pop3->items, pop3->n);
    mailbox_url_free(&pop3->url);
    str_free(&pop3->line);
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
    if (part || pop3->can_top)
        str_addf(&command, "TOP %u %u", item->number, part ? TOP_LINES : ALL_LINES);
    else
        str_addf(&command, "RETR %u", item->number);
    if (pop3->bytes.capacity > 2 * KIND_PART)
        str_free(&pop3->bytes);
    str_clear(&pop3->bytes);
    enum result result = ask(pop3, 8 * KIND_WHOLE_MAX, span_of_str(&command), error);
    str_free(&command);
    if (result == RESULT_NO)
        return refused(pop3, RESULT_DATA, _("the server does not give this message"), error);
    bool begins = true, ends;
    struct span piece;
    while (!result && (result = link_piece(pop3->link, &piece, &ends, error)) == RESULT_OK) {
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

static enum result pop3_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                             struct mailbox_message *message, struct error *error)
{
    struct pop3 *pop3 = (struct pop3 *)mailbox;
    enum result result = pop3->link ? RESULT_OK : connect_drop(pop3, error);
    while (!result) {
        if (pop3->at == pop3->n)
            return RESULT_NO;
        struct item *item = &pop3->items[pop3->at];
        bool whole = false;
        if (item->handed) {
            pop3->at++;
            continue;
        }
        if (known && known(arg, item->id)) {
            mailbox->skipped++;
            item->handed = true;
            continue;
        }
        result = retrieve(pop3, item, &whole, error);
        if (result == RESULT_UNREACHABLE && pop3->progress) {
            drop(pop3);
            result = connect_drop(pop3, error);
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
        result = ask(pop3, ANSWER, span_of_str(&command), error);
    }
    str_free(&command);
    if (result) {
        if (result == RESULT_NO) {
            result = refused(pop3, RESULT_DENIED, _("the server does not let us delete"), error);
            ask(pop3, ANSWER, SPAN("RSET"), NULL);
        }
        return result;
    }
    result = ask(pop3, ANSWER, SPAN("QUIT"), error);
    return result == RESULT_NO
               ? refused(pop3, RESULT_IO, _("the server did not delete all that it should"), error)
               : result;
}

static enum result pop3_apply(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                              struct error *error)
{
    struct pop3 *pop3 = (struct pop3 *)mailbox;
    enum result result = RESULT_OK;
    if (pop3->link && ask(pop3, ANSWER, SPAN("NOOP"), NULL) != RESULT_OK)
        drop(pop3); /* closed while the scan was busy; nothing was lost by that */
    if (!pop3->link)
        result = connect_drop(pop3, error);
    if (!result) {
        result = delete_and_quit(pop3, ids, n, error);
        drop(pop3);
    }
    for (size_t i = 0; i < n; i++)
        done[i] = !result;
    return result;
}

const struct mailbox_ops kind_pop3 = {"pop3", pop3_open, pop3_next, pop3_apply, pop3_close};
