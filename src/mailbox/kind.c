/* SPDX-License-Identifier: MIT */
#include "mailbox/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mailbox/remote.h"

enum result kind_cancelled(const struct mailbox_source *source, struct error *error)
{
    if (source->cancelled && source->cancelled(source->cancelled_arg))
        return error_set(error, RESULT_CANCELLED, _("cancelled; the next scan goes on from here"));
    return RESULT_OK;
}

void kind_reached(const struct mailbox_source *source, enum mailbox_stage stage)
{
    if (source->reached)
        source->reached(source->reached_arg, stage);
}

const char *kind_password(const struct mailbox_source *source)
{
    return source->renewal && source->renewal->token ? source->renewal->token : source->password;
}

enum result kind_renew(const struct mailbox_source *source, enum result refused,
                       struct error *error)
{
    struct mailbox_renewal *renewal = source->renewal;
    if (refused != RESULT_DENIED || !source->token || !renewal)
        return refused;
    char *before = alloc_text(kind_password(source));
    const char *token = NULL;
    enum result result = renewal->ask(renewal->arg, &token, error);
    if (!result) {
        renewal->token = token;
        result = strcmp(token, before) == 0 ? refused : RESULT_OK;
    }
    explicit_bzero(before, strlen(before));
    free(before);
    return result;
}

void kind_known(mailbox_known known, void *arg, const char *const *ids, size_t n, bool *out)
{
    if (n && known && remote_ask_known(known, arg, ids, n, out))
        return;
    for (size_t i = 0; i < n; i++)
        out[i] = known && known(arg, ids[i]);
}

bool kind_woken(const struct mailbox_source *source)
{
    return source->woken && source->woken(source->woken_arg);
}

enum result kind_sleep(const struct mailbox_source *source, unsigned ms, struct error *error)
{
    for (int64_t end = clock_ms() + ms, left; (left = end - clock_ms()) > 0;) {
        enum result result = kind_cancelled(source, error);
        if (result)
            return result;
        if (kind_woken(source))
            return RESULT_OK;
        poll(NULL, 0, left < KIND_SLICE_MS ? (int)left : KIND_SLICE_MS);
    }
    return RESULT_NO;
}

enum result kind_connect_again(const struct mailbox_source *source,
                               enum result (*connect)(void *arg, struct error *error), void *arg,
                               struct error *error)
{
    enum { PAUSE_MS = 250, PAUSE_MOST_MS = 2000, AT_ONCE_MS = 3000 };
    for (unsigned pause = PAUSE_MS;; pause *= 2) {
        int64_t began = clock_ms();
        enum result result = connect(arg, error);
        if (result != RESULT_UNREACHABLE || pause > PAUSE_MOST_MS ||
            clock_ms() - began > AT_ONCE_MS)
            return result;
        if (kind_sleep(source, pause, error) == RESULT_CANCELLED)
            return RESULT_CANCELLED;
    }
}

/* The text of one field's last part, from the header line at `line` on with its folded lines. */
static int64_t field_time(struct span line, struct span rest)
{
    struct str text = {0};
    str_add(&text, line);
    while (rest.n && (rest.at[0] == ' ' || rest.at[0] == '\t') && text.n < 8192) {
        span_line(&rest, &line);
        str_add(&text, line);
    }
    struct span value = span_of_str(&text);
    ptrdiff_t at = span_find_last(value, ';');
    if (at < 0)
        at = span_find_char(value, ':');
    int64_t time = date_from_mail(span_cut(value, (size_t)at + 1, value.n));
    str_free(&text);
    return time;
}

int64_t kind_message_time(struct span bytes)
{
    struct span rest = bytes, line;
    int64_t date = 0;
    while (span_line(&rest, &line) && line.n) {
        if (span_starts_nocase(line, SPAN("Received:"))) {
            int64_t received = field_time(line, rest);
            if (received)
                return received;
        } else if (!date && span_starts_nocase(line, SPAN("Date:"))) {
            date = field_time(line, rest);
        }
    }
    return date;
}

bool kind_too_old(const struct mailbox_source *source, struct span bytes)
{
    if (!source->since || source->since_for_good)
        return false;
    int64_t time = kind_message_time(bytes);
    return time && time < source->since;
}

/* Waits until a pipe or terminal has something, looking for a cancel now and then. */
static enum result wait_readable(int fd, const struct mailbox_source *source, struct error *error)
{
    for (;;) {
        enum result result = kind_cancelled(source, error);
        if (result)
            return result;
        struct pollfd one = {.fd = fd, .events = POLLIN};
        if (poll(&one, 1, 200) != 0)
            return RESULT_OK; /* ready, or in trouble that read() will name */
    }
}

enum result kind_read(int fd, const char *path, const struct mailbox_source *source,
                      struct str *out, bool *whole, struct error *error)
{
    size_t most = KIND_WHOLE_MAX + 1;
    struct stat about;
    str_clear(out);
    if (out->capacity > 2 * KIND_PART)
        str_free(out); /* a rare large one leaves no trace */
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        bool large = about.st_size > (off_t)KIND_WHOLE_MAX;
        most = large ? KIND_PART + 1 : most;
        str_reserve(out, large ? most : (size_t)about.st_size + 1);
    }
    for (;;) {
        enum result result = wait_readable(fd, source, error);
        if (result)
            return result;
        /* One byte more than may be: a read of 0 bytes behind a full buffer proves the end. */
        if (out->n >= most)
            break;
        size_t left = most - out->n;
        size_t wanted = out->n < 16384 ? 16384 : out->n;
        if (out->capacity < out->n + 2) /* the size was not to be had, or is another by now */
            str_reserve(out, wanted < left ? wanted : left);
        size_t room = out->capacity - 1 - out->n;
        if (room > left)
            room = left;
        ssize_t n = read(fd, out->at + out->n, room);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            return error_system(error, path);
        if (n == 0)
            break;
        out->n += (size_t)n;
    }
    *whole = out->n < most;
    if (!*whole)
        out->n = KIND_PART;
    out->at[out->n] = '\0';
    return RESULT_OK;
}

int kind_rename(int from_dir, const char *from, int to_dir, const char *to)
{
    if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (linkat(from_dir, from, to_dir, to, 0) != 0)
        return -1;
    return unlinkat(from_dir, from, 0);
}

void kind_digest(struct span bytes, char out[33])
{
    unsigned char sum[32] = {0};
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.n ? bytes.at : "", bytes.n, sum) != 0)
        abort(); /* a library without SHA-256 */
    for (size_t i = 0; i < 16; i++)
        sprintf(out + 2 * i, "%02x", sum[i]);
}

void kind_words(const struct mailbox_source *source, struct span said, struct str *out)
{
    const char *password = kind_password(source);
    if (password && *password && span_find(said, span_of(password)) >= 0) {
        str_add_text(out, _("its words are left out, for they hold the password"));
        return;
    }
    utf8_visible(span_cut(span_trim(said), 0, 200), out);
}
