/* SPDX-License-Identifier: MIT */
#include "mailbox/mboxreader.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"

#define WINDOW ((size_t)256 << 10)
#define LINE_MAX_BYTES ((size_t)64 << 10) /* a longer line comes in pieces */

/* How often each digest was met; open addressing, half full at most. */
struct tally {
    uint64_t *keys;
    unsigned *counts;
    size_t n, size;
};

struct line {
    struct span bytes; /* with its end */
    off_t at;
    bool begins; /* not the second piece of a long one */
    bool ends;
};

struct mboxreader {
    int fd;
    const char *path;
    off_t end;
    char *window;
    size_t from, to; /* unread bytes in the window */
    off_t next;      /* file offset of window[to] */
    bool inside_line;
    struct str bytes;
    struct tally tally;
    gnutls_hash_hd_t hash;
};

struct mboxreader *mboxreader_new(int fd, const char *path, off_t end)
{
    struct mboxreader *reader = alloc_zero(1, sizeof *reader);
    *reader = (struct mboxreader){.fd = fd, .path = path, .end = end, .window = alloc(WINDOW)};
    if (gnutls_hash_init(&reader->hash, GNUTLS_DIG_SHA256) != 0)
        abort(); /* a library without SHA-256 */
    return reader;
}

void mboxreader_extend(struct mboxreader *reader, off_t end)
{
    if (end > reader->end)
        reader->end = end;
}

void mboxreader_free(struct mboxreader *reader)
{
    if (!reader)
        return;
    gnutls_hash_deinit(reader->hash, NULL);
    free(reader->window);
    free(reader->tally.keys);
    free(reader->tally.counts);
    str_free(&reader->bytes);
    free(reader);
}

static unsigned *tally_slot(struct tally *tally, uint64_t key)
{
    size_t at = key & (tally->size - 1);
    while (tally->counts[at] && tally->keys[at] != key)
        at = (at + 1) & (tally->size - 1);
    tally->keys[at] = key;
    return &tally->counts[at];
}

static unsigned tally_add(struct tally *tally, uint64_t key)
{
    if (tally->n * 2 >= tally->size) {
        struct tally old = *tally;
        tally->size = old.size ? old.size * 2 : 64;
        tally->keys = alloc_zero(tally->size, sizeof *tally->keys);
        tally->counts = alloc_zero(tally->size, sizeof *tally->counts);
        for (size_t i = 0; i < old.size; i++)
            if (old.counts[i])
                *tally_slot(tally, old.keys[i]) = old.counts[i];
        free(old.keys);
        free(old.counts);
    }
    unsigned *count = tally_slot(tally, key);
    if (*count == 0)
        tally->n++;
    return ++*count;
}

/* Has `n` bytes in the window unless the file ends before. */
static enum result fill(struct mboxreader *reader, size_t n, struct error *error)
{
    if (reader->to - reader->from >= n)
        return RESULT_OK;
    memmove(reader->window, reader->window + reader->from, reader->to - reader->from);
    reader->to -= reader->from;
    reader->from = 0;
    while (reader->to < WINDOW && reader->next < reader->end) {
        size_t room = WINDOW - reader->to;
        if ((off_t)room > reader->end - reader->next)
            room = (size_t)(reader->end - reader->next);
        ssize_t got = pread(reader->fd, reader->window + reader->to, room, reader->next);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_system(error, reader->path);
        if (got == 0)
            return error_set(error, RESULT_BUSY,
                             _("%s became shorter while it was read: another program rewrote it; "
                               "scan again"),
                             reader->path);
        reader->to += (size_t)got;
        reader->next += got;
    }
    return RESULT_OK;
}

/* Looks at the next line without taking it; bytes.n is 0 at the end. */
static enum result peek(struct mboxreader *reader, size_t skip, struct line *line,
                        struct error *error)
{
    enum result result = fill(reader, skip + LINE_MAX_BYTES, error);
    if (result)
        return result;
    size_t left = reader->to - reader->from - skip;
    const char *at = reader->window + reader->from + skip;
    const char *lf = left ? memchr(at, '\n', left < LINE_MAX_BYTES ? left : LINE_MAX_BYTES) : NULL;
    size_t n = lf ? (size_t)(lf + 1 - at) : left < LINE_MAX_BYTES ? left : LINE_MAX_BYTES;
    *line = (struct line){.bytes = {at, n},
                          .at = reader->next - (off_t)left,
                          .begins = skip || !reader->inside_line,
                          .ends = lf != NULL};
    return RESULT_OK;
}

