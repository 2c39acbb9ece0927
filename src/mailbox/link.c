/* SPDX-License-Identifier: MIT */
#include "mailbox/link.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/resolve.h"
#include "mailbox/tls.h"

#define TIMEOUT_MS 60000u
#define SLICE_MS 100
#define PROGRESS 16384u /* bytes that buy an answer its time again */
#define BUFFER 65536u
#define ODDITIES 100u /* warnings of TLS in one connection, else a server could go on for ever */

struct link {
    const struct mailbox_source *source;
    char *name, *host;
    int fd;
    struct tls *tls; /* NULL in clear */
    char buffer[BUFFER];
    size_t from, to;
    unsigned timeout_ms, left_ms;
    size_t got, budget;
    unsigned oddities;
    bool dropped;
    enum result result; /* the first failure */
    struct error error;
};

const char *link_name(const struct link *link)
{
    return link->name;
}

int link_fd(const struct link *link)
{
    return link->fd;
}

enum result link_failure(const struct link *link, struct error *error)
{
    if (link->result && error)
        *error = link->error;
    return link->result;
}

/* Keeps the first failure and passes it on. */
static enum result fail(struct link *link, enum result result, struct error *error)
{
    if (!link->result)
        link->result = result;
    return link_failure(link, error);
}

enum result link_blame(struct link *link, const char *what, struct error *error)
{
    if (!link->result)
        error_set(&link->error, RESULT_UNREACHABLE, "%s: %s", link->name, what);
    return fail(link, RESULT_UNREACHABLE, error);
}

void link_hurry(struct link *link)
{
    if (link->timeout_ms > 2000)
        link->timeout_ms = 2000;
}

bool link_was_dropped(const struct link *link)
{
    return link->dropped;
}

void link_expect(struct link *link, size_t budget)
{
    link->left_ms = link->timeout_ms;
    link->got = 0;
    link->budget = budget;
}

/* Waits for the socket, counting only the time spent here. */
static enum result wait_for(struct link *link, short events)
{
    for (;;) {
        enum result result = kind_cancelled(link->source, link->result ? NULL : &link->error);
        if (result)
            return fail(link, result, NULL);
        if (!link->left_ms) {
            if (!link->result)
                error_set(&link->error, RESULT_UNREACHABLE,
                          _("%s: no answer within %u s, or one too slow to wait for; the "
                            "next scan tries again"),
                          link->name, (link->timeout_ms + 999) / 1000);
            return fail(link, RESULT_UNREACHABLE, NULL);
        }
        struct pollfd one = {.fd = link->fd, .events = events};
        int64_t before = clock_ms();
        int slice = link->left_ms < SLICE_MS ? (int)link->left_ms : SLICE_MS;
        int ready = poll(&one, 1, slice);
        int64_t spent = clock_ms() - before;
        link->left_ms = spent >= link->left_ms ? 0 : link->left_ms - (unsigned)spent;
        if (ready > 0)
            return RESULT_OK;
    }
}

enum result link_wait(struct link *link, unsigned ms, struct error *error)
{
    for (int64_t end = clock_ms() + ms;;) {
        if (link->result)
            return link_failure(link, error);
        if (link->from != link->to || (link->tls && gnutls_record_check_pending(tls_session(link->tls))))
            return RESULT_OK;
        enum result result = kind_cancelled(link->source, &link->error);
        if (result)
            return fail(link, result, error);
        int64_t left = end - clock_ms();
        if (left <= 0 || kind_woken(link->source))
            return RESULT_NO;
        struct pollfd one = {.fd = link->fd, .events = POLLIN};
        if (poll(&one, 1, left < KIND_SLICE_MS ? (int)left : KIND_SLICE_MS) > 0)
            return RESULT_OK;
    }
}

static enum result dropped(struct link *link, const char *why)
{
    link->dropped = !link->result;
    if (!link->result)
        error_set(&link->error, RESULT_UNREACHABLE,
                  _("%s: the server closed the connection (%s); the next scan goes on from here"),
                  link->name, why);
    return fail(link, RESULT_UNREACHABLE, NULL);
}

/* An answer that drips must not last for ever, nor one that never ends fill the memory. */
static enum result account(struct link *link, size_t n)
{
    if (n > link->budget)
        return link_blame(link, _("the server's answer is longer than it can be"), NULL);
    link->budget -= n;
    link->got += n;
    if (link->got >= PROGRESS) {
        link->got = 0;
        link->left_ms = link->timeout_ms;
    }
    return RESULT_OK;
}

