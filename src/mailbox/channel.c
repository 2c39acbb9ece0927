/* SPDX-License-Identifier: MIT */
#include "mailbox/channel.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "mailbox/kind.h"

#define PIECE ((size_t)256 << 10)
#define FRAME_MAX (KIND_WHOLE_MAX + ((size_t)8 << 20))

struct head {
    uint32_t kind, n;
};

void frame_number(struct str *out, uint64_t number)
{
    str_add(out, (struct span){(const char *)&number, sizeof number});
}

void frame_bytes(struct str *out, struct span bytes)
{
    frame_number(out, bytes.n);
    str_add(out, bytes);
}

void frame_text(struct str *out, const char *text)
{
    frame_bytes(out, (struct span){text ? text : "", text ? strlen(text) + 1 : 0});
}

bool frame_take_number(struct span *in, uint64_t *number)
{
    if (in->n < sizeof *number)
        return false;
    memcpy(number, in->at, sizeof *number);
    *in = span_cut(*in, sizeof *number, in->n);
    return true;
}

bool frame_take_bytes(struct span *in, struct span *bytes)
{
    uint64_t n;
    if (!frame_take_number(in, &n) || n > in->n)
        return false;
    *bytes = span_cut(*in, 0, n);
    *in = span_cut(*in, n, in->n);
    return true;
}

/* NULL and "" are told apart. */
bool frame_take_text(struct span *in, const char **text)
{
    struct span bytes;
    if (!frame_take_bytes(in, &bytes) || (bytes.n && memchr(bytes.at, 0, bytes.n) != bytes.at + bytes.n - 1))
        return false;
    *text = bytes.n ? bytes.at : NULL;
    return true;
}

void frame_result(struct str *out, enum result result, const struct error *error)
{
    frame_number(out, (uint64_t)result);
    frame_text(out, result && error ? error->text : "");
}

bool frame_take_result(struct span *in, enum result *result, struct error *error)
{
    uint64_t number;
    const char *text;
    if (!frame_take_number(in, &number) || number > RESULT_CANCELLED || !frame_take_text(in, &text))
        return false;
    *result = (enum result)number;
    if (number && error)
        snprintf(error->text, sizeof error->text, "%s", text ? text : "");
    return true;
}

bool channel_send(struct channel *channel, enum frame_kind kind, struct span payload,
                  struct span more)
{
    struct head head = {(uint32_t)kind, (uint32_t)(payload.n + more.n)};
    struct iovec parts[] = {{&head, sizeof head},
                            {(void *)payload.at, payload.n},
                            {(void *)more.at, more.n}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
    size_t left = sizeof head + payload.n + more.n;
    while (left) {
        ssize_t n = sendmsg(channel->fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        left -= (size_t)n;
        for (size_t i = 0; i < 3; i++) {
            size_t some = (size_t)n < parts[i].iov_len ? (size_t)n : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + some;
            parts[i].iov_len -= some;
            n -= (ssize_t)some;
        }
    }
    return true;
}

/* Makes room in front of what is not taken yet, and gives back what a large message took. */
static void shift(struct channel *channel)
{
    size_t left = channel->in.n - channel->at;
    if (!left && channel->in.capacity > 4 * PIECE)
        str_free(&channel->in);
    if (channel->at && channel->in.at)
        memmove(channel->in.at, channel->in.at + channel->at, left);
    channel->in.n = left;
    channel->at = 0;
}

enum result channel_next(struct channel *channel, int ms, enum frame_kind *kind,
                         struct span *payload)
{
    int64_t end = clock_ms() + ms;
    struct head head;
    for (;;) {
        struct span have = span_cut(span_of_str(&channel->in), channel->at, channel->in.n);
        if (have.n >= sizeof head) {
            memcpy(&head, have.at, sizeof head);
            if (head.n > FRAME_MAX)
                return RESULT_DATA;
            if (have.n - sizeof head >= head.n) {
                *kind = (enum frame_kind)head.kind;
                *payload = span_cut(have, sizeof head, sizeof head + head.n);
                channel->at += sizeof head + head.n;
                return RESULT_OK;
            }
        }
        shift(channel);
        struct pollfd one = {.fd = channel->fd, .events = POLLIN};
        int64_t left = end - clock_ms();
        int ready = poll(&one, 1, ms < 0 ? -1 : left > 0 ? (int)left : 0);
        if (ready <= 0)
            return RESULT_NO; /* a signal, too: the caller looks why */
        str_reserve(&channel->in, PIECE);
        ssize_t n = recv(channel->fd, channel->in.at + channel->in.n, PIECE, 0);
        if (n < 0 && errno == EINTR)
            return RESULT_NO;
        if (n <= 0)
            return RESULT_MISSING;
        channel->in.n += (size_t)n;
        channel->in.at[channel->in.n] = '\0';
    }
}

void channel_free(struct channel *channel)
{
    if (channel->in.at)
        explicit_bzero(channel->in.at, channel->in.capacity);
    str_free(&channel->in);
    if (channel->fd >= 0)
        close(channel->fd);
    channel->fd = -1;
}
