/* SPDX-License-Identifier: MIT
 *
 * One message on standard input, as a mail server's alias pipes it.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"

struct stream {
    struct mailbox base;
    struct str bytes;
    char id[33];
    bool read;
};

static enum result stream_open(const struct mailbox_source *source, struct mailbox **out,
                               struct error *error)
{
    (void)error;
    struct stream *stream = alloc_zero(1, sizeof *stream);
    stream->base = (struct mailbox){.ops = &kind_stream, .source = source, .total = 1};
    str_add_text(&stream->base.place, "-");
    *out = &stream->base;
    return RESULT_OK;
}

/* Whoever pipes to us must not die of SIGPIPE and call the message undelivered. */
static void drain(void)
{
    char waste[65536];
    while (read(STDIN_FILENO, waste, sizeof waste) > 0)
        continue;
}

static enum result stream_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                               struct mailbox_message *message, struct error *error)
{
    struct stream *stream = (struct stream *)mailbox;
    if (stream->read)
        return RESULT_NO;
    bool whole;
    enum result result = kind_read(STDIN_FILENO, _("standard input"), mailbox->source,
                                   &stream->bytes, &whole, error);
    if (result)
        return result;
    stream->read = true;
    if (!whole)
        drain();
    struct span bytes = span_of_str(&stream->bytes), line;
    if (span_starts(bytes, SPAN("From "))) /* Postfix puts the envelope before a piped message */
        span_line(&bytes, &line);
    kind_digest(bytes, stream->id);
    if (known && known(arg, stream->id)) {
        mailbox->skipped++;
        return RESULT_NO;
    }
    *message = (struct mailbox_message){
        .id = stream->id, .bytes = bytes, .name = _("standard input"), .whole = whole};
    return RESULT_OK;
}

/* It is gone as soon as it is read. */
static enum result stream_apply(struct mailbox *mailbox, const char *const *ids, size_t n,
                                bool *done, struct error *error)
{
    (void)mailbox, (void)ids, (void)error;
    for (size_t i = 0; i < n; i++)
        done[i] = true;
    return RESULT_OK;
}

static void stream_close(struct mailbox *mailbox)
{
    struct stream *stream = (struct stream *)mailbox;
    str_free(&stream->bytes);
    str_free(&mailbox->place);
    free(stream);
}

const struct mailbox_ops kind_stream = {
    "standard input", stream_open, stream_next, stream_apply, stream_close, NULL, NULL,
};