/* One read of at least a byte, with deadline and budget. */
static enum result read_some(struct link *link, char *out, size_t room, size_t *got)
{
    while (!link->result) {
        ssize_t n;
        short events = POLLIN;
        if (link->tls) {
            n = gnutls_record_recv(tls_session(link->tls), out, room);
            if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) {
                if (gnutls_record_get_direction(tls_session(link->tls)))
                    events = POLLOUT;
                wait_for(link, events);
                continue;
            }
            if (n < 0 && !gnutls_error_is_fatal((int)n) && ++link->oddities < ODDITIES)
                continue; /* an alert that is none, or the wish to negotiate anew */
            if (n < 0)
                return dropped(link, gnutls_strerror((int)n));
        } else {
            n = recv(link->fd, out, room, 0);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
                wait_for(link, events);
                continue;
            }
            if (n < 0)
                return dropped(link, strerror(errno));
        }
        if (n == 0)
            return dropped(link, _("end of file"));
        *got = (size_t)n;
        return account(link, (size_t)n);
    }
    return link->result;
}

enum result link_some(struct link *link, char *out, size_t room, size_t *got)
{
    *got = link->to - link->from < room ? link->to - link->from : room;
    if (!*got)
        return read_some(link, out, room, got);
    memcpy(out, link->buffer + link->from, *got);
    link->from += *got;
    return RESULT_OK;
}

enum result link_send(struct link *link, struct span bytes, struct error *error)
{
    while (!link->result && bytes.n) {
        ssize_t n;
        if (link->tls) {
            n = gnutls_record_send(tls_session(link->tls), bytes.at, bytes.n);
            if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) {
                wait_for(link,
                         gnutls_record_get_direction(tls_session(link->tls)) ? POLLOUT : POLLIN);
                continue;
            }
            if (n < 0)
                dropped(link, gnutls_strerror((int)n));
        } else {
            n = send(link->fd, bytes.at, bytes.n, MSG_NOSIGNAL);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
                wait_for(link, POLLOUT);
                continue;
            }
            if (n < 0)
                dropped(link, strerror(errno));
        }
        if (n > 0)
            bytes = span_cut(bytes, (size_t)n, bytes.n);
    }
    return link_failure(link, error);
}

/* The next line into the buffer, with its end, or as much of it as the buffer holds. */
static enum result buffer_line(struct link *link, struct span *piece, bool *ends)
{
    size_t seen = 0;
    for (;;) {
        char *start = link->buffer + link->from;
        char *lf = memchr(start + seen, '\n', link->to - link->from - seen);
        seen = link->to - link->from;
        if (lf || seen == BUFFER) {
            *ends = lf != NULL;
            *piece = (struct span){start, lf ? (size_t)(lf + 1 - start) : seen};
            link->from += piece->n;
            return RESULT_OK;
        }
        if (link->to == BUFFER) {
            memmove(link->buffer, start, seen);
            link->from = 0;
            link->to = seen;
        }
        size_t got;
        if (read_some(link, link->buffer + link->to, BUFFER - link->to, &got) != RESULT_OK)
            return link->result;
        link->to += got;
    }
}

enum result link_piece(struct link *link, struct span *piece, bool *ends, struct error *error)
{
    return buffer_line(link, piece, ends) ? link_failure(link, error) : RESULT_OK;
}

enum result link_line(struct link *link, struct span *line, struct error *error)
{
    bool ends;
    if (buffer_line(link, line, &ends) != RESULT_OK)
        return link_failure(link, error);
    if (!ends)
        return link_blame(link, _("the server sent a line without an end"), error);
    line->n -= line->n > 1 && line->at[line->n - 2] == '\r' ? 2 : 1;
    return RESULT_OK;
}

enum result link_bytes(struct link *link, size_t n, struct str *out, struct error *error)
{
    size_t have = link->to - link->from < n ? link->to - link->from : n;
    str_add(out, (struct span){link->buffer + link->from, have});
    link->from += have;
    n -= have;
    while (n) {
        size_t got, piece = n < BUFFER ? n : BUFFER;
        str_reserve(out, piece);
        if (read_some(link, out->at + out->n, piece, &got) != RESULT_OK)
            return link_failure(link, error);
        out->n += got;
        out->at[out->n] = '\0';
        n -= got;
    }
    return RESULT_OK;
}

void link_unread(struct link *link, struct span bytes)
{
    size_t left = link->to - link->from;
    if (!bytes.n || left + bytes.n > BUFFER)
        return;
    memmove(link->buffer + bytes.n, link->buffer + link->from, left);
    memcpy(link->buffer, bytes.at, bytes.n);
    link->from = 0;
    link->to = bytes.n + left;
}

