/* SPDX-License-Identifier: MIT */
#include "mailbox/low.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/guard.h"

struct low {
    struct link *link;
    struct guard guard;
};

static ssize_t low_read(mailstream_low *stream, void *out, size_t room)
{
    struct low *low = stream->data;
    size_t got;
    if (link_some(low->link, out, room, &got) != RESULT_OK)
        return -1; /* at the end, too: 0 would make libetpan ask for ever */
    const char *trouble = guard_check(&low->guard, (struct span){out, got});
    if (trouble) {
        struct str what = {0};
        str_addf(&what, _("this is no answer of an honest mail server: %s"), _(trouble));
        link_blame(low->link, str_text(&what), NULL);
        str_free(&what);
        return -1;
    }
    return (ssize_t)got;
}

static ssize_t low_write(mailstream_low *stream, const void *bytes, size_t n)
{
    struct low *low = stream->data;
    return link_send(low->link, (struct span){bytes, n}, NULL) ? -1 : (ssize_t)n;
}

static int low_close(mailstream_low *stream)
{
    (void)stream; /* the link is not ours to close */
    return 0;
}

static int low_fd(mailstream_low *stream)
{
    return link_fd(((struct low *)stream->data)->link);
}

static void low_free(mailstream_low *stream)
{
    free(stream->data);
    free(stream);
}

static void low_cancel(mailstream_low *stream)
{
    (void)stream; /* the link asks source->cancelled */
}

static mailstream_low_driver driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_fd,
    .mailstream_free = low_free,
    .mailstream_cancel = low_cancel,
};

mailstream *low_stream(struct link *link)
{
    struct low *low = alloc_zero(1, sizeof *low);
    low->link = link;
    mailstream_low *made = mailstream_low_new(low, &driver);
    mailstream *stream = made ? mailstream_new(made, 8192) : NULL;
    if (!stream)
        abort(); /* out of memory */
    return stream;
}