static void take(struct mboxreader *reader, const struct line *line)
{
    reader->from += line->bytes.n;
    reader->inside_line = !line->ends;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A time of day and, somewhere, a year. */
static bool has_date(struct span s)
{
    bool clock = false, year = false;
    for (size_t i = 5; i + 4 <= s.n; i++) {
        const char *at = s.at + i;
        clock |= is_digit(at[0]) && at[1] == ':' && is_digit(at[2]) && is_digit(at[3]);
        year |= (at[-1] == ' ') && is_digit(at[0]) && is_digit(at[1]) && is_digit(at[2]) &&
                is_digit(at[3]) && (i + 4 == s.n || !is_digit(at[4]));
    }
    return clock && year;
}

static bool is_field(struct span s)
{
    size_t i = 0;
    while (i < s.n && s.at[i] > ' ' && s.at[i] < 127 && s.at[i] != ':')
        i++;
    return i > 0 && i < s.n && s.at[i] == ':';
}

static bool starts_message(struct mboxreader *reader, const struct line *line)
{
    if (!line->begins || !span_starts(line->bytes, SPAN("From ")))
        return false;
    if (has_date(line->bytes))
        return true;
    struct line after;
    return peek(reader, line->bytes.n, &after, NULL) == RESULT_OK && is_field(after.bytes);
}

/* Fields that mail programs write into the file while the message stays the same. */
static bool is_volatile(struct span line)
{
    static const char *const names[] = {
        "Status:", "X-Status:",         "X-Keywords:",        "X-UID:",          "X-IMAPbase:",
        "X-IMAP:", "X-Mozilla-Status:", "X-Mozilla-Status2:", "Content-Length:", "Lines:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_starts_nocase(line, span_of(names[i])))
            return true;
    return false;
}

static bool is_empty(struct span line)
{
    return (line.n == 1 && line.at[0] == '\n') ||
           (line.n == 2 && line.at[0] == '\r' && line.at[1] == '\n');
}

static void keep(struct mboxreader *reader, struct span bytes, struct mboxreader_message *message)
{
    if (!message->whole)
        return;
    if (reader->bytes.n + bytes.n > KIND_WHOLE_MAX) {
        message->whole = false;
        if (reader->bytes.n > KIND_PART)
            reader->bytes.n = KIND_PART;
        return;
    }
    str_add(&reader->bytes, bytes);
}

static void make_id(struct mboxreader *reader, char id[48])
{
    unsigned char sum[32];
    uint64_t key;
    gnutls_hash_output(reader->hash, sum); /* and starts anew */
    memcpy(&key, sum, sizeof key);
    for (size_t i = 0; i < 16; i++)
        sprintf(id + 2 * i, "%02x", sum[i]);
    sprintf(id + 32, ".%u", tally_add(&reader->tally, key));
}

/* The lines up to the next message or the end. An empty line is held back until another follows,
 * for the last one belongs to the file and not to the message. */
static enum result read_lines(struct mboxreader *reader, struct mboxreader_message *message,
                              struct error *error)
{
    bool header = true, volatile_field = false;
    char held[2];
    size_t held_n = 0;
    for (;;) {
        struct line line;
        enum result result = peek(reader, 0, &line, error);
        if (result)
            return result;
        message->end = line.at;
        if (line.bytes.n == 0)
            return RESULT_OK;
        if (held_n && starts_message(reader, &line))
            return RESULT_OK;
        /* starts_message may have moved the window. */
        if ((result = peek(reader, 0, &line, error)) != RESULT_OK)
            return result;
        if (held_n) {
            gnutls_hash(reader->hash, held, held_n);
            keep(reader, (struct span){held, held_n}, message);
            held_n = 0;
        }
        take(reader, &line);
        if (line.begins && is_empty(line.bytes)) {
            header = false;
            held_n = line.bytes.n;
            memcpy(held, line.bytes.at, held_n);
            continue;
        }
        if (header && line.begins && line.bytes.at[0] != ' ' && line.bytes.at[0] != '\t')
            volatile_field = is_volatile(line.bytes);
        if (!header || !volatile_field)
            gnutls_hash(reader->hash, line.bytes.at, line.bytes.n);
        keep(reader, line.bytes, message);
    }
}

enum result mboxreader_next(struct mboxreader *reader, struct mboxreader_message *message,
                            struct error *error)
{
    struct line line;
    struct mboxreader_message made = {.whole = true};
    enum result result;
    do {
        if ((result = peek(reader, 0, &line, error)) != RESULT_OK)
            return result;
        if (line.bytes.n == 0)
            return RESULT_NO;
        if (is_empty(line.bytes))
            take(reader, &line);
    } while (is_empty(line.bytes));
    if (!span_starts(line.bytes, SPAN("From ")) && reader->tally.n)
        return error_set(error, RESULT_BUSY,
                         _("%s grows while it is read, by a program that does not lock it; scan again"),
                         reader->path);
    if (!span_starts(line.bytes, SPAN("From ")))
        return error_set(error, RESULT_DATA, _("%s is no mbox: it does not begin with “From ”"),
                         reader->path);
    made.start = line.at;
    do { /* however long the line */
        made.body = line.at + (off_t)line.bytes.n;
        take(reader, &line);
    } while (!line.ends && (result = peek(reader, 0, &line, error)) == RESULT_OK && line.bytes.n);
    if (result)
        return result;
    str_clear(&reader->bytes);
    if ((result = read_lines(reader, &made, error)) != RESULT_OK)
        return result;
    make_id(reader, made.id);
    made.bytes = span_of_str(&reader->bytes);
    *message = made;
    return RESULT_OK;
}

size_t mboxreader_digest_n(const char *id)
{
    const char *dot = strchr(id, '.');
    return dot ? (size_t)(dot - id) : strlen(id);
}

unsigned mboxreader_occurrence(const char *id)
{
    const char *dot = strchr(id, '.');
    uint64_t number;
    return dot && span_number(span_of(dot + 1), &number) && number < 1u << 31 ? (unsigned)number
                                                                              : 0;
}