static enum result connect_one(struct link *link, const struct addrinfo *address)
{
    link->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (link->fd < 0)
        return error_set(&link->error, RESULT_UNREACHABLE, "%s: %s", link->name, strerror(errno));
    int trouble = 0;
    socklen_t n = sizeof trouble;
    if (connect(link->fd, address->ai_addr, address->ai_addrlen) != 0)
        trouble = errno;
    if (trouble == EINPROGRESS) {
        if (wait_for(link, POLLOUT) != RESULT_OK)
            return link->result;
        getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &trouble, &n);
    }
    if (!trouble)
        return RESULT_OK;
    close(link->fd);
    link->fd = -1;
    if (trouble == ECONNREFUSED)
        return error_set(&link->error, RESULT_UNREACHABLE,
                         _("%s: connection refused; is the mail server running, and is this its "
                           "port?"),
                         link->name);
    return error_set(&link->error, RESULT_UNREACHABLE, _("%s: cannot connect: %s"), link->name,
                     strerror(trouble));
}

/* Every address in turn, each with its share of the time. */
static enum result connect_any(struct link *link, const struct addrinfo *addresses)
{
    enum result result = RESULT_UNREACHABLE;
    for (const struct addrinfo *at = addresses; at; at = at->ai_next) {
        link_expect(link, 0);
        if (at->ai_next && link->left_ms > 10000)
            link->left_ms = 10000;
        result = connect_one(link, at);
        if (!result || result == RESULT_CANCELLED)
            return result;
        if (link->fd >= 0)
            close(link->fd);
        link->fd = -1;
        if (at->ai_next)
            link->result = RESULT_OK; /* a time-out of this address says nothing of the next */
    }
    return result;
}

enum result link_open(const struct mailbox_source *source, const struct mailbox_url *url,
                      struct link **out, struct error *error)
{
    struct link *link = alloc_zero(1, sizeof *link);
    struct addrinfo *addresses;
    struct str name = {0};
    bool v6 = strchr(url->host, ':') != NULL;
    str_addf(&name, v6 ? "[%s]:%u" : "%s:%u", url->host, url->port);
    link->source = source;
    link->name = str_take(&name);
    link->host = alloc_text(url->host);
    link->fd = -1;
    link->timeout_ms = source->timeout_ms ? source->timeout_ms : TIMEOUT_MS;
    enum result result = resolve(url->host, url->port, source, link->timeout_ms, &addresses, error);
    if (!result) {
        result = connect_any(link, addresses);
        freeaddrinfo(addresses);
        if (result && error)
            *error = link->error;
    }
    if (result) {
        link_close(link);
        return result;
    }
    int on = 1, idle = 120, between = 30, times = 4; /* a dead line shows within four minutes */
    setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(link->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(link->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(link->fd, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
    setsockopt(link->fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
    kind_reached(source, STAGE_CONNECTED);
    *out = link;
    return RESULT_OK;
}

/* What an attacker in the middle slips in behind the server's "go ahead" would be taken for said
 * under TLS (CVE-2011-0411 and its kin). */
static bool was_injected(struct link *link)
{
    char one;
    return link->from != link->to || recv(link->fd, &one, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

enum result link_start_tls(struct link *link, bool upgrade, struct error *error)
{
    if (upgrade && was_injected(link))
        return link_blame(link,
                          _("the server said something in clear behind its consent to encrypt: "
                            "somebody on the way may be slipping in answers, so nothing was sent"),
                          error);
    struct tls *tls;
    enum result result = tls_new(link->source, link->host, link->fd, &tls, error);
    if (result)
        return result;
    int code;
    link_expect(link, 0);
    while ((code = gnutls_handshake(tls_session(tls))) < 0 && !gnutls_error_is_fatal(code)) {
        if (code != GNUTLS_E_AGAIN && code != GNUTLS_E_INTERRUPTED && ++link->oddities < ODDITIES)
            continue;
        short events = gnutls_record_get_direction(tls_session(tls)) ? POLLOUT : POLLIN;
        if (wait_for(link, events) != RESULT_OK) {
            tls_free(tls);
            return link_failure(link, error);
        }
    }
    if (code < 0) {
        tls_explain(tls, code, &link->error);
        error_prefix(&link->error, "%s", link->name);
        tls_free(tls);
        return fail(link, RESULT_UNREACHABLE, error);
    }
    link->tls = tls;
    kind_reached(link->source, STAGE_SECURED);
    return RESULT_OK;
}

void link_close(struct link *link)
{
    if (!link)
        return;
    if (link->tls && !link->result)
        gnutls_bye(tls_session(link->tls), GNUTLS_SHUT_WR);
    tls_free(link->tls);
    if (link->fd >= 0)
        close(link->fd);
    explicit_bzero(link->buffer, sizeof link->buffer);
    free(link->name);
    free(link->host);
    free(link);
}
