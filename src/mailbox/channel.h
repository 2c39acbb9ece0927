/* SPDX-License-Identifier: MIT
 *
 * Frames between this program and the process that speaks to a server for it (remote.h). What comes
 * from there is read as hostile: lengths are checked, and nothing is believed.
 */
#ifndef MAILBOX_CHANNEL_H
#define MAILBOX_CHANNEL_H

#include "mailbox/mailbox.h"

/* A frame is its kind, the length of the rest, and that: numbers and texts, one after the other. */
enum frame_kind {
    /* to the child */
    FRAME_SETUP = 1, /* the source; whether its folders are wanted instead of its mail */
    FRAME_READ,      /* send me what is new */
    FRAME_KNOWN,     /* the answer to ASK: a byte an id */
    FRAME_APPLY,     /* ids */
    FRAME_WAIT,      /* ms, poll_ms */
    FRAME_WAKE,
    FRAME_TOKEN, /* result, token or sentence */
    /* from it */
    FRAME_STAGE,   /* enum mailbox_stage */
    FRAME_OPENED,  /* place, total, mark, can wait */
    FRAME_ASK,     /* ids: which of them are known? */
    FRAME_MESSAGE, /* id, name, whole, result (OK or DATA), sentence, bytes */
    FRAME_END,     /* result, sentence, total, skipped, lost, mark: of open, READ */
    FRAME_APPLIED, /* result, sentence, a byte an id */
    FRAME_WAITED,  /* result, sentence */
    FRAME_RENEW,
    FRAME_FOLDERS, /* name, messages, junk of each */
    FRAME_PUT, /* to it: a message; it answers WAITED */
};

struct channel {
    int fd;
    struct str in;
    size_t at; /* what was taken of it */
};

/* Puts together a payload. */
void frame_number(struct str *out, uint64_t number);
void frame_text(struct str *out, const char *text);
void frame_bytes(struct str *out, struct span bytes);
/* Take from the front; false when it is too short. The text has no NUL in it and ends in one: it
 * borrows from the payload. */
bool frame_take_number(struct span *in, uint64_t *number);
bool frame_take_text(struct span *in, const char **text);
bool frame_take_bytes(struct span *in, struct span *bytes);
/* A result and its sentence. */
void frame_result(struct str *out, enum result result, const struct error *error);
bool frame_take_result(struct span *in, enum result *result, struct error *error);

/* Blocks until it is written. False: nobody reads any more. */
bool channel_send(struct channel *channel, enum frame_kind kind, struct span payload,
                  struct span more);
/* The next frame, valid until the next call: OK. NO after `ms`; MISSING when the other side is gone;
 * DATA for what is no frame. */
enum result channel_next(struct channel *channel, int ms, enum frame_kind *kind,
                         struct span *payload);
void channel_free(struct channel *channel); /* closes it */

#endif
